import { type ConfigOverrides, type Setting, withSetting } from "../../server/settings/config.ts";
import { allows, expectation, type SettingValue } from "../../server/settings/setting_type.ts";
import { completions, type Shell } from "./completions.ts";
import { commandHelp, firstHelp, generalHelp } from "./help.ts";
import { parseFingerprint } from "../../irc/fingerprint.ts";
import { nearest } from "../../text/nearest.ts";
import { commandNamed, GENERAL_OPTIONS, type Subcommand, SUBCOMMANDS } from "./options.ts";
import { type Arguments, readOptions } from "./read_options.ts";
import { BELL_CHOICES, COLOR_CHOICES } from "../../client/settings.ts";
import type {
  ExportOptions,
  InviteOptions,
  JoinOptions,
  Request,
  ServeFlags,
  UserOptions,
} from "./request.ts";
import { show } from "./show.ts";
import { UsageError } from "./usage_error.ts";

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
    case "user":
      return { kind: "user", options: userOptions(operand, second, args) };
    case "invite":
      return { kind: "invite", options: inviteOptions(operand, second, args) };
    case "export":
      return { kind: "export", options: exportOptions(operand, args) };
    case "hash-password":
      return { kind: "hash-password" };
    case "help": {
      const text = operand === undefined ? generalHelp() : commandHelp(findCommand(operand));
      return { kind: "help", text };
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
  const name = argv[0]?.replace(/^--|=.*$/gs, "");
  const owner = SUBCOMMANDS.find(({ options }) => options.some((option) => option.name === name));
  if (owner !== undefined && !GENERAL_OPTIONS.some((option) => option.name === name)) {
    throw new UsageError(`--${name} comes after the command: chat ${owner.name} --${name} ...`);
  }
  const { options, operands } = readOptions(argv, GENERAL_OPTIONS, "chat help");
  if (options.has("help")) return { kind: "help", text: generalHelp() };
  if (options.has("version")) return { kind: "version", text: version };
  const [word] = operands;
  if (word === undefined) return { kind: "help", text: firstHelp() };
  throw new UsageError(`Unexpected argument ${show(word)}. See: chat help`);
}

function findCommand(word: string): Subcommand {
  const command = commandNamed(word);
  if (command !== undefined) return command;
  const guess = nearest(word, SUBCOMMANDS.map(({ name }) => name));
  const hint = guess === undefined
    ? "The commands are serve and join; see: chat help"
    : `Did you mean chat ${guess}?`;
  throw new UsageError(`Unknown command ${show(word)}. ${hint}`);
}

function readArguments(rest: readonly string[], command: Subcommand): Arguments {
  const { name, noArguments, options } = command;
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
        ? `Unexpected argument ${show(extra)}: chat ${name} takes one ${operand.placeholder}.`
        : `One argument too many: chat ${name} takes ${operand.placeholder} and ` +
          `${second.placeholder}; what is secret is asked for.`,
    );
  }
  return [readOperand(command, operands[0]), second === undefined ? undefined : operands[1]];
}

function readOperand({ name, operand }: Subcommand, first: string | undefined): string | undefined {
  if (operand === undefined) {
    if (first === undefined) return undefined;
    throw new UsageError(
      `Unexpected argument ${show(first)}: chat ${name} takes only options. See: chat help ${name}`,
    );
  }
  const { placeholder, required, words } = operand;
  if (first === undefined) {
    if (!required) return undefined;
    const which = words === undefined ? "" : `: ${listed(words)}`;
    throw new UsageError(`chat ${name} needs ${articleOf(placeholder)}${which}.`);
  }
  // An unknown command has a better message than an unknown word.
  if (words === undefined || words.includes(first) || name === "help") return first;
  const guess = nearest(first, words);
  const hint = guess === undefined ? `It can be ${listed(words)}.` : `Did you mean ${guess}?`;
  throw new UsageError(`Unknown ${placeholder.toLowerCase()} ${show(first)}. ${hint}`);
}

function serveFlags(command: Subcommand, { options }: Arguments): ServeFlags {
  let overrides: ConfigOverrides = {};
  if (options.has("ephemeral")) overrides = withSetting(overrides, "data", null);
  if (options.has("no-tls")) overrides = withSetting(overrides, "tls", null);
  for (const { name, setting } of command.options) {
    const given = options.get(name);
    if (setting === undefined || setting.secret || given === undefined) continue;
    overrides = withSetting(overrides, setting.path, settingValue(setting, given));
  }
  return {
    overrides,
    configFile: textOf(options, "config"),
    passwordFile: textOf(options, "password-file"),
    opersFile: textOf(options, "opers-file"),
    log: wordOf(options, "log", ["text", "json"]) ?? "text",
    logMessages: !options.has("no-log-messages"),
  };
}

