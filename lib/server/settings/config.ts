/**
 * Every setting of the server in one table, and what the settings come to once the defaults, the
 * configuration file and the command line are laid over each other.
 *
 * The command line, the help, the shell completions, the configuration file's checks and the
 * documentation all read this table: a new setting is one field of {@linkcode Config} and one row
 * of {@linkcode SETTINGS}.
 *
 * @module
 */

import { parseRange } from "../../irc/addresses.ts";

/**
 * The settings as the server uses them: every key is there, and every value is allowed. What each
 * one means stands in {@linkcode SETTINGS}.
 */
export type Config = {
  readonly host: string | null;
  readonly port: number;
  readonly plain: boolean;
  readonly tls: TlsConfig | null;
  readonly name: string | null;
  readonly network: string;
  readonly description: string;
  readonly motd: string | null;
  readonly lobby: string;
  readonly password: string | null;
  readonly opers: readonly Oper[];
  readonly data: string | null;
  readonly accounts: AccountsConfig;
  readonly history: HistoryConfig;
  readonly limits: LimitsConfig;
};

/** The encrypted listener. Without `cert` and `key` the server makes its own. */
export type TlsConfig = {
  readonly port: number;
  readonly cert: string | null;
  readonly key: string | null;
  readonly stsSeconds: number;
};

/** Someone who may use the operator commands, and the password that proves it. */
export type Oper = {
  readonly name: string;
  readonly password: string;
};

/** Who may own a name. */
export type AccountsConfig = {
  readonly registration: boolean;
  readonly beforeConnect: boolean;
  readonly emailRequired: boolean;
  readonly required: boolean;
};

/** What is kept of what was said. For `days` and `perChannel`, 0 means without end. */
export type HistoryConfig = {
  readonly limit: number;
  readonly days: number;
  readonly perChannel: number;
  readonly onJoin: number;
};

/** Bounds on what peers can use up. 0 switches a limit off. */
export type LimitsConfig = {
  readonly connections: number;
  readonly connectionsPerIp: number;
  readonly connectionsPerMinute: number;
  readonly unregistered: number;
  readonly registrationTimeoutSeconds: number;
  readonly pingSeconds: number;
  readonly messagesPerSecond: number;
  readonly burst: number;
  readonly nickChangesPerMinute: number;
  readonly channels: number;
  readonly channelsPerUser: number;
  readonly listEntries: number;
  readonly sendQueueBytes: number;
  /** Addresses and ranges that no limit for one address holds for, such as those of proxies. */
  readonly exempt: readonly string[];
};

/**
 * What one source (the file, the command line) says: only the keys that it names. `tls: null`
 * switches encryption off; any object there switches it on again.
 */
export type ConfigOverrides = Partial<Omit<Config, "tls" | "accounts" | "history" | "limits">> & {
  readonly tls?: Partial<TlsConfig> | null;
  readonly accounts?: Partial<AccountsConfig>;
  readonly history?: Partial<HistoryConfig>;
  readonly limits?: Partial<LimitsConfig>;
};

/** The paths of the values in `T`, the levels joined by dots: `"port"`, `"limits.burst"`. */
export type PathsOf<T, Prefix extends string = ""> = {
  [K in keyof T & string]: NonNullable<T[K]> extends string | number | boolean | readonly unknown[]
    ? `${Prefix}${K}`
    : PathsOf<NonNullable<T[K]>, `${Prefix}${K}.`>;
}[keyof T & string];

/** The key of one setting, as error messages and the documentation write it. */
export type SettingPath = PathsOf<Config>;

/** A value that some setting can have. */
export type SettingValue = string | number | boolean | null | readonly Oper[] | readonly string[];

/** What a setting's value must be. */
export type SettingType =
  | {
    readonly kind: "text";
    /** Completes "must be ...". */
    readonly expected: string;
    readonly pattern: RegExp;
    /** What null stands for; undefined where the value can't be null. */
    readonly nullMeans: string | undefined;
  }
  | { readonly kind: "whole"; readonly min: number; readonly max: number }
  | { readonly kind: "boolean" }
  | { readonly kind: "opers" }
  /** Addresses and ranges of them. */
  | { readonly kind: "addresses" };

