/**
 * A fair queue of slow work.
 * @module
 */

import { BoundedMap } from "./bounded_map.ts";

/** How many networks the queue remembers. */
const NETWORKS = 1000;

/** A connection that asks for slow work. */
export interface Applicant {
  readonly network: string;
  /** How much was done in vain for it before: connections with the least come first. */
  readonly inVain: number;
  /** Whether it has left, so that nothing more is done for it. */
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
 * First come the applicants with the least work in vain; among those, the network that was served
 * longest ago. Within a network the newest and the oldest applicant take turns: a newcomer does not
 * wait behind a crowd that came a moment before, and nobody waits forever.
 *
 * A connection asks for one piece at a time, so the queue is at most as long as there are
 * connections.
 */
export class FairQueue {
  #waiting: Waiting[] = [];
  #running = false;
  #turns = 0;
  /** When networks were last served, counted in turns. */
  readonly #served = new BoundedMap<string, number>(NETWORKS);

  /**
   * Does work when it is the applicant's turn. Returns its result; undefined if that one has left.
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

  /** Removes the applicant whose turn it is, and those who have left. */
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
