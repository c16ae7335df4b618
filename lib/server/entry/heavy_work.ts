/**
 * Bounds the time that networks take by commands that look through much: while one runs, nobody else
 * is served.
 * @module
 */
import { BoundedMap } from "../../collections/bounded_map.ts";
import { type Applicant, FairQueue } from "../../collections/fair_queue.ts";
import { TokenBucket } from "./flood.ts";

/**
 * How many milliseconds of such work a network gets at once, and in a second in the long run; what is
 * over that waits for its turn. Without that, 250 connections of one address that search made
 * everyone else wait for eight seconds.
 */
const WORK = { perSecond: 100, burst: 300 } as const;

/** Of how many networks it is remembered how much they took: the last ones. */
const NETWORKS = 1000;

/** How long a turn is waited for at least and at most once it comes, in milliseconds. */
const LEAST_MS = 1;
const MOST_MS = 200;

/** Bounds the time that networks take by what is looked up for them. */
export class HeavyWork {
  readonly #queue = new FairQueue();
  readonly #left = new BoundedMap<string, TokenBucket>(NETWORKS);
  #lastMs = 0;
  #now = -Infinity;

  /**
   * Whether a network has taken so much that it has to wait for its turn.
   *
   * @param now the time, in milliseconds since 1970.
   */
  isOver(network: string, now: number): boolean {
    this.#now = now;
    return (this.#left.get(network)?.take(0, now) ?? 0) > 0;
  }

  /** Something that a network asked for took so many milliseconds. */
  took(network: string, ms: number): void {
    const left = this.#left.get(network) ?? new TokenBucket(WORK, this.#now);
    left.take(ms, this.#now);
    this.#left.set(network, left);
    this.#lastMs = ms;
  }

  /**
   * Resolves when it is somebody's turn, after as long as the last turn took: so half of the time
   * is left for everyone else.
   *
   * @param wait resolves after so many milliseconds.
   */
  turn(applicant: Applicant, wait: (ms: number) => Promise<void>): Promise<void> {
    const ms = () => Math.min(MOST_MS, Math.max(LEAST_MS, this.#lastMs));
    return this.#queue.run(applicant, () => wait(ms()));
  }
}
