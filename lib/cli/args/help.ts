import type { Setting } from "../../server/settings/config.ts";
import { type Option, type Subcommand, SUBCOMMANDS } from "./options.ts";

/** The longest line of help, for narrow terminals. */
const WIDTH = 80;

/** What `chat` alone shows: the two commands that people need first. */
export function firstHelp(): string {
  return [
    "A chat room for everyone on the network.",
    "",
    ...table([
      ["chat serve", "open a chat room on this machine"],
      ["chat join HOST", "enter the chat room on another one"],
    ]),
    "",
    "More: chat help",
    "",
  ].join("\n");
}

/** What `chat help` shows: every command. */
export function generalHelp(): string {
  return [
    "A chat room for everyone on the network.",
    "",
    "Usage: chat COMMAND [OPTION]...",
    "",
    "Commands:",
    ...table(SUBCOMMANDS.map((command) => [shortUsage(command), command.summary])),
    "",
    "More about one of them: chat help COMMAND",
    "",
    "Exit status:",
    ...table([
      ["0", "all went well"],
      ["1", "it could not be done"],
      ["2", "the command line is wrong"],
      ["3", "the username was refused, and nobody could be asked for another"],
      ["128 + N", "the signal of number N ended it, as 143 for SIGTERM"],
    ]),
    "",
  ].join("\n");
}

/** What `chat help COMMAND` and `chat COMMAND --help` show. */
export function commandHelp(command: Subcommand): string {
  const { operand, second, options, examples, summary } = command;
  const operands = [operand, second].filter((one) => one !== undefined);
  const groups = Map.groupBy(options, ({ group }) => group);
  return [
    summary,
    "",
    `Usage: chat ${shortUsage(command)} [OPTION]...`,
    ...(operands.length === 0 ? [] : [
      "",
      ...table(operands.map(({ placeholder, meaning }) => [placeholder, meaning])),
    ]),
    ...[...groups].flatMap(([group, members]) => [
      "",
      `${group}:`,
      ...table(members.map((option) => [usage(option), meaningWithDefault(option)])),
    ]),
    ...(examples.length === 0 ? [] : ["", "Examples:"]),
    ...examples.flatMap(([line, meaning]) => [`  ${line}`, `      ${meaning}`]),
    "",
  ].join("\n");
}

/** An option as the help writes it: `-h, --help`, `--port N`, `--[no-]account-registration`. */
export function usage({ name, short, value, negatable }: Option): string {
  return (short === undefined ? "" : `-${short}, `) +
    `--${negatable ? "[no-]" : ""}${name}` +
    (value === undefined ? "" : ` ${value.placeholder}`);
}

function shortUsage({ name, operand, second }: Subcommand): string {
  return [operand, second].reduce((usage, one) => {
    if (one === undefined) return usage;
    return `${usage} ${one.required ? one.placeholder : `[${one.placeholder}]`}`;
  }, String(name));
}

function meaningWithDefault({ meaning, setting }: Option): string {
  const byDefault = setting === undefined ? "" : defaultInWords(setting);
  return byDefault === "" ? meaning : `${meaning} [${byDefault}]`;
}

function defaultInWords({ type, default: value }: Setting): string {
  switch (type.kind) {
    case "text":
      return value === null ? type.nullMeans ?? "" : String(value);
    case "whole":
      return String(value);
    case "boolean":
      return value === true ? "yes" : "no";
    case "opers":
    case "addresses":
      return "none";
    default:
      return type satisfies never;
  }
}

/** Two columns. The second is wrapped, and starts on its own line if the first is long. */
function table(rows: readonly (readonly [string, string])[]): string[] {
  const widths = rows.map(([left]) => left.length).filter((width) => width <= 31);
  const indent = Math.max(0, ...widths) + 4;
  return rows.flatMap(([left, right]) => {
    const [first = "", ...others] = wrap(right, WIDTH - indent);
    const rest = others.map((line) => " ".repeat(indent) + line);
    if (left.length + 4 > indent) return [`  ${left}`, " ".repeat(indent) + first, ...rest];
    return [`  ${left}`.padEnd(indent) + first, ...rest];
  });
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
