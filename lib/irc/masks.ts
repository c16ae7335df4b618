/**
 * Masks, in which `*` stands for any characters and `?` for any one.
 *
 * Source: Modern IRC Client Protocol, "Wildcard Expressions".
 * @module
 */

/**
 * Whether a text matches a mask; fold both before. Unlike that of a regular expression, the time is
 * bounded by the product of the lengths.
 */
export function fitsMask(mask: string, text: string): boolean {
  let at = 0;
  let maskAt = 0;
  /** Where to continue if what follows the last `*` does not match here. */
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const wanted = mask[maskAt];
    if (wanted === "*") {
      star = maskAt++;
      starAt = at;
    } else if (wanted === "?") {
      maskAt++;
      at += text.codePointAt(at)! > 0xffff ? 2 : 1;
    } else if (wanted !== undefined && wanted === text[at]) {
      maskAt++;
      at++;
    } else if (star >= 0) {
      maskAt = star + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  while (mask[maskAt] === "*") maskAt++;
  return maskAt === mask.length;
}
