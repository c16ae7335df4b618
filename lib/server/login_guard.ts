/**
 * Slows down, then locks out, who guesses the passwords of accounts, and leaves the owner a way in.
 *
 * Three things are counted, since each way to guess shows in another one:
 *
 * - the failures of one network at one account: the first three cost nothing, then each further
 *   guess waits longer, up to half a minute; after ten the network is locked out of this account for
 *   a quarter of an hour. The owner, who is somewhere else, notices nothing.
 * - the failures of one network at all accounts, for who tries one password everywhere. They slow
 *   down but lock nobody out: a whole school may share an address.
 * - the failures at one account from everywhere, for who has many addresses. Above the limit only
 *   one guess is taken in half a minute, of all networks together but for those from which someone
 *   has logged in to the account before: so the owner at home is not locked out by a stranger.
 *
 * @module
 */
import { PasswordGuard } from "./guard.ts";

const MINUTE_MS = 60_000;

/** After so many failures a network is locked out of an account. */
export const LOCK_AFTER = 10;

/** For how long, in milliseconds. */
export const LOCK_MS = 15 * MINUTE_MS;

/** After so many failures from everywhere, guesses at an account are taken one by one. */
export const CROWD_AFTER = 30;

/** How far they are apart then, in milliseconds. */
export const CROWD_MS = 30_000;

/** How many pairs of account and network are remembered as good. */
const MOST_KNOWN = 10_000;

/** Counts failed logins. */
export class LoginGuard {
  readonly #pairs = new PasswordGuard({ free: 3, memoryMs: LOCK_MS });
  readonly #networks = new PasswordGuard({ free: 30, memoryMs: LOCK_MS });
  readonly #accounts = new PasswordGuard({ free: CROWD_AFTER, memoryMs: 60 * MINUTE_MS });
  readonly #known = new Set<string>();

  /** How long a network has to wait until a guess at an account is looked at; 0 where it is now. */
  lockedFor(account: string, network: string, now: number): number {
    const pair = this.#pairs.failures(pairOf(account, network), now);
    if (pair !== undefined && pair.count >= LOCK_AFTER) return pair.at + LOCK_MS - now;
    const all = this.#accounts.failures(account, now);
    if (all === undefined || all.count < CROWD_AFTER) return 0;
    return this.#known.has(pairOf(account, network)) ? 0 : Math.max(0, all.at + CROWD_MS - now);
  }

  /** How long the answer to a guess is held back, in milliseconds. */
  penalty(account: string, network: string, now: number): number {
    const pair = this.#pairs.penalty(pairOf(account, network), now);
    return Math.max(pair, this.#networks.penalty(network, now));
  }

  /**
   * Guesses of one queue are compared one after another, so that many connections are no faster
   * than one. Those at one account have a queue for each network, so that nobody waits for a
   * neighbour who guesses at another one; where a network is slowed down as a whole, it has one.
   */
  queue(account: string, network: string, now: number): string {
    return this.#networks.penalty(network, now) > 0 ? network : pairOf(account, network);
  }

  /** A password was wrong. */
  failed(account: string, network: string, now: number): void {
    this.#pairs.failed(pairOf(account, network), now);
    this.#networks.failed(network, now);
    this.#accounts.failed(account, now);
  }

  /** A password was right. What others failed at stays counted, so that nobody can reset it. */
  passed(account: string, network: string): void {
    const pair = pairOf(account, network);
    this.#pairs.passed(pair);
    this.#known.delete(pair);
    this.#known.add(pair);
    for (const oldest of this.#known) {
      if (this.#known.size <= MOST_KNOWN) break;
      this.#known.delete(oldest);
    }
  }
}

function pairOf(account: string, network: string): string {
  return `${account} ${network}`;
}
