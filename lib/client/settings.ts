/**
 * The settings of `chat join`: one table, from which the checks, messages and documents come. A new
 * setting is a field of {@linkcode Settings} and a row of {@linkcode CLIENT_SETTINGS}.
 * @module
 */
import { nearest } from "../text/nearest.ts";
import { parseTarget } from "./trust/target.ts";
import { SETTING_FAULT } from "../wording/client.ts";

/** When to use colours: if the terminal shows them, always, or never. */
export type ColorChoice = "auto" | "always" | "never";

/** When the bell rings: for our name and private messages, for every message, or never. */
export type BellChoice = "mention" | "all" | "never";

export interface Settings {
  readonly server: string | null;
  readonly name: string | null;
  readonly servers: Readonly<Record<string, string>>;
  readonly color: ColorChoice;
  /** `12`, `24`, or a pattern; null for the default. */
  readonly timeFormat: string | null;
  readonly bell: BellChoice;
  readonly typing: boolean;
  readonly find: boolean;
  readonly ignore: readonly string[];
}

export interface ClientSetting {
  readonly key: keyof Settings;
  readonly meaning: string;
  readonly default: Settings[keyof Settings];
  /**
   * Checks a value of the file.
   *
   * @returns undefined if it is valid, else what it must be, as the end of a sentence.
   */
  readonly check: (value: unknown) => string | undefined;
}

export const COLOR_CHOICES: readonly ColorChoice[] = ["auto", "always", "never"];

export const BELL_CHOICES: readonly BellChoice[] = ["mention", "all", "never"];

export const CLIENT_SETTINGS: readonly ClientSetting[] = [
  {
    key: "server",
    meaning: "The server that is offered where none is given. It is noted on entering.",
    default: null,
    check: (value) => value === null || isAddress(value) ? undefined : SETTING_FAULT.address,
  },
  {
    key: "name",
    meaning: "The username that is offered. It is noted on entering.",
    default: null,
    check: (value) => value === null || isName(value) ? undefined : SETTING_FAULT.username,
  },
  {
    key: "servers",
    meaning: 'Short names for servers: `{ "work": "chat.example:7000" }` for `chat join work`. ' +
      "Several servers of one chat are separated by commas.",
    default: {},
    check: checkServers,
  },
  {
    key: "color",
    meaning: "Whether there are colours: `auto`, `always` or `never`.",
    default: "auto",
    check: oneOf(COLOR_CHOICES),
  },
  {
    key: "timeFormat",
    meaning: "How times look: `12`, `24` or a pattern such as `HH:mm`.",
    default: null,
    check: (value) => value === null || isPattern(value) ? undefined : SETTING_FAULT.timeFormat,
  },
  {
    key: "bell",
    meaning: "For what the terminal's bell rings: `mention`, `all` or `never`.",
    default: "mention",
    check: oneOf(BELL_CHOICES),
  },
  {
    key: "typing",
    meaning: "Whether others are told when you are typing.",
    default: true,
    check: (value) => typeof value === "boolean" ? undefined : SETTING_FAULT.boolean,
  },
  {
    key: "find",
    meaning: "Whether `chat join` looks for rooms on the local network if no server is given.",
    default: true,
    check: (value) => typeof value === "boolean" ? undefined : SETTING_FAULT.boolean,
  },
  {
    key: "ignore",
    meaning: "The people whose messages are not shown; `/ignore` changes it.",
    default: [],
    check: (value) => isList(value) ? undefined : SETTING_FAULT.usernames,
  },
];

/** The most entries of a list, and the longest text: more is a mistake. */
const MOST = 1000;
const LONGEST = 300;

export const DEFAULTS: Settings = Object.fromEntries(
  CLIENT_SETTINGS.map((row) => [row.key, row.default]),
) as unknown as Settings;

export interface SettingsCheck {
  /** The settings; missing and wrong ones have their defaults. */
  readonly settings: Settings;
  /** What is wrong: a sentence each, without the file's name. */
  readonly faults: readonly string[];
}

/** Checks the parsed contents of a file. */
export function checkSettings(file: unknown): SettingsCheck {
  if (!isObject(file)) {
    return { settings: DEFAULTS, faults: [SETTING_FAULT.notObject(shown(file))] };
  }
  const settings: Record<string, unknown> = { ...DEFAULTS };
  const faults: string[] = [];
  for (const [key, value] of Object.entries(file)) {
    const row = CLIENT_SETTINGS.find((row) => row.key === key);
    const expected = row?.check(value);
    if (row === undefined) faults.push(unknownKey(key));
    else if (expected === undefined) settings[key] = value;
    else faults.push(SETTING_FAULT.wrong(shown(key), expected, shown(value)));
  }
  return { settings: settings as unknown as Settings, faults };
}

function unknownKey(key: string): string {
  const guess = nearest(key, CLIENT_SETTINGS.map((row) => row.key));
  return guess === undefined
    ? SETTING_FAULT.unknown(shown(key))
    : SETTING_FAULT.unknownGuess(shown(key), shown(guess));
}

/**
 * The address for what a person typed: a short name is replaced, and a room after it (`work/music`)
 * replaces the one in the address.
 */
export function resolveServer(typed: string, servers: Settings["servers"]): string {
  const text = typed.trim();
  if (Object.hasOwn(servers, text)) return servers[text]!;
  const [, name = "", room = ""] = /^([^/]+)\/(.+)$/su.exec(text) ?? [];
  if (!Object.hasOwn(servers, name)) return typed;
  const place = /^(?:[a-z][a-z0-9+.-]*:\/\/)?[^/]*/i.exec(servers[name]!)?.[0] ?? "";
  return `${place}/${room}`;
}

function checkServers(value: unknown): string | undefined {
  const expected = SETTING_FAULT.servers;
  if (!isObject(value) || Object.keys(value).length > MOST) return expected;
  for (const [name, address] of Object.entries(value)) {
    if (!/^[^\s/:\p{C}]+$/u.test(name)) {
      return SETTING_FAULT.serverNames(expected);
    }
    if (!isAddress(address)) return SETTING_FAULT.serverAddress(expected, shown(name));
  }
  return undefined;
}

function oneOf(words: readonly string[]): ClientSetting["check"] {
  const list = words.map((word) => `"${word}"`).join(", ").replace(
    /, ([^,]*)$/,
    `${SETTING_FAULT.or}$1`,
  );
  return (value) => typeof value === "string" && words.includes(value) ? undefined : list;
}

function isAddress(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST && "target" in parseTarget(value);
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.length <= MOST && value.every(isName);
}

/** Rejects only what no server allows in a name. */
function isName(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST && /^[^\s\p{C}]+$/u.test(value);
}

/** `clockFor` checks the pattern itself. */
function isPattern(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST && !/\p{C}/u.test(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value in a message: on one line, not too long, and harmless. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return SETTING_FAULT.list;
  if (isObject(value)) return SETTING_FAULT.object;
  const text = (JSON.stringify(value) ?? SETTING_FAULT.nothing).replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    "?",
  );
  return text.length <= 60 ? text : `${text.slice(0, 60)}...`;
}
