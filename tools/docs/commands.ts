/**
 * The slash commands: in short for the README, in full for `docs/reference.md`.
 * @module
 */

import { SLASH_COMMANDS, type SlashCommand } from "../../lib/client/input/commands.ts";
import { code, table } from "./markdown.ts";

/** What people want to do, and the commands for it. Each command is in one row. */
const PURPOSES: readonly (readonly [purpose: string, names: readonly string[]])[] = [
  ["Talk", ["me", "msg", "query", "nick", "away", "back"]],
  ["See who is there", ["who", "whois", "ignore", "unignore"]],
  ["Go to other rooms", ["join", "part", "rooms", "list", "topic"]],
  ["Look back", ["history", "search", "save", "clear"]],
  ["Own your name", ["register", "login", "logout"]],
  [
    "Run a room",
    ["invite", "kick", "ban", "unban", "mute", "unmute", "op", "deop", "voice", "devoice"],
  ],
  ["The rest", ["help", "raw", "quit"]],
];

/** The table of all commands. */
export function slashCommands(): string {
  return table(["Command", "Meaning"], SLASH_COMMANDS, (command) => [typed(command), command.help]);
}

/** The commands by purpose. Throws if a command has no purpose here, or more than one. */
export function commandsInShort(): string {
  const places = PURPOSES.flatMap(([, names]) => names);
  for (const name of new Set([...places, ...SLASH_COMMANDS.map(({ name }) => name)])) {
    const known = SLASH_COMMANDS.some((command) => command.name === name);
    if (!known || places.filter((place) => place === name).length !== 1) {
      throw new Error(`/${name} should be a command and stand once in tools/docs/commands.ts`);
    }
  }
  return table(["To", "Type"], PURPOSES, ([purpose, names]) => [
    purpose,
    names.map((name) => typed(SLASH_COMMANDS.find((command) => command.name === name)!)).join(", "),
  ]);
}

function typed({ name, usage }: SlashCommand): string {
  return code(`/${name} ${usage}`.trimEnd());
}
