/**
 * Parses IP addresses and ranges.
 *
 * Source: RFC 4291 section 2.2 (text of IPv6 addresses), RFC 4632 (CIDR).
 * @module
 */

/** The addresses that share their first bits with one. */
export interface AddressRange {
  /** 4 or 16 bytes. */
  readonly bytes: Uint8Array;
  /** How many bits count. */
  readonly bits: number;
}

/**
 * Parses `1.2.3.4`, `1.2.3.0/24`, `2001:db8::1` or `2001:db8::/32`; `undefined` for other text. An
 * IPv4-mapped address (`::ffff:1.2.3.4`) is taken as IPv4.
 */
export function parseRange(text: string): AddressRange | undefined {
  const [address = "", length, ...more] = text.split("/");
  const bytes = bytesOf(address);
  if (bytes === undefined || more.length > 0) return undefined;
  const bits = length === undefined ? bytes.length * 8 : /^\d{1,3}$/.test(length) ? +length : -1;
  if (bits < 0 || bits > bytes.length * 8) return undefined;
  return bits >= 96 && isMapped(bytes)
    ? { bytes: bytes.slice(12), bits: bits - 96 }
    : { bytes, bits };
}

/** Whether an address is IPv4-mapped (RFC 4291 section 2.5.5.2). */
function isMapped(bytes: Uint8Array): boolean {
  return bytes.length === 16 && bytes.subarray(0, 10).every((byte) => byte === 0) &&
    bytes[10] === 0xff && bytes[11] === 0xff;
}

/** Whether an address, as {@linkcode parseAddress} returned it, is in a range. */
export function rangeHolds(
  { bytes, bits }: AddressRange,
  address: Uint8Array | undefined,
): boolean {
  if (address === undefined || address.length !== bytes.length) return false;
  for (let at = 0; at * 8 < bits; at++) {
    const mask = maskAt(at, bits);
    if ((bytes[at]! & mask) !== (address[at]! & mask)) return false;
  }
  return true;
}

/** The mask of one byte of a range. */
function maskAt(at: number, bits: number): number {
  return 0xff << Math.max(0, 8 - Math.max(0, bits - at * 8)) & 0xff;
}

/** Formats a range in canonical form: IPv6 as in RFC 5952, a single address without its length. */
export function formatRange({ bytes, bits }: AddressRange): string {
  const first = formatAddress(bytes.map((byte, at) => byte & maskAt(at, bits)));
  return bits === bytes.length * 8 ? first : `${first}/${bits}`;
}

function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, at) => bytes[2 * at]! << 8 | bytes[2 * at + 1]!);
  let gap = { at: -1, length: 1 };
  for (let at = 0; at < 8; at++) {
    let end = at;
    while (groups[end] === 0) end++;
    if (end - at > gap.length) gap = { at, length: end - at };
  }
  const hex = (some: readonly number[]) => some.map((group) => group.toString(16)).join(":");
  if (gap.at < 0) return hex(groups);
  return `${hex(groups.slice(0, gap.at))}::${hex(groups.slice(gap.at + gap.length))}`;
}

/** Parses an address to 4 or 16 bytes. IPv4-mapped is IPv4. `undefined` for other text. */
export function parseAddress(text: string): Uint8Array | undefined {
  const bytes = bytesOf(text);
  return bytes !== undefined && isMapped(bytes) ? bytes.slice(12) : bytes;
}

function bytesOf(text: string): Uint8Array | undefined {
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
  const [head = "", tail, ...more] = withoutDots(text)?.split("::") ?? [];
  if (more.length > 0) return undefined;
  const [left, right] = [groups(head), groups(tail ?? "")];
  if (left === undefined || right === undefined) return undefined;
  const gap = 8 - left.length - right.length;
  if (tail === undefined ? gap !== 0 : gap < 1) return undefined;
  const all = [...left, ...Array<number>(gap).fill(0), ...right];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

/** Replaces an IPv4 address at the end of an IPv6 address with two groups. */
function withoutDots(text: string): string | undefined {
  if (!text.includes(".")) return text;
  const at = text.lastIndexOf(":") + 1;
  const last = parseV4(text.slice(at));
  if (last === undefined) return undefined;
  const [high, low] = [0, 2].map((at) => (last[at]! << 8 | last[at + 1]!).toString(16));
  return `${text.slice(0, at)}${high}:${low}`;
}

function groups(text: string): number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  return parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))
    ? parts.map((part) => parseInt(part, 16))
    : undefined;
}

/** Whether an IPv6 address is valid only on its link (RFC 4291 section 2.5.6). */
export function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/i.test(address);
}
