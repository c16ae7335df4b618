/**
 * The manual pages, from the table of options. They are made for the archives of a release, and not
 * kept in the tree.
 * @module
 */

import { meaningWithDefault, shortUsage, usage } from "../../lib/cli/args/help.ts";
import { type Subcommand, SUBCOMMANDS } from "../../lib/cli/args/options.ts";
import { HELP } from "../../lib/wording/options.ts";

/** What stands in the first and the last line of each page. */
export interface Edition {
  readonly version: string;
  /** The day of the release, such as `2026-11-30`; empty if it is not released. */
  readonly date: string;
}

/** All pages, by the name of their file. */
export function manPages(edition: Edition): ReadonlyMap<string, string> {
  return new Map([
    ["chat.1", mainPage(edition)],
    ...SUBCOMMANDS.map((command) =>
      [`chat-${command.name}.1`, commandPage(command, edition)] as const
    ),
  ]);
}

function mainPage(edition: Edition): string {
  return page("chat", HELP.title, edition, [
    ".SH SYNOPSIS",
    ...synopsis("COMMAND [ARGUMENT]... [OPTION]..."),
    ".SH DESCRIPTION",
    text(`${HELP.title} chat serve opens it, and chat join enters it.`),
    ".SH COMMANDS",
    ...SUBCOMMANDS.flatMap(({ name, help }) => entry(`chat ${name}`, help.summary)),
    ".PP",
    text("Each has a page of its own, such as chat-serve(1)."),
    ".SH EXIT STATUS",
    ...HELP.exitStatuses.flatMap(([status, meaning]) => entry(status, meaning)),
    ".SH FILES",
    ...entry("$XDG_STATE_HOME/chat, ~/.local/state/chat", "The data of a server."),
    ...entry("$XDG_CONFIG_HOME/chat, ~/.config/chat", "The settings and known servers of a user."),
    ".SH SEE ALSO",
    SUBCOMMANDS.map(({ name }) => reference(`chat-${name}`)).join(" ,\n"),
  ]);
}

function commandPage(command: Subcommand, edition: Edition): string {
  const { name, help, operand, second, options } = command;
  const { summary, about, examples = [] } = help;
  const operands = [
    ...(operand === undefined ? [] : entry(operand.placeholder, help.operand ?? "")),
    ...(second === undefined ? [] : entry(second.placeholder, help.second ?? "")),
  ];
  const groups = [...Map.groupBy(options, ({ group }) => group)];
  return page(`chat-${name}`, summary, edition, [
    ".SH SYNOPSIS",
    ...synopsis(`${shortUsage(command)} [OPTION]...`),
    ".SH DESCRIPTION",
    text(about === undefined ? summary : `${summary} ${about}`),
    ...operands,
    ".SH OPTIONS",
    ...groups.flatMap(([group, members]) => [
      ...(groups.length === 1 ? [] : [`.SS ${quoted(group)}`]),
      ...members.flatMap((option) => entry(usage(option), meaningWithDefault(option))),
    ]),
    ...(examples.length === 0 ? [] : [".SH EXAMPLES"]),
    ...examples.flatMap(([line, meaning]) => entry(line, meaning)),
    ".SH SEE ALSO",
    reference("chat"),
  ]);
}

/** A page with its frame (man(7)). */
function page(name: string, summary: string, edition: Edition, body: readonly string[]): string {
  const { version, date } = edition;
  const title = `${quoted(name.toUpperCase())} 1 "${date}" ${quoted(`chat ${version}`)}`;
  const brief = summary.replace(/\.$/, "").replace(/^./, (first) => first.toLowerCase());
  return [`.TH ${title}`, ".SH NAME", `${text(name)} \\- ${text(brief)}`, ...body, ""].join("\n");
}

function synopsis(words: string): string[] {
  return [".B chat", text(words)];
}

/** A term and what it means. */
function entry(term: string, meaning: string): string[] {
  return [".TP", `.B ${text(term).replaceAll('"', "\\(dq")}`, text(meaning)];
}

function reference(name: string): string {
  return `.BR ${text(name)} (1)`;
}

/** Text in a paragraph: what roff would interpret is escaped. */
function text(words: string): string {
  return words.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("'", "\\(aq")
    .replaceAll("~", "\\(ti").replaceAll("^", "\\(ha").replaceAll("`", "\\(ga")
    .replace(/^\./, "\\&.");
}

/** An argument of a macro. */
function quoted(words: string): string {
  return `"${text(words).replaceAll('"', "\\(dq")}"`;
}
