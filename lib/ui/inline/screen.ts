/**
 * Writes to the terminal: lines that scroll away, and below them a live area that is redrawn in
 * place.
 *
 * The position of the area on the screen is never known. The cursor stands in the area, all moves
 * are relative to it, and the screen scrolls at its end. So nothing has to be asked of the
 * terminal, and what was on the screen before stays.
 *
 * Source: ECMA-48 (CUU, CUF, ED, EL); DEC modes 7 (wrapping) and 25 (cursor); mode 2026,
 * "synchronized output", which other terminals ignore.
 * @module
 */
import { rowOf, rowsOf, wrap } from "./wrap.ts";
import { SCREEN } from "../../wording/display.ts";

export interface ScreenLine {
  /** With escape sequences, without a line end. */
  readonly text: string;
  readonly plain: string;
}

export interface Area {
  /** At least one row, and no more than the terminal has; each leaves the last column free. */
  readonly rows: readonly ScreenLine[];
  /** The position of the cursor, from 0. */
  readonly cursor: {
    readonly row: number;
    readonly column: number;
  };
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * The most text that waits to be drawn, in lines and in UTF-16 units with escape sequences: nobody
 * reads more.
 */
const WAITING = { lines: 2000, units: 2 ** 20 } as const;

/** How much more may wait before the oldest is dropped, so that not every line moves all others. */
const SLACK = 1.25;

/** The number of lines that are kept to redraw the screen: more than fit on one. */
const KEPT = 300;

const BEGIN = "\x1b[?2026h\x1b[?25l";
const END = "\x1b[?25h\x1b[?2026l";

/**
 * Erases from the start of the row on. First the row itself (EL): otherwise tmux remembers that it
 * was wrapped, and would join what is drawn there with the next row. Then the rest, but not from the
 * first column: tmux keeps what is erased from the first column of the first row (ED) in its
 * scrollback.
 */
const ERASE_BELOW = "\x1b[2K \x1b[J\r";
const ERASE_RIGHT = "\x1b[K";
const HOME = "\x1b[H";

/**
 * Rows with characters of uncertain width don't wrap: if the terminal draws an emoji wider than
 * expected, only the end of the row is lost, and not the position of everything below. Others wrap
 * if the terminal has become narrower and the program is not told yet: then they take as many rows
 * as those that were drawn before, see {@linkcode Screen}'s `#above`.
 */
const NO_WRAP = "\x1b[?7l";
const WRAP = "\x1b[?7h";

/** What `placed` puts behind characters of uncertain width. */
// deno-lint-ignore no-control-regex
const PLACED = /\x1b\[\d+G/;

export class Screen {
  readonly #reflow: boolean;
  /** Lines to print; `clear` clears the screen. */
  #waiting: (ScreenLine | "clear")[] = [];
  /** The length of the waiting text, in UTF-16 units. */
  #units = 0;
  /** How many lines were dropped before those that wait. */
  #dropped = 0;
  #kept: ScreenLine[] = [];
  #repaint = false;
  #stale = false;
  #drawn: { readonly area: Area; readonly size: Size } | undefined;

  /**
   * Starts with the cursor at the start of a row.
   *
   * @param reflow whether the terminal rewraps its lines when its width changes.
   */
  constructor(reflow: boolean) {
    this.#reflow = reflow;
  }

  get waiting(): boolean {
    return this.#waiting.length > 0 || this.#dropped > 0 || this.#repaint;
  }

  /**
   * Prints a line with the next drawing. If too many wait, the oldest are dropped, and a line tells
   * how many.
   */
  print(line: ScreenLine): void {
    this.#waiting.push(line);
    this.#units += line.text.length;
    const { lines, units } = WAITING;
    if (this.#waiting.length <= lines * SLACK && this.#units <= units * SLACK) return;
    let gone = 0;
    while (this.#waiting.length - gone > lines || this.#units > units) {
      const oldest = this.#waiting[gone++];
      if (oldest === undefined || oldest === "clear") continue;
      this.#units -= oldest.text.length;
      this.#dropped++;
    }
    this.#waiting.splice(0, gone);
  }

  /** Clears the screen with the next drawing; what is on it goes into the scrollback. */
  clear(): void {
    this.#waiting.push("clear");
  }

  /**
   * Redraws the whole area with the next drawing: a terminal that was narrower for a moment may
   * have cut it.
   */
  invalidate(): void {
    this.#stale = true;
  }

  /** Redraws the whole screen with the next drawing, after something garbled it. */
  repaint(): void {
    this.#repaint = true;
  }

  /** What to write to print the waiting lines and show this area. */
  draw(area: Area, size: Size): string {
    const last = this.#drawn;
    this.#drawn = { area, size };
    const fresh = last === undefined || this.#stale || this.waiting ||
      last.size.columns !== size.columns || last.size.rows !== size.rows ||
      last.area.rows.length !== area.rows.length || size.columns === 1;
    if (!fresh) return difference(last.area, area);
    const start = this.#repaint ? this.#again(area, size) : this.#eraseArea(last, size);
    this.#repaint = false;
    this.#stale = false;
    return BEGIN + start + this.#lines(size) + area.rows.map(drawn).join("\r\n") +
      move(area.rows.length - 1, area.cursor.row) + toColumn(area.cursor.column) + END;
  }

  /** What to write to remove the area. The next drawing starts at the cursor. */
  close(size: Size): string {
    const last = this.#drawn;
    this.#drawn = undefined;
    return last === undefined ? "" : `${this.#eraseArea(last, size)}\x1b[?25h`;
  }

  #eraseArea(last: { readonly area: Area } | undefined, size: Size): string {
    if (last === undefined) return `\r${ERASE_BELOW}`;
    return `\r${up(this.#above(last.area, size.columns))}${ERASE_BELOW}`;
  }

  /**
   * How many rows above the cursor the area starts. A terminal that got narrower and rewraps takes
   * several rows for one of ours; the cursor stays at its place in the text.
   *
   * This is the lowest of what terminals do: a remaining row of the area is ugly, an erased message
   * is lost.
   */
  #above(area: Area, columns: number): number {
    const { row, column } = area.cursor;
    if (!this.#reflow) return row;
    const within = rowOf(area.rows[row]?.plain ?? "", columns, column);
    return area.rows.slice(0, row).reduce((sum, { plain }) => sum + rowsOf(plain, columns), within);
  }

  #lines({ columns, rows }: Size): string {
    let text = "";
    if (this.#dropped > 0) {
      const told = SCREEN.tooFast(this.#dropped);
      text += printed({ text: told, plain: told }, columns);
    }
    for (const one of this.#waiting) {
      if (one === "clear") {
        text += "\r\n".repeat(rows - 1) + HOME + ERASE_BELOW;
        this.#kept = [];
      } else {
        text += printed(one, columns);
        this.#kept.push(one);
      }
    }
    this.#waiting = [];
    this.#units = 0;
    this.#dropped = 0;
    this.#kept = this.#kept.slice(-KEPT);
    return text;
  }

  /** The whole screen from its top: the last lines that fit. */
  #again(area: Area, { columns, rows }: Size): string {
    let free = rows - area.rows.length;
    const shown: string[] = [];
    for (const line of this.#kept.toReversed()) {
      const rows = printed(line, columns);
      free -= rows.split("\n").length - 1;
      if (free < 0) break;
      shown.unshift(rows);
    }
    return HOME + ERASE_BELOW + shown.join("");
  }
}

/** The rows of a line, each with its end. */
function printed({ text, plain }: ScreenLine, columns: number): string {
  return wrap(text, plain, columns).map((row) => `${row}\r\n`).join("");
}

/** What to write for an area with as many rows as the last one: only the changes. */
function difference(from: Area, to: Area): string {
  let text = "";
  let { row } = from.cursor;
  to.rows.forEach((one, index) => {
    if (one.text === from.rows[index]?.text) return;
    text += `${move(row, index)}\r${ERASE_RIGHT}${drawn(one)}`;
    row = index;
  });
  const { cursor } = to;
  if (text === "" && cursor.row === row && cursor.column === from.cursor.column) return "";
  const moves = move(row, cursor.row) + toColumn(cursor.column);
  return text === "" ? moves : BEGIN + text + moves + END;
}

/** A row of the area. */
function drawn({ text }: ScreenLine): string {
  return PLACED.test(text) ? NO_WRAP + text + WRAP : text;
}

function move(from: number, to: number): string {
  if (to > from) return `\x1b[${to - from}B`;
  return up(from - to);
}

function up(rows: number): string {
  return rows === 0 ? "" : `\x1b[${rows}A`;
}

function toColumn(column: number): string {
  return column === 0 ? "\r" : `\r\x1b[${column}C`;
}
