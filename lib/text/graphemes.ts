/**
 * Splits text into graphemes, the characters as people count them.
 *
 * Source: Unicode UAX #29 (extended grapheme clusters).
 * @module
 */

/** Finds the borders of graphemes. */
export const GRAPHEMES: Intl.Segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

export function graphemes(text: string): string[] {
  if (/^[\n -~]*$/.test(text)) return text.split("");
  return Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
}
