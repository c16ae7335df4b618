/**
 * Shortens long messages that the server replays on entering or coming back. `/history` shows all
 * of them.
 * @module
 */
import type { Said } from "../client/events.ts";
import { fold as foldName } from "../irc/names.ts";
import { graphemes } from "../text/graphemes.ts";
import { MESSAGES } from "../wording/display.ts";

/** The most lines that are shown of such a message. */
const LINES = 5;

/** The most text that is shown of it, in UTF-16 units. */
const LENGTH = 2000;

/** How many messages are kept whole, and their text together, in UTF-16 units. */
const MOST = 40;
const MOST_LENGTH = 512 * 1024;

/** A shortened message. */
interface FoldedText {
  readonly text: string;
  /** How much more there is, and how to see it. */
  readonly hint: string;
}

/** The beginning of a long replayed message; undefined if it is shown as it is. */
export function folded({ old, why, text }: Said): FoldedText | undefined {
  if (!old || why === "asked") return undefined;
  const lines = text.split("\n");
  if (lines.length <= LINES && text.length <= LENGTH) return undefined;
  const shown = lines.slice(0, LINES).join("\n");
  // The last grapheme may be cut.
  const start = shown.length <= LENGTH
    ? shown
    : graphemes(shown.slice(0, LENGTH)).slice(0, -1).join("");
  const left = lines.length - start.split("\n").length;
  const hint = left === 0
    ? MESSAGES.shortened
    : left === 1
    ? MESSAGES.shortenedLine
    : MESSAGES.shortenedLines(left.toLocaleString("en-US"));
  return { text: start, hint };
}

/** The shortened messages, whole; the oldest are dropped if there are too many. */
export class Folds {
  #kept: Said[] = [];

  add(event: Said): void {
    this.#kept.push(event);
    let length = this.#kept.reduce((sum, { text }) => sum + text.length, 0);
    while (this.#kept.length > MOST || length > MOST_LENGTH && this.#kept.length > 1) {
      length -= this.#kept.shift()!.text.length;
    }
  }

  /** Forgets a message that was taken back. */
  drop(taken: string): void {
    this.#kept = this.#kept.filter(({ msgid }) => msgid !== taken);
  }

  /** Removes and returns the messages of a place. */
  take(place: string): Said[] {
    const key = foldName(place);
    const isThere = (event: Said) => foldName(event.place) === key;
    const taken = this.#kept.filter(isThere);
    this.#kept = this.#kept.filter((event) => !isThere(event));
    return taken;
  }
}
