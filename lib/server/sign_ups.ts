/**
 * How many accounts a network may make.
 * @module
 */
import { BoundedMap } from "./bounded_map.ts";

const HOUR_MS = 3_600_000;

/** In an hour. A whole class may share an address. */
export const SIGN_UPS = 40;

/** How many networks are remembered. */
const NETWORKS = 10_000;

/** Counts new accounts by network. */
export class SignUps {
  readonly #made = new BoundedMap<string, { count: number; since: number }>(NETWORKS);

  /** Takes one from what a network may make in this hour. Returns whether there was one left. */
  tryTake(network: string, now: number): boolean {
    const known = this.#made.get(network);
    // The clock may have been set back.
    const made = known !== undefined && Math.abs(now - known.since) < HOUR_MS
      ? known
      : { count: 0, since: now };
    if (made.count >= SIGN_UPS) return false;
    made.count++;
    this.#made.set(network, made);
    return true;
  }
}
