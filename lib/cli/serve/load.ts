import {
  type Config,
  ConfigError,
  type ConfigOverrides,
  defaults,
  merge,
  SETTINGS,
  withSetting,
} from "../../server/settings/config.ts";
import { isBrokenHash } from "../../crypto/password_hash.ts";
import { type Guarded, guardFromChanges, guardSecret } from "../os/private_files.ts";
import { parseConfig, parseSettingFile } from "./config_file.ts";
import type { ServeFlags, ServeOptions } from "../args/request.ts";
import { FILES, SETTINGS_FAULTS } from "../../wording/command_line.ts";

/** `Deno.readTextFile`, or a test's own. */
export type ReadTextFile = (path: string) => Promise<string>;

/** Takes a warning for the user, a sentence. */
export type Warn = (text: string) => void;

/** A named file that can't be read. The message is one line for the user. */
export class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";
}

/** Reads the files that the flags of `chat serve` name. Throws as {@linkcode loadConfig}. */
export async function serveOptions(
  flags: ServeFlags,
  readTextFile: ReadTextFile,
): Promise<ServeOptions> {
  const { configFile, log, logMessages, overrides } = flags;
  const warnings: string[] = [];
  const { config, file } = await load(flags, readTextFile, (text) => warnings.push(text));
  const portKeys = {
    plain: file.port === undefined || overrides.port !== undefined ? undefined : configFile,
    tls: file.tls?.port === undefined || overrides.tls?.port !== undefined ? undefined : configFile,
    web: file.web?.port === undefined || overrides.web?.port !== undefined ? undefined : configFile,
  };
  const reload = (warn?: Warn) => loadConfig(flags, readTextFile, warn);
  return { config, configFile, portKeys, log, logMessages, warnings, reload };
}

type Files = Omit<ServeFlags, "log" | "logMessages">;

/**
 * The configuration: the defaults, the file over them, the flags over both. Files that others can
 * read or change are made private.
 *
 * @param warn is told which were.
 * @throws {ConfigError} if it can't be used, or a file could be somebody else's.
 * @throws {UnreadableFile} if a file can't be read.
 */
export async function loadConfig(
  flags: Files,
  readTextFile: ReadTextFile,
  warn: Warn = () => {},
): Promise<Config> {
  return (await load(flags, readTextFile, warn)).config;
}

/** As {@linkcode loadConfig}, with what the configuration file itself says. */
async function load(
  { configFile, passwordFile, opersFile, overrides }: Files,
  readTextFile: ReadTextFile,
  warn: Warn,
): Promise<{ config: Config; file: ConfigOverrides }> {
  let file: ConfigOverrides = {};
  if (configFile !== undefined) {
    const text = await readFile(FILES.configuration(configFile), configFile, readTextFile);
    file = parseConfig(text, configFile);
    const hasSecrets = typeof file.password === "string" || (file.opers ?? []).length > 0;
    const guard = hasSecrets ? guardSecret : guardFromChanges;
    take(guard(configFile, FILES.configuration(configFile)), warn);
  }
  let flags = overrides;
  if (passwordFile !== undefined) {
    flags = withSetting(flags, "password", await readPassword(passwordFile, readTextFile, warn));
  }
  const opers = SETTINGS.find(({ path }) => path === "opers");
  if (opersFile !== undefined && opers !== undefined) {
    const text = await readFile(FILES.operators(opersFile), opersFile, readTextFile);
    take(guardSecret(opersFile, FILES.operators(opersFile)), warn);
    flags = withSetting(flags, "opers", parseSettingFile(text, opersFile, opers));
  }
  const config = merge(defaults(), file, flags);
  refuseBrokenHashes(config);
  return { config, file };
}

function take(guarded: Guarded, warn: Warn): void {
  if ("fault" in guarded) throw new ConfigError(guarded.fault);
  if (guarded.notice !== undefined) warn(guarded.notice);
}

/** A hash that was not copied whole would lock everybody out. */
function refuseBrokenHashes({ password, opers }: Config): void {
  const stored = [
    { key: "password", value: password ?? "" },
    ...opers.map(({ password }, i) => ({ key: `opers[${i}].password`, value: password })),
  ];
  const broken = stored.find(({ value }) => isBrokenHash(value));
  if (broken === undefined) return;
  throw new ConfigError(SETTINGS_FAULTS.brokenHash(broken.key));
}

/**
 * Reads a password from a file of one line, which is made private.
 *
 * @param warn is told if others could read it.
 * @throws {ConfigError} if there is no password, more than one line, or the file could be somebody
 * else's.
 * @throws {UnreadableFile} if the file can't be read.
 */
export async function readPassword(
  path: string,
  readTextFile: ReadTextFile,
  warn: Warn = () => {},
): Promise<string> {
  const text = await readFile(FILES.password(path), path, readTextFile);
  take(guardSecret(path, FILES.password(path)), warn);
  const password = text.replace(/^\uFEFF/, "").replace(/\r?\n$/, "");
  if (password === "") throw new ConfigError(SETTINGS_FAULTS.emptyPassword(path));
  if (/[\r\n\0]/.test(password)) throw new ConfigError(SETTINGS_FAULTS.longPassword(path));
  return password;
}

/** Reads a certificate in PEM, for `--ca`. Throws as {@linkcode readPassword}. */
export async function readCertificate(path: string, readTextFile: ReadTextFile): Promise<string> {
  const text = await readFile(FILES.certificate(path), path, readTextFile);
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new ConfigError(SETTINGS_FAULTS.noCertificate(path));
}

const REASONS: Readonly<Record<string, string>> = {
  NotFound: FILES.absent,
  PermissionDenied: FILES.forbidden,
  NotCapable: FILES.notCapable,
  IsADirectory: FILES.isDirectory,
  NotADirectory: FILES.notDirectory,
  InvalidData: FILES.notUtf8,
};

async function readFile(what: string, path: string, readTextFile: ReadTextFile): Promise<string> {
  try {
    return await readTextFile(path);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    throw new UnreadableFile(FILES.unreadable(what, REASONS[name] ?? message));
  }
}
