import {
  type ConfigOverrides,
  type Setting,
  SWITCHES,
  withSetting,
} from "../../server/settings/config.ts";
import { allows, expectation, type SettingValue } from "../../server/settings/setting_type.ts";
import { completions, type Shell } from "./completions.ts";
import { commandHelp, firstHelp, generalHelp, statusHelp } from "./help.ts";
import { parseFingerprint } from "../../irc/fingerprint.ts";
import { nearest } from "../../text/nearest.ts";
import {
  commandNamed,
  GENERAL_OPTIONS,
  STATUS_TOPIC,
  type Subcommand,
  SUBCOMMANDS,
} from "./options.ts";
import { type Arguments, readOptions } from "./read_options.ts";
import { BELL_CHOICES, COLOR_CHOICES } from "../../client/settings.ts";
import type {
  ClusterOptions,
  ExportOptions,
  FindOptions,
  InviteOptions,
  JoinOptions,
  Request,
  ServeFlags,
  UserOptions,
} from "./request.ts";
import { show } from "./show.ts";
import { UsageError } from "./usage_error.ts";
import { USAGE } from "../../wording/command_line.ts";

/**
 * Parses a command line. Reads no file and prints nothing.
 *
 * @param argv the arguments after `chat`
 * @param version the line that `chat version` shows
 * @throws {UsageError} if it can't be understood
 */
export function parse(argv: readonly string[], version: string): Request {
  const [word, ...rest] = argv;
  if (word === undefined) return { kind: "help", text: firstHelp() };
  if (word.startsWith("-")) return parseGeneral(argv, version);
  const command = findCommand(word);
  const args = readArguments(rest, command);
  if (args.options.has("help")) return { kind: "help", text: commandHelp(command) };
  if (args.options.has("version")) return { kind: "version", text: version };
  const [operand, second] = readOperands(command, args);
  switch (command.name) {
    case "serve":
      return { kind: "serve", flags: serveFlags(command, args) };
    case "join":
      return { kind: "join", options: joinOptions(operand, args) };
    case "find":
      return { kind: "find", options: findOptions(args) };
    case "user":
      return { kind: "user", options: userOptions(operand, second, args) };
    case "invite":
      return { kind: "invite", options: inviteOptions(operand, second, args) };
    case "export":
      return { kind: "export", options: exportOptions(operand, args) };
    case "backup":
    case "restore":
      return {
        kind: command.name,
        options: { file: operand ?? "", data: textOf(args.options, "data") },
      };
    case "cluster":
      return { kind: "cluster", options: clusterOptions(command, args) };
    case "hash-password":
      return { kind: "hash-password" };
    case "help": {
      if (operand === undefined) return { kind: "help", text: generalHelp() };
      if (operand === STATUS_TOPIC) return { kind: "help", text: statusHelp() };
      return { kind: "help", text: commandHelp(findCommand(operand)) };
    }
    case "version":
      return { kind: "version", text: version };
    case "completions":
      return { kind: "completions", text: completions(operand as Shell) };
    default:
      return command.name satisfies never;
  }
}

/** `chat --help` and `chat --version`; everything else needs a command first. */
function parseGeneral(argv: readonly string[], version: string): Request {
  const [first = ""] = argv;
  const name = first.replace(/^--|=.*$/gs, "");
  const owner = SUBCOMMANDS.find(({ options }) => options.some((option) => option.name === name));
  if (owner !== undefined && !GENERAL_OPTIONS.some((option) => option.name === name)) {
    throw new UsageError(USAGE.afterCommand(name, owner.name));
  }
  const { options, operands } = readOptions(argv, GENERAL_OPTIONS, "chat help");
  if (options.has("help")) return { kind: "help", text: generalHelp() };
  if (options.has("version")) return { kind: "version", text: version };
  const [word] = operands;
  if (word === undefined) return { kind: "help", text: firstHelp() };
  throw new UsageError(USAGE.unexpected(show(word)));
}

function findCommand(word: string): Subcommand {
  const command = commandNamed(word);
  if (command !== undefined) return command;
  const guess = nearest(word, SUBCOMMANDS.map(({ name }) => name));
  throw new UsageError(
    guess === undefined
      ? USAGE.unknownCommand(show(word))
      : USAGE.misspelledCommand(show(word), guess),
  );
}

