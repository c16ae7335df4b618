/**
 * A text that is being written, in rows.
 * @module
 */
import { graphemes } from "../../text/graphemes.ts";
import { graphemeWidth, visible, widestWidth } from "../../text/text.ts";

/** One thing to draw, and which place in the text it stands for. */
export interface Cell {
  /** What is drawn; `\n` for the end of a line. */
  readonly text: string;
  /** Where in the text it starts, in UTF-16 units; what is no part of the text has -1. */
  readonly at: number;
}

/** Where a cell, or the end of the text, came to stand. */
export interface Spot {
  /** Its row, counted from 0. */
  readonly row: number;
  /** Its column, counted from 0. */
  readonly column: number;
  /** Where in the text it starts. */
  readonly at: number;
}

/** A text in rows. */
export interface TextRows {
  /** The rows, as they are drawn. */
  readonly rows: readonly string[];
  /** All places where the cursor may stand, in order. */
  readonly spots: readonly Spot[];
  /** The one where it does. */
  readonly cursor: Spot;
}

/**
 * The cells of a text: one for each grapheme, made harmless, each at least a column wide.
 *
 * @param shown what is drawn for a grapheme instead of itself, each character a cell.
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

/** The cells of a prompt. */
export function promptCells(prompt: string): Cell[] {
  return graphemes(visible(prompt)).map((text) => ({ text, at: -1 }));
}

/** Most letters: they are what they look like. */
const LETTER = /^(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}]$/u;

/** What stands alone and would not be seen is shown by something that is. */
function harmless(grapheme: string): string {
  if (grapheme === "\n" || grapheme.length === 1 && grapheme >= " " && grapheme <= "~") {
    return grapheme;
  }
  if (LETTER.test(grapheme)) return grapheme;
  const shown = visible(grapheme);
  // A mark with nothing to stand on would go to whatever is drawn before it.
  if (/^[\p{M}\p{Emoji_Modifier}\u200c\u200d]/u.test(shown)) return `\u25cc${shown}`;
  return graphemeWidth(shown) > 0 ? shown : "\ufffd";
}

/**
 * Lays cells out in rows. A row ends where the next cell would not fit, however wide the terminal
 * may draw it.
 *
 * @param width the columns of a row; at least one.
 * @param indent how many columns all rows but the first leave empty.
 * @param end the length of the text.
 * @param cursor where in the text the cursor stands.
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
  for (const { text, at } of [...cells, { text: "", at: end }]) {
    const here = found === undefined && at === cursor;
    const ends = text === "" || text === "\n";
    const room = width - start;
    const fits = ends || graphemeWidth(text) <= room;
    const needed = ends ? (here ? 1 : 0) : fits ? Math.min(room, widestWidth(text)) : 1;
    if (column > start && column + needed > width) next();
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

/** The place in a row that is nearest to a column, from the left. */
export function spotIn(spots: readonly Spot[], row: number, column: number): Spot | undefined {
  const inRow = spots.filter((spot) => spot.row === row);
  return inRow.findLast((spot) => spot.column <= column) ?? inRow[0];
}
