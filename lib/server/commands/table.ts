/**
 * Every command of the server.
 * @module
 */
import type { CommandTable } from "../dispatch.ts";
import { channelCommands } from "./channel.ts";
import { historyCommands } from "./history.ts";
import { messageCommands } from "./message.ts";
import { modeCommands } from "./mode.ts";
import { moderationCommands } from "./moderation.ts";
import { operatorCommands } from "./operator.ts";
import { queryCommands } from "./query.ts";
import { sessionCommands } from "./session.ts";
import { userCommands } from "./user.ts";
import { whoCommands } from "./who.ts";

/** The commands by name. */
export const COMMANDS: CommandTable = new Map(
  [
    ...sessionCommands,
    ...channelCommands,
    ...moderationCommands,
    ...modeCommands,
    ...messageCommands,
    ...historyCommands,
    ...whoCommands,
    ...userCommands,
    ...queryCommands,
    ...operatorCommands,
  ].map((command) => [command.name, command]),
);
