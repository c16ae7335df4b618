/**
 * Finds out whether a message names somebody.
 * @module
 */
import { fold } from "../irc/names.ts";
import { UNSPACED } from "../text/unspaced.ts";
import { findLinks } from "./links.ts";

/** How many UTF-16 units around a name are looked at: enough for a path or a mail address. */
const AROUND = 200;

const WORD = "\\p{L}\\p{M}\\p{N}_";

/** Signs that join two words to one: a longer name, a host, a mail address. */
const JOINER = "[-.@|[\\]\\\\`^{}]";

/** The part before a name, if the name is only the end of something. */
const JOINED_BEFORE = new RegExp(
  `[${WORD}]${JOINER}?$|#$|(?:^|[\\s"'(<])(?:~|\\.{1,2})?/(?:\\S*/)?$`,
  "u",
);

/** The part behind a name, if the name is only the start of something. */
const JOINED_BEHIND = new RegExp(`^${JOINER}?[${WORD}]|^![^\\s@]+@`, "u");

/** Two letters, one before and one behind the border of a name, that need no space between them. */
const NO_SPACE = new RegExp(
  `^(?:[${UNSPACED}](?!\\p{M})[${WORD}]|[${WORD}][${UNSPACED}])$`,
  "u",
);

const WORDS = new Intl.Segmenter("ja", { granularity: "word" });

/** Whether a harmless text contains a name as a whole word, in any case, and not in a link. */
export function mentions(text: string, name: string): boolean {
  if (name === "") return false;
  let words = text;
  for (const { from, to } of findLinks(text).reverse()) {
    words = `${words.slice(0, from)} ${words.slice(to)}`;
  }
  const where = fold(words);
  const what = fold(name);
  for (let at = where.indexOf(what); at >= 0; at = where.indexOf(what, at + 1)) {
    const end = at + what.length;
    if (isWord(where.slice(Math.max(0, at - AROUND), at), what, where.slice(end, end + AROUND))) {
      return true;
    }
  }
  return false;
}

/** Whether a name stands for itself between these texts. */
function isWord(before: string, name: string, behind: string): boolean {
  const [last = "", next = ""] = [/.$/su.exec(before)?.[0], /^./su.exec(behind)?.[0]];
  const [first, final] = [[...name][0]!, [...name].at(-1)!];
  const startsFree = NO_SPACE.test(last + first);
  const endsFree = NO_SPACE.test(final + next);
  // A single character may be part of a word; a longer name hardly ever is.
  if ((startsFree || endsFree) && first === name && !isSegment(before, name, behind)) return false;
  if (!startsFree && JOINED_BEFORE.test(before)) return false;
  if (!endsFree && JOINED_BEHIND.test(behind)) return false;
  if (before.endsWith("/") && behind.startsWith("/")) return false;
  // "I'm", "we'll"; but not the French "d'Anne".
  if (name.length <= 2 && /[\p{L}\p{N}]['’]$/u.test(before)) return false;
  return name.length > 1 || !/^['’](?!s(?![\p{L}\p{N}]))\p{L}/u.test(behind);
}

/** Whether a dictionary has a name as a word of its own between these texts. */
function isSegment(before: string, name: string, behind: string): boolean {
  return WORDS.segment(before + name + behind).containing(before.length)?.segment === name;
}
