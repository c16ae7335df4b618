/**
 * Completes names, commands and rooms when Tab is pressed.
 * @module
 */
import { fold, foldLoosely } from "../../irc/names.ts";
import { type ArgumentKind, commandNamed, SLASH_COMMANDS } from "./commands.ts";

/** The words to complete to. */
export interface Around {
  /** The names of those who are there, the last speaker first. */
  readonly names: readonly string[];
  readonly rooms: readonly string[];
}

/** The replacements for a part of the line, in UTF-16 units. */
export interface Completion {
  readonly from: number;
  readonly to: number;
  /** The replacements, the best first; may be empty. */
  readonly candidates: readonly string[];
}

/** The most candidates: nobody presses Tab more often. */
const MOST = 100;

/** What may stand before a word without a space: brackets, quotes, commas, dashes, emphasis. */
const BEFORE_WORDS = /[\p{Ps}\p{Pi}\p{Pf}\p{Pd}"'`,;、，*~>]/gu;

/** Signs after which no space is wanted: what they open will be closed. */
const OPENS = /[\p{Ps}\p{Pi}"'`]$/u;

/** The rest of a word behind the cursor. */
const WORD_END = /^[^\s\p{Ps}\p{Pe}\p{Pi}\p{Pf}"'`,;:.!?、，。！？]*/u;

/**
 * Completes the word at the cursor.
 *
 * @param cursor in UTF-16 units.
 * @returns replacements for `text.slice(from, to)`, with a space: `Furkan: ` at the start of a
 * line, `Furkan ` elsewhere, `/topic `, `#music `. If something follows, they end as it needs it.
 */
export function complete(text: string, cursor: number, around: Around): Completion {
  const [before, behind] = [text.slice(0, cursor), text.slice(cursor)];
  // If the cursor stands in the middle of a name, all of it is replaced.
  const rest = /\S$/u.test(before) ? WORD_END.exec(behind)![0] : "";
  for (const more of rest === "" ? [""] : [rest, ""]) {
    for (const from of starts(before)) {
      const found = candidates(before.slice(0, from), before.slice(from) + more, around);
      const next = behind.slice(more.length);
      const fitting = found.map((one) => ending(one, before.slice(0, from), next));
      if (found.length > 0) return { from, to: cursor + more.length, candidates: fitting };
    }
  }
  return { from: cursor, to: cursor, candidates: [] };
}

/** The places where the word that ends a text may start, the longest word first. */
function starts(before: string): number[] {
  const from = before.search(/\S*$/u);
  const signs = before.slice(from).matchAll(BEFORE_WORDS);
  // The more of them there are, the less this is a name.
  return [from, ...Array.from(signs, ({ 0: sign, index }) => from + index + sign.length)]
    .filter((start, index) => index === 0 || start < before.length).slice(0, 8);
}

/** A candidate without the end that would be too much between these texts. */
function ending(candidate: string, before: string, next: string): string {
  if (/^[:,]/.test(next)) return candidate.replace(/:? $/, "");
  const closes = next !== "" && !/^[\p{L}\p{N}\p{S}]/u.test(next);
  return closes || OPENS.test(before) ? candidate.replace(/ $/, "") : candidate;
}

function candidates(before: string, word: string, { names, rooms }: Around): readonly string[] {
  if (before.trim() === "" && isCommand(word)) return commands(word.slice(1), "/");
  const kind = isCommand(before) ? kindAt(before) : "text";
  if (kind === "command") return commands(word.replace(/^\//, ""), "");
  if (kind === "file" || kind === undefined) return [];
  if (/^[#&]/.test(word)) return starting(word, rooms, " ");
  switch (kind) {
    case "room":
      // A room may be typed without its #.
      return starting(word, rooms, " ", word === "" ? 0 : 1);
    case "name":
      return starting(word, names, " ");
    case "text":
      if (word.startsWith("@") && word.length > 1) {
        return starting(word.slice(1), names, " ").map((name) => `@${name}`);
      }
      if (word === "" && before.trim() !== "") return [];
      return starting(word, names, before === "" ? ": " : " ");
    default:
      return kind satisfies never;
  }
}

/**
 * The words that start with what was typed, after `skip` characters, each followed by `end`. Those
 * that do so only without accents come last.
 */
function starting(typed: string, words: readonly string[], end: string, skip = 0): string[] {
  const [exact, loose] = [fold(typed), foldLoosely(typed)];
  const rank = (word: string) => Number(!fold(word.slice(skip)).startsWith(exact));
  return words.filter((word) => foldLoosely(word.slice(skip)).startsWith(loose))
    .toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST).map((word) => word + end);
}

/** Whether a line is a command: two slashes say a text that starts with one. */
function isCommand(text: string): boolean {
  return text.startsWith("/") && !text.startsWith("//");
}

/** The kind of the argument after the start of a command, if it takes one. */
function kindAt(before: string): ArgumentKind | undefined {
  const [command = "", ...given] = before.slice(1).trimStart().split(/\s+/u);
  const takes = commandNamed(command)?.takes ?? [];
  // The last word is the one that is completed, as far as it stands before it.
  return takes[given.length - 1] ?? (takes.at(-1) === "text" ? "text" : undefined);
}

function commands(typed: string, slash: string): string[] {
  const wanted = typed.toLowerCase();
  return SLASH_COMMANDS.filter(({ name }) => name.startsWith(wanted)).map(({ name, takes }) =>
    `${slash}${name}${slash !== "" && takes.length === 0 ? "" : " "}`
  );
}
