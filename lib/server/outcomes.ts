/**
 * The table of what commands do after work that one of several servers does alone.
 * @module
 */
import { loginOutcomes } from "./accounts/account_login.ts";
import { compareOutcomes } from "./accounts/compare.ts";
import { nickServOutcomes } from "./accounts/nickserv.ts";
import { saslOutcomes } from "./accounts/sasl_exchange.ts";
import { signUpOutcomes } from "./accounts/sign_up.ts";
import { type CommandTable, Context, type Outcome } from "./command.ts";
import { registerOutcomes } from "./commands/account.ts";
import { passOutcomes } from "./commands/arrival.ts";
import { operOutcomes } from "./commands/operator.ts";
import { redactOutcomes } from "./commands/redact.ts";
import { resumeOutcomes } from "./commands/way_back.ts";
import { batchOutcomes } from "./delivery/multiline_batch.ts";
import { speechOutcomes } from "./delivery/relay.ts";
import type { User } from "./world/user.ts";
import type { World } from "./world/world.ts";

const ROWS: readonly Outcome<never>[] = [
  ...passOutcomes,
  ...resumeOutcomes,
  ...saslOutcomes,
  ...registerOutcomes,
  ...nickServOutcomes,
  ...signUpOutcomes,
  ...loginOutcomes,
  ...compareOutcomes,
  ...operOutcomes,
  ...batchOutcomes,
  ...speechOutcomes,
  ...redactOutcomes,
];

/** All outcomes, by name. */
export const OUTCOMES: ReadonlyMap<string, Outcome<unknown>> = new Map(
  ROWS.map((row) => [row.name, row as Outcome<unknown>]),
);

/**
 * Runs the outcome of a user's command that came from another server of a cluster. Does nothing if
 * the user is gone.
 *
 * @throws {TypeError} if there is no outcome of this name.
 */
export function applyOutcome(
  commands: CommandTable,
  world: World,
  user: User,
  name: string,
  result: unknown,
  now: number,
): void {
  const outcome = OUTCOMES.get(name);
  if (outcome === undefined) throw new TypeError(`There is no outcome ${name}`);
  new Context(commands, world, user, now).finish(outcome, result, now);
}
