/**
 * The server's certificate: made at the first start or given, and read again when it changes.
 * @module
 */
import { DAY_MS } from "../../text/duration.ts";
import { guardDirectory, type Guarded, guardFile, guardKey } from "../os/private_files.ts";
import { type KeyPair, makeCertificate } from "../../net/certificate.ts";
import { CertificateError, type TlsContext, tlsContext, tlsFault } from "../../net/tls_context.ts";
import type { Config, TlsConfig } from "../../server/settings/config.ts";
import { replaceFile } from "./replace_file.ts";
import { certificateHosts, serverName } from "./hosts.ts";

/** The certificate or its key can't be used. The message is for the user. */
export class EncryptionError extends Error {
  /** Tells it from other errors. */
  override readonly name = "EncryptionError";
}

/** How often the files are looked at, in milliseconds. */
const POLL_MS = 1000;

/** How long before its end a certificate is warned of, in milliseconds. */
const ENDING_MS = 7 * DAY_MS;

/** Two files, and what the messages call them. */
interface Files {
  readonly cert: string;
  readonly key: string;
  /** What can be done about files that can't be used; empty where it is plain. */
  readonly advice: string;
}

/** What came of opening it. */
export interface OpenedEncryption {
  /** The settings; without `tls` where this program can't encrypt. */
  readonly config: Config;
  /** What to encrypt with; undefined where nothing is encrypted. */
  readonly encryption: Encryption | undefined;
  /** What the operator is to be warned of. */
  readonly warnings: readonly string[];
}

/**
 * Makes ready to encrypt, if the settings want that. A program that can't do it goes on without,
 * unless nothing but encrypted connections is wanted.
 *
 * @param directory where the server keeps its data; null for nowhere.
 * @throws {EncryptionError} where it can't be done as the settings say.
 */
export async function openEncryption(
  config: Config,
  directory: string | null,
  fault: string | undefined = tlsFault(),
): Promise<OpenedEncryption> {
  if (config.tls === null) return { config, encryption: undefined, warnings: [] };
  if (fault !== undefined) {
    if (!config.plain) throw new EncryptionError(`Connections can't be encrypted: ${fault}.`);
    const warnings = [`Connections are not encrypted: ${fault}.`];
    return { config: { ...config, tls: null }, encryption: undefined, warnings };
  }
  const encryption = await Encryption.open(config, config.tls, directory);
  return { config, encryption, warnings: encryption.warnings };
}

/** What the server encrypts with. */
export class Encryption {
  /** Whether the server has made the certificate itself. */
  readonly ownMade: boolean;
  /** What the operator is to be warned of. */
  readonly warnings: string[] = [];
  readonly #files: Files | undefined;
  #context: TlsContext;
  #stamp = "";
  /** A change that was seen, and may not be over: two files are written one after the other. */
  #changing: string | undefined;
  #poller: ReturnType<typeof setTimeout> | undefined;

  private constructor(pair: KeyPair, files: Files | undefined, ownMade: boolean) {
    this.#files = files;
    this.#context = usable(pair, files);
    this.ownMade = ownMade;
  }

  /**
   * Reads the certificate that is given, or the one that was made earlier, or makes one.
   *
   * @param directory where the server keeps its data; null for nowhere.
   * @throws {EncryptionError} where it can't be used.
   */
  static async open(
    config: Config,
    { cert, key }: TlsConfig,
    directory: string | null,
  ): Promise<Encryption> {
    if (cert !== null && key !== null) {
      const notices = noticesOf(guardKey(key, `The key ${key}`));
      return await Encryption.#read({ cert, key, advice: "" }, false, notices);
    }
    const make = () => {
      const name = config.name ?? serverName();
      const hosts = certificateHosts(name, config.host);
      return makeCertificate({ name, hosts, now: Date.now() });
    };
    if (directory === null) return new Encryption(await make(), undefined, true);
    const place = `${directory}/tls`;
    const advice =
      ` If you delete both files in ${place}, new ones are made, which everyone is asked to trust anew.`;
    const files = { cert: `${place}/cert.pem`, key: `${place}/key.pem`, advice };
    const notices = noticesOf(
      guardDirectory(place, (name) => /^(?:cert|key)\.pem/.test(name), "--data"),
      guardFile(files.key),
    );
    if (await exists(files.cert) && await exists(files.key)) {
      return await Encryption.#read(files, true, notices);
    }
    const pair = await make();
    try {
      await Deno.mkdir(place, { recursive: true, mode: 0o700 });
      // The key first: if only one of them is there, both are made anew.
      replaceFile(files.key, pair.key);
      replaceFile(files.cert, pair.cert);
    } catch (error) {
      const encryption = new Encryption(pair, undefined, true);
      encryption.warnings.push(
        `The server's certificate can't be kept in ${place} (${wordsOf(error)}): ` +
          "it makes a new one at each start, and everyone has to trust it anew.",
      );
      return encryption;
    }
    return await Encryption.#read(files, true);
  }

