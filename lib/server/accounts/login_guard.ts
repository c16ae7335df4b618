/**
 * Bounds how many passwords can be guessed, and leaves everybody else a way in.
 *
 * A right password is never held back, only the answer to a wrong one: on the connection that gave
 * it, for up to half a minute. A secret is what somebody can guess at: the password of an account, of
 * an operator, of the server. Three things are counted, because each way to guess shows in another
 * one:
 *
 * - the failures of one network at one secret. After the first three, each further answer is held
 *   back for longer. After ten the network is locked out of this secret, but of no other, for a
 *   quarter of an hour. If the secret was right from there before, its owner may be there: then
 *   connections that have not failed yet are still heard ({@linkcode HOME_RATE}).
 * - the failures of one network at all secrets, for somebody who tries one password everywhere.
 *   Answers are held back, but nobody is locked out: a whole school may share an address.
 * - the failures at one secret from everywhere, for somebody who has many addresses. Above the limit
 *   one guess is taken in half a minute, of all networks together but for those from which the
 *   secret was right before: a stranger can't lock an owner out at home.
 *
 * The server's password is for everybody, so nobody is locked out of it.
 *
 * @module
 */
import { MINUTE_MS } from "../../text/duration.ts";
import { BoundedMap } from "../../collections/bounded_map.ts";
import { TokenBucket } from "../entry/flood.ts";
import { PasswordGuard } from "./failure_count.ts";

/** After so many failures a network is locked out of a secret. */
export const LOCK_AFTER = 10;

/** For how long, in milliseconds. */
export const LOCK_MS = 15 * MINUTE_MS;

/** After so many failures from everywhere, guesses at a secret are taken one by one. */
export const CROWD_AFTER = 30;

/** How far they are apart then, in milliseconds. */
export const CROWD_MS = 30_000;

/**
 * How many wrong passwords are looked at of a network that is locked out of a secret, but from which
 * it was right before. All connections that one address can have may try at once; after that one a
 * second is some 4,000 an hour.
 */
export const HOME_RATE = { perSecond: 1, burst: 300 } as const;

/** How many pairs of secret and network are remembered as good. */
const MOST_KNOWN = 10_000;

/** The secret that nobody is locked out of: the server's password. */
export const SERVER_SECRET = "server";

/** Somebody who gives a password. */
export interface Guesser {
  /** Its network. */
  readonly network: string;
  /** Whether its connection has given a wrong password before. */
  readonly hasFailed: boolean;
  /** Whether the secret was right from there before this run, as far as that is kept. */
  readonly isHome: boolean;
}

/** Counts wrong passwords. */
export class LoginGuard {
  readonly #pairs = new PasswordGuard({ free: 3, memoryMs: LOCK_MS });
  readonly #networks = new PasswordGuard({ free: 30, memoryMs: LOCK_MS });
  readonly #secrets = new PasswordGuard({ free: CROWD_AFTER, memoryMs: 60 * MINUTE_MS });
  /** The pairs for which a password was right, each with what is left of {@linkcode HOME_RATE}. */
  readonly #known = new BoundedMap<string, TokenBucket>(MOST_KNOWN);

  /**
   * How long somebody has to wait until a password is looked at, in milliseconds; 0 if it is looked
   * at now.
   */
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

  /** Whether a secret was right from a network before, as far as is known. */
  isKnown(secret: string, network: string): boolean {
    return this.#known.has(pairOf(secret, network));
  }

  /** How many wrong passwords a network has given for a secret, as far as they still count. */
  failures(secret: string, network: string, now: number): number {
    return this.#pairs.failures(pairOf(secret, network), now)?.count ?? 0;
  }

  /**
   * A password was wrong.
   *
   * @returns for how long the answer is held back, in milliseconds.
   */
  failed(secret: string, network: string, now: number): number {
    const key = pairOf(secret, network);
    const penalty = Math.max(
      this.#pairs.penalty(key, now),
      this.#networks.penalty(network, now),
    );
    if (this.failures(secret, network, now) >= LOCK_AFTER) this.#known.get(key)?.take(1, now);
    this.#pairs.failed(key, now);
    this.#networks.failed(network, now);
    this.#secrets.failed(secret, now);
    return penalty;
  }

  /** A password was right. What others failed at stays counted, so that nobody can reset it. */
  passed(secret: string, network: string, now: number): void {
    const key = pairOf(secret, network);
    this.#pairs.passed(key);
    this.#known.set(key, this.#known.get(key) ?? new TokenBucket(HOME_RATE, now));
  }
}

function pairOf(secret: string, network: string): string {
  return `${secret} ${network}`;
}
