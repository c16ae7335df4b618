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
  const { configFile, log, logMessages } = flags;
  const warnings: string[] = [];
  const config = await loadConfig(flags, readTextFile, (text) => warnings.push(text));
  const reload = (warn?: Warn) => loadConfig(flags, readTextFile, warn);
  return { config, configFile, log, logMessages, warnings, reload };
}

/**
 * The configuration: the defaults, the file over them, the flags over both. Files that others can
 * read or change are made private.
 *
 * @param warn is told which were.
 * @throws {ConfigError} if it can't be used, or a file could be somebody else's.
 * @throws {UnreadableFile} if a file can't be read.
 */
export async function loadConfig(
  { configFile, passwordFile, opersFile, overrides }: Omit<ServeFlags, "log" | "logMessages">,
  readTextFile: ReadTextFile,
  warn: Warn = () => {},
): Promise<Config> {
  let file: ConfigOverrides = {};
  if (configFile !== undefined) {
    const text = await readFile("the configuration file", configFile, readTextFile);
    file = parseConfig(text, configFile);
    const hasSecrets = typeof file.password === "string" || (file.opers ?? []).length > 0;
    const guard = hasSecrets ? guardSecret : guardFromChanges;
    take(guard(configFile, `The configuration file ${configFile}`), warn);
  }
  let flags = overrides;
  if (passwordFile !== undefined) {
    flags = withSetting(flags, "password", await readPassword(passwordFile, readTextFile, warn));
  }
  const opers = SETTINGS.find(({ path }) => path === "opers");
  if (opersFile !== undefined && opers !== undefined) {
    const text = await readFile("the file of operators", opersFile, readTextFile);
    take(guardSecret(opersFile, `The file of operators ${opersFile}`), warn);
    flags = withSetting(flags, "opers", parseSettingFile(text, opersFile, opers));
  }
  const config = merge(defaults(), file, flags);
  refuseBrokenHashes(config);
  return config;
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
  throw new ConfigError(
    `${broken.key} starts like a hash, but is none: it must be all of the line that ` +
      "chat hash-password printed.",
  );
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
  const text = await readFile("the password file", path, readTextFile);
  take(guardSecret(path, `The password file ${path}`), warn);
  const password = text.replace(/^\uFEFF/, "").replace(/\r?\n$/, "");
  if (password === "") throw new ConfigError(`The password file ${path} is empty.`);
  if (/[\r\n\0]/.test(password)) {
    throw new ConfigError(`The password file ${path} must have one line, the password.`);
  }
  return password;
}

/** Reads a certificate in PEM, for `--ca`. Throws as {@linkcode readPassword}. */
export async function readCertificate(path: string, readTextFile: ReadTextFile): Promise<string> {
  const text = await readFile("the certificate", path, readTextFile);
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new ConfigError(`${path} has no certificate in it: it must be one as PEM.`);
}

const REASONS: Readonly<Record<string, string>> = {
  NotFound: "there is no such file",
  PermissionDenied: "you have no permission to read it",
  NotCapable: "this program was started without permission to read it",
  IsADirectory: "it is a directory",
  NotADirectory: "part of its path is not a directory",
  InvalidData: "it is not text in UTF-8",
};

async function readFile(what: string, path: string, readTextFile: ReadTextFile): Promise<string> {
  try {
    return await readTextFile(path);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    throw new UnreadableFile(`Cannot read ${what} ${path}: ${REASONS[name] ?? message}.`);
  }
}
