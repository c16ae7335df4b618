/**
 * SCRAM-SHA-256, both sides: proves that one knows a password without sending it, and checks that
 * without having it.
 *
 * The hash functions are an argument, because they take time and depend on the platform.
 *
 * Source: RFC 5802; RFC 7677.
 * @module
 */
import { decodeText } from "../text/bytes.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { equalBytes } from "./equal_bytes.ts";
import { preparePassword } from "./password_text.ts";

/** Bytes in a buffer that is not shared. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** The hash functions that SCRAM uses; all give 32 bytes. */
export interface ScramHashes {
  sha256(data: Bytes): Promise<Bytes>;
  hmac(key: Bytes, data: Bytes): Promise<Bytes>;
  /** PBKDF2 with HMAC-SHA-256: slow on purpose, and off the main thread. */
  pbkdf2(password: Bytes, salt: Bytes, iterations: number): Promise<Bytes>;
}

/** {@linkcode ScramHashes} for setting passwords. */
export interface Hashes extends ScramHashes {
  /** The rounds of PBKDF2 for new passwords. */
  readonly iterations: number;
  random(length: number): Bytes;
}

/** What a server keeps of a password. Texts are in base64, as of {@linkcode toBase64}. */
export interface ScramVerifier {
  readonly salt: string;
  readonly iterations: number;
  /** Compared with what the client's proof yields. */
  readonly storedKey: string;
  /** Proves the server to the client. */
  readonly serverKey: string;
}

/** RFC 7677, section 4: fewer rounds are no protection. */
const LEAST_ITERATIONS = 4096;

/** The most rounds that a client computes for a server: some seconds of work. */
const MOST_ITERATIONS = 10_000_000;

/** No channel binding: `n`, or `y` from a client that supports it and sees that we don't. */
const GS2 = /^[ny],(?:a=([^,]*))?,/;

const encoder = new TextEncoder();

function encode(text: string): Bytes {
  return encoder.encode(text);
}

/**
 * Derives what a server keeps of a password; `undefined` if {@linkcode preparePassword} refuses it.
 */
export async function deriveVerifier(
  hashes: ScramHashes,
  password: string,
  salt: Bytes,
  iterations: number,
): Promise<ScramVerifier | undefined> {
  const keys = await deriveKeys(hashes, password, salt, iterations);
  if (keys === undefined) return undefined;
  const storedKey = await hashes.sha256(keys.clientKey);
  const serverKey = toBase64(keys.serverKey);
  return { salt: toBase64(salt), iterations, storedKey: toBase64(storedKey), serverKey };
}

/** The length of a new salt, in bytes; NIST SP 800-132 section 5.1 asks for at least 16. */
export const SALT_BYTES = 16;

/** As {@linkcode deriveVerifier}, for a new password, with a new salt. */
export function newVerifier(hashes: Hashes, password: string): Promise<ScramVerifier | undefined> {
  return deriveVerifier(hashes, password, hashes.random(SALT_BYTES), hashes.iterations);
}

async function deriveKeys(
  hashes: ScramHashes,
  password: string,
  salt: Bytes,
  iterations: number,
): Promise<{ clientKey: Bytes; serverKey: Bytes } | undefined> {
  const prepared = preparePassword(password);
  if (prepared === undefined) return undefined;
  const salted = await hashes.pbkdf2(encode(prepared), salt, iterations);
  return {
    clientKey: await hashes.hmac(salted, encode("Client Key")),
    serverKey: await hashes.hmac(salted, encode("Server Key")),
  };
}

/** Whether a password is right. The time that it takes does not tell how much of it is. */
export async function checkPassword(
  hashes: ScramHashes,
  verifier: ScramVerifier,
  password: string,
): Promise<boolean> {
  const salt = fromBase64(verifier.salt) ?? encode("");
  const derived = await deriveVerifier(hashes, password, salt, verifier.iterations);
  return derived !== undefined && equalBytes(encode(derived.storedKey), encode(verifier.storedKey));
}

function xor(one: Bytes, other: Bytes): Bytes {
  return one.map((byte, index) => byte ^ (other[index] ?? 0));
}

/** Parses `a=1,b=2`; the values may hold `=`. `undefined` if the text has another form. */
function attributes(text: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  for (const part of text.split(",")) {
    if (!/^[a-zA-Z]=/.test(part) || found.has(part[0]!)) return undefined;
    found.set(part[0]!, part.slice(2));
  }
  return found;
}

/** Escapes a name for an attribute (RFC 5802, section 5.1, `saslname`). */
function escapeName(name: string): string {
  return name.replaceAll("=", "=3D").replaceAll(",", "=2C");
}

function unescapeName(text: string): string | undefined {
  if (/=(?!2C|3D)/.test(text)) return undefined;
  return text.replaceAll("=2C", ",").replaceAll("=3D", "=");
}

/** The client's first message. */
export interface ScramGreeting {
  readonly name: string;
  /** The account to act as; empty for the account itself. */
  readonly authzid: string;
}

/** The server's side of one exchange: {@linkcode greet}, {@linkcode challenge}, {@linkcode check}. */
export class ScramServer {
  readonly #hashes: ScramHashes;
  readonly #nonce: string;
  #gs2 = "";
  #clientFirst = "";
  #serverFirst = "";
  #wholeNonce = "";
  #verifier: ScramVerifier | undefined;

