import { graphemes } from "../../text/graphemes.ts";
import { isBlank } from "../../text/blank.ts";
import { mayBreak } from "../../text/line_breaks.ts";
import { visible } from "../../text/text.ts";
import { graphemeWidth, widestWidth } from "../../text/width.ts";

/** One thing to draw, and its position in the text. */
export interface Cell {
  /** What is drawn; `\n` for the end of a line. */
  readonly text: string;
  /** In UTF-16 units; -1 for what is no part of the text. */
  readonly at: number;
}

/** The position of a cell, or of the end of the text, in the layout. */
interface Spot {
  /** Counted from 0. */
  readonly row: number;
  /** Counted from 0. */
  readonly column: number;
  /** Its position in the text. */
  readonly at: number;
}

/** A text in rows. */
export interface TextRows {
  readonly rows: readonly string[];
  /** All places for the cursor, in order. */
  readonly spots: readonly Spot[];
  readonly cursor: Spot;
}

/**
 * The cells of a text: one per grapheme, harmless, each at least a column wide.
 *
 * @param shown what is drawn instead of a grapheme, one cell per character.
 */
export function cellsOf(text: string, shown: (grapheme: string) => string | undefined): Cell[] {
  const cells: Cell[] = [];
  let at = 0;
  for (const grapheme of graphemes(text)) {
    const instead = shown(grapheme);
    if (instead === undefined) cells.push({ text: harmless(grapheme), at });
    else for (const part of graphemes(instead)) cells.push({ text: part, at });
    at += grapheme.length;
  }
  return cells;
}

export function promptCells(prompt: string): Cell[] {
  return graphemes(visible(prompt)).map((text) => ({ text, at: -1 }));
}

/** Most letters: they need no change. */
const LETTER = /^(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}]$/u;

/** Replaces what would be invisible by itself. */
function harmless(grapheme: string): string {
  if (grapheme === "\n" || grapheme.length === 1 && grapheme >= " " && grapheme <= "~") {
    return grapheme;
  }
  if (LETTER.test(grapheme)) return grapheme;
  const shown = visible(grapheme);
  // A lone mark would join whatever is drawn before it.
  if (/^[\p{M}\p{Emoji_Modifier}\u200c\u200d]/u.test(shown)) return `\u25cc${shown}`;
  return graphemeWidth(shown) > 0 ? shown : "\ufffd";
}

/**
 * Lays cells out in rows. A row ends if the next word would not fit, however wide the terminal may
 * draw it; a word that is longer than a row fills rows.
 *
 * @param width the columns of a row; at least one.
 * @param indent the empty columns at the start of all rows but the first.
 * @param end the length of the text.
 * @param cursor the position of the cursor in the text.
 */
export function layOut(
  cells: readonly Cell[],
  width: number,
  indent: number,
  end: number,
  cursor: number,
): TextRows {
  const rows: string[] = [];
  const spots: Spot[] = [];
  let found: Spot | undefined;
  let row = "";
  let column = 0;
  let start = 0;
  const next = () => {
    rows.push(row);
    row = " ".repeat(indent);
    column = start = indent;
  };
  let last = -1;
  let before = "\n";
  for (const [index, { text, at }] of [...cells, { text: "", at: end }].entries()) {
    const here = found === undefined && at === cursor;
    const ends = text === "" || text === "\n";
    const room = width - start;
    const fits = ends || graphemeWidth(text) <= room;
    const needed = ends ? (here ? 1 : 0) : fits ? Math.min(room, widestWidth(text)) : 1;
    const begins = !ends && !isBlank(text) && (before === "\n" || mayBreak(before, text));
    const word = begins ? wordWidth(cells, index, width - indent) : 0;
    before = text;
    if (column > start && column + Math.max(needed, word) > width) next();
    if (at > last) {
      spots.push({ row: rows.length, column, at });
      last = at;
    }
    if (here) found = spots.at(-1);
    if (text === "\n") {
      next();
    } else if (text !== "") {
      row += fits ? text : "?";
      column += fits ? graphemeWidth(text) : 1;
    }
  }
  rows.push(row);
  return { rows, spots, cursor: found ?? spots.at(-1)! };
}

/**
 * The columns of the word that starts at an index, and one for the cursor or the blank behind it; 0
 * if it is a single character, or longer than `most`.
 */
function wordWidth(cells: readonly Cell[], index: number, most: number): number {
  let width = 1;
  let at = index;
  for (; at < cells.length; at++) {
    const { text } = cells[at]!;
    if (text === "\n" || at > index && mayBreak(cells[at - 1]!.text, text)) break;
    width += widestWidth(text);
    if (width > most) return 0;
  }
  return at === index + 1 ? 0 : width;
}

/** The spot in a row that is nearest to a column, from the left. */
export function spotIn(spots: readonly Spot[], row: number, column: number): Spot | undefined {
  const inRow = spots.filter((spot) => spot.row === row);
  return inRow.findLast((spot) => spot.column <= column) ?? inRow[0];
}
