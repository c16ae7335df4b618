/**
 * Base64 (RFC 4648, section 4); Deno 2.4 lacks `Uint8Array.toBase64`.
 * @module
 */

const FORM = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Encodes bytes as base64, with padding. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Decodes base64; `undefined` if the text is not base64 or lacks its padding. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  return FORM.test(text) ? Uint8Array.from(atob(text), (char) => char.charCodeAt(0)) : undefined;
}
