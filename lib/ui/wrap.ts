/**
 * How text fits into rows.
 *
 * What people say is printed as one long line and wrapped by the terminal itself, wherever its
 * edge is, also within words. Breaking it here, between words, would look better at first. But the
 * lines are the terminal's from then on: only it knows what belongs together when somebody copies
 * a message (no line ends where there were none), clicks a link that goes over the edge, searches,
 * or makes the window narrower or wider. Rows that were cut here would stay cut for ever.
 *
 * What stands in the live area is cut to one row: it is drawn again and again.
 * @module
 */
import { graphemes, graphemeWidth, widthDiffers } from "./text.ts";

const ASCII = /^[ -~]*$/;

/**
 * A text cut to so many columns; where something is missing, it ends in `…`.
 *
 * @param text harmless, of one line.
 */
export function fit(text: string, columns: number): string {
  if (columns <= 0) return "";
  if (ASCII.test(text)) {
    return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
  }
  let width = 0;
  let end = 0;
  let at = 0;
  // A grapheme has a column at least, but for a few: what is far beyond need not be looked at.
  for (const part of graphemes(text.slice(0, columns * 16))) {
    width += graphemeWidth(part);
    if (width > columns) return `${text.slice(0, end)}…`;
    at += part.length;
    if (width < columns) end = at;
  }
  return at < text.length ? `${text.slice(0, end)}…` : text;
}

/**
 * How many rows a terminal takes for a line. A wide character that does not fit into the last
 * column goes to the next row.
 *
 * @param text harmless, of one line.
 */
export function rowsOf(text: string, columns: number): number {
  return rowOf(text, columns, Infinity) + 1;
}

/**
 * In which of the rows of a line, counted from 0, something stands; behind the end it is the last
 * one.
 *
 * @param text harmless, of one line.
 * @param at in which column it would stand if the row were long enough.
 */
export function rowOf(text: string, columns: number, at: number): number {
  if (ASCII.test(text)) {
    return Math.floor(Math.min(at, Math.max(0, text.length - 1)) / columns);
  }
  let row = 0;
  let column = 0;
  let passed = 0;
  for (const part of graphemes(text)) {
    const width = graphemeWidth(part);
    if (column + Math.min(width, columns) > columns) {
      row++;
      column = 0;
    }
    column += Math.min(width, columns);
    passed += width;
    if (passed > at) break;
  }
  return row;
}

/**
 * A text for a row of the live area, in which all stands in its column whatever the terminal thinks
 * of how wide some emoji are: behind those, the column is named.
 *
 * @param text harmless, of one line.
 * @param column in which column it starts, from 0.
 */
export function placed(text: string, column = 0): string {
  if (ASCII.test(text)) return text;
  let result = "";
  let at = column;
  for (const part of graphemes(text)) {
    at += graphemeWidth(part);
    // CHA (ECMA-48, 8.3.9) counts from 1.
    result += widthDiffers(part) ? `${part}\x1b[${at + 1}G` : part;
  }
  return result;
}
