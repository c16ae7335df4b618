/**
 * A token bucket: how fast a peer may send.
 * @module
 */

import type { LimitsConfig } from "../settings/config.ts";

export interface Rate {
  /** Tokens per second; 0 for no limit. */
  readonly perSecond: number;
  readonly burst: number;
}

/** A token bucket at a time, as plain JSON data. */
export type BucketState = readonly [perSecond: number, burst: number, tokens: number, at: number];

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

  /** The bucket of a state. */
  static of([perSecond, burst, tokens, at]: BucketState): TokenBucket {
    const bucket = new TokenBucket({ perSecond, burst }, at);
    bucket.#tokens = tokens;
    return bucket;
  }

  get state(): BucketState {
    return [this.#rate.perSecond, this.#rate.burst, this.#tokens, this.#at];
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

/** What a peer may spend. */
export interface Allowance {
  /** Pays for commands. */
  readonly bucket: TokenBucket;
  /** Pays for changes of the nick. */
  readonly nicks: TokenBucket;
}

type Rates = Readonly<Record<keyof Allowance, Rate>>;

/** The rates of limits, so that users share them. */
const RATES = new WeakMap<LimitsConfig, Rates>();

function ratesOf(limits: LimitsConfig): Rates {
  const known = RATES.get(limits);
  if (known !== undefined) return known;
  const { messagesPerSecond, burst, nickChangesPerMinute: nicks } = limits;
  const rates = {
    bucket: { perSecond: messagesPerSecond, burst },
    nicks: { perSecond: nicks / 60, burst: nicks },
  };
  RATES.set(limits, rates);
  return rates;
}

export function newAllowance(limits: LimitsConfig, now: number): Allowance {
  const { bucket, nicks } = ratesOf(limits);
  return { bucket: new TokenBucket(bucket, now), nicks: new TokenBucket(nicks, now) };
}
