/**
 * What a network may do so often in an hour: what it does is kept for long.
 * @module
 */
import { HOUR_MS } from "../../text/duration.ts";
import { BoundedMap } from "../../collections/bounded_map.ts";

/** How many accounts it may make. A whole class may share an address. */
export const SIGN_UPS = 40;

/**
 * How many private conversations it may begin of which one side is a guest: each takes a name, and
 * whoever looks for new messages has all names looked through.
 */
export const GUEST_TALKS = 250;

/** How many networks are remembered. */
const NETWORKS = 10_000;

/** Counts by network. */
export class Hourly {
  readonly #most: number;
  readonly #made = new BoundedMap<string, { count: number; since: number }>(NETWORKS);

  /** Lets each network do it so often in an hour. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Takes one from what a network may do in this hour. Returns whether there was one left. */
  tryTake(network: string, now: number): boolean {
    const known = this.#made.get(network);
    // The clock may have been set back.
    const made = known !== undefined && Math.abs(now - known.since) < HOUR_MS
      ? known
      : { count: 0, since: now };
    if (made.count >= this.#most) return false;
    made.count++;
    this.#made.set(network, made);
    return true;
  }
}