  static async #read(
    files: Files,
    ownMade = false,
    notices: readonly string[] = [],
  ): Promise<Encryption> {
    const stamp = await stampOf(files);
    const encryption = new Encryption(await pairIn(files), files, ownMade);
    encryption.#stamp = stamp;
    encryption.warnings.push(...notices);
    encryption.#warnOfEnd((text) => encryption.warnings.push(text));
    return encryption;
  }

  /** What new connections are encrypted with. */
  get context(): TlsContext {
    return this.#context;
  }

  /**
   * Reads the files again. Connections that are there keep what they have.
   *
   * @returns whether the certificate is another one now.
   * @throws {EncryptionError} where the files can't be used: then all stays as it was.
   */
  async reload(): Promise<boolean> {
    if (this.#files === undefined) return false;
    // What is written while it is read, counts as a change.
    this.#stamp = await stampOf(this.#files);
    this.#changing = undefined;
    const before = this.#context.fingerprint;
    this.#context = usable(await pairIn(this.#files), this.#files);
    return this.#context.fingerprint !== before;
  }

  /**
   * Watches the files, and reads them when they have changed and settled: by looking again and
   * again, since what notices changes at once misses those behind symbolic links, by which
   * certificates are usually renewed.
   *
   * @param changed is told of a new certificate.
   * @param fault is told, in the user's words, what is wrong with what is there.
   */
  watch(changed: () => void, fault: (text: string) => void): void {
    const files = this.#files;
    if (files === undefined || this.#poller !== undefined) return;
    const look = async () => {
      await this.#look(files, changed, fault);
      if (this.#poller !== undefined) this.#poller = setTimeout(look, POLL_MS);
    };
    this.#poller = setTimeout(look, POLL_MS);
  }

  async #look(files: Files, changed: () => void, fault: (text: string) => void): Promise<void> {
    const stamp = await stampOf(files);
    if (stamp === this.#stamp) {
      this.#changing = undefined;
    } else if (stamp !== this.#changing) {
      this.#changing = stamp;
    } else {
      try {
        if (!await this.reload()) return;
        changed();
        this.#warnOfEnd(fault);
      } catch (error) {
        fault(`The certificate stays as it was. ${wordsOf(error)}`);
      }
    }
  }

  #warnOfEnd(warn: (text: string) => void): void {
    const { validUntil } = this.#context;
    if (!(validUntil - Date.now() < ENDING_MS)) return;
    const verb = validUntil < Date.now() ? "has ended" : "ends";
    const day = new Date(validUntil).toISOString().slice(0, 10);
    warn(`The certificate ${verb} on ${day}: after that programs refuse it.`);
  }

  /** Ends the watching. */
  close(): void {
    clearTimeout(this.#poller);
    this.#poller = undefined;
  }
}

/**
 * What the operator has to know of files that were guarded.
 *
 * @throws {EncryptionError} if one of them can't be used.
 */
function noticesOf(...guarded: readonly Guarded[]): string[] {
  return guarded.flatMap((each) => {
    if ("fault" in each) throw new EncryptionError(each.fault);
    return each.notice ?? [];
  });
}

function usable(pair: KeyPair, files: Files | undefined): TlsContext {
  try {
    return tlsContext(pair);
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    const what = error.which === "cert" ? "certificate" : "key";
    const where = files === undefined ? "" : ` ${files[error.which]}`;
    throw new EncryptionError(
      `The ${what}${where} can't be used: ${error.message}.${files?.advice ?? ""}`,
    );
  }
}

async function pairIn(files: Files): Promise<KeyPair> {
  const read = async (which: keyof KeyPair, what: string) => {
    try {
      return await Deno.readTextFile(files[which]);
    } catch (error) {
      throw new EncryptionError(`Cannot read the ${what} ${files[which]}: ${wordsOf(error)}.`);
    }
  };
  return { cert: await read("cert", "certificate"), key: await read("key", "key") };
}

/** What tells a file from what it was before; the same for all that can't be read. */
async function stampOf({ cert, key }: Files): Promise<string> {
  const stamps = [cert, key].map(async (path) => {
    try {
      const { ino, mtime, size } = await Deno.stat(path);
      return `${ino} ${mtime?.getTime()} ${size}`;
    } catch {
      return "";
    }
  });
  return (await Promise.all(stamps)).join(", ");
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    // What is there but can't be read, is not to be replaced.
    const { NotFound, NotADirectory } = Deno.errors;
    return !(error instanceof NotFound || error instanceof NotADirectory);
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.PermissionDenied) return "you are not allowed to";
  if (!(error instanceof Error)) return String(error);
  return error.message.replace(/ \(os error \d+\).*$/s, "");
}
