/**
 * Timers.
 * @module
 */

/** The longest pause, in milliseconds: if the clock is set back by weeks, no timer is as long. */
const LONGEST_PAUSE_MS = 60_000;

/** The time until `at`, as a timer takes it. */
export function pause(at: number): number {
  return Math.min(LONGEST_PAUSE_MS, Math.max(0, at - Date.now()));
}

export class Alarm {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Calls `ring` at this time, in milliseconds since 1970, instead of an earlier call. */
  set(at: number | undefined, ring: () => void): void {
    this.clear();
    if (at !== undefined) this.#timer = setTimeout(ring, pause(at));
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}

/** Waits for a promise, but not longer than this many milliseconds. */
export async function within(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, milliseconds);
  await Promise.race([promise, late.promise]);
  clearTimeout(timer);
}
