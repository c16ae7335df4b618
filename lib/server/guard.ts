/**
 * Slows down who guesses passwords.
 * @module
 */

/** How a {@linkcode PasswordGuard} counts. */
export interface GuardRules {
  /** How many wrong passwords cost nothing: people mistype. */
  readonly free: number;
  /** For how long a wrong password counts, in milliseconds. */
  readonly memoryMs: number;
}

const RULES: GuardRules = { free: 3, memoryMs: 10 * 60_000 };

/** The longest wait for one guess, in milliseconds. */
const LONGEST_MS = 30_000;

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
  readonly #failures = new Map<string, Failures>();

  /** Makes one that has seen nothing. */
  constructor(rules: GuardRules = RULES) {
    this.#rules = rules;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#failures.size;
  }

  /** What counts against a key, if anything. */
  failures(key: string, now: number): Failures | undefined {
    const known = this.#failures.get(key);
    if (known === undefined) return undefined;
    // A clock that was set back doesn't keep anyone out for longer.
    return Math.abs(now - known.at) < this.#rules.memoryMs ? known : undefined;
  }

  /** How long the next guess has to wait, in milliseconds. */
  penalty(key: string, now: number): number {
    const over = (this.failures(key, now)?.count ?? 0) - this.#rules.free;
    return over < 0 ? 0 : Math.min(LONGEST_MS, 1000 * 2 ** over);
  }

  /** A password was wrong. */
  failed(key: string, now: number): void {
    const count = this.failures(key, now)?.count ?? 0;
    // Set anew, so that the one that failed longest ago comes first.
    this.#failures.delete(key);
    this.#failures.set(key, { count: count + 1, at: now });
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= MOST) break;
      this.#failures.delete(oldest);
    }
  }

  /** A password was right. */
  passed(key: string): void {
    this.#failures.delete(key);
  }
}
