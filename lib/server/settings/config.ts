/**
 * The table of all settings, and {@linkcode Config}, their values after merging the defaults, the
 * configuration file and the command line.
 *
 * The command line, help, completions, the checks of the configuration file, the documentation and
 * the types all come from {@linkcode TABLE}: a new setting is one row.
 *
 * @module
 */
import {
  type Oper,
  PASSWORD,
  type SettingType,
  type SettingValue,
  text,
  whole,
  WORD,
} from "./setting_type.ts";

/** A configuration that can't be used. The message is one line for the user. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** The value of `data` that stands for the usual directory of this system. */
export const AUTO_DATA = "auto";

interface Row<Value> {
  readonly type: SettingType;
  readonly default: Value;
  /** The option, and the placeholder of its value if it takes one. */
  readonly usage: string;
  /** One plain sentence. */
  readonly meaning: string;
  /** Fixed while the server runs: sockets, files, and what clients were told. */
  readonly fixed: "fixed" | undefined;
}

/** Returns a function that makes rows of settings of one type, with values of type `Value`. */
function rows<Value>(type: SettingType) {
  return (value: Value, usage: string, meaning: string, fixed?: "fixed"): Row<Value> => (
    { type, default: value, usage, meaning, fixed }
  );
}

const flag = rows<boolean>({ kind: "boolean" });
const port = rows<number>(whole(0, 65535));
const count = rows<number>(whole(0));
const positive = rows<number>(whole(1));
/** A day at most: more than 24 days would overflow a timer. */
const seconds = rows<number>(whole(0, 86_400));
/** Ten years at most. */
const years = rows<number>(whole(0, 315_360_000));
const line = rows<string>(text("one line of text", /^[^\r\n\0]+$/));
const room = rows<string>(text('the name of a room, such as "#lobby"', /^#[^\s,\p{C}]{1,63}$/u));
const motd = rows<string | null>(text("text", /^[^\0]+$/, "none"));
const pem = rows<string | null>(text("the path of a file", /^[^\0]+$/, "the server makes its own"));
const directory = rows<string | null>(text(
  'the path of a directory, or "auto"',
  /^[^\0]+$/,
  "nothing is kept on disk",
));
const host = rows<string | null>(text(
  'an address of this machine, such as "127.0.0.1" or "::1"',
  /^[^\s\p{C}]+$/u,
  "all addresses, IPv4 and IPv6",
));
// RFC 2812 section 2.3.1: a server name is a host name of at most 63 characters. Programs tell it
// from a nickname by its dot.
const serverName = rows<string | null>(text(
  'a host name with a dot in it, such as "chat.example.org"',
  /^(?=.{1,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i,
  "this machine's name",
));
const opers = rows<readonly Oper[]>({ kind: "opers" });
const addresses = rows<readonly string[]>({ kind: "addresses" });
const word = rows<string>(WORD);
const secret = rows<string | null>(PASSWORD);

/** The settings by path: their keys in the configuration file, joined by dots. */
const TABLE = {
  host: host(null, "host ADDRESS", "The address to listen on.", "fixed"),
  port: port(6667, "port N", "The port to listen on; 0 takes any free one.", "fixed"),
  plain: flag(true, "plain", "Connections that are not encrypted are taken in too.", "fixed"),
  name: serverName(null, "name NAME", "What the server calls itself.", "fixed"),
  network: word("Chat", "network NAME", "The title that IRC programs show.", "fixed"),
  description: line("a chat room", "description TEXT", "What this server is, in a line."),
  motd: motd(null, "motd TEXT", "The message of the day, which is shown on entering."),
  lobby: room("#lobby", "lobby ROOM", "The room that everyone enters first.", "fixed"),
  data: directory(
    AUTO_DATA,
    "data DIR",
    "The directory for what must last; auto: this system's usual one.",
    "fixed",
  ),
  password: secret(
    null,
    "password-file FILE",
    "The password for entering the server, or its hash.",
  ),
  opers: opers([], "opers-file FILE", "Who may use the operator commands."),
  "tls.port": port(6697, "tls-port N", "The port for encrypted connections.", "fixed"),
  "tls.cert": pem(
    null,
    "tls-cert FILE",
    "The server's certificate and its chain, as PEM.",
    "fixed",
  ),
  "tls.key": pem(null, "tls-key FILE", "The private key of the certificate, as PEM.", "fixed"),
  "tls.stsSeconds": years(
    2_592_000,
    "sts SECONDS",
    "For how long programs remember to encrypt; 0: not. Only with a certificate that is given.",
    "fixed",
  ),
  "accounts.registration": flag(true, "account-registration", "People may own their names."),
  "accounts.beforeConnect": flag(
    false,
    "account-before-connect",
    "A name may be registered before its owner has entered.",
  ),
  "accounts.emailRequired": flag(
    false,
    "account-email-required",
    "Registering a name takes an e-mail address. No mail can be sent yet: nobody can.",
  ),
  "accounts.required": flag(
    false,
    "invite-only",
    "Only who has an account or an invitation may come in.",
  ),
  "history.limit": positive(100, "history-limit N", "How many old messages one answer can hold."),
  "history.days": count(30, "history-days N", "For how many days messages are kept; 0: for ever."),
  "history.perChannel": count(
    100_000,
    "history-per-channel N",
    "How many messages of a room are kept; 0: all.",
  ),
  "history.onJoin": count(20, "history-on-join N", "How many old messages a newcomer is shown."),
  "limits.connections": count(10_000, "max-connections N", "Connections in all."),
  "limits.connectionsPerIp": count(
    256,
    "max-connections-per-ip N",
    "Connections from one address.",
  ),
  "limits.connectionsPerMinute": count(
    600,
    "max-connections-per-minute N",
    "New connections from one address in a minute.",
  ),
  "limits.unregistered": count(
    1000,
    "max-unregistered N",
    "Connections that have no username yet.",
  ),
  "limits.registrationTimeoutSeconds": seconds(
    60,
    "registration-timeout SECONDS",
    "How long a connection may go without a username.",
  ),
  "limits.pingSeconds": seconds(
    120,
    "ping-interval SECONDS",
    "How long a peer may be silent before it is asked whether it is still there.",
  ),
  "limits.messagesPerSecond": count(
    4,
    "max-messages-per-second N",
    "Messages a second that one connection may send in the long run.",
  ),
  "limits.burst": count(20, "max-burst N", "Messages that one connection may send at once."),
  "limits.nickChangesPerMinute": count(
    10,
    "max-nick-changes-per-minute N",
    "How often in a minute one may change one's username.",
  ),
  "limits.channels": count(10_000, "max-channels N", "Rooms in all."),
  "limits.channelsPerUser": count(100, "max-channels-per-user N", "Rooms that one can be in."),
  "limits.listEntries": count(
    100,
    "max-list-entries N",
    "Entries in one list of a room, such as its bans.",
  ),
  "limits.sendQueueBytes": count(
    1_048_576,
    "max-send-queue BYTES",
    "What may wait for a slow reader before its connection is closed.",
  ),
  "limits.exempt": addresses(
    [],
    "exempt ADDRESSES",
    "Addresses, such as a proxy's, that the limits for one address do not hold for.",
  ),
};

export type SettingPath = keyof typeof TABLE;

type ValueOf<P extends SettingPath> = (typeof TABLE)[P] extends Row<infer Value> ? Value : never;

/** The values of a section: those whose paths start with its name. */
type Section<Name extends string> = {
  readonly [P in SettingPath as P extends `${Name}.${infer Key}` ? Key : never]: ValueOf<P>;
};

/** The encrypted listener. Without `cert` and `key` the server makes its own. */
export type TlsConfig = Section<"tls">;

/** Limits on what peers can use up; 0 switches one off. */
export type LimitsConfig = Section<"limits">;

interface Sections {
  readonly tls: TlsConfig | null;
  readonly accounts: Section<"accounts">;
  /** For `days` and `perChannel`, 0 means no limit. */
  readonly history: Section<"history">;
  readonly limits: LimitsConfig;
}

type TopLevel = {
  readonly [P in SettingPath as P extends `${string}.${string}` ? never : P]: ValueOf<P>;
};

/** The settings of a server: every key is there, and every value is valid. */
export type Config = TopLevel & Sections;

/**
 * The settings of one source, the file or the command line. `tls: null` switches encryption off;
 * any object there switches it on again.
 */
export type ConfigOverrides =
  & Partial<TopLevel>
  & {
    readonly [Name in keyof Sections]?:
      | Partial<NonNullable<Sections[Name]>>
      | Extract<Sections[Name], null>;
  };

/** A setting of the table. */
export interface Setting extends Omit<Row<SettingValue>, "usage" | "fixed"> {
  readonly path: SettingPath;
  /** The option without its dashes. A secret's option names a file. */
  readonly flag: string;
  /** The placeholder of the option's value in the help; empty for a boolean. */
  readonly placeholder: string;
  /** Whether reading the file again changes it in a running server. */
  readonly reload: boolean;
  /** A secret is never given on the command line nor shown in a message. */
  readonly secret: boolean;
}

const SECRETS: ReadonlySet<string> = new Set<SettingPath>(["password", "opers"]);

/** Every setting, in the order of the help and the documentation. */
export const SETTINGS: readonly Setting[] = Object.entries(TABLE).map(
  ([path, { usage, fixed, ...row }]) => {
    const [flag = "", placeholder = ""] = usage.split(" ");
    const [reload, secret] = [fixed === undefined, SECRETS.has(path)];
    return { path: path as SettingPath, ...row, flag, placeholder, reload, secret };
  },
);

/**
 * Adds a value that was checked to the settings of a source; `"tls"` null switches encryption off.
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

export function valueAt(config: Config, path: SettingPath): SettingValue {
  const [head = "", tail] = path.split(".");
  const value: unknown = config[head as keyof Config];
  return (tail === undefined ? value : (value as Record<string, unknown>)[tail]) as SettingValue;
}

const DEFAULTS = SETTINGS.reduce<ConfigOverrides>(
  (all, { path, default: value }) => withSetting(all, path, value),
  {},
) as Config;

/** The default settings. */
export function defaults(): Config {
  return DEFAULTS;
}

/**
 * Merges sources over a configuration, each over those before it: the file, then the flags.
 *
 * @throws {ConfigError} if settings contradict each other.
 */
export function merge(base: Config, ...sources: readonly ConfigOverrides[]): Config {
  let config = base;
  for (const { tls, accounts, history, limits, ...rest } of sources) {
    config = {
      ...config,
      ...rest,
      tls: tls === undefined ? config.tls : tls && { ...DEFAULTS.tls!, ...config.tls, ...tls },
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
