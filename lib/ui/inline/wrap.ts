/**
 * Fits text into rows.
 *
 * Messages are wrapped here, and all rows of a line except the first are indented, so that no text
 * can begin a row that looks like the line of somebody else. If the terminal wrapped a line at its
 * edge, the text after the edge could. The price: copied text has line ends where rows end, and
 * rows stay as they are when the terminal gets wider.
 *
 * Text in the live area is cut to one row, since it is redrawn again and again.
 * @module
 */
import { isBlank } from "../../text/blank.ts";
import { graphemes } from "../../text/graphemes.ts";
import { mayBreak } from "../../text/line_breaks.ts";
import { graphemeWidth, widestWidth, widthDiffers } from "../../text/width.ts";

const ASCII = /^[ -~]*$/;

/**
 * Cuts a text to so many columns; if something is cut off, it ends in `…`.
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
  // Nearly every grapheme takes a column, so the rest of a long text need not be looked at.
  for (const part of graphemes(text.slice(0, columns * 16))) {
    width += graphemeWidth(part);
    if (width > columns) return `${text.slice(0, end)}…`;
    at += part.length;
    if (width < columns) end = at;
  }
  return at < text.length ? `${text.slice(0, end)}…` : text;
}

/** The indent of the rows after the first, in columns. */
const INDENT = 4;

/** The escape sequences of a painted line (`paint`): colours and links. */
// deno-lint-ignore no-control-regex
const ESCAPES = /\x1b\[[\d;]*m|\x1b\]8;;[^\x1b]*\x1b\\/g;
const PLAIN = "\x1b[0m";
const UNLINKED = "\x1b]8;;\x1b\\";

interface Cell {
  readonly text: string;
  readonly width: number;
  /** The colours and the link that the terminal was told; empty for none. */
  readonly colors: string;
  readonly link: string;
}

/**
 * Wraps a line, between words if possible. Blanks between two rows are left out.
 *
 * @param text the painted line.
 * @param plain the same without escape sequences; harmless, of one line.
 * @param columns the width of the terminal. Its last column stays free, so that no terminal adds a
 * row after a full one.
 */
export function wrap(text: string, plain: string, columns: number): string[] {
  const width = columns < 4 ? columns : columns - 1;
  if (ASCII.test(plain) ? plain.length <= width : widest(plain) <= width) return [text];
  const indent = Math.min(INDENT, Math.ceil(width / 4), width - 1);
  const rows: string[] = [];
  let row: Cell[] = [];
  let used = 0;
  let room = width;
  const end = () => {
    while (row.length > 0 && isBlank(row.at(-1)!.text)) row.pop();
    rows.push((rows.length === 0 ? "" : " ".repeat(indent)) + painted(row));
    [row, used, room] = [[], 0, width - indent];
  };
  const take = (cell: Cell) => {
    if (used + cell.width > room && row.length > 0) end();
    row.push(cell);
    used += cell.width;
  };
  for (const word of words(cellsOf(text))) {
    const length = word.reduce((sum, cell) => sum + cell.width, 0);
    if (used + length <= room) {
      word.forEach(take);
    } else if (isBlank(word[0]!.text)) {
      // Blanks are of no use at the end of a row or the start of the next one; but a line that
      // begins with blanks stays indented.
      if (row.length > 0) end();
      else word.slice(0, indent).forEach(take);
    } else {
      if (length <= width - indent && row.length > 0) end();
      word.forEach(take);
    }
  }
  if (row.length > 0) end();
  return rows;
}

function widest(text: string): number {
  return graphemes(text).reduce((sum, grapheme) => sum + widestWidth(grapheme), 0);
}

function cellsOf(text: string): Cell[] {
  const cells: Cell[] = [];
  let [colors, link, at] = ["", "", 0];
  const take = (part: string) => {
    for (const grapheme of graphemes(part)) {
      cells.push({ text: grapheme, width: widestWidth(grapheme), colors, link });
    }
  };
  for (const { 0: escape, index } of text.matchAll(ESCAPES)) {
    take(text.slice(at, index));
    at = index + escape.length;
    if (escape.endsWith("m")) colors = escape === PLAIN ? "" : escape;
    else link = escape === UNLINKED ? "" : escape;
  }
  take(text.slice(at));
  return cells;
}

/** The words, and the runs of blanks between them. */
function words(cells: readonly Cell[]): Cell[][] {
  const words: Cell[][] = [];
  for (const cell of cells) {
    const last = words.at(-1)?.at(-1);
    if (last === undefined || mayBreak(last.text, cell.text)) words.push([]);
    words.at(-1)!.push(cell);
  }
  return words;
}

/** The text of cells with escape sequences, all of which are ended. */
function painted(cells: readonly Cell[]): string {
  let result = "";
  let [colors, link] = ["", ""];
  const turn = (to: Pick<Cell, "colors" | "link">) => {
    if (to.link !== link) result += to.link === "" ? UNLINKED : to.link;
    if (to.colors !== colors) result += (colors === "" ? "" : PLAIN) + to.colors;
    ({ colors, link } = to);
  };
  for (const cell of cells) {
    turn(cell);
    result += cell.text;
  }
  turn({ colors: "", link: "" });
  return result;
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
 * The row of a position in a line, from 0; after the end it is the last row.
 *
 * @param text harmless, of one line.
 * @param at the column, if the row were long enough.
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
 * A text for a row of the live area that stays in its columns even if the terminal draws some emoji
 * wider or narrower: the column is set after those.
 *
 * @param text harmless, of one line.
 * @param column the first column, from 0.
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
