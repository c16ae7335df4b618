/**
 * Limits by network and hour on actions with lasting results.
 * @module
 */
import { HOUR_MS } from "../../text/duration.ts";
import { BoundedMap } from "../../collections/bounded_map.ts";

/** The most accounts that a network makes. A whole class may share an address. */
export const SIGN_UPS = 40;

/**
 * The most private conversations with guests that a network starts: each takes a name, and all
 * names are searched when somebody looks for new messages.
 */
export const GUEST_TALKS = 250;

/** The most networks that are remembered. */
const NETWORKS = 10_000;

export type HourlyState = readonly (readonly [network: string, count: number, since: number])[];

export class Hourly {
  readonly #most: number;
  readonly #made = new BoundedMap<string, { count: number; since: number }>(NETWORKS);

  /** @param most how often each network may act in an hour. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Its counts, as plain JSON data. */
  capture(): HourlyState {
    return Array.from(this.#made, ([network, { count, since }]) => [network, count, since]);
  }

  restore(state: HourlyState): void {
    this.#made.clear();
    for (const [network, count, since] of state) this.#made.set(network, { count, since });
  }

  /** Whether a network has one of its actions in this hour left. */
  hasLeft(network: string, now: number): boolean {
    return this.#of(network, now).count < this.#most;
  }

  #of(network: string, now: number): { count: number; since: number } {
    const known = this.#made.get(network);
    // The clock may have been set back.
    const isNow = known !== undefined && Math.abs(now - known.since) < HOUR_MS;
    return isNow ? known : { count: 0, since: now };
  }

  /** Takes one of a network's actions in this hour. Returns whether there was one left. */
  tryTake(network: string, now: number): boolean {
    const made = this.#of(network, now);
    if (made.count >= this.#most) return false;
    made.count++;
    this.#made.set(network, made);
    return true;
  }
}
