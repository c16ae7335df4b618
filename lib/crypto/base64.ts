/**
 * Bytes as text (RFC 4648, section 4).
 * @module
 */

const FORM = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Bytes as base64, with its padding. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** The bytes of a base64 text; `undefined` where it is none, or lacks its padding. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  return FORM.test(text) ? Uint8Array.from(atob(text), (char) => char.charCodeAt(0)) : undefined;
}
