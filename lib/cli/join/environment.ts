/**
 * The environment variables that `chat join` looks at; nothing else of it does.
 * @module
 */
import { PROXY_VARIABLES } from "../../net/proxy.ts";
import { type Environment, STYLE_VARIABLES } from "../../ui/terminal/style.ts";

/** All of them. The task `chat` in deno.json allows exactly these and what `main.ts` looks at. */
export const VARIABLES: readonly string[] = [
  ...STYLE_VARIABLES,
  ...PROXY_VARIABLES,
  "APPDATA",
  "CHAT_SUSPEND",
  "HOME",
  "LOCALAPPDATA",
  "USERPROFILE",
  "XDG_CONFIG_HOME",
];

/** What is set of them; what may not be looked at counts as not set. */
export function readEnvironment(): Environment {
  return Object.fromEntries(VARIABLES.map((name) => [name, variable(name)]));
}

function variable(name: string): string | undefined {
  try {
    return Deno.env.get(name) || undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether the terminal can be drawn on: that of a person, and not one such as the shell of an
 * editor, which shows escape sequences as they are. Windows sets no `TERM`.
 */
export function canDraw(env: Environment, windows: boolean): boolean {
  const { TERM } = env;
  return TERM === undefined ? windows : TERM !== "dumb" && TERM !== "unknown";
}