  /** @param nonce random and never used before; printable ASCII without commas. */
  constructor(hashes: ScramHashes, nonce: string) {
    this.#hashes = hashes;
    this.#nonce = nonce;
  }

  /** Reads the client's first message; `undefined` if it is malformed. */
  greet(message: Uint8Array): ScramGreeting | undefined {
    const text = decodeText(message) ?? "";
    const [gs2, authzid = ""] = GS2.exec(text) ?? [];
    if (gs2 === undefined) return undefined;
    const bare = text.slice(gs2.length);
    // `m` is reserved for mandatory extensions (section 5.1); there are none.
    const found = /^n=([^,]+),r=([\x21-\x2b\x2d-\x7e]+)(?:,.*)?$/s.exec(bare);
    const name = unescapeName(found?.[1] ?? "");
    const acts = unescapeName(authzid);
    if (!found || !name || acts === undefined) return undefined;
    this.#gs2 = gs2;
    this.#clientFirst = bare;
    this.#wholeNonce = found[2]! + this.#nonce;
    return { name, authzid: acts };
  }

  /** The server's first message, for the requested account. */
  challenge(verifier: ScramVerifier): Bytes {
    this.#verifier = verifier;
    this.#serverFirst = `r=${this.#wholeNonce},s=${verifier.salt},i=${verifier.iterations}`;
    return encode(this.#serverFirst);
  }

  /**
   * Checks the client's final message. Returns the server's, which proves that it knows the
   * account; `undefined` if the client does not know the password.
   */
  async check(message: Uint8Array): Promise<Bytes | undefined> {
    const text = decodeText(message) ?? "";
    const split = text.lastIndexOf(",p=");
    const bare = text.slice(0, Math.max(split, 0));
    const proof = fromBase64(text.slice(split + 3));
    const said = attributes(bare);
    const verifier = this.#verifier;
    const binding = said?.get("c") === toBase64(encode(this.#gs2));
    if (
      verifier === undefined || split < 0 || proof?.length !== 32 || !binding ||
      said?.get("r") !== this.#wholeNonce
    ) {
      return undefined;
    }
    const storedKey = fromBase64(verifier.storedKey) ?? encode("");
    const serverKey = fromBase64(verifier.serverKey) ?? encode("");
    const auth = encode(`${this.#clientFirst},${this.#serverFirst},${bare}`);
    const clientKey = xor(proof, await this.#hashes.hmac(storedKey, auth));
    const known = equalBytes(await this.#hashes.sha256(clientKey), storedKey);
    const signature = await this.#hashes.hmac(serverKey, auth);
    return known ? encode(`v=${toBase64(signature)}`) : undefined;
  }
}

/** The client's side of one exchange: {@linkcode greet}, {@linkcode answer}, {@linkcode isServer}. */
export class ScramClient {
  readonly #hashes: ScramHashes;
  readonly #name: string;
  readonly #password: string;
  readonly #nonce: string;
  #signature: Bytes | undefined;

  /**
   * @param password as it was typed.
   * @param nonce random and never used before; printable ASCII without commas.
   */
  constructor(hashes: ScramHashes, name: string, password: string, nonce: string) {
    this.#hashes = hashes;
    this.#name = name;
    this.#password = password;
    this.#nonce = nonce;
  }

  get #first(): string {
    return `n=${escapeName(this.#name)},r=${this.#nonce}`;
  }

  greet(): Bytes {
    return encode(`n,,${this.#first}`);
  }

  /**
   * Answers the server's first message. Takes a while. Returns `undefined` if it is malformed or
   * asks for something unsafe; then the exchange must be aborted.
   */
  async answer(message: Uint8Array): Promise<Bytes | undefined> {
    const serverFirst = decodeText(message) ?? "";
    const said = attributes(serverFirst);
    const nonce = said?.get("r") ?? "";
    const salt = fromBase64(said?.get("s") ?? "");
    const count = said?.get("i") ?? "";
    const iterations = /^[1-9]\d{0,8}$/.test(count) ? Number(count) : 0;
    if (
      said === undefined || said.has("m") || !salt?.length ||
      !nonce.startsWith(this.#nonce) || nonce.length === this.#nonce.length ||
      iterations < LEAST_ITERATIONS || iterations > MOST_ITERATIONS
    ) {
      return undefined;
    }
    const keys = await deriveKeys(this.#hashes, this.#password, salt, iterations);
    if (keys === undefined) return undefined;
    const bare = `c=${toBase64(encode("n,,"))},r=${nonce}`;
    const auth = encode(`${this.#first},${serverFirst},${bare}`);
    const storedKey = await this.#hashes.sha256(keys.clientKey);
    const proof = xor(keys.clientKey, await this.#hashes.hmac(storedKey, auth));
    this.#signature = await this.#hashes.hmac(keys.serverKey, auth);
    return encode(`${bare},p=${toBase64(proof)}`);
  }

  /** Whether the server's final message proves that it knows the account too. */
  isServer(message: Uint8Array): boolean {
    const [, signature = ""] = /^v=([^,]*)/.exec(decodeText(message) ?? "") ?? [];
    const bytes = fromBase64(signature);
    return this.#signature !== undefined && bytes !== undefined &&
      equalBytes(bytes, this.#signature);
  }
}
