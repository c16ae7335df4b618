/**
 * Parses text with colours as terminals get it.
 *
 * Source: ECMA-48, "Select graphic rendition"; XTerm Control Sequences (256 colours and RGB).
 * @module
 */
import { graphemes } from "../../lib/text/graphemes.ts";
import { graphemeWidth } from "../../lib/text/width.ts";

/** How a piece of text looks. */
export interface Look {
  /** As `#rrggbb`; undefined for the terminal's own. */
  readonly colour: string | undefined;
  /** The background colour. */
  readonly behind: string | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underlined: boolean;
  /** Whether both colours are swapped. */
  readonly reversed: boolean;
}

/** A piece of a row with one look. */
export interface Piece {
  readonly text: string;
  /** Counted from 0. */
  readonly column: number;
  /** In columns. */
  readonly width: number;
  readonly look: Look;
}

const PLAIN: Look = {
  colour: undefined,
  behind: undefined,
  bold: false,
  dim: false,
  italic: false,
  underlined: false,
  reversed: false,
};

/** The sixteen named colours, for a dark background. */
const NAMED = [
  ..."#24292f #ff7b72 #7ee787 #e3b341 #79c0ff #d2a8ff #76e3ea #d0d7de".split(" "),
  ..."#8b949e #ffa198 #a5f3b0 #f2cc60 #a5d6ff #e2c5ff #b3f0ff #ffffff".split(" "),
];

/** The steps of the cube of 216 colours. */
const STEPS = [0, 95, 135, 175, 215, 255];

/** One of the 256 colours. */
export function paletteColour(index: number): string {
  if (index < 16) return NAMED[index] ?? NAMED[7]!;
  if (index >= 232) {
    return hex(8 + 10 * (index - 232), 8 + 10 * (index - 232), 8 + 10 * (index - 232));
  }
  const [red, green, blue] = [36, 6, 1].map((size) => STEPS[Math.floor((index - 16) / size) % 6]!);
  return hex(red!, green!, blue!);
}

function hex(...parts: readonly number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** What one parameter changes; those that take more are apart. */
const CHANGES: Readonly<Record<number, Partial<Look>>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underlined: true },
  7: { reversed: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underlined: false },
  27: { reversed: false },
  39: { colour: undefined },
  49: { behind: undefined },
};

function changed(look: Look, parameters: string): Look {
  const numbers = parameters.split(/[;:]/).map(Number);
  let result = look;
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at]!;
    const part = number >= 40 && number <= 49 || number >= 100 ? "behind" : "colour";
    if (number === 0) {
      result = PLAIN;
    } else if (number === 38 || number === 48) {
      const direct = numbers[at + 1] === 2;
      const colour = direct
        ? hex(...numbers.slice(at + 2, at + 5))
        : paletteColour(numbers[at + 2] ?? 0);
      result = { ...result, [part]: colour };
      at += direct ? 4 : 2;
    } else if (number in CHANGES) {
      result = { ...result, ...CHANGES[number] };
    } else if (number >= 30 && number <= 47) {
      result = { ...result, [part]: paletteColour(number % 10) };
    } else if (number >= 90 && number <= 107) {
      result = { ...result, [part]: paletteColour(number % 10 + 8) };
    }
  }
  return result;
}

const SEQUENCE =
  // deno-lint-ignore no-control-regex
  /\x1b\[([\d;:]*)m|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-?]*[ -/]*[@-~]|[\x0e\x0f]/;

/**
 * Splits rows of `tmux capture-pane -e -p` into pieces. A look holds until it is changed, also
 * across rows. A wide character is a piece by itself.
 */
export function piecesOf(rows: readonly string[]): Piece[][] {
  let look = PLAIN;
  return rows.map((row) => {
    const pieces: Piece[] = [];
    let column = 0;
    let rest = row;
    while (rest !== "") {
      const sequence = SEQUENCE.exec(rest);
      for (const { text, width } of runs(rest.slice(0, sequence?.index))) {
        pieces.push({ text, column, width, look });
        column += width;
      }
      if (sequence?.[1] !== undefined) look = changed(look, sequence[1]);
      rest = sequence === null ? "" : rest.slice(sequence.index + sequence[0].length);
    }
    return pieces;
  });
}

/** Runs of narrow characters, and each wide one by itself. */
function runs(text: string): { text: string; width: number }[] {
  const found: { text: string; width: number }[] = [];
  let narrow = "";
  const end = () => {
    if (narrow !== "") found.push({ text: narrow, width: graphemes(narrow).length });
    narrow = "";
  };
  for (const grapheme of graphemes(text)) {
    if (graphemeWidth(grapheme) === 1) {
      narrow += grapheme;
    } else {
      end();
      found.push({ text: grapheme, width: graphemeWidth(grapheme) });
    }
  }
  end();
  return found;
}
