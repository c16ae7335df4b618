/**
 * Logging in: the frames that carry it, the mechanism PLAIN, and how passwords are written.
 *
 * Source: IRCv3 SASL 3.1 and 3.2; RFC 4616 (PLAIN); RFC 4013 (SASLprep).
 * @module
 */
import { decodeText } from "../text/bytes.ts";
import { fromBase64, toBase64 } from "../crypto/base64.ts";

/** The mechanisms, in the order in which they are offered. */
export const SASL_MECHANISMS = ["PLAIN", "SCRAM-SHA-256"] as const;

/** The name of a mechanism. */
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

/** How long the parameter of one AUTHENTICATE can be; a full one says that more follows. */
export const CHUNK_LENGTH = 400;

const CHUNKS = new RegExp(`.{1,${CHUNK_LENGTH}}`, "g");

/** The longest payload that is taken, in base64: names of 90 bytes and a password of 500 fit. */
export const PAYLOAD_LENGTH = 10 * CHUNK_LENGTH;

/**
 * The parameters of the AUTHENTICATE messages that carry a payload: `+` for an empty one, and
 * behind a last full one (SASL 3.1, "The AUTHENTICATE command").
 */
export function saslChunks(payload: Uint8Array): string[] {
  const text = toBase64(payload);
  const chunks = text.match(CHUNKS) ?? [];
  return text.length % CHUNK_LENGTH === 0 ? [...chunks, "+"] : chunks;
}

/** What a {@linkcode SaslReader} makes of one more parameter. */
export type SaslFrame =
  | { readonly kind: "more" }
  | { readonly kind: "payload"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "too-long" }
  | { readonly kind: "malformed" };

/** Puts the chunks of a payload together again. After anything but `more` it starts anew. */
export class SaslReader {
  #text = "";

  /** Takes the parameter of one AUTHENTICATE message; not `*`, which breaks the exchange off. */
  push(chunk: string): SaslFrame {
    const text = chunk === "+" ? this.#text : this.#text + chunk;
    if (chunk.length > CHUNK_LENGTH || text.length > PAYLOAD_LENGTH) {
      this.#text = "";
      return { kind: "too-long" };
    }
    if (chunk.length === CHUNK_LENGTH) {
      this.#text = text;
      return { kind: "more" };
    }
    this.#text = "";
    const bytes = fromBase64(text);
    return bytes === undefined ? { kind: "malformed" } : { kind: "payload", bytes };
  }
}

/** Who wants to log in, as PLAIN says it. */
export interface PlainCredentials {
  /** As whom one wants to act; empty for the account itself. */
  readonly authzid: string;
  /** The account. */
  readonly authcid: string;
  /** Its password, as it was typed. */
  readonly password: string;
}

const encoder = new TextEncoder();
/** The one message of PLAIN (RFC 4616, section 2). */
export function plainMessage({ authzid, authcid, password }: PlainCredentials): Uint8Array {
  return encoder.encode(`${authzid}\0${authcid}\0${password}`);
}

/** Reads {@linkcode plainMessage}; `undefined` where it is none. */
export function parsePlain(message: Uint8Array): PlainCredentials | undefined {
  const [authzid, authcid, password, ...more] = decodeText(message)?.split("\0") ?? [];
  if (authzid === undefined || !authcid || !password || more.length > 0) return undefined;
  return { authzid, authcid, password };
}
