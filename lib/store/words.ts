/**
 * Splits text into words for the search, the same way in every store.
 *
 * Case, accents, compatibility forms and the dots of the Turkish `i` make no difference. In
 * languages without spaces each character is a word, and a search for several characters looks for
 * them in a row, so that every part of such a text is found.
 *
 * Source: Unicode UAX #15 (normalisation), UAX #29 (scripts without spaces between words).
 * @module
 */
import { actionOf } from "../irc/ctcp.ts";
import { fold, foldLoosely } from "../irc/names.ts";
import { UNSPACED } from "../text/unspaced.ts";

/** In ASCII, words consist of letters and digits. */
const ASCII = /^[\0-\x7f]*$/;
const ASCII_WORD = /[a-z0-9]+/g;

const ALONE = `${UNSPACED}\\p{Extended_Pictographic}`;
const WORD = new RegExp(`[${ALONE}]|(?:(?![${ALONE}])[\\p{L}\\p{N}])+`, "gu");

export function words(text: string): readonly string[] {
  if (ASCII.test(text)) return text.toLowerCase().match(ASCII_WORD) ?? [];
  return foldLoosely(text.toWellFormed()).match(WORD) ?? [];
}

/** Words that must occur in a row. */
export interface Phrase {
  /** At least one. */
  readonly words: readonly string[];
  /** Whether the last word may be only the start of a word. */
  readonly prefix: boolean;
}

/** The least length of a start of a word: shorter ones begin too many words. */
const PREFIX_LETTERS = 3;

/** The most phrases of a search; the rest is ignored. */
const MAX_PHRASES = 16;

/** Parses a search: each part between spaces is a phrase, and all phrases must occur. */
export function phrases(text: string): Phrase[] {
  const found = text.split(/\s+/u).map(words).filter((phrase) => phrase.length > 0);
  return found.slice(0, MAX_PHRASES)
    .map((phrase, index, all) => {
      const isLast = index === all.length - 1;
      return { words: phrase, prefix: isLast && phrase.at(-1)!.length >= PREFIX_LETTERS };
    });
}

/** The searchable text of a message's parameters. */
export function textOf(params: readonly string[]): string {
  const text = params.length < 2 ? "" : params.at(-1)!;
  return actionOf(text) ?? text;
}

/** The words of a message's parameters, with a space around each. */
export function searchable(params: readonly string[]): string {
  return ` ${words(textOf(params)).join(" ")} `;
}

/** Whether a phrase occurs in the result of {@linkcode searchable}. */
export function hasPhrase(searchable: string, { words, prefix }: Phrase): boolean {
  const text = ` ${words.join(" ")}`;
  return searchable.includes(prefix ? text : `${text} `);
}

/** The folded nick of a source `nick!user@host`. */
export function nickOf(source: string): string {
  const end = source.indexOf("!");
  return fold(end < 0 ? source : source.slice(0, end));
}
