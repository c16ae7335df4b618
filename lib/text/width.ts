/**
 * Measures how wide a terminal draws text.
 *
 * Source: Unicode UAX #29 (graphemes), UAX #11 (widths), UTS #51 (emoji).
 * @module
 */
import { unicodeWidth } from "@std/cli/unicode-width";
import { graphemes } from "./graphemes.ts";

/** Emoji of several code points that are drawn as one picture, or should be. */
const PICTURE =
  /^(?:\p{Emoji}\ufe0f|\p{RI}{2}|\p{Emoji_Modifier_Base}\p{Emoji_Modifier}|\p{Emoji}.*\u200d\p{Extended_Pictographic}|\u{1f3f4}[\u{e0020}-\u{e007f}])/u;

/** Graphemes that all terminals draw equally wide: one character and its marks. */
const CERTAIN =
  /^(?!\p{Extended_Pictographic}|\p{RI}|\p{Cf})(?:[\p{L}\p{N}\p{P}\p{S}\p{Z}]\p{Mn}*|[\0-~])$/u;

/** How many columns of a terminal a grapheme takes; an emoji takes two, whatever its parts. */
export function graphemeWidth(grapheme: string): number {
  if (grapheme.length === 1 && grapheme >= " " && grapheme <= "~") return 1;
  return grapheme.length > 1 && PICTURE.test(grapheme) ? 2 : sumOfWidths(grapheme);
}

/**
 * The sum of the widths of code points. `@std` knows Unicode 14: newer emoji take two, marks none.
 */
function sumOfWidths(text: string): number {
  const rest = text.replace(MARKS_ALONE, "");
  const others = rest.replace(PICTURES, "");
  return unicodeWidth(others) + 2 * [...rest.matchAll(PICTURES)].length;
}

const MARKS_ALONE = /[\p{Mn}\p{Me}]/gu;

const PICTURES = /(?!\p{RI})\p{Emoji_Presentation}/gu;

export function displayWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  return graphemes(text).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0);
}

/**
 * Whether terminals may draw a grapheme differently wide: older ones draw the parts of an emoji one
 * after another, and don't know new ones. What follows it should be put in its column explicitly.
 */
export function widthDiffers(grapheme: string): boolean {
  return !CERTAIN.test(grapheme);
}

/** The most columns that any terminal uses for a grapheme. */
export function widestWidth(grapheme: string): number {
  return Math.max(graphemeWidth(grapheme), sumOfWidths(grapheme));
}
