/**
 * The settings of `chat join` that last: one table, from which the checks of the file, its messages
 * and the documents come. A new setting is one field of {@linkcode Settings} and one row of
 * {@linkcode CLIENT_SETTINGS}.
 * @module
 */
import { nearest } from "../text/nearest.ts";
import { parseTarget } from "./trust/target.ts";

/** When colours are used: where the terminal shows them, always, or never. */
export type ColorChoice = "auto" | "always" | "never";

/** For what the terminal's bell rings: our name and private messages, every message, nothing. */
export type BellChoice = "mention" | "all" | "never";

/** The settings, all of them with a value that is allowed. */
export interface Settings {
  /** The server that the prompt offers, as one would type it; null where there is none. */
  readonly server: string | null;
  /** The username that the prompt offers; null where there is none. */
  readonly name: string | null;
  /** Short names for servers: what is typed, and the address that it stands for. */
  readonly servers: Readonly<Record<string, string>>;
  /** Whether there are colours. */
  readonly color: ColorChoice;
  /** `12`, `24`, or a pattern; null for the usual one. */
  readonly timeFormat: string | null;
  /** For what the bell rings. */
  readonly bell: BellChoice;
  /** Whether others are told that we are typing. */
  readonly typing: boolean;
  /** The names of people whose messages are not shown. */
  readonly ignore: readonly string[];
}

/** One setting. */
export interface ClientSetting {
  /** Its key in the file. */
  readonly key: keyof Settings;
  /** What it means: a sentence. */
  readonly meaning: string;
  /** Its value where the file says nothing. */
  readonly default: Settings[keyof Settings];
  /**
   * Looks at a value of the file.
   *
   * @returns undefined where it is allowed, else what it must be, as the end of a sentence.
   */
  readonly check: (value: unknown) => string | undefined;
}

/** The colour choices. */
export const COLOR_CHOICES: readonly ColorChoice[] = ["auto", "always", "never"];

/** The bell choices. */
export const BELL_CHOICES: readonly BellChoice[] = ["mention", "all", "never"];

/** Every setting. */
export const CLIENT_SETTINGS: readonly ClientSetting[] = [
  {
    key: "server",
    meaning: "The server that is offered where none is given. It is noted on entering.",
    default: null,
    check: (value) => isNothing(value) || isAddress(value) ? undefined : "the address of a server",
  },
  {
    key: "name",
    meaning: "The username that is offered. It is noted on entering.",
    default: null,
    check: (value) => isNothing(value) || isName(value) ? undefined : "a username",
  },
  {
    key: "servers",
    meaning: 'Short names for servers: `{ "work": "chat.example:7000" }` for `chat join work`.',
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
    check: (value) => isNothing(value) || isPattern(value) ? undefined : TIME_FORMAT,
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
    check: (value) => typeof value === "boolean" ? undefined : "true or false",
  },
  {
    key: "ignore",
    meaning: "The people whose messages are not shown; `/ignore` changes it.",
    default: [],
    check: (value) =>
      Array.isArray(value) && value.length <= MOST && value.every(isName)
        ? undefined
        : 'a list of usernames such as ["Furkan"]',
  },
];

/** What a time format must be. */
const TIME_FORMAT = '"12", "24" or a pattern such as "HH:mm"';

/** The most entries of a list, and the longest text: more is a mistake. */
const MOST = 1000;
const LONGEST = 300;

/** The settings where there is no file. */
export const DEFAULTS: Settings = Object.fromEntries(
  CLIENT_SETTINGS.map((row) => [row.key, row.default]),
) as unknown as Settings;

/** What the contents of a file come to. */
export interface SettingsCheck {
  /** The settings; those that the file leaves open or gets wrong have their defaults. */
  readonly settings: Settings;
  /** What is wrong with the file: a sentence each, without the file's name. */
  readonly faults: readonly string[];
}

/** Checks what a file says, after it was parsed. */
export function checkSettings(file: unknown): SettingsCheck {
  if (!isObject(file)) {
    return {
      settings: DEFAULTS,
      faults: [`It must be an object such as { "bell": "never" }, but is ${shown(file)}.`],
    };
  }
  const settings: Record<string, unknown> = { ...DEFAULTS };
  const faults: string[] = [];
  for (const [key, value] of Object.entries(file)) {
    const row = CLIENT_SETTINGS.find((row) => row.key === key);
    const expected = row?.check(value);
    if (row === undefined) faults.push(unknownKey(key));
    else if (expected === undefined) settings[key] = value;
    else faults.push(`${shown(key)} must be ${expected}, but is ${shown(value)}.`);
  }
  return { settings: settings as unknown as Settings, faults };
}

function unknownKey(key: string): string {
  const guess = nearest(key, CLIENT_SETTINGS.map((row) => row.key));
  return `There is no setting ${shown(key)}.` +
    (guess === undefined ? "" : ` Did you mean ${shown(guess)}?`);
}

/**
 * What someone typed for a server, with a short name replaced by what it stands for; a room behind
 * it (`work/music`) goes before the one in the address.
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
  const expected = 'an object such as { "work": "chat.example:7000" }';
  if (!isObject(value) || Object.keys(value).length > MOST) return expected;
  for (const [name, address] of Object.entries(value)) {
    if (!/^[^\s/:\p{C}]+$/u.test(name)) {
      return `${expected}, with names without spaces, slashes and colons`;
    }
    if (!isAddress(address)) return `${expected}, with an address for ${shown(name)}`;
  }
  return undefined;
}

function oneOf(words: readonly string[]): ClientSetting["check"] {
  const list = words.map((word) => `"${word}"`).join(", ").replace(/, ([^,]*)$/, " or $1");
  return (value) => typeof value === "string" && words.includes(value) ? undefined : list;
}

function isNothing(value: unknown): value is null {
  return value === null;
}

function isAddress(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST && "target" in parseTarget(value);
}

/** Servers differ in what a name may be; what none allows is a slip. */
function isName(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST && /^[^\s\p{C}]+$/u.test(value);
}

/** What it means, whoever writes times finds out. */
function isPattern(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST && !/\p{C}/u.test(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value in a message: on one line, not too long, and nothing that acts. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return "an object";
  const text = (JSON.stringify(value) ?? "nothing").replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
  return text.length <= 60 ? text : `${text.slice(0, 60)}...`;
}
