/**
 * Characters that take room in a line but show nothing.
 *
 * Source: Unicode's general category Zs; the braille pattern without dots; the fillers of Hangul;
 * the null notehead; the blanks of Egyptian hieroglyphs.
 * @module
 */

/**
 * Blank characters, as the inside of a character class of a regular expression with the flag `u`.
 */
export const BLANK: string =
  "\\p{Zs}\\u115f\\u1160\\u2800\\u3164\\uffa0\\u{13441}\\u{13442}\\u{1d159}";

const BLANKS = new RegExp(`[${BLANK}]`, "gu");

const ONLY_BLANKS = new RegExp(`^[${BLANK}]+$`, "u");

/** Whether a text consists of blanks only, at least one. */
export function isBlank(text: string): boolean {
  return ONLY_BLANKS.test(text);
}

/** Replaces each blank with an underscore. */
export function withoutBlanks(text: string): string {
  return text.replace(BLANKS, "_");
}
