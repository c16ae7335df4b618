/**
 * Limits the time that networks use by commands that search much: while one runs, nobody else is
 * served.
 * @module
 */
import { BoundedMap } from "../../collections/bounded_map.ts";
import { type Applicant, FairQueue } from "../../collections/fair_queue.ts";
import { TokenBucket } from "./flood.ts";

/**
 * The milliseconds of such work that a network gets at once, and per second in the long run; more
 * must wait for its turn. Without it, 250 connections of one address that searched made everyone
 * else wait for eight seconds.
 */
const WORK = { perSecond: 100, burst: 300 } as const;

/** The most networks that are remembered. */
const NETWORKS = 1000;

/** The shortest and longest pause before a turn, in milliseconds. */
const LEAST_MS = 1;
const MOST_MS = 200;

export class HeavyWork {
  readonly #queue = new FairQueue();
  readonly #left = new BoundedMap<string, TokenBucket>(NETWORKS);
  #lastMs = 0;
  #now = -Infinity;

  /** Whether a network used so much that it must wait for its turn. */
  isOver(network: string, now: number): boolean {
    this.#now = now;
    return (this.#left.get(network)?.take(0, now) ?? 0) > 0;
  }

  took(network: string, ms: number): void {
    const left = this.#left.get(network) ?? new TokenBucket(WORK, this.#now);
    left.take(ms, this.#now);
    this.#left.set(network, left);
    this.#lastMs = ms;
  }

  /**
   * Resolves when it is the applicant's turn, after a pause as long as the last work: so half of
   * the time is left for everyone else.
   */
  turn(applicant: Applicant, wait: (ms: number) => Promise<void>): Promise<void> {
    const ms = () => Math.min(MOST_MS, Math.max(LEAST_MS, this.#lastMs));
    return this.#queue.run(applicant, () => wait(ms()));
  }
}
