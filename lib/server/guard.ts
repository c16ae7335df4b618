/**
 * Slows down who guesses passwords.
 * @module
 */

/** For how long a wrong password counts, in milliseconds. */
const MEMORY_MS = 10 * 60_000;

/** How many wrong passwords cost nothing: people mistype. */
const FREE = 3;

/** The longest wait for one guess, in milliseconds. */
const LONGEST_MS = 30_000;

/** How many networks are remembered. */
const NETWORKS = 10_000;

/** Counts wrong passwords by network. */
export class PasswordGuard {
  readonly #failures = new Map<string, { count: number; at: number }>();

  /** How many networks are remembered. */
  get size(): number {
    return this.#failures.size;
  }

  /** How long the next guess of this network has to wait, in milliseconds. */
  penalty(network: string, now: number): number {
    const known = this.#failures.get(network);
    if (known === undefined || now - known.at >= MEMORY_MS) return 0;
    return known.count < FREE ? 0 : Math.min(LONGEST_MS, 1000 * 2 ** (known.count - FREE));
  }

  /** A password was wrong. */
  failed(network: string, now: number): void {
    const known = this.#failures.get(network);
    const count = known !== undefined && now - known.at < MEMORY_MS ? known.count : 0;
    // Set anew, so that the one that failed longest ago comes first.
    this.#failures.delete(network);
    this.#failures.set(network, { count: count + 1, at: now });
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= NETWORKS) break;
      this.#failures.delete(oldest);
    }
  }

  /** A password was right. */
  passed(network: string): void {
    this.#failures.delete(network);
  }
}
