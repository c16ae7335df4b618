/**
 * Every command of the server.
 * @module
 */
import type { Command } from "../dispatch.ts";
import { channelCommands } from "./channel.ts";
import { messageCommands } from "./message.ts";
import { modeCommands } from "./mode.ts";
import { queryCommands } from "./query.ts";
import { sessionCommands } from "./session.ts";

/** The commands by name. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  [...sessionCommands, ...channelCommands, ...modeCommands, ...messageCommands, ...queryCommands]
    .map((command) => [command.name, command]),
);
