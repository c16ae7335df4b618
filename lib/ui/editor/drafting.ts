/**
 * Whether we are typing, as others are told.
 *
 * Source: IRCv3 client tag `typing`.
 * @module
 */
import type { Intent } from "../inline/inline_types.ts";

/** After so long without a key, in milliseconds, we have paused. */
const PAUSE_MS = 5000;

/** Tells from the input line whether we are typing. How often others are told is not its matter. */
export class Drafting {
  /** Where we are typing. */
  #place: string | undefined;
  #pausesAt: number | undefined;

  /** When {@linkcode tick} is to be called, in milliseconds since 1970. */
  get wakeAt(): number | undefined {
    return this.#pausesAt;
  }

  /** The text is another one. What begins with a slash is a command and nobody's business. */
  changed(place: string, text: string, now: number): Intent[] {
    if (text === "" || /^\s*\//u.test(text)) return this.ended();
    this.#place = place;
    this.#pausesAt = now + PAUSE_MS;
    return [{ do: "typing", place, state: "active" }];
  }

  /** Time has passed. */
  tick(now: number): Intent[] {
    const place = this.#place;
    if (place === undefined || now < (this.#pausesAt ?? Infinity)) return [];
    this.#pausesAt = undefined;
    return [{ do: "typing", place, state: "paused" }];
  }

  /** The text was given up, or left. */
  ended(): Intent[] {
    const place = this.#place;
    this.sent();
    return place === undefined ? [] : [{ do: "typing", place, state: "done" }];
  }

  /** The text was sent, which tells all by itself. */
  sent(): void {
    this.#place = undefined;
    this.#pausesAt = undefined;
  }
}
