/**
 * The file with the passwords of accounts, where the system keeps no such things better.
 * @module
 */
import { fold } from "../../irc/names.ts";
import { guardFile } from "../os/private_files.ts";
import { reasonOf } from "./settings_file.ts";

/** The passwords by server and by account, as the file has them. */
type Kept = Record<string, Record<string, string>>;

/** What was found: a password, nothing, or why the file is of no use, a sentence. */
export type KeptPassword = { readonly password: string | undefined } | { readonly fault: string };

/** Why the file is of no use. The message is a sentence for the person. */
class Unusable extends Error {}

/**
 * Where the file stands: beside the settings.
 *
 * @param settings the path of the settings file; undefined where there is none.
 */
export function passwordsPath(settings: string | undefined): string | undefined {
  return settings?.replace(/[^/\\]*$/, "passwords.json");
}

/** A file of passwords that nobody but its owner can read. */
export class PasswordFile {
  /** Where it stands. */
  readonly path: string;
  /** One change is written after the other. */
  #saving: Promise<unknown> = Promise.resolve();

  /** Names the file, which may not be there yet. */
  constructor(path: string) {
    this.path = path;
  }

  /** Looks a password up. Never rejects. */
  async recall(server: string, account: string): Promise<KeptPassword> {
    try {
      const accounts = (await this.#read())[server] ?? {};
      const name = Object.keys(accounts).find((name) => fold(name) === fold(account));
      return { password: name === undefined ? undefined : accounts[name] };
    } catch (error) {
      return { fault: this.#faultOf(error, "read") };
    }
  }

  /**
   * Keeps a password. A file that is broken, or could be somebody else's, is left as it is.
   *
   * @returns why it could not be done, a sentence; undefined where it was done. Never rejects.
   */
  keep(server: string, account: string, password: string): Promise<string | undefined> {
    const saved = this.#saving.then(() => this.#keep(server, account, password));
    this.#saving = saved;
    return saved;
  }

  async #keep(server: string, account: string, password: string): Promise<string | undefined> {
    try {
      // Read anew: another chat may have changed it meanwhile.
      const kept = await this.#read();
      const others = Object.entries(kept[server] ?? {})
        .filter(([name]) => fold(name) !== fold(account));
      const accounts = Object.fromEntries([...others, [account, password]]);
      await this.#write({ ...kept, [server]: accounts });
      return undefined;
    } catch (error) {
      return this.#faultOf(error, "written");
    }
  }

  async #read(): Promise<Kept> {
    let text: string;
    try {
      // That it was closed to others was told when the program started.
      const guarded = guardFile(this.path);
      if ("fault" in guarded) throw new Unusable(guarded.fault);
      text = await Deno.readTextFile(this.path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return Object.create(null);
      throw error;
    }
    const kept = parse(text);
    if (kept === undefined) {
      throw new Unusable(`The file of passwords ${this.path} is broken and is left as it is.`);
    }
    return kept;
  }

  async #write(kept: Kept): Promise<void> {
    await Deno.mkdir(this.path.replace(/[/\\][^/\\]*$/, ""), { recursive: true, mode: 0o700 });
    const draft = `${this.path}.${crypto.randomUUID()}`;
    try {
      const text = `${JSON.stringify(kept, null, 2)}\n`;
      await Deno.writeTextFile(draft, text, { createNew: true, mode: 0o600 });
      await Deno.rename(draft, this.path);
    } catch (error) {
      await Deno.remove(draft).catch(() => {});
      throw error;
    }
  }

  #faultOf(error: unknown, done: "read" | "written"): string {
    if (error instanceof Unusable) return error.message;
    return `The file of passwords ${this.path} cannot be ${done}: ${reasonOf(error)}.`;
  }
}

/** What the file says; undefined where it is broken. Whatever it says, no word of it is shown. */
function parse(text: string): Kept | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const isObject = (one: unknown) => typeof one === "object" && one !== null && !Array.isArray(one);
  if (!isObject(value)) return undefined;
  const kept: Kept = Object.create(null);
  for (const [server, accounts] of Object.entries(value as object)) {
    if (!isObject(accounts)) return undefined;
    kept[server] = Object.create(null);
    for (const [account, password] of Object.entries(accounts)) {
      if (typeof password !== "string") return undefined;
      kept[server]![account] = password;
    }
  }
  return kept;
}
