/**
 * Counts wrong passwords, and tells how long to hold back the next answer.
 * @module
 */
import { SECOND_MS } from "../../text/duration.ts";
import { BoundedMap } from "../../collections/bounded_map.ts";

export interface GuardRules {
  /** How many wrong passwords cost nothing, since people mistype. */
  readonly free: number;
  /** How long a wrong password counts, in milliseconds. */
  readonly memoryMs: number;
}

/** The longest time that an answer is held back, in milliseconds. */
export const LONGEST_MS = 30 * SECOND_MS;

const MOST = 10_000;

export interface Failures {
  readonly count: number;
  /** When the last one came, in milliseconds since 1970. */
  readonly at: number;
}

export class PasswordGuard {
  readonly #rules: GuardRules;
  readonly #failures = new BoundedMap<string, Failures>(MOST);

  constructor(rules: GuardRules) {
    this.#rules = rules;
  }

  /** The failures of a key that still count; undefined if there are none. */
  failures(key: string, now: number): Failures | undefined {
    const known = this.#failures.get(key);
    if (known === undefined) return undefined;
    // Setting the clock back locks nobody out for longer.
    return Math.abs(now - known.at) < this.#rules.memoryMs ? known : undefined;
  }

  /** How long to hold back the answer to another wrong password, in milliseconds. */
  penalty(key: string, now: number): number {
    const over = (this.failures(key, now)?.count ?? 0) - this.#rules.free;
    return over < 0 ? 0 : Math.min(LONGEST_MS, SECOND_MS * 2 ** over);
  }

  failed(key: string, now: number): void {
    this.#failures.set(key, { count: (this.failures(key, now)?.count ?? 0) + 1, at: now });
  }

  passed(key: string): void {
    this.#failures.delete(key);
  }
}
