/**
 * What a store does when nothing else is to do.
 * @module
 */

/** How long it waits after something was written, and while others are busy, in milliseconds. */
const QUIET = 250;

/** How long it waits between two steps, in milliseconds. */
const BETWEEN = 10;

/**
 * More messages in a millisecond than these mean that there is something else to do. With fewer
 * there is time: to find out the words of a thousand messages takes some 15 milliseconds.
 */
const BUSY_RATE = 1;

/** Runs a step now and then, while nobody writes much. Keeps no program alive. */
export class Background {
  readonly #step: () => boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #written = 0;
  #stopped = false;

  /**
   * Makes one that waits.
   *
   * @param step does a little, and returns whether there is more to do. Must not throw.
   */
  constructor(step: () => boolean) {
    this.#step = step;
  }

  /**
   * There is something to do.
   *
   * @param written how many messages were written.
   */
  wake(written = 0): void {
    this.#written += written;
    if (this.#timer === undefined && !this.#stopped) this.#wait(QUIET);
  }

  /** Does nothing any more. */
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
