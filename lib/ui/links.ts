/**
 * Finds links in messages and makes them clickable.
 *
 * Source: RFC 3986; "Hyperlinks in Terminal Emulators" (OSC 8).
 * @module
 */

/** Characters that end a link: not in an address (RFC 3986), or punctuation of East Asian texts. */
const NOT_IN_LINKS = '\\s<>"`{}|\\\\^“”„«»、。，！？：；｡､';

const END = new RegExp(`[${NOT_IN_LINKS}]`, "u");

/**
 * The start of a link. The local part of a mail address is bounded (RFC 5321, 4.5.3.1.1): otherwise
 * a text of nothing but such starts would be read to its end for each.
 */
const START = new RegExp(
  `(?<![a-z\\d])(?:(?:https?|ircs?|ftps?|gemini|gopher)://|mailto:[^${NOT_IN_LINKS}@]{1,64}@)`,
  "giu",
);

/** The longest clickable link, in UTF-16 units: terminals take about 2,000 bytes. */
const LONGEST = 2000;

/** A link in a text, from and to in UTF-16 units. */
interface Link {
  readonly from: number;
  readonly to: number;
}

/** The links in a text, in order, without the punctuation or bracket after them. */
export function findLinks(text: string): Link[] {
  const links: Link[] = [];
  const starts = new RegExp(START);
  for (let start = starts.exec(text); start !== null; start = starts.exec(text)) {
    const to = endOf(text, start.index, starts.lastIndex);
    // What follows a bracket may be another link.
    starts.lastIndex = Math.max(starts.lastIndex, to);
    if (/:(\/\/)?[^/]/.test(text.slice(start.index, to))) links.push({ from: start.index, to });
  }
  return links;
}

/** The opening bracket for each closing one. */
const OPENERS: ReadonlyMap<string, string> = new Map(
  ["()", "[]", "（）", "「」", "『』", "【】", "《》", "〈〉"].map((
    [open, close],
  ) => [close!, open!]),
);

/**
 * The end of a link without what belongs to the text: punctuation, and whatever comes from a
 * closing bracket or quote on that the link does not open. A bracket that it opens is its own, as
 * in `https://en.wikipedia.org/wiki/Chat_(disambiguation)`.
 *
 * @param from the start of the link.
 * @param rest the start of what follows its scheme.
 */
function endOf(text: string, from: number, rest: number): number {
  const before = text[from - 1];
  const counts = new Map<string, number>();
  let end = rest;
  for (; end < text.length; end++) {
    const char = text[end]!;
    if (END.test(char) || char === before && char === "'") break;
    const opener = OPENERS.get(char);
    const pair = opener ?? char;
    const left = (counts.get(pair) ?? 0) + (opener === undefined ? 1 : -1);
    if (left < 0) break;
    counts.set(pair, left);
  }
  // An underscore may be the last character of a name; it is emphasis only around the link.
  const punctuation = before === "_" ? /[.,;:!?'*~’…([_]/ : /[.,;:!?'*~’…([]/;
  while (end > rest && punctuation.test(text[end - 1]!)) end--;
  return end;
}

/**
 * Makes the links in a harmless text clickable by OSC 8. Each row of a wrapped link is a link to
 * the same target.
 */
export function linked(text: string): string {
  let result = "";
  let done = 0;
  for (const { from, to } of findLinks(text)) {
    const target = targetOf(text.slice(from, to));
    result += text.slice(done, from);
    result += target === undefined
      ? text.slice(from, to)
      : `\x1b]8;;${target}\x1b\\${text.slice(from, to)}\x1b]8;;\x1b\\`;
    done = to;
  }
  return result + text.slice(done);
}

/** The target is the shown link, in the characters that OSC 8 allows (33 to 126). */
function targetOf(link: string): string | undefined {
  const target = encodeURI(link.toWellFormed())
    .replaceAll("%5B", "[").replaceAll("%5D", "]").replaceAll("%25", "%");
  return target.length <= LONGEST && /^[!-~]+$/.test(target) ? target : undefined;
}