function readArguments(rest: readonly string[], command: Subcommand): Arguments {
  const { name, help: { noArguments }, options } = command;
  try {
    const args = readOptions(rest, options, `chat help ${name}`);
    if (noArguments === undefined || args.operands.length === 0) return args;
  } catch (error) {
    if (noArguments === undefined || !(error instanceof UsageError)) throw error;
  }
  throw new UsageError(noArguments);
}

function readOperands(
  command: Subcommand,
  { operands }: Arguments,
): [first: string | undefined, second: string | undefined] {
  const { name, operand, second } = command;
  const most = second === undefined ? 1 : 2;
  const extra = operands[most];
  if (operand !== undefined && extra !== undefined) {
    // The extra argument may be a password, which is not repeated.
    throw new UsageError(
      second === undefined
        ? USAGE.onlyOne(show(extra), name, operand.placeholder)
        : USAGE.onlyTwo(name, operand.placeholder, second.placeholder),
    );
  }
  return [readOperand(command, operands[0]), second === undefined ? undefined : operands[1]];
}

function readOperand({ name, operand }: Subcommand, first: string | undefined): string | undefined {
  if (operand === undefined) {
    if (first === undefined) return undefined;
    throw new UsageError(USAGE.onlyOptions(show(first), name));
  }
  const { placeholder, required, words } = operand;
  if (first === undefined) {
    if (!required) return undefined;
    throw new UsageError(
      words === undefined
        ? USAGE.needs(name, placeholder)
        : USAGE.needsWord(name, placeholder, words),
    );
  }
  // An unknown command has a better message than an unknown word.
  if (words === undefined || words.includes(first) || name === "help") return first;
  const guess = nearest(first, words);
  throw new UsageError(
    guess === undefined
      ? USAGE.unknownWord(placeholder, show(first), words)
      : USAGE.misspelledWord(placeholder, show(first), guess),
  );
}

function serveFlags(command: Subcommand, { options }: Arguments): ServeFlags {
  let overrides: ConfigOverrides = {};
  if (options.has("ephemeral")) overrides = withSetting(overrides, "data", null);
  for (const section of SWITCHES) {
    if (options.has(`no-${section}`)) overrides = withSetting(overrides, section, null);
  }
  return {
    overrides: settingsOf(command, options, overrides),
    configFile: textOf(options, "config"),
    passwordFile: textOf(options, "password-file"),
    opersFile: textOf(options, "opers-file"),
    log: wordOf(options, "log", ["text", "json"]) ?? "text",
    logMessages: !options.has("no-log-messages"),
  };
}

/** The settings that options give, besides others. */
function settingsOf(
  command: Subcommand,
  options: Arguments["options"],
  overrides: ConfigOverrides = {},
): ConfigOverrides {
  for (const { name, setting } of command.options) {
    const given = options.get(name);
    if (setting === undefined || setting.secret || given === undefined) continue;
    overrides = withSetting(overrides, setting.path, settingValue(setting, given));
  }
  return overrides;
}

function joinOptions(target: string | undefined, { options }: Arguments): JoinOptions {
  const [typing, find] = [options.get("typing"), options.get("find")];
  const title = textOf(options, "title");
  if (target !== undefined && title !== undefined) {
    throw new UsageError(USAGE.titleAndHost(show(target)));
  }
  return {
    target,
    title,
    find: find === undefined ? undefined : find === true,
    name: textOf(options, "name"),
    frontEnd: options.has("plain") ? "plain" : options.has("json") ? "json" : undefined,
    quiet: options.has("quiet"),
    passwordFile: textOf(options, "password-file"),
    roomKeyFile: textOf(options, "room-key-file"),
    insecurePassword: options.has("insecure-password"),
    account: accountOf(options),
    fingerprint: fingerprint(textOf(options, "fingerprint")),
    trustNew: options.has("trust-new"),
    ca: textOf(options, "ca"),
    tls: !options.has("no-tls"),
    color: wordOf(options, "color", COLOR_CHOICES),
    timeFormat: timeFormat(textOf(options, "time-format")),
    bell: wordOf(options, "bell", BELL_CHOICES),
    typing: typing === undefined ? undefined : typing === true,
  };
}

/** The longest that `chat find` waits, in seconds. */
const LONGEST_WAIT = 3600;

function findOptions({ options }: Arguments): FindOptions {
  const wait = countOf(options, "wait", 1);
  if (wait > LONGEST_WAIT) {
    throw new UsageError(USAGE.mustBe("wait", USAGE.wait(LONGEST_WAIT), `${wait}`));
  }
  return { json: options.has("json"), seconds: wait };
}

