/**
 * Finds links in messages and makes them clickable.
 *
 * Source: RFC 3986; "Hyperlinks in Terminal Emulators" (OSC 8).
 * @module
 */

/**
 * The start of a link, and all that could belong to it. The local part of a mail address is bounded
 * (RFC 5321, 4.5.3.1.1): otherwise a text of nothing but such starts would be read to its end for
 * each.
 */
const CANDIDATE =
  /\b(?:https?|ircs?|ftps?|gemini|gopher):\/\/[^\s<>"`{}|\\^]+|\bmailto:[^\s<>"`{}|\\^@]{1,64}@[^\s<>"`{}|\\^@]+/giu;

/** The longest clickable link, in UTF-16 units: terminals take about 2,000 bytes. */
const LONGEST = 2000;

/** A link in a text, from and to in UTF-16 units. */
interface Link {
  readonly from: number;
  readonly to: number;
}

/** The links in a text, in order, without the punctuation or bracket after them. */
export function findLinks(text: string): Link[] {
  return Array.from(text.matchAll(CANDIDATE), ({ 0: found, index }) => ({
    from: index,
    to: index + trimmed(found).length,
  })).filter(({ from, to }) => /:(\/\/)?[^/]/.test(text.slice(from, to)));
}

const OPENERS: Readonly<Record<string, string>> = { ")": "(", "]": "[" };

/**
 * Removes trailing punctuation. A bracket belongs to the link if the link opens it, as in
 * `https://en.wikipedia.org/wiki/Chat_(disambiguation)`.
 */
function trimmed(link: string): string {
  // Counted once: a link may be nothing but brackets.
  const counts = new Map<string, number>();
  for (const [char] of link.matchAll(/[()[\]]/g)) counts.set(char, (counts.get(char) ?? 0) + 1);
  let end = link.length;
  for (; end > 0; end--) {
    const last = link[end - 1]!;
    const opener = OPENERS[last];
    if (opener === undefined) {
      if (!/[.,;:!?'*_~’”»…。、，！？：；]/.test(last)) break;
      continue;
    }
    const closed = counts.get(last) ?? 0;
    if (closed <= (counts.get(opener) ?? 0)) break;
    counts.set(last, closed - 1);
  }
  return link.slice(0, end);
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
