/**
 * Compares passwords: right ones at once, wrong ones so slowly that guessing doesn't pay.
 * @module
 */
import { SECOND_MS } from "../../text/duration.ts";
import { networkOf } from "../entry/admission.ts";
import { type Guesser, LOCK_AFTER } from "./login_guard.ts";
import type { User } from "../world/user.ts";
import type { World } from "../world/world.ts";

export interface Guessable {
  /** Identifies it: whose password it is. */
  readonly key: string;
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
  world: World,
  user: User,
  secret: Secret,
  given: string,
  now: number,
): Promise<PasswordVerdict> {
  const { logins: { guard, right, comparisons, strangers }, init } = world;
  const { key, stored } = secret;
  const network = networkOf(user.ip);
  const mac = await right.mac(key, given);
  const early = lockOf(world, user, secret, now);
  if (early !== undefined) return early;
  const isKnown = secret.isHome || guard.isKnown(key, network);
  const known = stored !== undefined && (isKnown || strangers.tryTake(now))
    ? right.check(key, stored, mac)
    : undefined;
  if (known === true) return judge(world, user, key, true, now);
  // Counted at once, so that many at the same time are not more than are allowed.
  const wrong = known === false ? judge(world, user, key, false, now) : undefined;
  const applicant = {
    network,
    // Bounded, so that a newcomer is not behind everyone who came when there were fewer failures.
    inVain: user.inVain +
      (isKnown ? 0 : Math.min(LOCK_AFTER, guard.failures(key, network, now))),
    isGone: () => user.gone,
  };
  user.comparing = true;
  const verdict = await comparisons.run(applicant, async () => {
    if (wrong !== undefined) return wrong;
    const locked = lockOf(world, user, secret, now);
    if (locked !== undefined) return locked;
    const { comparisonMs } = world.logins;
    if (stored === undefined && comparisonMs !== undefined) {
      return slower(judge(world, user, key, false, now), comparisonMs);
    }
    const begin = init.stopwatch();
    const isRight = await secret.compare();
    world.logins.comparisonMs = init.stopwatch() - begin;
    if (isRight && stored !== undefined) right.add(key, stored, mac);
    return judge(world, user, key, isRight, now);
  });
  user.comparing = false;
  if (wrong !== undefined) return slower(wrong, world.logins.comparisonMs ?? 0);
  // The peer is gone.
  return verdict ?? { kind: "locked", ms: 0 };
}

/** {@linkcode tryPassword} for a proof that was checked fast. */
export function tryProof(
  world: World,
  user: User,
  secret: Guessable,
  isRight: boolean,
  now: number,
): PasswordVerdict {
  return lockOf(world, user, secret, now) ?? judge(world, user, secret.key, isRight, now);
}

function judge(
  { logins: { guard } }: World,
  user: User,
  key: string,
  isRight: boolean,
  now: number,
): PasswordVerdict {
  const network = networkOf(user.ip);
  if (isRight) {
    guard.passed(key, network, now);
    return { kind: "right" };
  }
  user.inVain++;
  return { kind: "wrong", heldMs: guard.failed(key, network, now) };
}

function lockOf(
  { logins: { guard } }: World,
  user: User,
  { key, isHome }: Guessable,
  now: number,
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
export async function holdBack({ init }: World, verdict: PasswordVerdict): Promise<void> {
  if (verdict.kind === "wrong" && verdict.heldMs > 0) await init.wait(verdict.heldMs);
}

/**
 * Compares a password with one of the configuration, and holds back the answer if it is wrong.
 *
 * @param stored the password or its hash; undefined if there is none.
 * @param instead what is compared if there is none.
 */
export async function verifySlowly(
  world: World,
  user: User,
  key: string,
  stored: string | undefined,
  given: string,
  now: number,
  instead = "",
): Promise<PasswordVerdict> {
  const compare = () => world.init.verify(stored ?? instead, given);
  const secret = { key, isHome: false, stored, compare };
  const verdict = await tryPassword(world, user, secret, given.normalize("NFC"), now);
  await holdBack(world, verdict);
  return verdict;
}
