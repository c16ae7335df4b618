/**
 * A model of a terminal: takes output and shows what a person would see. It throws on sequences
 * that the program does not use.
 *
 * Source: ECMA-48; "DEC STD 070" for wrapping: the cursor stays behind the last column until the
 * next character.
 * @module
 */
import { unicodeWidth } from "@std/cli/unicode-width";
import { graphemes } from "../../lib/text/graphemes.ts";
import { graphemeWidth } from "../../lib/text/width.ts";

/** A character on the screen; the second half of a wide one has no text. */
interface Cell {
  readonly text: string;
  readonly sgr: string;
  readonly link: string;
}

interface Row {
  cells: Cell[];
  /** Whether the text continues in the next row because it did not fit. */
  wrapped: boolean;
}

const BLANK: Cell = { text: " ", sgr: "", link: "" };

/** The differences between terminals. */
export interface Kind {
  /** Whether it rewraps its lines when its width changes. */
  readonly reflow: boolean;
  /** Whether it draws the parts of an emoji one after another. */
  readonly oldEmoji?: boolean;
}

export class ScreenModel {
  columns: number;
  rows: number;
  /** The cursor; `column` may be behind the last one. */
  cursor = { row: 0, column: 0 };
  cursorVisible = true;
  synchronized = false;
  title = "";
  bells = 0;
  readonly notifications: string[] = [];
  readonly #kind: Kind;
  /** The rows that scrolled out at the top. */
  #scrolled: Row[] = [];
  #screen: Row[];
  #wraps = true;
  #sgr = "";
  #link = "";

  constructor(columns: number, rows: number, kind: Kind = { reflow: true }) {
    this.columns = columns;
    this.rows = rows;
    this.#kind = kind;
    this.#screen = Array.from({ length: rows }, newRow);
  }

  /** Takes output. Throws at unknown sequences. */
  write(text: string): void {
    const pieces =
      // deno-lint-ignore no-control-regex -- these are what acts on a terminal
      /\x1b\[([?]?)([\d;]*)([A-Za-z])|\x1b\](\d+);([^\x07\x1b]*)(?:\x07|\x1b\\)|(\r|\n|\x07)|([^\x00-\x1f\x7f-\x9f]+)/y;
    while (pieces.lastIndex < text.length) {
      const at = pieces.lastIndex;
      const found = pieces.exec(text);
      if (found === null) throw new Error(`not known: ${JSON.stringify(text.slice(at, at + 20))}`);
      const [, mark = "", numbers = "", final = "", osc, body = "", control, plain] = found;
      if (final !== "") this.#csi(mark + final, numbers);
      else if (osc !== undefined) this.#osc(osc, body);
      else if (control !== undefined) this.#control(control);
      else if (plain !== undefined) this.#print(plain);
    }
  }

