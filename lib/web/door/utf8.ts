/**
 * Checks UTF-8 byte by byte, for texts that come in pieces. A `TextDecoder` for each connection
 * would take more memory than the rest of its WebSocket.
 *
 * Source: RFC 3629 section 4.
 * @module
 */

/**
 * Where a text stands: {@linkcode BETWEEN} characters, in {@linkcode BAD} bytes, or within a
 * character: how many bytes are missing, and the least and the greatest that the next may be.
 */
export type Utf8State = number;

/** Between two characters: a text may end here. */
export const BETWEEN: Utf8State = 0;

/** The bytes are not UTF-8. */
export const BAD: Utf8State = -1;

/** The state after one more byte. */
export function afterByte(state: Utf8State, byte: number): Utf8State {
  if (state === BETWEEN) return byte < 0x80 ? BETWEEN : afterFirst(byte);
  if (byte < (state >> 8 & 0xff) || byte > (state & 0xff)) return BAD;
  const missing = (state >> 16) - 1;
  return missing === 0 ? BETWEEN : within(missing);
}

function within(missing: number, least = 0x80, greatest = 0xbf): Utf8State {
  return missing << 16 | least << 8 | greatest;
}

/** No character has a longer form than it needs, is half of a pair, or is above U+10FFFF. */
function afterFirst(byte: number): Utf8State {
  if (byte < 0xc2 || byte > 0xf4) return BAD;
  if (byte < 0xe0) return within(1);
  if (byte < 0xf0) return within(2, byte === 0xe0 ? 0xa0 : 0x80, byte === 0xed ? 0x9f : 0xbf);
  return within(3, byte === 0xf0 ? 0x90 : 0x80, byte === 0xf4 ? 0x8f : 0xbf);
}
