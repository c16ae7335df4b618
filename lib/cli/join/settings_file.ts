/**
 * The file with the settings of `chat join`.
 *
 * Source: XDG Base Directory Specification 0.8; the usual places of macOS and Windows.
 * @module
 */
import { parseJson } from "../os/json_file.ts";
import { checkSettings, DEFAULTS, type Settings } from "../../client/settings.ts";
import { ConfigError } from "../../server/settings/config.ts";
import type { Environment } from "../../ui/terminal/style.ts";

/**
 * Where the settings stand.
 *
 * @param os as `Deno.build.os`.
 * @returns undefined where the environment tells no place.
 */
export function settingsPath(os: string, env: Environment): string | undefined {
  const { APPDATA, HOME, XDG_CONFIG_HOME } = env;
  if (os === "windows") return APPDATA && `${APPDATA}\\chat\\config.json`;
  // The specification: what is no absolute path is to be passed over.
  if (XDG_CONFIG_HOME?.startsWith("/")) return `${XDG_CONFIG_HOME}/chat/config.json`;
  if (HOME === undefined) return undefined;
  const base = os === "darwin" ? "Library/Application Support" : ".config";
  return `${HOME}/${base}/chat/config.json`;
}

/** The settings, and the file that they come from. */
export class SettingsFile {
  readonly #path: string | undefined;
  #settings = DEFAULTS;
  #faults: readonly string[] = [];
  /** One change is written after the other. */
  #saving: Promise<string | undefined> = Promise.resolve(undefined);

  private constructor(path: string | undefined) {
    this.#path = path;
  }

  /** Reads the file. Never rejects: where it can't be used, {@linkcode faults} says why. */
  static async read(path: string | undefined): Promise<SettingsFile> {
    const file = new SettingsFile(path);
    const { settings, faults } = await file.#load();
    file.#settings = settings;
    file.#faults = faults;
    return file;
  }

  /** The settings as they were read; the defaults for what is not there or not right. */
  get settings(): Settings {
    return this.#settings;
  }

  /** What is wrong with the file: a sentence each, and what comes of it. Empty where it is right. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  /**
   * Changes settings in the file; everything else there stays. The file is replaced as a whole, so
   * that it is never half-written.
   *
   * @returns why it could not be done, a sentence; undefined where it was done, where nothing
   * changes, and where the file is broken, which the person was told and has to mend.
   */
  save(changes: Partial<Settings>): Promise<string | undefined> {
    return this.#saving = this.#saving.then(() => this.#save(changes));
  }

  async #save(changes: Partial<Settings>): Promise<string | undefined> {
    if (this.#path === undefined) return undefined;
    // Another chat may have changed it meanwhile.
    const { file, faults } = await this.#load();
    if (faults.length > 0) return undefined;
    const text = `${JSON.stringify({ ...file, ...changes }, null, 2)}\n`;
    if (text === `${JSON.stringify(file, null, 2)}\n`) return undefined;
    try {
      await replaceFile(this.#path, text);
      return undefined;
    } catch (error) {
      return `Cannot write the settings file ${this.#path}: ${reasonOf(error)}.`;
    }
  }

  async #load(): Promise<{ file: object; settings: Settings; faults: readonly string[] }> {
    const nothing = { file: {}, settings: DEFAULTS, faults: [] };
    if (this.#path === undefined) return nothing;
    const name = `The settings file ${this.#path}`;
    try {
      const file = parseJson(await Deno.readTextFile(this.#path), name);
      const { settings, faults } = checkSettings(file);
      return {
        file: file as object,
        settings,
        faults: faults.map((fault) => `${name} is left as it is: ${fault}`),
      };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return nothing;
      const fault = error instanceof ConfigError
        ? `${error.message} It is left as it is, and nothing of it counts.`
        : `${name} cannot be read: ${reasonOf(error)}.`;
      return { ...nothing, faults: [fault] };
    }
  }
}

/** Writes a file that only its owner can read, in one go. A link stays one. */
async function replaceFile(path: string, text: string): Promise<void> {
  const directory = path.replace(/[/\\][^/\\]*$/, "");
  await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
  const target = await Deno.realPath(path).catch(() => path);
  const draft = `${target}.${Deno.pid}.new`;
  try {
    await Deno.writeTextFile(draft, text, { mode: 0o600 });
    await Deno.rename(draft, target);
  } catch (error) {
    await Deno.remove(draft).catch(() => {});
    throw error;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  AlreadyExists: "there is a file of that name already",
  FilesystemLoop: "its links go round in a circle",
  InvalidData: "it is not text in UTF-8",
  IsADirectory: "it is a directory",
  NotADirectory: "part of its path is not a directory",
  NotCapable: "this program was started without permission for it",
  NotFound: "there is no such directory",
  PermissionDenied: "you have no permission for it",
};

/** Why something could not be done with a file: part of a sentence, in plain words. */
export function reasonOf(error: unknown): string {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return REASONS[name] ?? message.replace(/ \(os error \d+\).*$/s, "");
}
