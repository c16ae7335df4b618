/**
 * How many accounts a network may make.
 * @module
 */

const HOUR_MS = 3_600_000;

/** In an hour. A whole class may share an address. */
export const SIGN_UPS = 40;

/** How many networks are remembered. */
const NETWORKS = 10_000;

/** Counts new accounts by network. */
export class SignUps {
  readonly #made = new Map<string, { count: number; since: number }>();

  /** Takes one from what a network may make in this hour. Returns whether there was one left. */
  tryTake(network: string, now: number): boolean {
    const known = this.#made.get(network);
    // The clock may have been set back.
    const made = known !== undefined && Math.abs(now - known.since) < HOUR_MS
      ? known
      : { count: 0, since: now };
    if (made.count >= SIGN_UPS) return false;
    made.count++;
    // Set anew, so that the one that made none for longest comes first.
    this.#made.delete(network);
    this.#made.set(network, made);
    for (const oldest of this.#made.keys()) {
      if (this.#made.size <= NETWORKS) break;
      this.#made.delete(oldest);
    }
    return true;
  }
}
