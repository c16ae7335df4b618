/**
 * The table of all settings, and {@linkcode Config}, their values after merging the defaults, the
 * configuration file and the command line.
 *
 * The command line, help, completions, the checks of the configuration file, the documentation and
 * the types all come from {@linkcode TABLE}: a new setting is one row, and its text in
 * `SETTING_HELP`.
 *
 * @module
 */
import { SETTINGS_FAULTS } from "../../wording/command_line.ts";
import { type SETTING_HELP, SETTING_NULLS, SETTING_VALUES } from "../../wording/options.ts";
import {
  ADDRESSES,
  ENGINES,
  type Oper,
  ORIGINS,
  PASSWORD,
  type SettingType,
  type SettingValue,
  text,
  whole,
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
  /** Fixed while the server runs: sockets, files, and what clients were told. */
  readonly fixed: "fixed" | undefined;
}

/** Returns a function that makes rows of settings of one type, with values of type `Value`. */
function rows<Value>(type: SettingType) {
  return (value: Value, usage: string, fixed?: "fixed"): Row<Value> => (
    { type, default: value, usage, fixed }
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
const line = rows<string>(text(SETTING_VALUES.line, /^[^\r\n\0]+$/));
const room = rows<string>(text(SETTING_VALUES.room, /^#[^\s,\p{C}]{1,63}$/u));
const motd = rows<string | null>(text(SETTING_VALUES.text, /^[^\0]+$/, SETTING_NULLS.none));
const pem = rows<string | null>(
  text(SETTING_VALUES.file, /^[^\0]+$/, SETTING_NULLS.ownCertificate),
);
const directory = rows<string | null>(text(
  SETTING_VALUES.directory,
  /^[^\0]+$/,
  SETTING_NULLS.notKept,
));
const host = rows<string | null>(text(
  SETTING_VALUES.address,
  /^[^\s\p{C}]+$/u,
  SETTING_NULLS.allAddresses,
));
// RFC 2812 section 2.3.1: a server name is a host name of at most 63 characters. Programs tell it
// from a nickname by its dot.
const serverName = rows<string | null>(text(
  SETTING_VALUES.host,
  /^(?=.{1,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i,
  SETTING_NULLS.machine,
));
// RFC 6763 section 4.1.1: the title is a label of the domain name system.
const title = rows<string | null>(text(
  SETTING_VALUES.title,
  /^(?! )[^\p{C}\p{Zl}\p{Zp}]+(?<! )$/u,
  SETTING_NULLS.machine,
  63,
));
const opers = rows<readonly Oper[]>({ kind: "opers" });
const engines = rows<readonly string[]>(ENGINES);
// It is a part of subjects of the engine, and of the keys of connections.
const node = rows<string | null>(text(
  SETTING_VALUES.node,
  /^[a-z0-9][a-z0-9-]{0,31}$/i,
  SETTING_NULLS.none,
));
const file = rows<string | null>(text(SETTING_VALUES.file, /^[^\0]+$/, SETTING_NULLS.none));
const contact = rows<string | null>(text(
  SETTING_VALUES.contact,
  /^[^\s,|\p{C}]{1,253}$/u,
  SETTING_NULLS.networkAddress,
));
const addresses = rows<readonly string[]>(ADDRESSES);
const origins = rows<readonly string[]>(ORIGINS);
const secret = rows<string | null>(PASSWORD);

/** The settings by path: their keys in the configuration file, joined by dots. */
const TABLE = {
  host: host(null, "host ADDRESS", "fixed"),
  port: port(6667, "port N", "fixed"),
  plain: flag(true, "plain", "fixed"),
  name: serverName(null, "name NAME", "fixed"),
  title: title(null, "title TEXT", "fixed"),
  announce: flag(true, "announce", "fixed"),
  description: line("a chat room", "description TEXT"),
  motd: motd(null, "motd TEXT"),
  lobby: room("#lobby", "lobby ROOM", "fixed"),
  data: directory(AUTO_DATA, "data DIR", "fixed"),
  password: secret(null, "password-file FILE"),
  opers: opers([], "opers-file FILE"),
  "tls.port": port(6697, "tls-port N", "fixed"),
  "tls.cert": pem(null, "tls-cert FILE", "fixed"),
  "tls.key": pem(null, "tls-key FILE", "fixed"),
  "tls.stsSeconds": years(2_592_000, "sts SECONDS", "fixed"),
  "web.port": port(8097, "web-port N", "fixed"),
  "web.origins": origins([], "web-origins ORIGINS"),
  "web.trustedProxies": addresses([], "trusted-proxies ADDRESSES"),
  "web.metrics": addresses([], "metrics-from ADDRESSES"),
  "cluster.servers": engines([], "cluster URLS", "fixed"),
  "cluster.node": node(null, "node NAME", "fixed"),
  "cluster.address": contact(null, "node-address HOST", "fixed"),
  "cluster.credentials": file(null, "cluster-credentials FILE", "fixed"),
  "cluster.ca": file(null, "cluster-ca FILE", "fixed"),
  "accounts.registration": flag(true, "account-registration"),
  "accounts.beforeConnect": flag(false, "account-before-connect"),
  "accounts.emailRequired": flag(false, "account-email-required"),
  "accounts.required": flag(false, "invite-only"),
  "history.limit": positive(100, "history-limit N"),
  "history.days": count(30, "history-days N"),
  "history.perChannel": count(100_000, "history-per-channel N"),
  "history.onJoin": count(20, "history-on-join N"),
  "limits.connections": count(10_000, "max-connections N"),
  "limits.connectionsPerIp": count(256, "max-connections-per-ip N"),
  "limits.connectionsPerMinute": count(600, "max-connections-per-minute N"),
  "limits.unregistered": count(1000, "max-unregistered N"),
  "limits.registrationTimeoutSeconds": seconds(60, "registration-timeout SECONDS"),
  "limits.pingSeconds": seconds(120, "ping-interval SECONDS"),
  "limits.returnSeconds": seconds(60, "return-time SECONDS"),
  "limits.messagesPerSecond": count(4, "max-messages-per-second N"),
  "limits.burst": count(20, "max-burst N"),
  "limits.nickChangesPerMinute": count(10, "max-nick-changes-per-minute N"),
  "limits.channels": count(10_000, "max-channels N"),
  "limits.channelsPerUser": count(100, "max-channels-per-user N"),
  "limits.listEntries": count(100, "max-list-entries N"),
  "limits.sendQueueBytes": count(1_048_576, "max-send-queue BYTES"),
  "limits.exempt": addresses([], "exempt ADDRESSES"),
} satisfies Record<keyof typeof SETTING_HELP, Row<unknown>>;

export type SettingPath = keyof typeof TABLE;

/** The sections that null switches off. */
export const SWITCHES = ["tls", "web", "cluster"] as const;
export type Switch = typeof SWITCHES[number];

type ValueOf<P extends SettingPath> = (typeof TABLE)[P] extends Row<infer Value> ? Value : never;

/** The values of a section: those whose paths start with its name. */
type Section<Name extends string> = {
  readonly [P in SettingPath as P extends `${Name}.${infer Key}` ? Key : never]: ValueOf<P>;
};

/** The encrypted listener. Without `cert` and `key` the server makes its own. */
export type TlsConfig = Section<"tls">;

/** The listener for browsers. */
export type WebConfig = Section<"web">;

/** The other servers of the same chat; without `servers` there are none. */
export type ClusterConfig = Section<"cluster">;

/** Limits on what peers can use up; 0 switches one off. */
export type LimitsConfig = Section<"limits">;

interface Sections {
  readonly tls: TlsConfig | null;
  readonly web: WebConfig | null;
  readonly cluster: ClusterConfig | null;
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
 * The settings of one source, the file or the command line. `tls: null` switches encryption off,
 * `web: null` the page for browsers, `cluster: null` other servers; any object there switches it on
 * again.
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
 * Adds a value that was checked to the settings of a source; null switches a {@linkcode Switch}
 * off.
 */
export function withSetting(
  overrides: ConfigOverrides,
  path: SettingPath | Switch,
  value: SettingValue,
): ConfigOverrides {
  const [head = "", tail] = path.split(".");
  if (tail === undefined) return { ...overrides, [head]: value };
  const section: unknown = { ...overrides }[head as keyof ConfigOverrides];
  return { ...overrides, [head]: { ...(section ?? {}) as object, [tail]: value } };
}

/** The value of a setting; undefined if its section is switched off. */
export function valueAt(config: Config, path: SettingPath): SettingValue | undefined {
  const [head = "", tail] = path.split(".");
  const value: unknown = config[head as keyof Config];
  return (tail === undefined ? value : { ...value as object }[tail]) as SettingValue | undefined;
}

const DEFAULTS = SETTINGS.reduce<ConfigOverrides>(
  (all, { path, default: value }) => withSetting(all, path, value),
  {},
) as Config;

/** The default settings. */
export function defaults(): Config {
  return DEFAULTS;
}

/** Whether the server is one of several. */
export function isClustered({ cluster }: Config): boolean {
  return cluster !== null && cluster.servers.length > 0;
}

/**
 * Merges sources over a configuration, each over those before it: the file, then the flags.
 *
 * @throws {ConfigError} if settings contradict each other.
 */
export function merge(base: Config, ...sources: readonly ConfigOverrides[]): Config {
  let config = base;
  for (const { tls, web, cluster, accounts, history, limits, ...rest } of sources) {
    config = {
      ...config,
      ...rest,
      tls: tls === undefined ? config.tls : tls && { ...DEFAULTS.tls!, ...config.tls, ...tls },
      web: web === undefined ? config.web : web && { ...DEFAULTS.web!, ...config.web, ...web },
      cluster: cluster === undefined
        ? config.cluster
        : cluster && { ...DEFAULTS.cluster!, ...config.cluster, ...cluster },
      accounts: { ...config.accounts, ...accounts },
      history: { ...config.history, ...history },
      limits: { ...config.limits, ...limits },
    };
  }
  const { tls, web } = config;
  if (tls !== null && (tls.cert === null) !== (tls.key === null)) {
    const missing = tls.cert === null ? "tls.cert" : "tls.key";
    throw new ConfigError(SETTINGS_FAULTS.keyPair(missing));
  }
  if (tls === null && !config.plain) {
    throw new ConfigError(SETTINGS_FAULTS.noWayIn);
  }
  if (isClustered(config) && config.cluster!.node === null) {
    throw new ConfigError(SETTINGS_FAULTS.noNode);
  }
  const ports = [
    ["port", config.plain ? config.port : 0],
    ["tls.port", tls?.port ?? 0],
    ["web.port", web?.port ?? 0],
  ] as const;
  for (const [at, [key, port]] of ports.entries()) {
    const other = ports.slice(0, at).find(([, taken]) => taken === port && port !== 0);
    if (other !== undefined) throw new ConfigError(SETTINGS_FAULTS.samePort(other[0], key, port));
  }
  return config;
}
