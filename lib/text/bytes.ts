/**
 * How long a text is on the wire.
 * @module
 */

/**
 * How many bytes a text takes in UTF-8, as `TextEncoder` makes it: what is no character, half of a
 * surrogate pair, takes three.
 *
 * It is counted, not encoded: joining a room of 2,000 asks this of every name in it.
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

/** NaN, which stands behind the end, is not. */
function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of bytes; undefined if they are not UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
