/**
 * Comparing passwords: right ones at once, and so few wrong ones that guessing doesn't pay.
 * @module
 */
import { networkOf } from "../entry/admission.ts";
import { type Guesser, LOCK_AFTER } from "./login_guard.ts";
import type { User } from "../world/user.ts";
import type { World } from "../world/world.ts";

/** Something that can be guessed. */
export interface Guessable {
  /** What tells it from all others: whose it is. */
  readonly key: string;
  /** Whether it was right from the peer's network before this run, as far as that is kept. */
  readonly isHome: boolean;
}

/** What a password is compared with. */
export interface Secret extends Guessable {
  /**
   * What is stored of the right password: another text when it was changed. Undefined if there is
   * none; then `compare` compares with something that is made up.
   */
  readonly stored: string | undefined;
  /** Compares what was given with what is stored: slow. */
  readonly compare: () => Promise<boolean>;
}

/** What became of a password that was given. */
export type PasswordVerdict =
  | { readonly kind: "right" }
  /** The answer must be held back for so many milliseconds. */
  | { readonly kind: "wrong"; readonly heldMs: number }
  /** Nothing was compared, and nothing is for so many milliseconds. */
  | { readonly kind: "locked"; readonly ms: number };

/**
 * Compares a password that a peer gave, as soon as it is the peer's turn. One that was right before
 * in this run needs no turn.
 *
 * A password that is known to be wrong, or that has nothing to be compared with, waits for its turn
 * too and takes as long, so that the time until the answer does not tell why it is wrong.
 *
 * @param given the password, in the form that is hashed.
 * @param now the time, in milliseconds since 1970.
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
  // Counted at once, so that many at the same time are no more than are allowed.
  const wrong = known === false ? judge(world, user, key, false, now) : undefined;
  const applicant = {
    network,
    // Bounded, so that a newcomer is not behind all who came when there were fewer failures.
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
  // It is gone.
  return verdict ?? { kind: "locked", ms: 0 };
}

/**
 * As {@linkcode tryPassword}, for a proof that is checked in no time.
 *
 * @param isRight whether it proves that the peer knows the password.
 */
export function tryProof(
  world: World,
  user: User,
  secret: Guessable,
  isRight: boolean,
  now: number,
): PasswordVerdict {
  return lockOf(world, user, secret, now) ?? judge(world, user, secret.key, isRight, now);
}

/** Counts an answer. */
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

/** How it is put that nothing is compared for so many milliseconds. */
export function explainLock(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const when = seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return `Too many failed logins: try again in ${when}`;
}

/** Resolves when a verdict may be told to the peer. */
export async function holdBack({ init }: World, verdict: PasswordVerdict): Promise<void> {
  if (verdict.kind === "wrong" && verdict.heldMs > 0) await init.wait(verdict.heldMs);
}

/**
 * Compares a password with one of the configuration, and holds back the answer if it is wrong.
 *
 * @param stored the password, or its hash; undefined if there is none.
 * @param instead what is compared with if there is none.
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
