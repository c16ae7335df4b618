/**
 * The tables of `docs/protocol.md`, from those that the server runs by.
 * @module
 */

import { webHashes } from "../../lib/crypto/hashes.ts";
import { CAPABILITIES } from "../../lib/irc/caps.ts";
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
import { receive } from "../../lib/server/dispatch.ts";
import { isupport } from "../../lib/server/entry/isupport_tokens.ts";
import { World } from "../../lib/server/world/world.ts";
import { memoryStore } from "../../lib/store/memory/store.ts";
import { code, plain, table } from "./markdown.ts";

/** What is generated, by the name in the markers. */
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

/** A rank in words, with those above it, who may do the same. */
function nameOf(rank: Ranks): string {
  const names = PREFIXES.filter(({ bit }) => bit >= rank).map(({ meaning }) =>
    `${meaning.split(":", 1)[0]}s`
  );
  return names.join(", ");
}

const SETTERS: Readonly<Record<UserMode["by"], string>> = {
  anyone: "oneself",
  server: "the server; oneself takes it off",
};

function userModes(): string {
  return table(["Mode", "Changed by", "Who has it"], USER_MODES, ({ letter, by, meaning }) => [
    code(`+${letter}`),
    SETTERS[by],
    plain(meaning),
  ]);
}

/** What follows the type of an extended ban, and what that means. */
const EXTENDED_BANS: Readonly<Record<string, readonly [parameter: string, meaning: string]>> = {
  a: ["account", "who is logged in to this account; * and ? stand for anything"],
  q: ["mask", "quiet: who fits may enter, but not speak without a rank"],
};

function extendedBans(): string {
  return table(["Entry", "Whom it speaks of"], EXTBAN_TYPES, (type) => {
    const known = EXTENDED_BANS[type];
    if (known === undefined) throw new Error(`extended ban ${type} has no meaning in tools/docs`);
    const [parameter, meaning] = known;
    return [code(`${EXTBAN_PREFIX}${type}:${parameter}`), plain(meaning)];
  });
}

function capabilities(): string {
  const values = capabilityValues();
  const head = ["Capability", "Value", "Who has it", "Specification"];
  return table(head, CAPABILITIES, ({ name, meaning, spec }) => [
    code(name),
    code(values.get(name) ?? ""),
    plain(meaning),
    `[${/[^/]+?(?=(?:\.md)?$)/.exec(spec)?.[0]}](${new URL(spec, "https://ircv3.net/specs/")})`,
  ]);
}

/** What the capabilities say beside their names, as a server answers when it is asked. */
function capabilityValues(): ReadonlyMap<string, string> {
  const world = new World({
    config: defaults(),
    cloak: (address) => address,
    name: "chat.example",
    version: "chat",
    startedAt: 0,
    runId: "",
    store: memoryStore(),
    hashes: webHashes(),
    writer: { before: () => {}, expect: () => {} },
    log: () => {},
    verify: () => Promise.resolve(false),
    clockTime: (time) => new Date(time).toISOString().slice(11, 16),
    stopwatch: () => 0,
    wait: () => Promise.resolve(),
    reload: () => Promise.resolve(),
  });
  const values = new Map<string, string>();
  const send = (line: Uint8Array) => {
    const answer = parse(new TextDecoder().decode(line).trimEnd());
    for (const item of answer?.params.at(-1)?.split(" ") ?? []) {
      const [name = "", ...value] = item.split("=");
      values.set(name, value.join("="));
    }
  };
  const peer = {
    sink: { send, end: () => {} },
    host: "192.0.2.1",
    address: "192.0.2.1:1",
    secure: false,
  };
  const user = world.connect(peer, 0);
  receive(COMMANDS, world, user, { text: "CAP LS 302", fault: undefined }, 0);
  return values;
}

function tokens(): string {
  const rows = isupport(defaults());
  return table(["Token", "Value", "Meaning"], rows, ({ name, value, meaning }) => [
    code(name),
    code(value),
    plain(meaning),
  ]);
}
