/**
 * The length of texts in UTF-8, cutting texts to a length, and bytes as text.
 * @module
 */
import { GRAPHEMES } from "./graphemes.ts";

/**
 * How many bytes a text takes in UTF-8; half of a surrogate pair takes three. They are counted, not
 * encoded: joining a room of 2,000 asks this of every name in it.
 */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (isHigh(unit) && isLow(text.charCodeAt(index + 1))) {
      // A pair is two units and four bytes.
      bytes += 2;
      index++;
    } else bytes += 2;
  }
  return bytes;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** NaN, from beyond the end, is not. */
function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Cuts a text to at most so many bytes of UTF-8, between graphemes. */
export function clip(text: string, bytes: number): string {
  if (text.length * 3 <= bytes || byteLength(text) <= bytes) return text;
  let length = 0;
  for (const { segment, index } of GRAPHEMES.segment(text)) {
    length += byteLength(segment);
    if (length > bytes) return text.slice(0, index);
  }
  return text;
}

/**
 * Splits a text into pieces of at most so many bytes, between graphemes. An empty text is one
 * piece.
 */
export function cut(text: string, bytes: number): string[] {
  const pieces = [clip(text, bytes)];
  for (let at = pieces[0]!.length; at < text.length;) {
    // A grapheme that is too long by itself is cut.
    const piece = clip(text.slice(at), bytes) || text.slice(at, at + Math.floor(bytes / 3));
    pieces.push(piece);
    at += piece.length;
  }
  return pieces;
}

const lossy = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/** Decodes UTF-8; what is not becomes U+FFFD. */
export function lossyText(bytes: Uint8Array): string {
  return lossy.decode(bytes);
}

/** Decodes UTF-8; undefined if the bytes are not UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  // The strict decoder of Deno takes 0.3 us for a line, the other one 0.1.
  const text = lossyText(bytes);
  if (!text.includes("\ufffd")) return text;
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Bytes in hexadecimal, in small letters. */
export function toHex(bytes: Uint8Array, separator = ""): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(separator);
}
