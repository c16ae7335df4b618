/**
 * What was said and is not sent yet.
 * @module
 */
import { sameName } from "../../irc/names.ts";
import type { UnsentLine } from "./inline_types.ts";
import type { Span } from "../terminal/style.ts";
import { displayWidth, visible, visibleName } from "../../text/text.ts";
import { fit } from "./wrap.ts";

/**
 * A row for each message, the oldest first; of too many the last row tells how many more there are.
 *
 * @param place the place that is shown.
 * @param most how many rows there may be, at least 1.
 * @param columns how wide they may be.
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
  const text = shown.length === 0 ? `${more} messages not sent yet` : `... and ${more} more`;
  return [...rows, [{ text: fit(text, columns), role: "quiet" }]];
}

function row({ target, kind, text }: UnsentLine, place: string, columns: number): Span[] {
  const where = sameName(target, place) ? "" : `To ${visibleName(target)}: `;
  const words = `${where}${kind === "action" ? "* " : ""}${visible(text)}`;
  const mark = "not sent yet >> ";
  // Where there is little room, the words matter more.
  const before = columns < 2 * displayWidth(mark) ? "" : mark;
  return [{ text: fit(`${before}${words}`, columns), role: "quiet" }];
}
