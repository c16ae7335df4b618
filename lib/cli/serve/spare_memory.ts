/**
 * Gives back the memory that a crowd has left behind.
 * @module
 */
import v8 from "node:v8";
import vm from "node:vm";

/**
 * So many connections have to have come or gone since the last time. A few hundred leave little
 * behind, and whoever comes next pays: what V8 had compiled goes too, and for the next second or
 * two a message takes a quarter more.
 */
const TURNOVER = 4000;

/** With so many lines in a second, somebody would notice the pause. */
const BUSY_LINES = 20;

const SECOND_MS = 1000;

/**
 * Collects garbage when many connections have come or gone and nothing is said.
 *
 * V8 looks for what is not used any more when its heap has grown, and a server that has gone quiet
 * after a rush grows no more: what was made to let 5,000 people in stayed for good. Measured:
 * 181 MB before, 118 MB after, in a tenth of a second; 230 and 157 MB, in 0.3 seconds, with 10,000.
 */
export class SpareMemory {
  readonly #collect: () => void;
  readonly #interval = setInterval(() => this.tick(), SECOND_MS);
  #turnover = 0;
  #lines = 0;

  /**
   * Starts.
   *
   * @param collect collects garbage.
   */
  constructor(collect: () => void) {
    this.#collect = collect;
  }

  /** A connection came or went. */
  turned(): void {
    this.#turnover++;
  }

  /** A line came in. */
  heard(): void {
    this.#lines++;
  }

  /** A second has passed. */
  tick(): void {
    const quiet = this.#lines < BUSY_LINES;
    this.#lines = 0;
    if (!quiet || this.#turnover < TURNOVER) return;
    this.#turnover = 0;
    this.#collect();
  }

  /** Stops. */
  stop(): void {
    clearInterval(this.#interval);
  }
}

/**
 * Collects all garbage at once; does nothing where this runtime has no way to ask for it. The way
 * there is opened only now: it takes a millisecond and a megabyte, which few servers ever need.
 */
export function collectGarbage(): void {
  try {
    v8.setFlagsFromString("--expose-gc");
    vm.runInNewContext("gc()");
  } catch {
    // Then it stays with what the runtime does by itself.
  }
}
