import { CAPABILITIES, specOf } from "../../lib/irc/caps.ts";
import { parse } from "../../lib/irc/message.ts";
import {
  CHANNEL_MODES,
  type ModeKind,
  PREFIXES,
  type Ranks,
  USER_MODES,
  type UserMode,
} from "../../lib/irc/modes.ts";
import { type Numeric, NUMERICS } from "../../lib/irc/numerics.ts";
import { EXTBAN_PREFIX, EXTBAN_TYPES } from "../../lib/server/world/user_mask.ts";
import { COMMANDS } from "../../lib/server/commands/table.ts";
import { defaults } from "../../lib/server/settings/config.ts";
import { type Caller } from "../../lib/server/command.ts";
import { isupport } from "../../lib/server/entry/isupport_tokens.ts";
import { Harness } from "../../tests/server/harness.ts";
import { code, plain, table } from "./markdown.ts";

/** The tables of `docs/protocol.md`, by the name in the markers. */
export const PROTOCOL: ReadonlyMap<string, () => string> = new Map([
  ["commands", commands],
  ["numerics", numerics],
  ["channel modes", channelModes],
  ["ranks", ranks],
  ["user modes", userModes],
  ["extended bans", extendedBans],
  ["capabilities", capabilities],
  ["isupport", tokens],
]);

const AUDIENCES: Readonly<Record<Caller, string>> = {
  peers: "everyone, registered or not",
  users: "users",
  operators: "operators of the server",
};

function commands(): string {
  const rows = [...COMMANDS.values()].sort((a, b) => a.name < b.name ? -1 : 1);
  return table(["Command", "Parameters", "Who", "Cost", "What it does"], rows, (row) => [
    code(row.name),
    code(row.usage),
    AUDIENCES[row.for],
    `${row.cost}`,
    plain(row.help),
  ]);
}

function numerics(): string {
  const rows: [string, Numeric][] = Object.entries(NUMERICS);
  rows.sort(([, [a]], [, [b]]) => a < b ? -1 : 1);
  return table(["Code", "Name", "Text"], rows, ([name, [number, text]]) => [
    number,
    code(name),
    plain(text ?? ""),
  ]);
}

const PARAMETERS: Readonly<Record<ModeKind, string>> = {
  list: "an entry; with none, the list is shown",
  always: "set and unset",
  set: "set",
  flag: "",
};

function channelModes(): string {
  const head = ["Mode", "Parameter when", "Changed by", "What it does"];
  return table(head, CHANNEL_MODES, ({ letter, kind, by, meaning }) => [
    code(`+${letter}`),
    PARAMETERS[kind],
    nameOf(by),
    plain(meaning),
  ]);
}

function ranks(): string {
  const head = ["Mode", "Prefix", "Given by", "What it is"];
  return table(head, PREFIXES, ({ letter, symbol, by, meaning }) => [
    code(`+${letter}`),
    code(symbol),
    nameOf(by),
    plain(meaning),
  ]);
}

/** A rank and those above it, who may do the same. */
function nameOf(rank: Ranks): string {
  const names = PREFIXES.filter(({ bit }) => bit >= rank).map(({ meaning }) =>
    `${meaning.split(":", 1)[0]}s`
  );
  return names.join(", ");
}

const SETTERS: Readonly<Record<UserMode["by"], string>> = {
  anyone: "the user",
  server: "the server; users can remove their own",
};

function userModes(): string {
  return table(["Mode", "Changed by", "Who has it"], USER_MODES, ({ letter, by, meaning }) => [
    code(`+${letter}`),
    SETTERS[by],
    plain(meaning),
  ]);
}

/** The parameter of an extended ban, and its meaning. */
const EXTENDED_BANS: Readonly<Record<string, readonly [parameter: string, meaning: string]>> = {
  a: ["account", "users who are logged in to this account; * and ? are wildcards"],
  q: ["mask", "quiet: users who match can enter, but need a rank to speak"],
};

function extendedBans(): string {
  return table(["Entry", "What it matches"], EXTBAN_TYPES, (type) => {
    const known = EXTENDED_BANS[type];
    if (known === undefined) throw new Error(`extended ban ${type} has no meaning in tools/docs`);
    const [parameter, meaning] = known;
    return [code(`${EXTBAN_PREFIX}${type}:${parameter}`), plain(meaning)];
  });
}

function capabilities(): string {
  const values = capabilityValues();
  const head = ["Capability", "Value", "Who has it", "Specification"];
  return table(head, CAPABILITIES, (capability) => {
    const { name, meaning } = capability;
    const spec = specOf(capability);
    const target = spec.startsWith("#") ? spec : new URL(spec, "https://ircv3.net/specs/");
    return [
      code(name),
      code(values.get(name) ?? ""),
      plain(meaning),
      `[${/[^/]+?(?=(?:\.md)?$)/.exec(spec)?.[0]}](${target})`,
    ];
  });
}

/** The values of the capabilities, as a server answers CAP LS. */
function capabilityValues(): ReadonlyMap<string, string> {
  const lines = new Harness({}).connect().ask("CAP LS 302");
  const items = lines.flatMap((line) => parse(line)?.params.at(-1)?.split(" ") ?? []);
  return new Map(items.map((item) => {
    const [name = "", ...value] = item.split("=");
    return [name, value.join("=")];
  }));
}

function tokens(): string {
  const rows = isupport(defaults());
  return table(["Token", "Value", "Meaning"], rows, ({ name, value, meaning }) => [
    code(name),
    code(value),
    plain(meaning),
  ]);
}