  /** Changes the size, as terminals do. */
  resize(columns: number, rows: number): void {
    if (this.#kind.reflow) this.#rewrap(columns);
    else {
      const cut = (row: Row) => row.cells.length = Math.min(row.cells.length, columns);
      this.#screen.forEach(cut);
      this.cursor.column = Math.min(this.cursor.column, columns - 1);
    }
    this.columns = columns;
    while (this.#screen.length > rows) {
      // Rows below the cursor go first.
      if (this.cursor.row < this.#screen.length - 1) this.#screen.pop();
      else this.#scroll();
    }
    while (this.#screen.length < rows) {
      const back = this.#kind.reflow ? this.#scrolled.pop() : undefined;
      if (back === undefined) this.#screen.push(newRow());
      else {
        this.#screen.unshift(back);
        this.cursor.row++;
      }
    }
    this.rows = rows;
  }

  /** The rows on the screen, between bars, without empty ones at the end. */
  get drawing(): string[] {
    const texts = this.#screen.map(textOf);
    while (texts.at(-1) === "") texts.pop();
    return texts.map((text) => `|${text}|`);
  }

  /** All lines, the scrollback included; wrapped ones are joined. */
  get lines(): string[] {
    const lines = logical([...this.#scrolled, ...this.#screen]).map((cells) => cellText(cells));
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }

  /** The SGR parameters and the link of a text on the screen, at its first place. */
  look(text: string): { readonly sgr: string; readonly link: string } | undefined {
    for (const cells of logical([...this.#scrolled, ...this.#screen])) {
      const at = cellText(cells).indexOf(text);
      if (at < 0) continue;
      let length = 0;
      for (const { text, sgr, link } of cells) {
        if (length >= at && text !== "") return { sgr, link };
        length += text.length;
      }
    }
    return undefined;
  }

  /** Whether the next character would have no attributes. */
  get plain(): boolean {
    return this.#sgr === "" && this.#link === "" && this.#wraps;
  }

  #print(text: string): void {
    const parts = this.#kind.oldEmoji ? [...text] : graphemes(text);
    for (const part of parts) {
      const width = Math.min(
        this.columns,
        this.#kind.oldEmoji ? unicodeWidth(part) : graphemeWidth(part),
      );
      if (width === 0) {
        this.#append(part);
        continue;
      }
      if (this.cursor.column + width > this.columns) {
        if (this.#wraps) {
          this.#row.wrapped = true;
          this.#lineFeed();
          this.cursor.column = 0;
        } else this.cursor.column = this.columns - width;
      }
      const cell = { text: part, sgr: this.#sgr, link: this.#link };
      this.#put(cell);
      for (let index = 1; index < width; index++) this.#put({ ...cell, text: "" });
    }
  }

  /** Draws a mark over the character before it. */
  #append(mark: string): void {
    const { cells } = this.#row;
    let at = this.cursor.column - 1;
    while (at > 0 && cells[at]?.text === "") at--;
    const cell = cells[at];
    if (cell !== undefined) cells[at] = { ...cell, text: cell.text + mark };
  }

  #put(cell: Cell): void {
    const { cells } = this.#row;
    while (cells.length < this.cursor.column) cells.push(BLANK);
    cells[this.cursor.column++] = cell;
  }

  get #row(): Row {
    return this.#screen[this.cursor.row] ?? newRow();
  }

  #control(char: string): void {
    if (char === "\x07") this.bells++;
    else if (char === "\r") this.cursor.column = 0;
    else {
      if (!this.#wraps && this.#sgr !== "") throw new Error("a row leaks its look");
      this.#lineFeed();
    }
  }

  #lineFeed(): void {
    if (this.#sgr !== "" && !this.#row.wrapped) throw new Error("a line leaks its look");
    if (this.cursor.row < this.rows - 1) this.cursor.row++;
    else {
      this.#scroll();
      this.#screen.push(newRow());
      this.cursor.row = this.rows - 1;
    }
  }

  #scroll(): void {
    const top = this.#screen.shift();
    if (top !== undefined) this.#scrolled.push(top);
    this.cursor.row = Math.max(0, this.cursor.row - 1);
  }

  #csi(what: string, numbers: string): void {
    const count = numbers === "" ? 1 : Number(numbers);
    const { cursor } = this;
    // If nothing was printed behind the last column, moves start from it.
    if (/[A-GK]/.test(what)) cursor.column = Math.min(cursor.column, this.columns - 1);
    switch (what) {
      case "A":
        cursor.row = Math.max(0, cursor.row - count);
        return;
      case "B":
        cursor.row = Math.min(this.rows - 1, cursor.row + count);
        return;
      case "C":
        cursor.column = Math.min(this.columns - 1, cursor.column + count);
        return;
      case "G":
        cursor.column = Math.min(this.columns, count) - 1;
        return;
      case "H":
        if (numbers !== "") break;
        this.cursor = { row: 0, column: 0 };
        return;
      case "J":
        if (numbers !== "") break;
        // As tmux does: erasing the whole screen keeps it in the scrollback.
        if (this.#kind.reflow && cursor.row === 0 && cursor.column === 0) {
          const last = this.#screen.findLastIndex((row) => row.cells.length > 0);
          this.#scrolled.push(...this.#screen.slice(0, last + 1).map((row) => ({ ...row })));
        }
        this.#eraseRight();
        for (const row of this.#screen.slice(cursor.row + 1)) {
          row.cells = [];
          row.wrapped = false;
        }
        return;
      case "K":
        if (numbers !== "" && numbers !== "2") break;
        if (numbers === "2") this.#row.cells = [];
        this.#eraseRight(numbers === "2");
        return;
      case "m":
        this.#sgr = numbers === "0" || numbers === "" ? "" : numbers;
        return;
      case "?h":
      case "?l":
        return this.#mode(numbers, what === "?h");
    }
    throw new Error(`not known: CSI ${numbers} ${what}`);
  }

  /** As in tmux, a row of which something remains still goes on in the next one. */
  #eraseRight(whole = this.cursor.column === 0): void {
    const row = this.#row;
    row.cells.length = Math.min(row.cells.length, this.cursor.column);
    if (!whole) return;
    row.wrapped = false;
    const above = this.#screen[this.cursor.row - 1] ?? this.#scrolled.at(-1);
    if (above !== undefined) above.wrapped = false;
  }

