/**
 * Timers, which a shell gives to what is pure.
 * @module
 */

/** The clock of a platform, and its timers. */
export interface Timers {
  /** The time in milliseconds since 1970. */
  now(): number;
  /** Runs something after so many milliseconds. Returns a function that prevents it. */
  after(milliseconds: number, run: () => void): () => void;
}

/** The longest pause, in milliseconds: if the clock is set back by weeks, no timer is as long. */
const LONGEST_PAUSE_MS = 60_000;

/** How long a timer has to run that should ring at `at`. */
export function pause(at: number, now: number): number {
  return Math.min(LONGEST_PAUSE_MS, Math.max(0, at - now));
}

/** One timer, which can be set again. */
export class Alarm {
  readonly #timers: Timers;
  #cancel: (() => void) | undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Calls `ring` at this time, in milliseconds since 1970, instead of an earlier call. */
  set(at: number | undefined, ring: () => void): void {
    this.clear();
    if (at === undefined) return;
    this.#cancel = this.#timers.after(pause(at, this.#timers.now()), ring);
  }

  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
