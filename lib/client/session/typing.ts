/**
 * Telling others that we type.
 *
 * Source: IRCv3 `+typing` client tag.
 * @module
 */
import { BoundedMap } from "../../collections/bounded_map.ts";
import type { Folded } from "../../irc/names.ts";

/** What one does with the line that one writes: types, pauses, or has taken it away. */
export type TypingState = "active" | "paused" | "done";

/** How often it is told at most that one still types, in milliseconds. */
const AGAIN_MS = 3000;

/** How long the server may take to refuse it, in milliseconds. */
const ANSWER_MS = 10_000;

/** Of how many places it is remembered. */
const MOST = 50;

/** Decides what is worth telling. */
export class TypingOut {
  readonly #told = new BoundedMap<Folded, { readonly state: TypingState; readonly at: number }>(
    MOST,
  );

  /** Where something was told, and when, that the server may refuse yet. */
  readonly #open = new BoundedMap<Folded, number>(MOST);

  /** Whether a state is to be told now. If it is, it counts as told. */
  take(place: Folded, state: TypingState, now: number): boolean {
    const last = this.#told.get(place);
    if (state === "active") {
      if (last !== undefined && now - last.at < AGAIN_MS) return false;
    } else if (last === undefined || last.state === "done" || last.state === state) {
      return false;
    }
    this.#told.set(place, { state, at: now });
    this.#open.set(place, now);
    return true;
  }

  /** Something was said there: that alone tells that one types no more. */
  said(place: Folded): void {
    this.#told.delete(place);
  }

  /** The server refuses something in a place: whether it may be what was told of our typing. */
  refused(place: Folded, now: number): boolean {
    const at = this.#open.get(place);
    this.#open.delete(place);
    return at !== undefined && now - at < ANSWER_MS;
  }

  /** The connection is gone, and with it what was told. */
  reset(): void {
    this.#told.clear();
    this.#open.clear();
  }
}
