/**
 * What Tab makes of the word at the cursor: names, commands, rooms.
 * @module
 */
import { fold } from "../../irc/names.ts";
import { type ArgumentKind, SLASH_COMMANDS } from "./commands.ts";

/** What can be completed to. */
export interface Around {
  /** The names of those who are there, whoever spoke last first. */
  readonly names: readonly string[];
  /** The rooms that are known. */
  readonly rooms: readonly string[];
}

/** What a part of the line can be replaced by. */
export interface Completion {
  /** Where the part starts, in UTF-16 units; it ends at the cursor. */
  readonly from: number;
  /** What it can become, the best first; none where nothing fits. */
  readonly candidates: readonly string[];
}

/** The most candidates: nobody presses Tab more often. */
const MOST = 100;

/**
 * Completes the word that ends at the cursor.
 *
 * @param cursor in UTF-16 units.
 * @returns candidates that stand for `text.slice(from, cursor)`, the space behind included:
 * `Furkan: ` where a line speaks to someone, `Furkan ` elsewhere, `/topic `, `#music `.
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
  const fitting = (words: readonly string[], end: string) =>
    words.filter((one) => fold(one).startsWith(fold(word))).slice(0, MOST).map((one) => one + end);
  switch (kind) {
    case "command":
      return commands(word.replace(/^\//, ""), "");
    case "room":
      // What is typed without its # means the room too.
      return word === "" || /^[#&]/.test(word)
        ? fitting(rooms, " ")
        : rooms.filter((room) => fold(room.slice(1)).startsWith(fold(word))).slice(0, MOST)
          .map((room) => `${room} `);
    case "name":
      return /^[#&]/.test(word) ? fitting(rooms, " ") : fitting(names, " ");
    case "file":
    case undefined:
      return [];
    case "text":
      if (/^[#&]/.test(word)) return fitting(rooms, " ");
      if (word.startsWith("@") && word.length > 1) return mentions(word, names);
      return word === "" && before.trim() !== "" ? [] : fitting(names, before === "" ? ": " : " ");
    default:
      return kind satisfies never;
  }
}

/** Whether a line is a command: two slashes say a text that starts with one. */
function isCommand(text: string): boolean {
  return text.startsWith("/") && !text.startsWith("//");
}

/** What the argument behind a part of a command is; undefined where there is none. */
function kindAt(before: string): ArgumentKind | undefined {
  const [command = "", ...given] = before.slice(1).trimStart().split(/\s+/u);
  const takes = SLASH_COMMANDS.find(({ name }) => name === command.toLowerCase())?.takes;
  if (takes === undefined || takes.length === 0) return undefined;
  // The part ends with a space, so that its last word is empty.
  return takes[given.length - 1] ?? (takes.at(-1) === "text" ? "text" : undefined);
}

function commands(typed: string, slash: string): string[] {
  const wanted = typed.toLowerCase();
  return SLASH_COMMANDS.filter(({ name }) => name.startsWith(wanted)).map(({ name, takes }) =>
    `${slash}${name}${slash !== "" && takes.length === 0 ? "" : " "}`
  );
}

function mentions(word: string, names: readonly string[]): string[] {
  const typed = fold(word.slice(1));
  return names.filter((name) => fold(name).startsWith(typed)).slice(0, MOST)
    .map((name) => `@${name} `);
}
