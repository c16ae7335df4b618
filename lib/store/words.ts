/**
 * The words of a text, as they are found by a search: the same for every store.
 *
 * Case, accents, compatibility forms and the dots of the Turkish `i` make no difference. Where a
 * language is written without spaces, each character is a word of its own and a search for several
 * is a search for them in a row, so that any part of such a text is found.
 *
 * Source: Unicode UAX #15 (normalisation), UAX #29 (scripts without spaces between words).
 * @module
 */
import { actionOf } from "../irc/ctcp.ts";
import { fold } from "../irc/names.ts";

/** Only letters and digits of ASCII make words of plain text. */
const ASCII = /^[\0-\x7f]*$/;
const ASCII_WORD = /[a-z0-9]+/g;

const ALONE =
  "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Bopomofo}\\p{Script=Hangul}" +
  "\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{Extended_Pictographic}";
const WORD = new RegExp(`[${ALONE}]|(?:(?![${ALONE}])[\\p{L}\\p{N}])+`, "gu");

/** Hangul is put together again: its letters would be words that nobody can search for. */
const MARKS = /\p{M}+/gu;

/** The words of a text, in order. */
export function words(text: string): readonly string[] {
  if (ASCII.test(text)) return text.toLowerCase().match(ASCII_WORD) ?? [];
  const plain = fold(text.toWellFormed()).normalize("NFD").replace(MARKS, "").normalize("NFC");
  return plain.match(WORD) ?? [];
}

/** What a search asks for: words that stand in a row. */
export interface Phrase {
  /** The words, one at least. */
  readonly words: readonly string[];
  /** Whether the last of them may be only the start of a word. */
  readonly prefix: boolean;
}

/** From how many letters on the start of a word is enough: fewer begin too many words. */
const PREFIX_LETTERS = 3;

/** The most phrases of a search; what is typed beyond them is left out. */
const MAX_PHRASES = 16;

/** Understands what is searched for: each part between spaces is a phrase, all must be there. */
export function phrases(text: string): Phrase[] {
  const found = text.split(/\s+/u).map(words).filter((phrase) => phrase.length > 0);
  return found.slice(0, MAX_PHRASES)
    .map((phrase, index, all) => {
      const isLast = index === all.length - 1;
      return { words: phrase, prefix: isLast && phrase.at(-1)!.length >= PREFIX_LETTERS };
    });
}

/** The text of a message among its parameters, as it is searched. */
export function textOf(params: readonly string[]): string {
  const text = params.length < 2 ? "" : params.at(-1)!;
  return actionOf(text) ?? text;
}

/** The words of a message among its parameters, with a space around each. */
export function searchable(params: readonly string[]): string {
  return ` ${words(textOf(params)).join(" ")} `;
}

/** Whether a phrase is in what {@linkcode searchable} made of a message. */
export function hasPhrase(searchable: string, { words, prefix }: Phrase): boolean {
  const text = ` ${words.join(" ")}`;
  return searchable.includes(prefix ? text : `${text} `);
}

/** The name of a source `nick!user@host`, folded. */
export function nickOf(source: string): string {
  const end = source.indexOf("!");
  return fold(end < 0 ? source : source.slice(0, end));
}
