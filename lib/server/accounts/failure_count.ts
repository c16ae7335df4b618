/**
 * Counts wrong passwords, and says how long the answer to the next one is held back.
 * @module
 */
import { BoundedMap } from "../../collections/bounded_map.ts";

/** How a {@linkcode PasswordGuard} counts. */
export interface GuardRules {
  /** How many wrong passwords cost nothing: people mistype. */
  readonly free: number;
  /** For how long a wrong password counts, in milliseconds. */
  readonly memoryMs: number;
}

/** The longest time for which an answer is held back, in milliseconds. */
export const LONGEST_MS = 30_000;

/** How many keys are remembered. */
const MOST = 10_000;

/** Wrong passwords that still count. */
export interface Failures {
  /** How many. */
  readonly count: number;
  /** When the last one was given, in milliseconds since 1970. */
  readonly at: number;
}

/** Counts wrong passwords by some key: a network, an account, both. */
export class PasswordGuard {
  readonly #rules: GuardRules;
  readonly #failures = new BoundedMap<string, Failures>(MOST);

  /** Makes one that has seen nothing. */
  constructor(rules: GuardRules) {
    this.#rules = rules;
  }

  /** What counts against a key, if anything. */
  failures(key: string, now: number): Failures | undefined {
    const known = this.#failures.get(key);
    if (known === undefined) return undefined;
    // A clock that was set back doesn't keep anyone out for longer.
    return Math.abs(now - known.at) < this.#rules.memoryMs ? known : undefined;
  }

  /** For how long the answer to one more wrong password is held back, in milliseconds. */
  penalty(key: string, now: number): number {
    const over = (this.failures(key, now)?.count ?? 0) - this.#rules.free;
    return over < 0 ? 0 : Math.min(LONGEST_MS, 1000 * 2 ** over);
  }

  /** A password was wrong. */
  failed(key: string, now: number): void {
    this.#failures.set(key, { count: (this.failures(key, now)?.count ?? 0) + 1, at: now });
  }

  /** A password was right. */
  passed(key: string): void {
    this.#failures.delete(key);
  }
}
