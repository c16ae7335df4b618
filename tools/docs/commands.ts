/**
 * The commands of the chat, for `docs/reference.md`.
 * @module
 */

import { SLASH_COMMANDS } from "../../lib/client/input/commands.ts";
import { code, table } from "./markdown.ts";

/** Every command and what it does. */
export function slashCommands(): string {
  return table(
    ["Command", "Meaning"],
    SLASH_COMMANDS,
    ({ name, usage, help }) => [code(`/${name} ${usage}`.trimEnd()), help],
  );
}
