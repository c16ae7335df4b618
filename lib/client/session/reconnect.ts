/**
 * When to dial again.
 * @module
 */

/** Where a connection stands. */
export type LinkState = "idle" | "dialling" | "registering" | "up" | "waiting";

/** What to do after a loss: dial again after so many milliseconds, or give up. */
export type NextDial = { readonly after: number } | "give up";

/** The settings of {@linkcode Reconnect}. */
export interface ReconnectOptions {
  /** A number from 0 up to 1, as `Math.random`. */
  readonly random: () => number;
  /** How long it may fail in a row, in milliseconds; undefined for ever. */
  readonly giveUpAfter: number | undefined;
}

/** The first pause, in milliseconds. */
const FIRST_MS = 1000;

/** The longest pause, in milliseconds. */
const LONGEST_MS = 60_000;

/** A connection that lasted as long as this was a good one: the pauses start from the first. */
const GOOD_MS = 10_000;

/**
 * Grows the pauses between attempts: each is twice the last, up to a minute, and between half of
 * that and all of it at random, so that a whole class does not come back at the same moment.
 */
export class Reconnect {
  readonly #options: ReconnectOptions;
  #state: LinkState = "idle";
  #failures = 0;
  #upSince = 0;
  #lostAt: number | undefined;

  /** Makes one that has not dialled yet. */
  constructor(options: ReconnectOptions) {
    this.#options = options;
  }

  /** Where the connection stands. */
  get state(): LinkState {
    return this.#state;
  }

  /** A connection is being made. */
  dialling(): void {
    this.#state = "dialling";
  }

  /** It is made; the server does not know us yet. */
  registering(): void {
    this.#state = "registering";
  }

  /** We are in the room. */
  up(now: number): void {
    if (this.#state === "up") return;
    this.#state = "up";
    this.#upSince = now;
    this.#lostAt = undefined;
  }

  /** The connection is lost, or could not be made. */
  lost(now: number): NextDial {
    if (this.#state === "up" && now - this.#upSince >= GOOD_MS) this.#failures = 0;
    this.#state = "waiting";
    this.#lostAt ??= now;
    const pause = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 30);
    const after = Math.round(pause * (0.5 + this.#options.random() / 2));
    const { giveUpAfter } = this.#options;
    if (giveUpAfter === undefined) return { after };
    const left = this.#lostAt + giveUpAfter - now;
    if (left > 0) return { after: Math.min(after, left) };
    this.#state = "idle";
    return "give up";
  }
}
