/**
 * Long messages that come unasked on entering or coming back: only their beginning is shown, and all
 * of them when somebody asks for it.
 * @module
 */
import type { Said } from "../client/events.ts";
import { fold as foldName } from "../irc/names.ts";
import { graphemes } from "../text/graphemes.ts";

/** How many lines of such a message are shown. */
const LINES = 5;

/** How much of it is shown, in UTF-16 units. */
const LENGTH = 2000;

/** How many messages are kept in full, and how long they are at most, in UTF-16 units. */
const MOST = 40;
const MOST_LENGTH = 512 * 1024;

/** A message of which only the beginning is shown. */
export interface FoldedText {
  /** The beginning. */
  readonly text: string;
  /** How much more there is, and how to see it. */
  readonly hint: string;
}

/** The beginning of a message that nobody asked for; undefined if it is shown as it is. */
export function folded({ old, why, text }: Said): FoldedText | undefined {
  if (!old || why === "asked") return undefined;
  const lines = text.split("\n");
  if (lines.length <= LINES && text.length <= LENGTH) return undefined;
  const shown = lines.slice(0, LINES).join("\n");
  // The last character may be cut.
  const start = shown.length <= LENGTH
    ? shown
    : graphemes(shown.slice(0, LENGTH)).slice(0, -1).join("");
  const left = lines.length - start.split("\n").length;
  const more = left === 0
    ? "and more"
    : left === 1
    ? "1 more line"
    : `${left.toLocaleString("en-US")} more lines`;
  return { text: start, hint: `... ${more}. /history shows all of this message.` };
}

/** The messages of which only the beginning was shown; of too many the oldest are forgotten. */
export class Folds {
  #kept: Said[] = [];

  /** Keeps a message. */
  add(event: Said): void {
    this.#kept.push(event);
    let length = this.#kept.reduce((sum, { text }) => sum + text.length, 0);
    while (this.#kept.length > MOST || length > MOST_LENGTH && this.#kept.length > 1) {
      length -= this.#kept.shift()!.text.length;
    }
  }

  /** A message is taken back: it is not shown any more. */
  drop(taken: string): void {
    this.#kept = this.#kept.filter(({ msgid }) => msgid !== taken);
  }

  /** Takes those of a place out. */
  take(place: string): Said[] {
    const key = foldName(place);
    const isThere = (event: Said) => foldName(event.place) === key;
    const taken = this.#kept.filter(isThere);
    this.#kept = this.#kept.filter((event) => !isThere(event));
    return taken;
  }
}
