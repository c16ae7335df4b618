/**
 * The environment variables of `chat join`.
 * @module
 */
import { PROXY_VARIABLES } from "../../net/proxy.ts";
import { type Environment, STYLE_VARIABLES } from "../../ui/terminal/style.ts";

/** All of them. The task `chat` in deno.json allows just these and those of `main.ts`. */
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

/** The values of the variables; one that is empty or may not be read counts as not set. */
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
 * Whether the terminal understands escape sequences, unlike the shell of an editor. Windows sets no
 * `TERM`.
 */
export function canDraw(env: Environment, windows: boolean): boolean {
  const { TERM } = env;
  return TERM === undefined ? windows : TERM !== "dumb" && TERM !== "unknown";
}
