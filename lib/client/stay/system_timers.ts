/**
 * The clock and the timers of the system, in a browser too.
 * @module
 */
import type { Timers } from "./alarm.ts";

export const SYSTEM_TIMERS: Timers = {
  now: () => Date.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
