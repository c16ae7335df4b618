/**
 * The server's certificate: made at the first start or given, and reloaded when it changes.
 * @module
 */
import { DAY_MS, SECOND_MS } from "../../text/duration.ts";
import { guardDirectory, type Guarded, guardFile, guardKey } from "../os/private_files.ts";
import { type KeyPair, makeCertificate } from "../../net/certificate.ts";
import { CertificateError, type TlsContext, tlsContext, tlsFault } from "../../net/tls_context.ts";
import { canBeDirect } from "../../net/tls_probe.ts";
import type { Config, TlsConfig } from "../../server/settings/config.ts";
import { replaceFile } from "../../store/sqlite/files.ts";
import { withoutErrno } from "../../text/without_errno.ts";
import { certificateHosts, serverName } from "./hosts.ts";
import { KEYS, LOG } from "../../wording/log.ts";

/** The certificate or its key can't be used. The message is for the user. */
export class EncryptionError extends Error {
  override readonly name = "EncryptionError";
}

/** How often the files are checked, in milliseconds. */
const POLL_MS = SECOND_MS;

/** How long before its end a certificate is warned of, in milliseconds. */
const ENDING_MS = 7 * DAY_MS;

interface Files {
  readonly cert: string;
  readonly key: string;
  /** What to do if they can't be used; may be empty. */
  readonly advice: string;
}

export interface OpenedEncryption {
  /** Without `tls` if this program can't encrypt. */
  readonly config: Config;
  /** Undefined if nothing is encrypted. */
  readonly encryption: Encryption | undefined;
  readonly warnings: readonly string[];
}

/**
 * Prepares encryption, if the configuration wants it. A program that can't encrypt goes on without,
 * unless only encrypted connections are allowed.
 *
 * @throws {EncryptionError} if it can't be done as configured.
 */
export async function openEncryption(
  config: Config,
  directory: string | null,
  fault: string | undefined = tlsFault(),
): Promise<OpenedEncryption> {
  if (config.tls === null) return { config, encryption: undefined, warnings: [] };
  if (fault !== undefined) {
    if (!config.plain) throw new EncryptionError(KEYS.cannotEncrypt(fault));
    const warnings = [KEYS.notEncrypted(fault)];
    return { config: { ...config, tls: null }, encryption: undefined, warnings };
  }
  const encryption = await Encryption.open(config, config.tls, directory);
  return { config, encryption, warnings: encryption.warnings };
}

export class Encryption {
  /** Whether the server made the certificate itself. */
  readonly ownMade: boolean;
  readonly warnings: string[] = [];
  readonly #files: Files | undefined;
  #context: TlsContext;
  #stamp = "";
  /** A change that may not be complete yet: two files are written one after the other. */
  #changing: string | undefined;
  #poller: ReturnType<typeof setTimeout> | undefined;
  #direct = Promise.resolve(false);

  private constructor(pair: KeyPair, files: Files | undefined, ownMade: boolean) {
    this.#files = files;
    this.#context = usable(pair, files);
    this.ownMade = ownMade;
  }

  /**
   * Reads the certificate that is given or was made earlier, or makes one.
   *
   * @throws {EncryptionError} if it can't be used.
   */
  static async open(
    config: Config,
    { cert, key }: TlsConfig,
    directory: string | null,
  ): Promise<Encryption> {
    if (cert !== null && key !== null) {
      const notices = noticesOf(guardKey(key, KEYS.key(key)));
      return await Encryption.#read({ cert, key, advice: "" }, false, notices);
    }
    const make = () => {
      const name = config.name ?? serverName();
      const hosts = certificateHosts(name, config.host);
      return makeCertificate({ name, hosts, now: Date.now() });
    };
    if (directory === null) return new Encryption(await make(), undefined, true);
    const place = `${directory}/tls`;
    const advice = KEYS.makeAnew(place);
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
      encryption.warnings.push(KEYS.certificateNotKept(place, wordsOf(error)));
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

  /** Whether connections may be encrypted directly; see {@linkcode probe}. */
  get direct(): Promise<boolean> {
    return this.#direct;
  }

  /**
   * Finds out whether connections may be encrypted directly. Only the first connections wait for it,
   * not the start of the server; it takes 20 to 60 ms.
   */
  probe(): void {
    this.#direct = canBeDirect(this.#context.secure);
  }

  /**
   * Reads the files again; existing connections keep what they have. Returns whether the
   * certificate changed.
   *
   * @throws {EncryptionError} if the files can't be used; then nothing changes.
   */
  async reload(): Promise<boolean> {
    if (this.#files === undefined) return false;
    // What is written while we read counts as a change.
    this.#stamp = await stampOf(this.#files);
    this.#changing = undefined;
    const before = this.#context.fingerprint;
    this.#context = usable(await pairIn(this.#files), this.#files);
    return this.#context.fingerprint !== before;
  }

  /**
   * Reloads the files when they have changed and settled. It polls, because watching misses changes
   * behind symbolic links, which is how certificates are usually renewed.
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
        fault(LOG.oldCertificate(wordsOf(error)));
      }
    }
  }

  #warnOfEnd(warn: (text: string) => void): void {
    const { validUntil } = this.#context;
    if (!(validUntil - Date.now() < ENDING_MS)) return;
    const day = new Date(validUntil).toISOString().slice(0, 10);
    warn(validUntil < Date.now() ? KEYS.certificateEnded(day) : KEYS.certificateEnds(day));
  }

  async close(): Promise<void> {
    clearTimeout(this.#poller);
    this.#poller = undefined;
    await this.#direct;
  }
}

/** The notices of files that were made private. Throws if one of them can't be used. */
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
    const { which, message } = error;
    const path = files?.[which] ?? "";
    throw new EncryptionError(KEYS.unusable(which, path, message, files?.advice ?? ""));
  }
}

async function pairIn(files: Files): Promise<KeyPair> {
  const read = async (which: keyof KeyPair) => {
    try {
      return await Deno.readTextFile(files[which]);
    } catch (error) {
      throw new EncryptionError(KEYS.unreadable(which, files[which], wordsOf(error)));
    }
  };
  return { cert: await read("cert"), key: await read("key") };
}

/** Identifies the present version of the files; the same for all that can't be read. */
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
    // A file that exists but can't be read must not be replaced.
    const { NotFound, NotADirectory } = Deno.errors;
    return !(error instanceof NotFound || error instanceof NotADirectory);
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return KEYS.absent;
  if (error instanceof Deno.errors.PermissionDenied) return KEYS.forbidden;
  if (!(error instanceof Error)) return String(error);
  return withoutErrno(error.message);
}
