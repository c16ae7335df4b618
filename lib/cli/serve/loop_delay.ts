/**
 * Measures how long the event loop makes timers wait.
 * @module
 */
import { Histogram } from "../../collections/histogram.ts";
import { MINUTE_MS } from "../../text/duration.ts";

/** The time between two measurements, in milliseconds. */
const EVERY_MS = 100;

/** How long to go on measuring when nobody asks any more, in milliseconds. */
const WATCHED_MS = 5 * MINUTE_MS;

/** The bounds by which delays are counted, in seconds. */
const DELAYS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Measures only while somebody asks, so that a server that nobody watches sleeps. */
export class LoopDelay {
  readonly #seconds = new Histogram(DELAYS);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #askedAt = 0;

  /** What was measured so far, in seconds. */
  ask(): Histogram {
    this.#askedAt = performance.now();
    if (this.#timer === undefined) this.#measure();
    return this.#seconds;
  }

  #measure(): void {
    const due = performance.now() + EVERY_MS;
    this.#timer = setTimeout(() => {
      const now = performance.now();
      this.#seconds.add(Math.max(0, now - due) / 1000);
      if (now - this.#askedAt < WATCHED_MS) this.#measure();
      else this.#timer = undefined;
    }, EVERY_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