function joinOptions(target: string | undefined, { options }: Arguments): JoinOptions {
  const typing = options.get("typing");
  return {
    target,
    name: textOf(options, "name"),
    frontEnd: options.has("plain") ? "plain" : options.has("json") ? "json" : undefined,
    passwordFile: textOf(options, "password-file"),
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

function userOptions(
  action: string | undefined,
  name: string | undefined,
  { options }: Arguments,
): UserOptions {
  const data = textOf(options, "data");
  const off = options.has("off");
  if (off && action !== "op") throw new UsageError("--off goes with op: chat user op NAME --off");
  if (action === "list") {
    if (name === undefined) return { data, action };
    throw new UsageError("chat user list takes no NAME: it shows all accounts.");
  }
  if (name === undefined) throw new UsageError(`chat user ${action} needs a NAME.`);
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
    throw new UsageError(`--${only} is for a new invitation: it does not go with ${action}.`);
  }
  if (action === "revoke") {
    if (id !== undefined) return { data, action, id };
    throw new UsageError("chat invite revoke needs an ID; chat invite list shows them.");
  }
  if (id !== undefined) {
    throw new UsageError("chat invite list takes no ID: it shows all invitations.");
  }
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

function countOf(options: Arguments["options"], name: string, byDefault: number): number {
  const given = textOf(options, name);
  if (given === undefined) return byDefault;
  if (/^\d{1,5}$/.test(given)) return Number(given);
  throw new UsageError(`--${name} must be a whole number up to 99999, but is ${show(given)}.`);
}

/** The password comes from a file, so the account and the file go together. */
function accountOf(options: Arguments["options"]): JoinOptions["account"] {
  const name = textOf(options, "account");
  const passwordFile = textOf(options, "account-password-file");
  if (name !== undefined && passwordFile !== undefined) return { name, passwordFile };
  if (name === undefined && passwordFile === undefined) return undefined;
  throw new UsageError(
    name === undefined
      ? "--account-password-file goes with --account NAME."
      : "--account needs its password: --account-password-file FILE. On a terminal, leave both " +
        "out and type /login.",
  );
}

function fingerprint(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const understood = parseFingerprint(given);
  if (understood !== undefined) return understood;
  throw new UsageError(
    `--fingerprint must be like SHA256:..., as the server shows it, but is ${show(given)}.`,
  );
}

/** Refuses control characters; the clock checks what the pattern means. */
function timeFormat(given: string | undefined): string | undefined {
  if (given === undefined || !/\p{C}/u.test(given)) return given;
  throw new UsageError(
    `--time-format must be 12, 24 or a pattern such as HH:mm, but is ${show(given)}.`,
  );
}

function settingValue({ flag, type }: Setting, given: string | boolean): SettingValue {
  const isNumber = type.kind === "whole" && typeof given === "string" && /^\d+$/.test(given);
  const isList = type.kind === "addresses" && typeof given === "string";
  const value = isNumber ? Number(given) : isList ? given.split(",") : given;
  if (allows(type, value)) return value;
  throw new UsageError(`--${flag} must be ${expectation(type)}, but is ${show(given)}.`);
}

function wordOf<W extends string>(
  options: Arguments["options"],
  name: string,
  words: readonly W[],
): W | undefined {
  const given = textOf(options, name);
  const word = words.find((word) => word === given);
  if (given === undefined || word !== undefined) return word;
  throw new UsageError(`--${name} must be ${listed(words)}, but is ${show(given)}.`);
}

function textOf(options: Arguments["options"], name: string): string | undefined {
  const value = options.get(name);
  return typeof value === "string" ? value : undefined;
}

/** `a SHELL`, `an ACTION`. */
function articleOf(placeholder: string): string {
  return `${/^[AEIOU]/.test(placeholder) ? "an" : "a"} ${placeholder}`;
}

/** `bash, zsh or fish`. */
function listed(words: readonly string[]): string {
  return words.join(", ").replace(/, ([^,]*)$/, " or $1");
}
