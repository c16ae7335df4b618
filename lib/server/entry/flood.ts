/**
 * A token bucket: how fast a peer may send.
 * @module
 */

export interface Rate {
  /** Tokens per second; 0 for no limit. */
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * A token bucket. Commands take their cost even if it is not there; the debt is the time that the
 * peer must wait before its next command.
 */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #at: number;

  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#at = now;
  }

  tryTake(now: number): boolean {
    if (this.take(1, now) === 0) return true;
    this.#tokens++;
    return false;
  }

  /** Takes tokens. Returns how long the peer must wait, in milliseconds; 0 for not at all. */
  take(cost: number, now: number): number {
    const { perSecond, burst } = this.#rate;
    if (perSecond === 0) return 0;
    const earned = Math.max(0, now - this.#at) / 1000 * perSecond;
    this.#tokens = Math.min(burst, this.#tokens + earned) - cost;
    this.#at = now;
    return this.#tokens >= 0 ? 0 : -this.#tokens / perSecond * 1000;
  }
}
