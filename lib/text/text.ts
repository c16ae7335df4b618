/**
 * Makes text from other people harmless.
 *
 * Source: ECMA-48 (control sequences); Unicode UAX #9 (direction controls), UAX #29 (graphemes);
 * "IRC Formatting" at modern.ircdocs.horse.
 * @module
 */
import { graphemes } from "./graphemes.ts";
import { BLANK, withoutBlanks } from "./blank.ts";

const MARKS = 8;

const NAME_GRAPHEMES = 40;

/**
 * Control sequences: `ESC [ ... m` and the like, `ESC ] ... BEL`, and their eight-bit forms. None
 * contains another start: else a text of nothing but starts would be read to its end for each.
 */
const SEQUENCES =
  // deno-lint-ignore no-control-regex
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x90\x98\x9c-\x9f]*(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-Z\\^-~]/g;

/** IRC formatting: bold, italics, colours with their numbers and so on. */
const FORMATTING =
  // deno-lint-ignore no-control-regex
  /\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[\da-f]{6}(?:,[\da-f]{6})?)?|[\x02\x0f\x11\x16\x1d-\x1f]/gi;

/** Characters that start a new line or jump along this one. */
const BREAKS = /[\t\n\v\f\r\x85\u2028\u2029]+/g;

/** C0, DEL and C1. */
const CONTROLS = /\p{Cc}/gu;

/** Flags such as Scotland's: a black flag and tag characters, which are invisible elsewhere. */
const TAGGED_FLAG = /(\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{1,6}\u{e007f})/u;

/**
 * Invisible and direction-changing characters. These stay: the joiners (emoji, Indic and Persian
 * words) and the variation selectors, which are of no other use and are bounded below; and the
 * format characters of Arabic and Syriac numbers, which are visible.
 */
const INVISIBLE =
  /(?![\u200c\u200d\ufe00-\ufe0f\u{e0100}-\u{e01ef}\u180b-\u180d\u180f\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;

const TOO_MANY_MARKS = new RegExp(
  `([\\p{M}\\u200c\\u200d]{${MARKS}})[\\p{M}\\u200c\\u200d]+`,
  "gu",
);

/**
 * Makes text from other people harmless for a terminal or a log: one line, and nothing that moves
 * the cursor, changes colours, rings, changes the direction of the text around it, or hides.
 * Letters of all scripts and emoji stay as they are.
 */
export function visible(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  const plain = text.toWellFormed()
    .replace(SEQUENCES, "")
    .replace(FORMATTING, "")
    .replace(BREAKS, " ")
    .replace(CONTROLS, "");
  // Every second part is a flag: split() keeps what the group matched.
  return plain.split(TAGGED_FLAG)
    .map((part, index) => index % 2 === 1 ? part : part.replace(INVISIBLE, ""))
    .join("")
    .replace(TOO_MANY_MARKS, "$1");
}

/** The longest run of blanks in plain output. */
const BLANKS = 4;

/** What {@linkcode visible} keeps although it shows nothing by itself. */
const UNSEEN = "\\u200c\\u200d\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}\\u180b-\\u180d\\u180f";

const LONG_BLANKS = new RegExp(`(?:[${BLANK}][${UNSEEN}]*){${BLANKS + 1},}`, "gu");

/**
 * Shortens long runs of blanks in a line of plain output. The terminal breaks such lines at its own
 * edge: blanks up to that edge would let the text after them pass for a line of somebody else.
 *
 * @param line harmless text, as of {@linkcode visible}.
 */
export function shortened(line: string): string {
  return line.replace(LONG_BLANKS, " ".repeat(BLANKS));
}

/**
 * Makes a name harmless, which must not look like the line around it: no spaces, and not too long.
 */
export function visibleName(name: string): string {
  const text = withoutBlanks(visible(name));
  if (text.length <= NAME_GRAPHEMES) return text || "?";
  const parts = graphemes(text);
  return parts.length <= NAME_GRAPHEMES ? text : `${parts.slice(0, NAME_GRAPHEMES).join("")}…`;
}

/** Makes a line of input sendable: removes control sequences and characters; tabs become spaces. */
export function sendable(line: string): string {
  if (!/[\p{Cc}\u2028\u2029]/u.test(line)) return line.toWellFormed();
  return line.toWellFormed().replace(SEQUENCES, "").replace(BREAKS, " ").replace(CONTROLS, "");
}
