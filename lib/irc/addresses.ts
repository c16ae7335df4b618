/**
 * IP addresses and ranges as numbers.
 *
 * Source: RFC 4291 section 2.2 (text of IPv6 addresses), RFC 4632 (CIDR).
 * @module
 */

/** A range of addresses: those that share the first bits with one. */
export interface Range {
  /** 4 or 16 bytes. */
  readonly bytes: Uint8Array;
  /** How many bits count. */
  readonly bits: number;
}

/** Reads `1.2.3.4`, `1.2.3.0/24`, `2001:db8::1` or `2001:db8::/32`; `undefined` for all else. */
export function parseRange(text: string): Range | undefined {
  const [address = "", length, ...more] = text.split("/");
  const bytes = parseAddress(address);
  if (bytes === undefined || more.length > 0) return undefined;
  const bits = length === undefined ? bytes.length * 8 : /^\d{1,3}$/.test(length) ? +length : -1;
  return bits >= 0 && bits <= bytes.length * 8 ? { bytes, bits } : undefined;
}

/** Whether an address is in a range. */
export function rangeHolds({ bytes, bits }: Range, address: string): boolean {
  const other = parseAddress(address);
  if (other === undefined || other.length !== bytes.length) return false;
  for (let at = 0; at * 8 < bits; at++) {
    const mask = bits - at * 8 >= 8 ? 0xff : 0xff << (8 - (bits - at * 8)) & 0xff;
    if ((bytes[at]! & mask) !== (other[at]! & mask)) return false;
  }
  return true;
}

/**
 * An IPv4 or IPv6 address as its 4 or 16 bytes, in the order of the network; `undefined` for text
 * that is none.
 */
export function parseAddress(text: string): Uint8Array | undefined {
  return text.includes(":") ? parseV6(text) : parseV4(text);
}

function parseV4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && +part < 256)) {
    return undefined;
  }
  return Uint8Array.from(parts, Number);
}

function parseV6(text: string): Uint8Array | undefined {
  const [head = "", tail, ...more] = text.split("::");
  if (more.length > 0) return undefined;
  const [left, right] = [groups(head), groups(tail ?? "")];
  if (left === undefined || right === undefined) return undefined;
  const gap = 8 - left.length - right.length;
  if (tail === undefined ? gap !== 0 : gap < 1) return undefined;
  const all = [...left, ...Array<number>(gap).fill(0), ...right];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

function groups(text: string): number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  return parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))
    ? parts.map((part) => parseInt(part, 16))
    : undefined;
}
