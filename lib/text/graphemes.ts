/**
 * The characters of a text as people count them.
 *
 * Source: Unicode UAX #29 (extended grapheme clusters).
 * @module
 */

/** Where graphemes begin and end. */
export const GRAPHEMES: Intl.Segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The characters as people count them (UAX #29, extended grapheme clusters). */
export function graphemes(text: string): string[] {
  if (/^[\n -~]*$/.test(text)) return text.split("");
  return Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
}
