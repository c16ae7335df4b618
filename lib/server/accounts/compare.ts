/**
 * Compares passwords: right ones at once, wrong ones so slowly that guessing doesn't pay.
 * @module
 */
import { SECOND_MS } from "../../text/duration.ts";
import type { Context, Outcome } from "../command.ts";
import { networkOf } from "../entry/admission.ts";
import { type Guesser, LOCK_AFTER } from "./login_guard.ts";

export interface Guessable {
  /** Identifies it: whose password it is. */
  readonly key: string;
  /** Whether there is one. If not, the key may be a password that was typed in its place. */
  readonly exists: boolean;
  /** Whether it was right from the peer's network in an earlier run. */
  readonly isHome: boolean;
}

export interface Secret extends Guessable {
  /**
   * The stored form of the right password, which differs after a change. Undefined if there is
   * none; then `compare` compares with something made up.
   */
  readonly stored: string | undefined;
  /** Compares the given password with the stored one. Slow. */
  readonly compare: () => Promise<boolean>;
}

export type PasswordVerdict =
  | { readonly kind: "right" }
  /** The answer must be held back for this long. */
  | { readonly kind: "wrong"; readonly heldMs: number }
  /** Nothing was compared, nor will be for this long. */
  | { readonly kind: "locked"; readonly ms: number };

/**
 * Compares a password of a peer when it is the peer's turn. One that was right before in this run
 * needs no turn.
 *
 * A password that is known to be wrong, or has nothing to be compared with, waits for its turn too
 * and takes as long, so that the time does not tell why it is wrong.
 *
 * @param given the password in the form that is hashed.
 */
export async function tryPassword(
  ctx: Context,
  secret: Secret,
  given: string,
): Promise<PasswordVerdict> {
  const { world, user, now } = ctx;
  const { logins: { guard, right, comparisons, strangers }, init } = world;
  const { key, stored } = secret;
  const network = networkOf(user.ip);
  const mac = await right.mac(key, given);
  const early = lockOf(ctx, secret);
  if (early !== undefined) return early;
  const isKnown = secret.isHome || guard.isKnown(key, network);
  const known = stored !== undefined && (isKnown || strangers.tryTake(now))
    ? right.check(key, stored, mac)
    : undefined;
  if (known === true) return await judge(ctx, secret, true);
  // Counted at once, so that many at the same time are not more than are allowed.
  const wrong = known === false ? judge(ctx, secret, false) : undefined;
  const applicant = {
    network,
    // Bounded, so that a newcomer is not behind everyone who came when there were fewer failures.
    inVain: user.inVain +
      (isKnown ? 0 : Math.min(LOCK_AFTER, guard.failures(key, network, now))),
    isGone: () => user.gone,
  };
  user.comparing = true;
  const verdict = await comparisons.run(applicant, async () => {
    if (wrong !== undefined) return await wrong;
    const locked = lockOf(ctx, secret);
    if (locked !== undefined) return locked;
    const { comparisonMs } = world.logins;
    if (stored === undefined && comparisonMs !== undefined) {
      return slower(await judge(ctx, secret, false), comparisonMs);
    }
    const begin = init.stopwatch();
    const isRight = await secret.compare();
    world.logins.comparisonMs = init.stopwatch() - begin;
    if (isRight && stored !== undefined) right.add(key, stored, mac);
    return await judge(ctx, secret, isRight);
  });
  user.comparing = false;
  if (wrong !== undefined) return slower(await wrong, world.logins.comparisonMs ?? 0);
  // The peer is gone.
  return verdict ?? { kind: "locked", ms: 0 };
}

/** {@linkcode tryPassword} for a proof that was checked fast. */
export async function tryProof(
  ctx: Context,
  secret: Guessable,
  isRight: boolean,
): Promise<PasswordVerdict> {
  return lockOf(ctx, secret) ?? await judge(ctx, secret, isRight);
}

/** The login guard counts a password that was compared. */
const judged: Outcome<{ key: string; network: string; isRight: boolean }> = {
  name: "judged",
  run({ world: { logins: { guard } }, now }, { key, network, isRight }) {
    if (isRight) guard.passed(key, network, now);
    else guard.failed(key, network, now);
  },
};

export const compareOutcomes = [judged];

async function judge(
  ctx: Context,
  { key, exists }: Guessable,
  isRight: boolean,
): Promise<PasswordVerdict> {
  const { world: { logins: { guard } }, user, now } = ctx;
  const network = networkOf(user.ip);
  const heldMs = guard.penalty(key, network, now);
  if (!isRight) user.inVain++;
  const result = { key, network, isRight };
  if (exists) await ctx.tell(judged, result);
  else judged.run(ctx, result);
  return isRight ? { kind: "right" } : { kind: "wrong", heldMs };
}

function lockOf(
  { world: { logins: { guard } }, user, now }: Context,
  { key, isHome }: Guessable,
): PasswordVerdict | undefined {
  const guesser: Guesser = { network: networkOf(user.ip), hasFailed: user.inVain > 0, isHome };
  const ms = guard.lockedFor(key, guesser, now);
  return ms > 0 ? { kind: "locked", ms } : undefined;
}

function slower(verdict: PasswordVerdict, ms: number): PasswordVerdict {
  return verdict.kind === "wrong" ? { ...verdict, heldMs: verdict.heldMs + ms } : verdict;
}

/** The text for {@linkcode PasswordVerdict} `locked`. */
export function explainLock(ms: number): string {
  const seconds = Math.ceil(ms / SECOND_MS);
  const when = seconds === 1
    ? "1 second"
    : seconds < 120
    ? `${seconds} seconds`
    : `${Math.ceil(seconds / 60)} minutes`;
  return `Too many failed logins: try again in ${when}`;
}

/** Resolves when the peer may be told the verdict. */
export async function holdBack({ world }: Context, verdict: PasswordVerdict): Promise<void> {
  if (verdict.kind === "wrong" && verdict.heldMs > 0) await world.init.wait(verdict.heldMs);
}

/**
 * Compares a password with one of the configuration, and holds back the answer if it is wrong.
 *
 * @param stored the password or its hash; undefined if there is none.
 * @param instead what is compared if there is none.
 */
export async function verifySlowly(
  ctx: Context,
  key: string,
  stored: string | undefined,
  given: string,
  instead = "",
): Promise<PasswordVerdict> {
  const compare = () => ctx.world.init.verify(stored ?? instead, given);
  const secret = { key, exists: stored !== undefined, isHome: false, stored, compare };
  const verdict = await tryPassword(ctx, secret, given.normalize("NFC"));
  await holdBack(ctx, verdict);
  return verdict;
}
