/**
 * Where a row of text may end.
 *
 * Source: Unicode UAX #14, as far as people notice.
 * @module
 */
import { isBlank } from "./blank.ts";

/** Chinese and Japanese, which have no spaces between words, and their punctuation. */
const EAST =
  "[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\u3001-\\u303f\\uff01-\\uff60]";

const BETWEEN_EAST = new RegExp(`${EAST}\\p{M}*\\n|\\n${EAST}`, "u");

/** Letters and brackets that may begin a row; small kana and long vowels belong to what is before. */
const BEGINS = /^(?![々ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ])[\p{L}\p{N}\p{Ps}]/u;

/** Whether a row may end between two neighbouring graphemes. Runs of blanks stay together. */
export function mayBreak(before: string, behind: string): boolean {
  if (before > " " && before <= "~" && behind > " " && behind <= "~") return false;
  if (isBlank(before) || isBlank(behind)) return isBlank(before) !== isBlank(behind);
  return BEGINS.test(behind) && !/\p{Ps}$/u.test(before) &&
    BETWEEN_EAST.test(`${before}\n${behind}`);
}