function userOptions(
  action: string | undefined,
  name: string | undefined,
  { options }: Arguments,
): UserOptions {
  const data = textOf(options, "data");
  const off = options.has("off");
  if (off && action !== "op") throw new UsageError(USAGE.offWithoutOp);
  if (action === "list") {
    if (name === undefined) return { data, action };
    throw new UsageError(USAGE.listTakesNoName);
  }
  if (name === undefined) throw new UsageError(USAGE.needs(`user ${action}`, "NAME"));
  if (action === "op") return { data, action, name, on: !off };
  return { data, action: action as "add" | "delete" | "password", name };
}

function inviteOptions(
  action: string | undefined,
  id: string | undefined,
  { options }: Arguments,
): InviteOptions {
  const data = textOf(options, "data");
  const only = ["for", "days", "uses", "host", "config", "plain"].find((name) => options.has(name));
  if (action !== undefined && only !== undefined) {
    throw new UsageError(USAGE.onlyForNew(only, action));
  }
  if (action === "revoke") {
    if (id !== undefined) return { data, action, id };
    throw new UsageError(USAGE.revokeNeedsId);
  }
  if (id !== undefined) throw new UsageError(USAGE.listTakesNoId);
  if (action === "list") return { data, action };
  return {
    data,
    action: "make",
    forName: textOf(options, "for"),
    days: countOf(options, "days", 7),
    uses: countOf(options, "uses", 1),
    host: textOf(options, "host"),
    config: textOf(options, "config"),
    plain: options.has("plain"),
  };
}

function exportOptions(room: string | undefined, { options }: Arguments): ExportOptions {
  return {
    room: room ?? "",
    since: textOf(options, "since"),
    until: textOf(options, "until"),
    format: wordOf(options, "format", ["text", "json", "html"]) ?? "text",
    data: textOf(options, "data"),
  };
}

function clusterOptions(command: Subcommand, { options }: Arguments): ClusterOptions {
  const { servers, credentials = null, ca = null } = settingsOf(command, options).cluster ?? {};
  const nats = servers && { servers, credentials, ca };
  return { data: textOf(options, "data"), nats, json: options.has("json") };
}

function countOf(options: Arguments["options"], name: string, byDefault: number): number {
  const given = textOf(options, name);
  if (given === undefined) return byDefault;
  if (/^\d{1,5}$/.test(given)) return Number(given);
  throw new UsageError(USAGE.mustBe(name, USAGE.count, show(given)));
}

/** The password comes from a file, so the account and the file go together. */
function accountOf(options: Arguments["options"]): JoinOptions["account"] {
  const name = textOf(options, "account");
  const passwordFile = textOf(options, "account-password-file");
  if (name !== undefined && passwordFile !== undefined) return { name, passwordFile };
  if (name === undefined && passwordFile === undefined) return undefined;
  throw new UsageError(
    name === undefined ? USAGE.passwordWithoutAccount : USAGE.accountWithoutPassword,
  );
}

function fingerprint(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const understood = parseFingerprint(given);
  if (understood !== undefined) return understood;
  throw new UsageError(USAGE.mustBe("fingerprint", USAGE.fingerprint, show(given)));
}

/** Refuses control characters; the clock checks what the pattern means. */
function timeFormat(given: string | undefined): string | undefined {
  if (given === undefined || !/\p{C}/u.test(given)) return given;
  throw new UsageError(USAGE.mustBe("time-format", USAGE.timeFormat, show(given)));
}

function settingValue({ flag, type }: Setting, given: string | boolean): SettingValue {
  const isNumber = type.kind === "whole" && typeof given === "string" && /^\d+$/.test(given);
  const isList = type.kind === "list" && typeof given === "string";
  const value = isNumber ? Number(given) : isList ? given.split(",") : given;
  if (allows(type, value)) return value;
  throw new UsageError(USAGE.mustBe(flag, expectation(type), show(given)));
}

function wordOf<W extends string>(
  options: Arguments["options"],
  name: string,
  words: readonly W[],
): W | undefined {
  const given = textOf(options, name);
  const word = words.find((word) => word === given);
  if (given === undefined || word !== undefined) return word;
  throw new UsageError(USAGE.mustBeOneOf(name, words, show(given)));
}

function textOf(options: Arguments["options"], name: string): string | undefined {
  const value = options.get(name);
  return typeof value === "string" ? value : undefined;
}
