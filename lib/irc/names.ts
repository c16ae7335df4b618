/**
 * Names of users and channels: which are valid, and when two are the same.
 *
 * On the wire the case mapping is `ascii`, because that is what clients understand. The server
 * compares more widely, so that two names that a person would read as one never exist at the same
 * time. For names that only look the same, see `looks.ts`.
 *
 * Source: Modern IRC Client Protocol, "Clients", "Channels"; Unicode UAX #15 (normalisation), UTS
 * #39 (scripts of one name).
 * @module
 */
import { graphemes } from "../text/graphemes.ts";
import { small } from "./appearance.ts";
import { byteLength } from "../text/bytes.ts";

/** A name in comparable form. Every map that is keyed by a name is keyed by this. */
export type Folded = string & { readonly brand: "folded" };

/** The longest nick, in graphemes. */
export const NICK_GRAPHEMES = 30;

/** The longest nick, in bytes of UTF-8: thirty Han characters. */
export const NICK_BYTES = 90;

/** The longest channel name, in bytes of UTF-8, the `#` included. */
export const CHANNEL_BYTES = 64;

/** The longest user name (the `user` of `nick!user@host`), in characters. */
export const USER_LENGTH = 20;

/** A valid name in its normal form, or the text for a user whose name is invalid. */
export type NameCheck = { readonly name: string } | { readonly fault: string };

const ASCII = /^[\0-\x7f]*$/;
/**
 * Folds a name: compatibility forms, case and the dots of the Turkish `İ i I ı` make no difference.
 */
export function fold(name: string): Folded {
  if (ASCII.test(name)) return name.toLowerCase() as Folded;
  return small(name.normalize("NFKC")).normalize("NFKC") as Folded;
}

/** Folds a text for a search: accents make no difference either. */
export function foldLoosely(text: string): string {
  // Hangul is composed again: nobody could search for its single letters.
  return ASCII.test(text)
    ? text.toLowerCase()
    : fold(text).normalize("NFD").replace(/\p{M}+/gu, "").normalize("NFC");
}

/** Folds a name as clients do (ISUPPORT `CASEMAPPING=ascii`). */
export function asciiLower(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

export function sameName(a: string, b: string): boolean {
  return fold(a) === fold(b);
}

const NOT_OF_NICKS = /[^\p{L}\p{M}\p{Nd}_\-[\]\\`^{|}]|\p{Default_Ignorable_Code_Point}/u;

/** Whether a nick can contain a character, though perhaps not first. */
export function isNickCharacter(char: string): boolean {
  return !NOT_OF_NICKS.test(char);
}

/** Checks a nick, and normalises it to NFC. */
export function checkNick(asked: string): NameCheck {
  const name = asked.normalize("NFC");
  if (name === "") return { fault: "A username cannot be empty" };
  const wrong = NOT_OF_NICKS.exec(name);
  if (wrong) return { fault: `A username cannot contain ${spell(wrong[0])}` };
  if (/^[-\p{M}]/u.test(name)) return { fault: "A username must start with a letter or a digit" };
  if (/\p{M}{4}/u.test(name)) {
    return { fault: "A username cannot have more than three accents on a letter" };
  }
  if (graphemes(name).length > NICK_GRAPHEMES || byteLength(name) > NICK_BYTES) {
    return { fault: `A username can be at most ${NICK_GRAPHEMES} characters long` };
  }
  if (!oneScript(name)) return { fault: "A username cannot mix letters from different alphabets" };
  return { name };
}

/** Checks a channel name, and normalises it to NFC. */
export function checkChannel(asked: string): NameCheck {
  const name = asked.normalize("NFC");
  if (!isChannelName(name)) return { fault: "A room name must start with #" };
  if (name.length === 1) return { fault: "A room name cannot be empty" };
  const wrong = /[\p{Z}\p{C},]|\p{Default_Ignorable_Code_Point}/u.exec(name);
  if (wrong) return { fault: `A room name cannot contain ${spell(wrong[0])}` };
  if (byteLength(name) > CHANNEL_BYTES) {
    return { fault: `A room name can be at most ${CHANNEL_BYTES} bytes long` };
  }
  return { name };
}

export function isChannelName(target: string): boolean {
  return target.startsWith("#");
}

/** Makes a valid user name: removes all but ASCII letters, digits, `-`, `_` and `.`. */
export function userName(asked: string): string {
  return asked.replace(/[^A-Za-z0-9_.-]/g, "").slice(0, USER_LENGTH) || "user";
}

/** A character in an error message; an invisible one by its code. */
function spell(char: string): string {
  if (/\s/u.test(char)) return "spaces";
  if (/[\p{C}\p{Z}]|\p{Default_Ignorable_Code_Point}/u.test(char)) {
    return `the invisible character U+${
      char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")
    }`;
  }
  return `"${char}"`;
}

/** Scripts in common use (UAX #31, table 5); all others count as one more. */
const SCRIPTS: readonly (readonly [string, RegExp])[] = (
  "Latin Greek Cyrillic Armenian Hebrew Arabic Devanagari Bengali Gurmukhi Gujarati Oriya Tamil " +
  "Telugu Kannada Malayalam Sinhala Thai Lao Tibetan Myanmar Georgian Hangul Ethiopic Khmer " +
  "Hiragana Katakana Bopomofo Han Common Inherited"
).split(" ").map((script) => [script, new RegExp(`\\p{Script=${script}}`, "u")]);

/** Scripts that are written together (UTS #39, "Highly Restrictive"). */
const TOGETHER: readonly ReadonlySet<string>[] = [
  new Set(["Latin", "Han", "Hiragana", "Katakana"]),
  new Set(["Latin", "Han", "Bopomofo"]),
  new Set(["Latin", "Han", "Hangul"]),
];

const OF_ANY_SCRIPT: ReadonlySet<string> = new Set(["Common", "Inherited"]);

/** The script of a character; `other` if it is in rare use. */
export function scriptOf(char: string): string {
  return SCRIPTS.find(([, regexp]) => regexp.test(char))?.[0] ?? "other";
}

function oneScript(name: string): boolean {
  if (ASCII.test(name)) return true;
  const scripts = new Set(Array.from(name, scriptOf)).difference(OF_ANY_SCRIPT);
  return scripts.size <= 1 || TOGETHER.some((set) => scripts.isSubsetOf(set));
}
