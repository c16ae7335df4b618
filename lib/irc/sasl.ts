/**
 * SASL: the frames of AUTHENTICATE, and the mechanism PLAIN.
 *
 * Source: IRCv3 SASL 3.1 and 3.2; RFC 4616 (PLAIN).
 * @module
 */
import { decodeText } from "../text/bytes.ts";
import { fromBase64, toBase64 } from "../crypto/base64.ts";

/** The mechanisms, in the order in which they are offered. */
export const SASL_MECHANISMS = ["PLAIN", "SCRAM-SHA-256"] as const;

export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

/** The longest parameter of one AUTHENTICATE; if it is this long, more follows. */
export const CHUNK_LENGTH = 400;

const CHUNKS = new RegExp(`.{1,${CHUNK_LENGTH}}`, "g");

/** The longest payload that is accepted, in base64: names of 90 bytes and a password of 500 fit. */
export const PAYLOAD_LENGTH = 10 * CHUNK_LENGTH;

/**
 * Splits a payload into parameters of AUTHENTICATE: `+` for an empty one, and after a full last
 * one.
 */
export function saslChunks(payload: Uint8Array): string[] {
  const text = toBase64(payload);
  const chunks = text.match(CHUNKS) ?? [];
  return text.length % CHUNK_LENGTH === 0 ? [...chunks, "+"] : chunks;
}

export type SaslFrame =
  | { readonly kind: "more" }
  | { readonly kind: "payload"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "too-long" }
  | { readonly kind: "malformed" };

/** Joins the chunks of a payload. Starts anew after any result but `more`. */
export class SaslReader {
  #text = "";

  /** Takes the parameter of one AUTHENTICATE message; not `*`, which aborts the exchange. */
  push(chunk: string): SaslFrame {
    const text = chunk === "+" ? this.#text : this.#text + chunk;
    if (chunk.length > CHUNK_LENGTH || text.length > PAYLOAD_LENGTH) {
      this.#text = "";
      // 905 is for a single chunk; that the payload is too long in all is a failure like others.
      return { kind: chunk.length > CHUNK_LENGTH ? "too-long" : "malformed" };
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

export interface PlainCredentials {
  /** The account to act as; empty for the account itself. */
  readonly authzid: string;
  readonly authcid: string;
  /** The password, as it was typed. */
  readonly password: string;
}

const encoder = new TextEncoder();
/** Formats the message of PLAIN (RFC 4616, section 2). */
export function plainMessage({ authzid, authcid, password }: PlainCredentials): Uint8Array {
  return encoder.encode(`${authzid}\0${authcid}\0${password}`);
}

/** Parses {@linkcode plainMessage}; `undefined` if it is malformed. */
export function parsePlain(message: Uint8Array): PlainCredentials | undefined {
  const [authzid, authcid, password, ...more] = decodeText(message)?.split("\0") ?? [];
  if (authzid === undefined || !authcid || !password || more.length > 0) return undefined;
  return { authzid, authcid, password };
}
