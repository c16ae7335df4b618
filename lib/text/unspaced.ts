/**
 * Scripts that put no spaces between words, or none before a suffix.
 *
 * Source: Unicode UAX #29 (scripts without spaces between words).
 * @module
 */

/** The scripts, as the inside of a character class of a regular expression with the flag `u`. */
export const UNSPACED: string = [
  "Han",
  "Hiragana",
  "Katakana",
  "Bopomofo",
  "Hangul",
  "Thai",
  "Lao",
  "Khmer",
  "Myanmar",
]
  .map((name) => `\\p{Script=${name}}`).join("");
