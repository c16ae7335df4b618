/**
 * Fingerprints of certificates, by which people recognise a server.
 *
 * They are written as ssh does: `SHA256:` and base64 without padding. Other programs write the same
 * 32 bytes in hexadecimal, with or without colons; that is understood too.
 * @module
 */
import { toHex } from "../text/bytes.ts";
import { fromBase64, toBase64 } from "../crypto/base64.ts";

/** Formats a SHA-256 hash as a fingerprint: `SHA256:` and 43 characters. */
export function fingerprint(hash: Uint8Array): string {
  return `SHA256:${toBase64(hash).replace(/=+$/, "")}`;
}

/**
 * Parses a fingerprint that somebody typed or copied; `undefined` if the text is none. `SHA256:`
 * may be missing; there may be spaces; base64 may be of the kind for URLs, with or without padding; hexadecimal may have
 * colons.
 *
 * @returns as {@linkcode fingerprint} writes it.
 */
export function parseFingerprint(text: string): string | undefined {
  const bare = text.replace(/\s/g, "").replace(/^sha-?256:/i, "");
  const hex = bare.replaceAll(":", "");
  const hash = /^[0-9a-f]{64}$/i.test(hex)
    ? Uint8Array.from(hex.match(/../g)!, (pair) => parseInt(pair, 16))
    : fromBase64(`${bare.replace(/=$/, "").replaceAll("-", "+").replaceAll("_", "/")}=`);
  return hash?.length === 32 ? fingerprint(hash) : undefined;
}

/** Formats a fingerprint in short groups, in which two people can compare it. */
export function fingerprintGroups(text: string): string {
  return text.replace(/^SHA256:/, "").replace(/.{4}(?=.)/g, "$& ");
}

/** Formats a fingerprint in hexadecimal, as IRC programs want it. */
export function hexFingerprint(text: string, separator: "" | ":"): string {
  const hash = fromBase64(`${text.replace(/^SHA256:/, "")}=`) ?? new Uint8Array();
  return toHex(hash, separator).toUpperCase();
}
