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

/**
 * Grows the pauses between attempts: each is twice the last, up to a minute, of which at least half
 * is waited and the rest is random, so that a whole class does not come back at the same moment.
 */
export class Reconnect {
  readonly #random: () => number;
  readonly #giveUpAfter: number | undefined;
  #state: LinkState = "idle";
  #failures = 0;
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
  }

  /**
   * The connection was lost, or could not be made.
   *
   * @returns after how many milliseconds to dial again; undefined to give up.
   */
  lost(now: number): number | undefined {
    if (this.#state === "up" && now - this.#upSince >= GOOD_MS) this.#failures = 0;
    this.#state = "waiting";
    this.#lostAt ??= now;
    const pause = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 30);
    const after = Math.round(pause * (0.5 + this.#random() / 2));
    const left = this.#lostAt + (this.#giveUpAfter ?? Infinity) - now;
    if (left > 0) return Math.min(after, left);
    this.#state = "idle";
    return undefined;
  }
}
