/**
 * A queue of slow work: one piece at a time, in a fair order.
 * @module
 */

import { BoundedMap } from "./bounded_map.ts";

/** Of how many networks it is remembered when they were served: the last ones. */
const NETWORKS = 1000;

/** A connection that asks for slow work. */
export interface Applicant {
  /** The network that it comes from. */
  readonly network: string;
  /** How much was done in vain for it before: the connection with the least comes first. */
  readonly inVain: number;
  /** Whether it is gone: then nothing is done for it any more. */
  readonly isGone: () => boolean;
}

interface Waiting {
  readonly applicant: Applicant;
  readonly start: () => Promise<void>;
  readonly cancel: () => void;
}

/**
 * Runs slow work, one piece at a time, so that many who ask at once can't take all processors.
 *
 * The next piece is that of the applicants with the least work in vain. Among those, it is that of
 * the network that was served longest ago. Within a network the newest and the oldest applicant take
 * turns: a newcomer is not behind a crowd that came a moment before, and nobody waits for ever.
 *
 * A connection asks for one piece at a time, so there are at most as many as connections.
 */
export class FairQueue {
  #waiting: Waiting[] = [];
  #running = false;
  #turns = 0;
  /** When networks were served last, in turns. */
  readonly #served = new BoundedMap<string, number>(NETWORKS);

  /**
   * Does a piece of work when it is its applicant's turn.
   *
   * @returns what it came to; undefined if the applicant is gone.
   */
  run<T>(applicant: Applicant, work: () => Promise<T>): Promise<T | undefined> {
    return new Promise<T | undefined>((resolve, reject) => {
      const start = () => work().then(resolve, reject);
      this.#waiting.push({ applicant, start, cancel: () => resolve(undefined) });
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#next(); next !== undefined; next = this.#next()) await next.start();
    this.#running = false;
  }

  /** Takes out the applicant whose turn it is. */
  #next(): Waiting | undefined {
    const here: Waiting[] = [];
    for (const each of this.#waiting) {
      if (each.applicant.isGone()) each.cancel();
      else here.push(each);
    }
    this.#waiting = here;
    const least = Math.min(...here.map(({ applicant }) => applicant.inVain));
    let first: Waiting | undefined;
    let last: Waiting | undefined;
    for (const each of here) {
      const { inVain, network } = each.applicant;
      if (inVain > least) continue;
      const served = this.#servedAt(network);
      if (first === undefined || served < this.#servedAt(first.applicant.network)) {
        first = last = each;
      } else if (network === first.applicant.network) {
        last = each;
      }
    }
    const next = this.#turns++ % 2 === 0 ? last : first;
    if (next === undefined) return undefined;
    this.#waiting.splice(here.indexOf(next), 1);
    this.#served.set(next.applicant.network, this.#turns);
    return next;
  }

  #servedAt(network: string): number {
    return this.#served.get(network) ?? 0;
  }
}
