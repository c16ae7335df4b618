/**
 * The file with the passwords of accounts, for systems without a usable keyring.
 * @module
 */
import { fold } from "../../irc/names.ts";
import { guardFile } from "../os/private_files.ts";
import { reasonOf, textOf, writeOwnFile } from "./own_files.ts";
import { FILES } from "../../wording/client.ts";

/** The passwords by server and account, as the file has them. */
type Kept = Record<string, Record<string, string>>;

/** A password, undefined if there is none; or why the file can't be used, a sentence. */
export type KeptPassword = { readonly password: string | undefined } | { readonly fault: string };

/** The file can't be used. The message is a sentence for the person. */
class Unusable extends Error {}

/** A file of passwords that only its owner can read. */
export class PasswordFile {
  readonly path: string;
  /** Changes are written one after the other. */
  #saving: Promise<unknown> = Promise.resolve();

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
      return { fault: this.#faultOf(error, FILES.passwordsUnreadable) };
    }
  }

  /**
   * Stores a password. A file that is broken, or may be somebody else's, is left alone.
   *
   * @returns why that failed, a sentence; undefined if it did not. Never rejects.
   */
  keep(server: string, account: string, password: string): Promise<string | undefined> {
    const saved = this.#saving.then(() => this.#keep(server, account, password));
    this.#saving = saved;
    return saved;
  }

  async #keep(server: string, account: string, password: string): Promise<string | undefined> {
    try {
      // Read again: another chat may have changed it meanwhile.
      const kept = await this.#read();
      const others = Object.entries(kept[server] ?? {})
        .filter(([name]) => fold(name) !== fold(account));
      const accounts = Object.fromEntries([...others, [account, password]]);
      await writeOwnFile(
        this.path,
        `${JSON.stringify({ ...kept, [server]: accounts }, null, 2)}\n`,
      );
      return undefined;
    } catch (error) {
      return this.#faultOf(error, FILES.passwordsUnwritable);
    }
  }

  async #read(): Promise<Kept> {
    // The person was told about changed permissions when the program started.
    const guarded = guardFile(this.path);
    if ("fault" in guarded) throw new Unusable(guarded.fault);
    const text = await textOf(this.path);
    if (text === undefined) return Object.create(null);
    const kept = parse(text);
    if (kept === undefined) {
      throw new Unusable(FILES.passwordsBroken(this.path));
    }
    return kept;
  }

  #faultOf(error: unknown, text: (path: string, reason: string) => string): string {
    if (error instanceof Unusable) return error.message;
    return text(this.path, reasonOf(error));
  }
}

/** The passwords in a text; undefined if it is broken. Error messages must not quote it. */
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
