/**
 * Stand-in for `@std/cli/unicode-width`: the same results, written for this project.
 * @module
 */

import { WIDE } from "./_wide.ts";

/** Controls, and characters that are drawn over or joined to the previous one. */
const NO_COLUMN = /^[\p{Cc}\p{Cf}\p{Mn}\p{Me}\u1160-\u11ff\u{1171e}]$/u;

/** The columns of one code point. */
function columns(character: string): number {
  const code = character.codePointAt(0) as number;
  if (code >= 0x20 && code < 0x7f) return 1;
  // A remaining soft hyphen is drawn, unlike other format characters.
  if (code === 0xad) return 1;
  if (NO_COLUMN.test(character)) return 0;
  let [low, high] = [0, WIDE.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((WIDE[middle]?.[1] as number) < code) low = middle + 1;
    else high = middle;
  }
  return code >= (WIDE[low]?.[0] ?? Infinity) ? 2 : 1;
}

/** The columns of a text in a terminal: the sum over its code points. */
export function unicodeWidth(str: string): number {
  let sum = 0;
  for (const character of str) sum += columns(character);
  return sum;
}
