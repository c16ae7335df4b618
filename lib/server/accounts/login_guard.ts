/**
 * Bounds how many passwords can be guessed, and leaves everybody else a way in.
 *
 * A right password is never held back, only the answer to a wrong one, on the connection that gave
 * it, for up to half a minute. A secret is what can be guessed: the password of an account, of an
 * operator, of the server. Three things are counted, since each way of guessing shows in another
 * one:
 *
 * - failures of one network at one secret. After three, each further answer is held back for
 *   longer. After ten the network is locked out of this secret, but of no other, for a quarter of
 *   an hour. If the secret was right from there before, its owner may be there: then connections
 *   that have not failed yet are still heard ({@linkcode HOME_RATE}).
 * - failures of one network at all secrets, against trying one password everywhere. Answers are
 *   held back, but nobody is locked out: a whole school may share an address.
 * - failures at one secret from everywhere, against guessing from many addresses. Above the limit
 *   one guess is taken in half a minute, of all networks together but those from which the secret
 *   was right before: a stranger can't lock an owner out at home.
 *
 * The server's password is everybody's, so nobody is locked out of it.
 *
 * @module
 */
import { MINUTE_MS, SECOND_MS } from "../../text/duration.ts";
import { BoundedMap } from "../../collections/bounded_map.ts";
import { TokenBucket } from "../entry/flood.ts";
import { Tally } from "../world/tally.ts";
import { PasswordGuard } from "./failure_count.ts";

/** After this many failures a network is locked out of a secret. */
export const LOCK_AFTER = 10;

/** How long, in milliseconds. */
export const LOCK_MS = 15 * MINUTE_MS;

/** After this many failures from everywhere, guesses at a secret are taken one by one. */
export const CROWD_AFTER = 30;

/** The least time between them then, in milliseconds. */
export const CROWD_MS = 30 * SECOND_MS;

/**
 * The rate of wrong passwords that are still compared for a locked-out network from which the
 * secret was right before. All connections of one address may try at once; after that, one a second
 * is some 4,000 an hour.
 */
export const HOME_RATE = { perSecond: 1, burst: 300 } as const;

/** The most pairs of secret and network that are remembered as good. */
const MOST_KNOWN = 10_000;

/** The server's password: nobody is locked out of it. */
export const SERVER_SECRET = "server";

export interface Guesser {
  readonly network: string;
  /** Whether the connection has given a wrong password before. */
  readonly hasFailed: boolean;
  /** Whether the secret was right from its network in an earlier run. */
  readonly isHome: boolean;
}

export class LoginGuard {
  readonly #pairs = new PasswordGuard({ free: 3, memoryMs: LOCK_MS });
  readonly #networks = new PasswordGuard({ free: 30, memoryMs: LOCK_MS });
  readonly #secrets = new PasswordGuard({ free: CROWD_AFTER, memoryMs: 60 * MINUTE_MS });
  /** The pairs with a right password, each with its rest of {@linkcode HOME_RATE}. */
  readonly #known = new BoundedMap<string, TokenBucket>(MOST_KNOWN);

  /** How many passwords were wrong: of an `account`, of an `operator`, of the `server`. */
  readonly wrong = new Tally();

  /** How long until a password is compared, in milliseconds; 0 for now. */
  lockedFor(secret: string, { network, hasFailed, isHome }: Guesser, now: number): number {
    if (secret === SERVER_SECRET) return 0;
    const key = pairOf(secret, network);
    if (isHome && !this.#known.has(key)) this.#known.set(key, new TokenBucket(HOME_RATE, now));
    const home = this.#known.get(key);
    const pair = this.#pairs.failures(key, now);
    if (pair !== undefined && pair.count >= LOCK_AFTER) {
      if (home === undefined || hasFailed) return pair.at + LOCK_MS - now;
      return home.take(0, now);
    }
    const all = this.#secrets.failures(secret, now);
    if (all === undefined || all.count < CROWD_AFTER || home !== undefined) return 0;
    return Math.max(0, all.at + CROWD_MS - now);
  }

  /** Whether a secret is known to have been right from a network. */
  isKnown(secret: string, network: string): boolean {
    return this.#known.has(pairOf(secret, network));
  }

  /** The wrong passwords of a network for a secret that still count. */
  failures(secret: string, network: string, now: number): number {
    return this.#pairs.failures(pairOf(secret, network), now)?.count ?? 0;
  }

  /** How long to hold back the answer to another wrong password, in milliseconds. */
  penalty(secret: string, network: string, now: number): number {
    const ofPair = this.#pairs.penalty(pairOf(secret, network), now);
    return Math.max(ofPair, this.#networks.penalty(network, now));
  }

  /** Counts a wrong password. */
  failed(secret: string, network: string, now: number): void {
    this.wrong.add(secret.split(" ", 1)[0]!);
    const key = pairOf(secret, network);
    if (this.failures(secret, network, now) >= LOCK_AFTER) this.#known.get(key)?.take(1, now);
    this.#pairs.failed(key, now);
    this.#networks.failed(network, now);
    this.#secrets.failed(secret, now);
  }

  /** Notes a right password. The failures of others still count, so that nobody can reset them. */
  passed(secret: string, network: string, now: number): void {
    const key = pairOf(secret, network);
    this.#pairs.passed(key);
    this.#known.set(key, this.#known.get(key) ?? new TokenBucket(HOME_RATE, now));
  }
}

function pairOf(secret: string, network: string): string {
  return `${secret} ${network}`;
}