  #mode(number: string, on: boolean): void {
    if (number === "7") this.#wraps = on;
    else if (number === "25") this.cursorVisible = on;
    else if (number === "2026") this.synchronized = on;
    else throw new Error(`not known: mode ${number}`);
  }

  #osc(number: string, body: string): void {
    if (number === "2") this.title = body;
    else if (number === "8") this.#link = body.slice(body.indexOf(";") + 1);
    else if (number === "9" || number === "777") this.notifications.push(body);
    else throw new Error(`not known: OSC ${number}`);
  }

  /** Rewraps all lines; the cursor keeps its place in its line. */
  #rewrap(columns: number): void {
    const all = [...this.#scrolled, ...this.#screen];
    const at = this.#scrolled.length + this.cursor.row;
    const result: Row[] = [];
    let cursor = { row: 0, column: this.cursor.column };
    let cells: Cell[] = [];
    let offset: number | undefined;
    all.forEach((row, index) => {
      if (index === at) {
        offset = this.cursor.column >= row.cells.length
          ? Infinity
          : cells.length + this.cursor.column;
      }
      cells = [...cells, ...row.cells];
      if (row.wrapped && index < all.length - 1) return;
      const wrapped = wrap(cells, columns);
      if (offset !== undefined) {
        cursor = find(wrapped, offset, result.length);
        if (offset === Infinity) {
          const beyond = index === at ? this.cursor.column - row.cells.length : 0;
          cursor.column = Math.min(columns - 1, cursor.column + Math.max(0, beyond));
        }
        offset = undefined;
      }
      result.push(...wrapped);
      cells = [];
    });
    // Blank rows below the cursor push nothing out.
    while (result.length > this.rows && result.length - 1 > cursor.row) {
      if ((result.at(-1)?.cells.length ?? 0) > 0) break;
      result.pop();
    }
    const top = Math.max(0, result.length - this.rows);
    // A cursor far above the bottom stays on the screen.
    this.#scrolled = result.slice(0, Math.min(top, cursor.row));
    this.#screen = result.slice(this.#scrolled.length);
    this.cursor = { row: cursor.row - this.#scrolled.length, column: cursor.column };
    while (this.#screen.length < this.rows) this.#screen.push(newRow());
  }
}

function newRow(): Row {
  return { cells: [], wrapped: false };
}

function cellText(cells: readonly Cell[]): string {
  return cells.map(({ text }) => text).join("").trimEnd();
}

function textOf(row: Row): string {
  return cellText(row.cells);
}

/** The logical lines of rows. */
function logical(rows: readonly Row[]): Cell[][] {
  const lines: Cell[][] = [];
  let cells: Cell[] = [];
  for (const row of rows) {
    cells = [...cells, ...row.cells];
    if (row.wrapped) continue;
    lines.push(cells);
    cells = [];
  }
  if (cells.length > 0) lines.push(cells);
  return lines;
}

function wrap(cells: readonly Cell[], columns: number): Row[] {
  const rows: Row[] = [];
  for (let from = 0; from < cells.length || rows.length === 0;) {
    let to = Math.min(from + columns, cells.length);
    // A wide character is not split.
    if (to < cells.length && cells[to]?.text === "" && to - 1 > from) to--;
    rows.push({ cells: cells.slice(from, to), wrapped: to < cells.length });
    from = to;
    if (cells.length === 0) break;
  }
  return rows;
}

function find(rows: readonly Row[], offset: number, base: number): { row: number; column: number } {
  let left = offset;
  for (const [index, { cells }] of rows.entries()) {
    const last = index === rows.length - 1;
    if (left < cells.length || last) {
      return { row: base + index, column: Math.min(left, cells.length) };
    }
    left -= cells.length;
  }
  return { row: base, column: 0 };
}
