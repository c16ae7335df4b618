/**
 * Decides when to dial again.
 * @module
 */

export type LinkState = "idle" | "dialling" | "registering" | "up" | "waiting";

/** The first pause, in milliseconds. */
const FIRST_MS = 1000;

/** The longest pause, in milliseconds. */
const LONGEST_MS = 60_000;

/** The pauses start again from the first after a connection that lasted this long. */
const GOOD_MS = 10_000;

/** How long the pauses stay short while the server keeps our stay, in milliseconds. */
const KEPT_MS = 60_000;

/** The longest pause before the first attempt after a good connection then, in milliseconds. */
const AT_ONCE_MS = 250;

/** The most short pauses without a good connection in between. */
const MOST_SHORT = 500;

/**
 * How long the first attempt may take then, and how much more each of the next ones, in
 * milliseconds: one that began while there was no network is long in noticing that there is one.
 */
const PATIENCE_MS = 1500;
const MORE_PATIENCE_MS = 500;

/**
 * Grows the pauses between attempts: each is twice the last, up to a minute, of which at least half
 * is waited and the rest is random, so that a whole class does not come back at the same moment.
 * While the server may keep our stay, the pauses stay short: for others we are still there.
 */
export class Reconnect {
  readonly #random: () => number;
  readonly #giveUpAfter: number | undefined;
  #state: LinkState = "idle";
  #failures = 0;
  /** The short pauses since the last good connection. */
  #short = 0;
  /** The short pauses since the connection was lost. */
  #tries = 0;
  #upSince = 0;
  #lostAt: number | undefined;

  /**
   * @param random as `Math.random`.
   * @param giveUpAfter how long it may fail in a row, in milliseconds; undefined for ever.
   */
  constructor(random: () => number, giveUpAfter?: number) {
    this.#random = random;
    this.#giveUpAfter = giveUpAfter;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** How long the next attempt may take, in milliseconds; undefined if that is not limited here. */
  get patience(): number | undefined {
    return this.#tries === 0 ? undefined : PATIENCE_MS + (this.#tries - 1) * MORE_PATIENCE_MS;
  }

  dialling(): void {
    this.#state = "dialling";
  }

  registering(): void {
    this.#state = "registering";
  }

  up(now: number): void {
    if (this.#state === "up") return;
    this.#state = "up";
    this.#upSince = now;
    this.#lostAt = undefined;
    this.#tries = 0;
  }

  /**
   * The connection was lost, or could not be made.
   *
   * @param isKept whether the server may still keep our stay.
   * @param others how many servers that may take us were not dialled since.
   * @returns after how many milliseconds to dial again; undefined to give up.
   */
  lost(now: number, isKept = false, others = 0): number | undefined {
    const wasGood = this.#state === "up" && now - this.#upSince >= GOOD_MS;
    if (wasGood) this.#failures = this.#short = 0;
    this.#state = "waiting";
    this.#lostAt ??= now;
    const isShort = isKept && now - this.#lostAt < KEPT_MS && this.#short < MOST_SHORT;
    const pause = isShort ? this.#shortPause(wasGood || this.#tries < others) : this.#longPause();
    const after = Math.round(pause);
    const left = this.#lostAt + (this.#giveUpAfter ?? Infinity) - now;
    if (left > 0) return Math.min(after, left);
    this.#state = "idle";
    return undefined;
  }

  #shortPause(isFirst: boolean): number {
    this.#short++;
    this.#tries++;
    return isFirst ? AT_ONCE_MS * this.#random() : FIRST_MS * (0.5 + this.#random() / 2);
  }

  #longPause(): number {
    this.#tries = 0;
    const pause = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 30);
    return pause * (0.5 + this.#random() / 2);
  }
}
