/**
 * Fingerprints of certificates: what people compare to know that a server is the one they mean.
 *
 * They are written as ssh does it, `SHA256:` and base64 without padding. Other programs write the
 * same 32 bytes in hexadecimal, with colons or without: that is understood too.
 * @module
 */
import { fromBase64, toBase64 } from "../crypto/base64.ts";

/**
 * The fingerprint with this SHA-256 hash.
 *
 * @param hash 32 bytes.
 * @returns `SHA256:` and 43 characters.
 */
export function fingerprint(hash: Uint8Array): string {
  return `SHA256:${toBase64(hash).replace(/=+$/, "")}`;
}

/**
 * A fingerprint that someone typed or copied, as {@linkcode fingerprint} writes it; `undefined`
 * where it is none. `SHA256:` may be missing; base64 may be the kind for URLs, with padding or
 * without; hexadecimal may have colons.
 */
export function parseFingerprint(text: string): string | undefined {
  const bare = text.trim().replace(/^sha-?256:/i, "");
  const hex = bare.replaceAll(":", "");
  const hash = /^[0-9a-f]{64}$/i.test(hex)
    ? Uint8Array.from(hex.match(/../g)!, (pair) => parseInt(pair, 16))
    : fromBase64(`${bare.replace(/=$/, "").replaceAll("-", "+").replaceAll("_", "/")}=`);
  return hash?.length === 32 ? fingerprint(hash) : undefined;
}

/** A fingerprint in hexadecimal, as IRC programs want it: with colons or without. */
export function hexFingerprint(text: string, separator: "" | ":"): string {
  const hash = fromBase64(`${text.replace(/^SHA256:/, "")}=`) ?? new Uint8Array();
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join(separator)
    .toUpperCase();
}