/** One row of {@linkcode SETTINGS}. */
export interface Setting {
  /** Its key in the configuration file, the levels joined by dots. */
  readonly path: SettingPath;
  /** What its value must be. */
  readonly type: SettingType;
  /** Its value where nobody says anything. */
  readonly default: SettingValue;
  /** One plain sentence. */
  readonly meaning: string;
  /** The command line's option, without its dashes. A secret's option names a file. */
  readonly flag: string;
  /** What stands for the option's value in the help; empty for a boolean. */
  readonly placeholder: string;
  /** Whether reading the file again changes it in a running server. */
  readonly reload: boolean;
  /** A secret never stands on the command line nor in a message. */
  readonly secret: boolean;
}

/** A configuration that can't be used. The message is one line in the words of the user. */
export class ConfigError extends Error {
  /** Tells it from other errors. */
  override readonly name = "ConfigError";
}

/** The value of `data` that stands for the directory where such things go on this system. */
export const AUTO_DATA = "auto";

function text(expected: string, pattern: RegExp, nullMeans?: string): SettingType {
  return { kind: "text", expected, pattern, nullMeans };
}

function whole(min: number, max: number = Number.MAX_SAFE_INTEGER): SettingType {
  return { kind: "whole", min, max };
}

const BOOLEAN: SettingType = { kind: "boolean" };
const PORT = whole(0, 65535);
const COUNT = whole(0);
/** A day at most: what runs longer than 24 days overflows a timer. */
const SECONDS = whole(0, 86_400);
/** Ten years at most. */
const YEARS = whole(0, 315_360_000);
const LINE = text("one line of text", /^[^\r\n\0]+$/);
const WORD = text("a name without spaces", /^[^\s\p{C}]{1,64}$/u);
const ROOM = text('the name of a room, such as "#lobby"', /^#[^\s,\p{C}]{1,63}$/u);
const MOTD = text("text", /^[^\0]+$/, "none");
const PASSWORD = text("one line of text", /^[^\r\n\0]+$/, "none");
const PEM = text("the path of a file", /^[^\0]+$/, "the server makes its own");
const DIRECTORY = text('the path of a directory, or "auto"', /^[^\0]+$/, "nothing is kept on disk");
const HOST = text(
  'an address of this machine, such as "127.0.0.1" or "::1"',
  /^[^\s\p{C}]+$/u,
  "all addresses, IPv4 and IPv6",
);
// RFC 2812 section 2.3.1: a server name is a host name of at most 63 characters. Programs tell it
// from a nickname by its dot.
const SERVER_NAME = text(
  'a host name with a dot in it, such as "chat.example.org"',
  /^(?=.{1,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i,
  "this machine's name",
);

type Row = readonly [
  path: SettingPath,
  type: SettingType,
  byDefault: SettingValue,
  /** The option and what stands for its value. */
  usage: string,
  meaning: string,
  /** Fixed while the server runs: sockets, files, and what everyone was already told. */
  fixed?: "fixed",
];

const TABLE: readonly Row[] = [
  ["host", HOST, null, "host ADDRESS", "The address to listen on.", "fixed"],
  ["port", PORT, 6667, "port N", "The port to listen on; 0 takes any free one.", "fixed"],
  [
    "plain",
    BOOLEAN,
    true,
    "plain",
    "Connections that are not encrypted are taken in too.",
    "fixed",
  ],
  ["name", SERVER_NAME, null, "name NAME", "What the server calls itself.", "fixed"],
  ["network", WORD, "Chat", "network NAME", "The title that IRC programs show.", "fixed"],
  ["description", LINE, "a chat room", "description TEXT", "What this server is, in a line."],
  ["motd", MOTD, null, "motd TEXT", "The message of the day, which is shown on entering."],
  ["lobby", ROOM, "#lobby", "lobby ROOM", "The room that everyone enters first.", "fixed"],
  [
    "data",
    DIRECTORY,
    AUTO_DATA,
    "data DIR",
    "The directory for what must last; auto: this system's usual one.",
    "fixed",
  ],
  [
    "password",
    PASSWORD,
    null,
    "password-file FILE",
    "The password for entering the server, or its hash.",
  ],
  ["opers", { kind: "opers" }, [], "opers-file FILE", "Who may use the operator commands."],

  ["tls.port", PORT, 6697, "tls-port N", "The port for encrypted connections.", "fixed"],
  [
    "tls.cert",
    PEM,
    null,
    "tls-cert FILE",
    "The server's certificate and its chain, as PEM.",
    "fixed",
  ],
  ["tls.key", PEM, null, "tls-key FILE", "The private key of the certificate, as PEM.", "fixed"],
  [
    "tls.stsSeconds",
    YEARS,
    2_592_000,
    "sts SECONDS",
    "For how long programs remember to encrypt; 0: not. Only with a certificate that is given.",
    "fixed",
  ],

  ["accounts.registration", BOOLEAN, true, "account-registration", "People may own their names."],
  [
    "accounts.beforeConnect",
    BOOLEAN,
    false,
    "account-before-connect",
    "A name may be registered before its owner has entered.",
  ],
  [
    "accounts.emailRequired",
    BOOLEAN,
    false,
    "account-email-required",
    "Registering a name takes an e-mail address. No mail can be sent yet: nobody can.",
  ],
  [
    "accounts.required",
    BOOLEAN,
    false,
    "invite-only",
    "Only who has an account or an invitation may come in.",
  ],

  ["history.limit", whole(1), 100, "history-limit N", "How many old messages one answer can hold."],
  [
    "history.days",
    COUNT,
    30,
    "history-days N",
    "For how many days messages are kept; 0: for ever.",
  ],
  [
    "history.perChannel",
    COUNT,
    100_000,
    "history-per-channel N",
    "How many messages of a room are kept; 0: all.",
  ],
  ["history.onJoin", COUNT, 20, "history-on-join N", "How many old messages a newcomer is shown."],

  ["limits.connections", COUNT, 10_000, "max-connections N", "Connections in all."],
  [
    "limits.connectionsPerIp",
    COUNT,
    256,
    "max-connections-per-ip N",
    "Connections from one address.",
  ],
  [
    "limits.connectionsPerMinute",
    COUNT,
    600,
    "max-connections-per-minute N",
    "New connections from one address in a minute.",
  ],
  [
    "limits.unregistered",
    COUNT,
    1000,
    "max-unregistered N",
    "Connections that have no username yet.",
  ],
  [
    "limits.registrationTimeoutSeconds",
    SECONDS,
    60,
    "registration-timeout SECONDS",
    "How long a connection may go without a username.",
  ],
  [
    "limits.pingSeconds",
    SECONDS,
    120,
    "ping-interval SECONDS",
    "How long a peer may be silent before it is asked whether it is still there.",
  ],
  [
    "limits.messagesPerSecond",
    COUNT,
    4,
    "max-messages-per-second N",
    "Messages a second that one connection may send in the long run.",
  ],
  ["limits.burst", COUNT, 20, "max-burst N", "Messages that one connection may send at once."],
  [
    "limits.nickChangesPerMinute",
    COUNT,
    10,
    "max-nick-changes-per-minute N",
    "How often in a minute one may change one's username.",
  ],
  ["limits.channels", COUNT, 10_000, "max-channels N", "Rooms in all."],
  ["limits.channelsPerUser", COUNT, 100, "max-channels-per-user N", "Rooms that one can be in."],
  [
    "limits.listEntries",
    COUNT,
    100,
    "max-list-entries N",
    "Entries in one list of a room, such as its bans.",
  ],
  [
    "limits.sendQueueBytes",
    COUNT,
    1_048_576,
    "max-send-queue BYTES",
    "What may wait for a slow reader before its connection is closed.",
  ],
  [
    "limits.exempt",
    { kind: "addresses" },
    [],
    "exempt ADDRESSES",
    "Addresses, such as a proxy's, that the limits for one address do not hold for.",
  ],
];

const SECRETS: ReadonlySet<SettingPath> = new Set<SettingPath>(["password", "opers"]);

/** Every setting, in the order in which help and documentation show them. */
export const SETTINGS: readonly Setting[] = TABLE.map(
  ([path, type, byDefault, usage, meaning, fixed]) => {
    const [flag = "", placeholder = ""] = usage.split(" ");
    const reload = fixed === undefined;
    const secret = SECRETS.has(path);
    return { path, type, default: byDefault, meaning, flag, placeholder, reload, secret };
  },
);

/**
 * Adds one value to what a source says.
 *
 * @param path a setting, or `"tls"` to switch encryption off as a whole
 * @param value must be one that the setting {@linkcode allows}
 */
export function withSetting(
  overrides: ConfigOverrides,
  path: SettingPath | "tls",
  value: SettingValue,
): ConfigOverrides {
  const [head = "", tail] = path.split(".");
  if (tail === undefined) return { ...overrides, [head]: value };
  const section: unknown = { ...overrides }[head as keyof ConfigOverrides];
  return { ...overrides, [head]: { ...(section ?? {}) as object, [tail]: value } };
}

// The table has a row for every path of Config, each with a value of its type: a test compares
// the outcome to a Config that the compiler has checked.
const TABLE_DEFAULTS = SETTINGS.reduce<ConfigOverrides>(
  (all, { path, default: value }) => withSetting(all, path, value),
  {},
) as Config;

const TLS_DEFAULTS = TABLE_DEFAULTS.tls as TlsConfig;

/** The settings of a server that nobody has configured, as the table says. */
export function defaults(): Config {
  return TABLE_DEFAULTS;
}

/**
 * Lays sources over a configuration, each over those before it: the file, then the flags.
 *
 * @throws {ConfigError} where single values are allowed but don't fit together
 */
export function merge(base: Config, ...sources: readonly ConfigOverrides[]): Config {
  let config = base;
  for (const { tls, accounts, history, limits, ...rest } of sources) {
    config = {
      ...config,
      ...rest,
      tls: tls === undefined ? config.tls : tls && { ...TLS_DEFAULTS, ...config.tls, ...tls },
      accounts: { ...config.accounts, ...accounts },
      history: { ...config.history, ...history },
      limits: { ...config.limits, ...limits },
    };
  }
  const { tls } = config;
  if (tls !== null && (tls.cert === null) !== (tls.key === null)) {
    const missing = tls.cert === null ? "tls.cert" : "tls.key";
    throw new ConfigError(`tls.cert and tls.key go together, but ${missing} is not given.`);
  }
  if (tls === null && !config.plain) {
    throw new ConfigError("plain: false leaves no way in where tls is null: give up one of them.");
  }
  if (tls !== null && config.plain && tls.port !== 0 && tls.port === config.port) {
    throw new ConfigError(`port and tls.port must differ, but both are ${tls.port}.`);
  }
  return config;
}

/** Whether a setting of this type can have this value. */
export function allows(type: SettingType, value: unknown): value is SettingValue {
  switch (type.kind) {
    case "text":
      return value === null
        ? type.nullMeans !== undefined
        : typeof value === "string" && type.pattern.test(value);
    case "whole":
      return Number.isSafeInteger(value) && type.min <= Number(value) && Number(value) <= type.max;
    case "boolean":
      return typeof value === "boolean";
    case "opers":
      return Array.isArray(value) && value.every(isOper);
    case "addresses":
      return Array.isArray(value) &&
        value.every((each) => typeof each === "string" && parseRange(each) !== undefined);
    default:
      return type satisfies never;
  }
}

function isOper(value: unknown): value is Oper {
  if (typeof value !== "object" || value === null) return false;
  const { name, password, ...rest } = value as Record<string, unknown>;
  return Object.keys(rest).length === 0 && allows(WORD, name) && allows(PASSWORD, password) &&
    password !== null;
}

/** What a value of this type must be, as the end of a sentence: `a whole number of at least 0`. */
export function expectation(type: SettingType): string {
  switch (type.kind) {
    case "text":
      return type.expected;
    case "whole":
      return type.max === Number.MAX_SAFE_INTEGER
        ? `a whole number of at least ${type.min}`
        : `a whole number from ${type.min} to ${type.max}`;
    case "boolean":
      return "true or false";
    case "opers":
      return 'a list such as [{ "name": "root", "password": "..." }]';
    case "addresses":
      return "a list of addresses and ranges, such as 192.0.2.7 and 2001:db8::/32";
    default:
      return type satisfies never;
  }
}
