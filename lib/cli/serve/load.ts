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

/** Reads a whole file as text; `Deno.readTextFile`, but for tests. */
export type ReadTextFile = (path: string) => Promise<string>;

/** Takes what whoever runs the program should know: a sentence. */
export type Warn = (text: string) => void;

/** A file that was named and can't be read. The message is one line in the words of the user. */
export class UnreadableFile extends Error {
  /** Tells it from other errors. */
  override readonly name = "UnreadableFile";
}

/**
 * What `chat serve` runs with: the flags, and the files that they name.
 *
 * @throws {ConfigError} where what they say can't be used
 * @throws {UnreadableFile} where one of them can't be read
 */
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
 * The configuration that flags and files come to: the defaults, the file over them, the flags
 * over both. Files that others can read or change are closed to them.
 *
 * @param warn is told which were.
 * @throws {ConfigError} if what they say can't be used, or one of them could be somebody else's.
 * @throws {UnreadableFile} if one of them can't be read.
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
 * Reads a password from a file: its one line, without the end of the line. A file that others can
 * read is closed to them.
 *
 * @param warn is told if it was.
 * @throws {ConfigError} if there is none, or more than a line, or the file could be somebody else's.
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

/**
 * Reads a certificate, as PEM, that `--ca` names.
 *
 * @throws {ConfigError} where there is none in the file
 * @throws {UnreadableFile} where the file can't be read
 */
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
