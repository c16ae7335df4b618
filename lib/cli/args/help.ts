import type { Setting } from "../../server/settings/config.ts";
import { HELP } from "../../wording/options.ts";
import { type Option, type Subcommand, SUBCOMMANDS } from "./options.ts";

/** The longest line of help, for narrow terminals. */
const WIDTH = 80;

/** What `chat` alone shows: the two commands that people need first. */
export function firstHelp(): string {
  return [
    HELP.title,
    "",
    ...table([["chat serve", HELP.first.serve], ["chat join HOST", HELP.first.join]]),
    "",
    HELP.first.more,
    "",
  ].join("\n");
}

/** What `chat help` shows: every command. */
export function generalHelp(): string {
  return [
    HELP.title,
    "",
    HELP.usage("COMMAND"),
    "",
    HELP.commands,
    ...table(SUBCOMMANDS.map((command) => [shortUsage(command), command.help.summary])),
    "",
    HELP.aboutOne,
    HELP.aboutStatus,
    "",
  ].join("\n");
}

/** What `chat help exit-status` shows. */
export function statusHelp(): string {
  return [HELP.exitStatus, ...table(HELP.exitStatuses), ""].join("\n");
}

/** What `chat help COMMAND` and `chat COMMAND --help` show. */
export function commandHelp(command: Subcommand): string {
  const { operand, second, options, help } = command;
  const { summary, about, examples = [] } = help;
  const operands: (readonly [string, string])[] = [];
  if (operand !== undefined) operands.push([operand.placeholder, help.operand ?? ""]);
  if (second !== undefined) operands.push([second.placeholder, help.second ?? ""]);
  const groups = Map.groupBy(options, ({ group }) => group);
  return [
    summary,
    ...(about === undefined ? [] : wrap(about, WIDTH)),
    "",
    HELP.usage(shortUsage(command)),
    ...(operands.length === 0 ? [] : ["", ...table(operands)]),
    ...[...groups].flatMap(([group, members]) => [
      "",
      `${group}:`,
      ...table(members.map((option) => [usage(option), meaningWithDefault(option)])),
    ]),
    ...(examples.length === 0 ? [] : ["", HELP.examples]),
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

/** A command with its arguments: `user ACTION [NAME]`. */
export function shortUsage({ name, operand, second }: Subcommand): string {
  return [operand, second].reduce((usage, one) => {
    if (one === undefined) return usage;
    return `${usage} ${one.required ? one.placeholder : `[${one.placeholder}]`}`;
  }, String(name));
}

/** What an option means, and its default in brackets if it gives a setting. */
export function meaningWithDefault({ meaning, setting }: Option): string {
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
      return value === true ? HELP.yes : HELP.no;
    case "opers":
    case "list":
      return HELP.none;
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
