/**
 * The file with the settings of `chat join`.
 * @module
 */
import { parseJson } from "../os/json_file.ts";
import { checkSettings, DEFAULTS, type Settings } from "../../client/settings.ts";
import { ConfigError } from "../../server/settings/config.ts";
import { reasonOf, textOf, writeOwnFile } from "./own_files.ts";
import { FILES } from "../../wording/client.ts";

interface Loaded {
  readonly file: object;
  readonly settings: Settings;
  readonly faults: readonly string[];
}

const NOTHING: Loaded = { file: {}, settings: DEFAULTS, faults: [] };

/** The settings, and the file that they come from. */
export class SettingsFile {
  /** The settings as they were read; the defaults for what is missing or wrong. */
  readonly settings: Settings;
  /** What is wrong with the file, a sentence each. */
  readonly faults: readonly string[];
  readonly #path: string | undefined;
  /** Changes are written one after the other. */
  #saving: Promise<string | undefined> = Promise.resolve(undefined);

  private constructor(path: string | undefined, { settings, faults }: Loaded) {
    this.#path = path;
    this.settings = settings;
    this.faults = faults;
  }

  /** Reads the file. Never rejects: if it can't be used, {@linkcode faults} says why. */
  static async read(path: string | undefined): Promise<SettingsFile> {
    return new SettingsFile(path, path === undefined ? NOTHING : await load(path));
  }

  /**
   * Changes settings in the file; everything else in it stays. A broken file, about which the person
   * was told, is left alone.
   *
   * @returns why that failed, a sentence; undefined if it did not.
   */
  save(changes: Partial<Settings>): Promise<string | undefined> {
    return this.#saving = this.#saving.then(() => this.#save(changes));
  }

  async #save(changes: Partial<Settings>): Promise<string | undefined> {
    const path = this.#path;
    if (path === undefined) return undefined;
    // Another chat may have changed it meanwhile.
    const { file, faults } = await load(path);
    if (faults.length > 0) return undefined;
    const text = `${JSON.stringify({ ...file, ...changes }, null, 2)}\n`;
    if (text === `${JSON.stringify(file, null, 2)}\n`) return undefined;
    try {
      await writeOwnFile(path, text, true);
      return undefined;
    } catch (error) {
      return FILES.settingsUnwritable(path, reasonOf(error));
    }
  }
}

async function load(path: string): Promise<Loaded> {
  try {
    const text = await textOf(path);
    if (text === undefined) return NOTHING;
    const file = parseJson(text, FILES.settings(path)) as object;
    const { settings, faults } = checkSettings(file);
    return { file, settings, faults: faults.map((fault) => FILES.settingsFault(path, fault)) };
  } catch (error) {
    const fault = error instanceof ConfigError
      ? FILES.settingsIgnored(error.message)
      : FILES.settingsUnreadable(path, reasonOf(error));
    return { ...NOTHING, faults: [fault] };
  }
}
