/**
 * Whether the clock of the machine can be believed.
 * @module
 */
import { MINUTE_MS } from "../../text/duration.ts";

/** For so long it has to have gone as fast as it should, in milliseconds: time enough to be set. */
const STEADY_MS = 10 * MINUTE_MS;

/** What is taken for a clock that was set, in milliseconds; less is one that is a little fast. */
const JUMP_MS = MINUTE_MS / 2;

/**
 * Watches the clock. A machine that has just started may have a wrong time until it has asked
 * others for it, and what is deleted by a wrong time is gone.
 */
export class SteadyClock {
  #now: number;
  #elapsed: number;

  /**
   * Begins to watch.
   *
   * @param now by the clock, in milliseconds since 1970.
   * @param elapsed by a stopwatch that nobody sets, in milliseconds.
   */
  constructor(now: number, elapsed: number) {
    this.#now = now;
    this.#elapsed = elapsed;
  }

  /** Whether the clock was not set for a while. To be asked now and then. */
  isSteady(now: number, elapsed: number): boolean {
    const watched = elapsed - this.#elapsed;
    const isSet = Math.abs(now - this.#now - watched) > JUMP_MS;
    const isSteady = !isSet && watched >= STEADY_MS;
    // After it was set the watch begins anew; else it moves on, so that a clock that is a little
    // fast is never taken for one that was set.
    const past = isSteady ? STEADY_MS : 0;
    if (isSet || isSteady) [this.#now, this.#elapsed] = [now - past, elapsed - past];
    return isSteady;
  }
}
