/**
 * The table of all commands.
 * @module
 */
import type { CommandRows, CommandTable } from "../command.ts";
import { accountCommands } from "./account.ts";
import { channelCommands } from "./membership.ts";
import { historyCommands } from "./past.ts";
import { messageCommands } from "./talk.ts";
import { modeCommands } from "./mode.ts";
import { moderationCommands } from "./moderation.ts";
import { operatorCommands } from "./operator.ts";
import { queryCommands } from "./query.ts";
import { redactCommands } from "./redact.ts";
import { resumeCommands } from "./way_back.ts";
import { sessionCommands } from "./arrival.ts";
import { userCommands } from "./people.ts";
import { whoCommands } from "./who.ts";

const ROWS: CommandRows = {
  ...sessionCommands,
  ...resumeCommands,
  ...accountCommands,
  ...channelCommands,
  ...moderationCommands,
  ...modeCommands,
  ...messageCommands,
  ...redactCommands,
  ...historyCommands,
  ...whoCommands,
  ...userCommands,
  ...queryCommands,
  ...operatorCommands,
};

const DEFAULTS = { min: 0, cost: 1, reads: false, secret: false, issues: false } as const;

export const COMMANDS: CommandTable = new Map(
  Object.entries(ROWS).map(([name, row]) => [name, { name, ...DEFAULTS, ...row }]),
);
