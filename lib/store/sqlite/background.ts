/**
 * Runs the background work of a store in quiet moments.
 * @module
 */

/** How long to wait after a write, and while the store is busy, in milliseconds. */
const QUIET = 250;

/** How long to wait between two steps, in milliseconds. */
const BETWEEN = 10;

/** More messages per millisecond mean that the store is busy. Indexing 1,000 takes some 15 ms. */
const BUSY_RATE = 1;

/** Runs a step now and then, while little is written. Does not keep the program alive. */
export class Background {
  readonly #step: () => boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #written = 0;
  #stopped = false;

  /** @param step does a little work, and returns whether there is more. Must not throw. */
  constructor(step: () => boolean) {
    this.#step = step;
  }

  /** Notes that there is work to do, and that so many messages were written. */
  wake(written = 0): void {
    this.#written += written;
    if (this.#timer === undefined && !this.#stopped) this.#wait(QUIET);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(milliseconds: number): void {
    const timer = setTimeout(() => this.#run(milliseconds), milliseconds);
    Deno.unrefTimer(timer);
    this.#timer = timer;
  }

  #run(waited: number): void {
    this.#timer = undefined;
    const isBusy = this.#written > BUSY_RATE * waited;
    this.#written = 0;
    if (isBusy) this.#wait(QUIET);
    else if (this.#step()) this.#wait(BETWEEN);
  }
}
