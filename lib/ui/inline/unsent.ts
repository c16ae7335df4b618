/**
 * Messages that the server has not accepted yet.
 * @module
 */
import { sameName } from "../../irc/names.ts";
import { linesIn } from "../../client/session/unsaid.ts";
import type { InlineView, UnsentLine } from "./view.ts";
import type { Span } from "../spans.ts";
import { visible, visibleName } from "../../text/text.ts";
import { displayWidth } from "../../text/width.ts";
import { fit } from "./wrap.ts";
import { MESSAGES, SCREEN, TEXTS } from "../../wording/display.ts";

/** How long a message may be on its way before it is shown as unsent, in milliseconds. */
const GRACE_MS = 400;

/** Holds unsent messages back for a moment, since most of them arrive in less. */
export class UnsentDelay {
  #since: number | undefined;

  update({ unsent }: InlineView, now: number): void {
    this.#since = unsent.length === 0 ? undefined : this.#since ?? now;
  }

  /** When {@linkcode shown} changes by itself, in milliseconds since 1970. */
  wakeAt({ link }: InlineView, now: number): number | undefined {
    const ends = this.#since === undefined || link !== "up" ? 0 : this.#since + GRACE_MS;
    return ends > now ? ends : undefined;
  }

  shown(view: InlineView, now: number): readonly UnsentLine[] {
    return this.#since === undefined || this.wakeAt(view, now) !== undefined ? [] : view.unsent;
  }
}

/**
 * A row for each message, the oldest first. If there are too many, the last row counts the rest.
 *
 * @param place the place that is shown.
 * @param most how many rows there may be, at least 1.
 */
export function unsentSpans(
  items: readonly UnsentLine[],
  place: string,
  most: number,
  columns: number,
): Span[][] {
  const shown = items.length <= most ? items : items.slice(0, most - 1);
  const rows = shown.map((item) => row(item, place, columns));
  const more = items.length - shown.length;
  if (more === 0) return rows;
  const text = shown.length === 0 ? SCREEN.notSentCount(more) : TEXTS.more(more);
  return [...rows, [{ text: fit(text, columns), role: "quiet" }]];
}

function row({ target, kind, text }: UnsentLine, place: string, columns: number): Span[] {
  const where = sameName(target, place) ? "" : MESSAGES.to(visibleName(target));
  const [first = ""] = text.split("\n", 1);
  const more = text === first ? 0 : linesIn(text) - 1;
  const rest = more === 0 ? "" : ` ${MESSAGES.moreLines(more)}`;
  const start = fit(
    `${where}${kind === "action" ? "* " : ""}${visible(first)}`,
    columns - rest.length,
  );
  const words = start + rest;
  const mark = SCREEN.notSent;
  // If there is little room, the words matter more.
  const before = columns < 2 * displayWidth(mark) ? "" : mark;
  return [{ text: fit(`${before}${words}`, columns), role: "quiet" }];
}
