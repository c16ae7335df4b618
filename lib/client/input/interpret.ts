/**
 * What a typed or piped line asks for.
 * @module
 */
import type { Action } from "./action.ts";
import { closest, commandNamed, usageOf } from "./commands.ts";
import { COMMANDS_SAY, NOT_SENT } from "../../wording/client.ts";

/**
 * Interprets a line that a person typed. Several lines, separated by LF, are always said. Spaces
 * before a command are ignored: they make no message of it.
 */
export function interpretTyped(line: string): Action {
  return line.includes("\n")
    ? { do: "say", text: line }
    : interpret(line.replace(/^\s+(?=\/)/u, ""));
}

/**
 * Interprets a line from a pipe. One that begins with a path, such as `/usr/bin/ld: not found`, is
 * said: programs often write that, and nobody who mistypes a command does.
 */
export function interpretPiped(line: string): Action {
  return /^\/[^\s/]+\/\S/.test(line) ? { do: "say", text: line } : interpret(line);
}

/**
 * Interprets a single line. A line that starts with a slash is a command or nothing, so a mistyped
 * one never reaches the room. Two slashes say a text that starts with one.
 */
export function interpret(line: string): Action {
  const text = line.trim();
  if (text === "") return { do: "reject", line, why: NOT_SENT.empty };
  if (text.includes("\n")) return { do: "say", text: line };
  if (text === "exit") return { do: "leave", reason: "" };
  if (line.startsWith("//")) return { do: "say", text: line.slice(1) };
  if (line.startsWith("/")) return interpretCommand(line);
  return { do: "say", text: line };
}

function interpretCommand(line: string): Action {
  const [, typed = "", rest = ""] = /^\/(\S*)\s*(.*)$/su.exec(line) ?? [];
  const command = commandNamed(typed);
  if (command !== undefined) {
    const why = NOT_SENT.usage(usageOf(command));
    return command.run(rest.trim()) ?? { do: "reject", line, why };
  }
  const close = closest(typed.toLowerCase());
  const hint = close === undefined ? COMMANDS_SAY.listHint : COMMANDS_SAY.guessHint(close);
  return { do: "reject", line, why: NOT_SENT.unknownCommand(typed, hint) };
}

/** Whether a line leaves the chat, also while a name is asked for. */
export function isLeaving(line: string): boolean {
  const text = line.trim();
  return text === "exit" || /^\/quit(\s|$)/i.test(text);
}

/** The answer to a question that needs yes or no in full; undefined if it is neither. */
export function isYes(answer: string): boolean | undefined {
  const text = answer.trim().toLowerCase();
  return text === "yes" ? true : text === "no" ? false : undefined;
}

/** The commands that say where the next lines go, here or in other programs. */
const REDIRECTING: ReadonlySet<string> = new Set(["join", "msg", "part", "query"]);

/** With fewer letters, nobody can tell which command was meant. */
const TELLING_LETTERS = 3;

/**
 * Whether a rejected line may have been meant to say where the next lines go: `/qurey Ada`,
 * `/msg Ada` without a text, or a command of another program.
 */
export function mayRedirect(line: string): boolean {
  const [, typed] = /^\s*\/(\S*)/u.exec(line) ?? [];
  if (typed === undefined) return false;
  const word = typed.toLowerCase();
  const guess = word.length < TELLING_LETTERS ? undefined : closest(word);
  const meant = commandNamed(word)?.name ?? guess;
  return meant === undefined || REDIRECTING.has(meant);
}
