/**
 * The slash commands, for `docs/reference.md`.
 * @module
 */

import { SLASH_COMMANDS } from "../../lib/client/input/commands.ts";
import { code, table } from "./markdown.ts";

/** The table of all commands. */
export function slashCommands(): string {
  return table(
    ["Command", "Meaning"],
    SLASH_COMMANDS,
    ({ name, usage, help, aliases }) => [
      [code(`/${name} ${usage}`.trimEnd()), ...aliases.map((alias) => code(`/${alias}`))].join(
        ", ",
      ),
      help,
    ],
  );
}
