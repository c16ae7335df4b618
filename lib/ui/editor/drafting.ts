import type { Intent } from "../inline/inline_types.ts";

/** After this long without a key, in milliseconds, we have paused. */
const PAUSE_MS = 5000;

/**
 * Derives from the input line whether we are typing (IRCv3 client tag `typing`). The session limits
 * how often others are told.
 */
export class Drafting {
  /** The place in which we are typing. */
  #place: string | undefined;
  #pausesAt: number | undefined;

  /** When to call {@linkcode tick}, in milliseconds since 1970. */
  get wakeAt(): number | undefined {
    return this.#pausesAt;
  }

  /** Notes another text. A text with a slash at its start is a command, which is private. */
  changed(place: string, text: string, now: number): Intent[] {
    if (text === "" || /^\s*\//u.test(text)) return this.ended();
    this.#place = place;
    this.#pausesAt = now + PAUSE_MS;
    return [{ do: "typing", place, state: "active" }];
  }

  tick(now: number): Intent[] {
    const place = this.#place;
    if (place === undefined || now < (this.#pausesAt ?? Infinity)) return [];
    this.#pausesAt = undefined;
    return [{ do: "typing", place, state: "paused" }];
  }

  /** The text was given up, or its place left. */
  ended(): Intent[] {
    const place = this.#place;
    this.sent();
    return place === undefined ? [] : [{ do: "typing", place, state: "done" }];
  }

  /** The message was sent, which tells the others by itself. */
  sent(): void {
    this.#place = undefined;
    this.#pausesAt = undefined;
  }
}
