/**
 * How fast a peer may send.
 * @module
 */

/** The rate that a {@linkcode TokenBucket} allows. */
export interface Rate {
  /** Tokens that come back each second; 0 for no limit. */
  readonly perSecond: number;
  /** Tokens that can be saved up. */
  readonly burst: number;
}

/**
 * A token bucket. What a command costs is taken even where it is not there; the debt is the time
 * that the peer has to wait before its next command is looked at.
 */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #at: number;

  /** Makes a full bucket. */
  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#at = now;
  }

  /**
   * Takes a token, if there is one.
   *
   * @param now the time, in milliseconds.
   */
  tryTake(now: number): boolean {
    if (this.take(1, now) === 0) return true;
    this.#tokens++;
    return false;
  }

  /**
   * Takes tokens.
   *
   * @param cost how many.
   * @param now the time, in milliseconds.
   * @returns how long to wait before the next command, in milliseconds; 0 for not at all.
   */
  take(cost: number, now: number): number {
    const { perSecond, burst } = this.#rate;
    if (perSecond === 0) return 0;
    const earned = Math.max(0, now - this.#at) / 1000 * perSecond;
    this.#tokens = Math.min(burst, this.#tokens + earned) - cost;
    this.#at = now;
    return this.#tokens >= 0 ? 0 : -this.#tokens / perSecond * 1000;
  }
}
