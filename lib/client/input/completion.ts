/**
 * Completes names, commands and rooms when Tab is pressed.
 * @module
 */
import { fold } from "../../irc/names.ts";
import { type ArgumentKind, commandNamed, SLASH_COMMANDS } from "./commands.ts";

/** The words to complete to. */
export interface Around {
  /** The names of those who are there, the last speaker first. */
  readonly names: readonly string[];
  readonly rooms: readonly string[];
}

/** The replacements for a part of the line. */
export interface Completion {
  /** The start of the part, in UTF-16 units; it ends at the cursor. */
  readonly from: number;
  /** The replacements, the best first; may be empty. */
  readonly candidates: readonly string[];
}

/** The most candidates: nobody presses Tab more often. */
const MOST = 100;

/**
 * Completes the word that ends at the cursor.
 *
 * @param cursor in UTF-16 units.
 * @returns replacements for `text.slice(from, cursor)`, with a space: `Furkan: ` at the start of a
 * line, `Furkan ` elsewhere, `/topic `, `#music `.
 */
export function complete(text: string, cursor: number, around: Around): Completion {
  const before = text.slice(0, cursor);
  const from = before.search(/\S*$/u);
  const word = before.slice(from);
  return { from, candidates: candidates(before.slice(0, from), word, around) };
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

/** The words that start with what was typed, after `skip` characters, each followed by `end`. */
function starting(typed: string, words: readonly string[], end: string, skip = 0): string[] {
  const start = fold(typed);
  return words.filter((word) => fold(word.slice(skip)).startsWith(start)).slice(0, MOST)
    .map((word) => word + end);
}

/** Whether a line is a command: two slashes say a text that starts with one. */
function isCommand(text: string): boolean {
  return text.startsWith("/") && !text.startsWith("//");
}

/** The kind of the argument after the start of a command, if it takes one. */
function kindAt(before: string): ArgumentKind | undefined {
  const [command = "", ...given] = before.slice(1).trimStart().split(/\s+/u);
  const takes = commandNamed(command)?.takes ?? [];
  // The start ends with a space, so that the last word is empty.
  return takes[given.length - 1] ?? (takes.at(-1) === "text" ? "text" : undefined);
}

function commands(typed: string, slash: string): string[] {
  const wanted = typed.toLowerCase();
  return SLASH_COMMANDS.filter(({ name }) => name.startsWith(wanted)).map(({ name, takes }) =>
    `${slash}${name}${slash !== "" && takes.length === 0 ? "" : " "}`
  );
}
