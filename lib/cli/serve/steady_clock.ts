/**
 * Watches whether the clock can be trusted.
 * @module
 */
import { MINUTE_MS, SECOND_MS } from "../../text/duration.ts";

/** How long the clock must have run steadily, in milliseconds: time enough for it to be set. */
const STEADY_MS = 10 * MINUTE_MS;

/** A jump of more than this means that the clock was set, in milliseconds; less is drift. */
const JUMP_MS = 30 * SECOND_MS;

/**
 * Watches the clock. A machine that has just started may have a wrong time until it asks others,
 * and what is deleted by a wrong time is gone.
 */
export class SteadyClock {
  #now: number;
  #elapsed: number;

  /**
   * @param now in milliseconds since 1970.
   * @param elapsed a monotonic clock, in milliseconds.
   */
  constructor(now: number, elapsed: number) {
    this.#now = now;
    this.#elapsed = elapsed;
  }

  /** Whether the clock was not set for {@linkcode STEADY_MS}. Call it every now and then. */
  isSteady(now: number, elapsed: number): boolean {
    const watched = elapsed - this.#elapsed;
    const isSet = Math.abs(now - this.#now - watched) > JUMP_MS;
    const isSteady = !isSet && watched >= STEADY_MS;
    // After a jump the watch starts again. Otherwise it moves on, so that drift never adds up to
    // one.
    const past = isSteady ? STEADY_MS : 0;
    if (isSet || isSteady) [this.#now, this.#elapsed] = [now - past, elapsed - past];
    return isSteady;
  }
}
