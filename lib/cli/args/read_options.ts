import { parseArgs } from "@std/cli/parse-args";
import { nearest } from "../../text/nearest.ts";
import { type Option, spellings } from "./options.ts";
import { show } from "./show.ts";
import { UsageError } from "./usage_error.ts";
import { USAGE } from "../../wording/command_line.ts";

export type Arguments = {
  /** The value by option name; true for a switch and false for its negation. */
  readonly options: ReadonlyMap<string, string | boolean>;
  /** The arguments that are no options, in order. */
  readonly operands: readonly string[];
};

/**
 * Sorts the arguments after a command into options and operands. `--help` and `--version` come
 * before every complaint.
 *
 * @param help the command line that explains the options, for messages
 * @throws {UsageError} for an unknown, repeated or contradictory option, and a missing or needless
 * value
 */
export function readOptions(
  args: readonly string[],
  known: readonly Option[],
  help: string,
): Arguments {
  const valued = known.filter((option) => option.value !== undefined).map(({ name }) => name);
  const switches = known.filter((option) => option.value === undefined).flatMap(switchNames);
  const problems: string[] = [];
  const unknown: string[] = [];
  const parsed: Readonly<Record<string, unknown>> = parseArgs([...args], {
    string: [...valued, "_"],
    collect: valued,
    boolean: switches,
    alias: Object.fromEntries(
      known.flatMap(({ name, short }) => short === undefined ? [] : [[short, name]]),
    ),
    unknown: (arg, key) => {
      if (key === undefined) return true;
      unknown.push(unknownOption(arg, known, help));
      return false;
    },
  });

  const options = new Map<string, string | boolean>();
  for (const option of known) {
    const { name, value } = option;
    if (value === undefined) {
      if (parsed[name] === true) options.set(name, true);
      if (option.negatable && parsed[`no-${name}`] === true) {
        if (options.has(name)) problems.push(USAGE.contradiction(`--${name}`, `--no-${name}`));
        options.set(name, false);
      }
      continue;
    }
    const given = listOf(parsed[name]);
    const [first] = given;
    if (first === undefined) continue;
    if (given.length > 1) problems.push(USAGE.repeated(name));
    if (given.includes("")) problems.push(missingValue(option));
    options.set(name, first);
  }
  if (options.has("help") || options.has("version")) return { options, operands: [] };

  problems.push(...needlessValues(args, switches));
  for (const { name, excludes = [], needs } of known.filter(({ name }) => options.has(name))) {
    const other = excludes.find((other) => options.has(other));
    if (other !== undefined) problems.push(USAGE.contradiction(`--${name}`, `--${other}`));
    if (needs !== undefined && !options.has(needs)) problems.push(USAGE.goesOnlyWith(name, needs));
  }
  // Last, because in "--port -5" the fault is not that -5 is unknown.
  const [problem] = [...problems, ...unknown];
  if (problem !== undefined) throw new UsageError(problem);
  return { options, operands: listOf(parsed["_"]) };
}

function switchNames({ name, negatable }: Option): string[] {
  return negatable ? [name, `no-${name}`] : [name];
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function unknownOption(arg: string, known: readonly Option[], help: string): string {
  const typed = arg.replace(/=.*/s, "");
  const option = known.find(({ name }) => typed === `--${name}`);
  // The parser takes "--port=" for an option of that name.
  if (option !== undefined) return missingValue(option);
  const guess = typed.startsWith("--") ? nearest(typed, known.flatMap(spellings)) : undefined;
  return guess === undefined
    ? USAGE.unknownOption(quoteIfOdd(typed), help)
    : USAGE.misspelledOption(quoteIfOdd(typed), guess);
}

function missingValue({ name, value }: Option): string {
  return value === undefined ? USAGE.takesNoValue(name) : USAGE.needsValue(name, value.placeholder);
}

function needlessValues(args: readonly string[], switches: readonly string[]): string[] {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end)).flatMap((arg) => {
    const name = /^--([^=]+)=/.exec(arg)?.[1];
    return name !== undefined && switches.includes(name) ? [USAGE.takesNoValue(name)] : [];
  });
}

function quoteIfOdd(word: string): string {
  return /^[\w-]{1,60}$/.test(word) ? word : show(word);
}
