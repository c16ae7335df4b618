/**
 * Names of the domain name system, as lists of labels.
 *
 * Source: RFC 1035 section 3.1 (labels), section 4.1.4 (compression); RFC 6762 section 16 (labels
 * are UTF-8, and only ASCII letters are folded).
 * @module
 */

/** The labels of a name: `["Büro chat", "_ircs-u", "_tcp", "local"]`. */
export type DnsName = readonly string[];

/** The longest label, in bytes of UTF-8. */
export const LABEL_BYTES = 63;

/** The longest name, in bytes as they are sent. */
const NAME_BYTES = 255;

/** A name on which maps and comparisons go: equal for names that are the same. */
export function nameKey(name: DnsName): string {
  return name.map((label) => label.replace(/[\\.]/g, "\\$&")).join(".")
    .replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Encodes a name without compression.
 *
 * @throws {Error} if a label is empty or too long.
 */
export function encodeName(name: DnsName): Uint8Array {
  const bytes: number[] = [];
  for (const label of name) {
    const encoded = encoder.encode(label);
    if (encoded.length === 0 || encoded.length > LABEL_BYTES) throw new Error("Not a label");
    bytes.push(encoded.length, ...encoded);
  }
  return Uint8Array.from([...bytes, 0]);
}

/** The name that is being read. */
const scratch = new Uint8Array(NAME_BYTES);

/** A name that was read from a packet. */
export interface ReadName {
  readonly name: DnsName;
  /** The name without compression, byte for byte. */
  readonly bytes: Uint8Array;
  /** The position behind the name. */
  readonly end: number;
}

/**
 * Reads a name, following its pointers. Each must lead to before the place where the last one led,
 * so that there are no loops. Returns undefined if the name is broken.
 */
export function readName(packet: Uint8Array, start: number): ReadName | undefined {
  const name: string[] = [];
  let size = 0;
  let end: number | undefined;
  let at = start;
  let before = start;
  for (;;) {
    const length = packet[at];
    if (length === undefined) return undefined;
    if (length >= 0xc0) {
      const low = packet[at + 1];
      if (low === undefined) return undefined;
      end ??= at + 2;
      at = (length & 0x3f) << 8 | low;
      if (at >= before) return undefined;
      before = at;
      continue;
    }
    if (length > LABEL_BYTES || at + 1 + length > packet.length) return undefined;
    if (size + 1 + length > NAME_BYTES) return undefined;
    scratch.set(packet.subarray(at, at + 1 + length), size);
    size += 1 + length;
    if (length === 0) return { name, bytes: scratch.slice(0, size), end: end ?? at + 1 };
    name.push(decoder.decode(packet.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
}
