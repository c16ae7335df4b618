/**
 * Tells others that the person is typing.
 *
 * Source: IRCv3 `+typing` client tag.
 * @module
 */
import { BoundedMap } from "../../collections/bounded_map.ts";
import type { Folded } from "../../irc/names.ts";

/** The state of a line: the person types, pauses, or has removed it. */
export type TypingState = "active" | "paused" | "done";

/** The shortest time between two notifications, in milliseconds. */
const AGAIN_MS = 3000;

/** How long the server may take to refuse one, in milliseconds. */
const ANSWER_MS = 10_000;

/** The most places that are remembered. */
const MOST = 50;

/** Decides which notifications are sent. */
export class TypingOut {
  readonly #told = new BoundedMap<Folded, { readonly state: TypingState; readonly at: number }>(
    MOST,
  );

  /** When notifications were sent that the server may still refuse. */
  readonly #open = new BoundedMap<Folded, number>(MOST);

  /** Whether to send this state now. If so, it counts as sent. */
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

  /** A message was sent: that alone says that the person no longer types. */
  said(place: Folded): void {
    this.#told.delete(place);
  }

  /** The server refuses something in a place: returns whether it may be a notification. */
  refused(place: Folded, now: number): boolean {
    const at = this.#open.get(place);
    this.#open.delete(place);
    return at !== undefined && now - at < ANSWER_MS;
  }

  reset(): void {
    this.#told.clear();
    this.#open.clear();
  }
}
