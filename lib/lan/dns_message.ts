/**
 * Messages of multicast DNS: bytes to questions and records, and back.
 *
 * Source: RFC 1035 section 4.1; RFC 2782 (SRV); RFC 6762 section 5.4 (a question that wants a
 * direct answer), section 10.2 (a record that replaces those before it), section 17 (sizes).
 * @module
 */
import { type DnsName, encodeName, nameKey, readName } from "./dns_name.ts";

/** The types of records that matter here. */
export const RECORD_TYPE = {
  A: 1,
  PTR: 12,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NSEC: 47,
  ANY: 255,
} as const;

export interface DnsQuestion {
  readonly name: DnsName;
  readonly type: number;
  /** Whether the answer may be sent to the asker alone. */
  readonly direct: boolean;
}

export interface DnsRecord {
  readonly name: DnsName;
  readonly type: number;
  /** Whether it replaces other records of this name and type. */
  readonly flush: boolean;
  /** How long it is valid, in seconds; 0: it is gone. */
  readonly ttl: number;
  /** The data, with names in it not compressed: equal data are equal bytes. */
  readonly data: Uint8Array;
}

export interface DnsMessage {
  readonly id: number;
  readonly response: boolean;
  /** Whether more of the known answers follow in another packet. */
  readonly more: boolean;
  readonly questions: readonly DnsQuestion[];
  readonly answers: readonly DnsRecord[];
  /** In a probe: the records that the sender wants to have. */
  readonly authorities: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
}

/** The longest packet, in bytes. */
const PACKET_BYTES = 9000;

const HEADER_BYTES = 12;

const RESPONSE = 0x8000;
const AUTHORITATIVE = 0x0400;
const TRUNCATED = 0x0200;
/** The operation and the result, which must be 0. */
const UNUSUAL = 0x780f;
/** The internet, the only class of records. */
const IN = 1;
const TOP_BIT = 0x8000;

/**
 * Decodes a packet from anybody; undefined if it is not sound as a whole. Records of other classes
 * are left out.
 */
export function decodeMessage(packet: Uint8Array): DnsMessage | undefined {
  if (packet.length < HEADER_BYTES || packet.length > PACKET_BYTES) return undefined;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const flags = view.getUint16(2);
  if ((flags & UNUSUAL) !== 0) return undefined;
  let at = HEADER_BYTES;
  const questions: DnsQuestion[] = [];
  for (let count = view.getUint16(4); count > 0; count--) {
    const read = readName(packet, at);
    if (read === undefined || read.end + 4 > packet.length) return undefined;
    const [type, kind] = [view.getUint16(read.end), view.getUint16(read.end + 2)];
    at = read.end + 4;
    // 255 asks for any class.
    if ((kind & ~TOP_BIT) !== IN && (kind & ~TOP_BIT) !== 255) continue;
    questions.push({ name: read.name, type, direct: (kind & TOP_BIT) !== 0 });
  }
  const sections: DnsRecord[][] = [[], [], []];
  for (const [index, section] of sections.entries()) {
    for (let count = view.getUint16(6 + 2 * index); count > 0; count--) {
      const read = readName(packet, at);
      if (read === undefined || read.end + 10 > packet.length) return undefined;
      const [type, kind] = [view.getUint16(read.end), view.getUint16(read.end + 2)];
      const start = read.end + 10;
      at = start + view.getUint16(read.end + 8);
      const data = at > packet.length ? undefined : readData(packet, type, start, at);
      if (data === undefined) return undefined;
      if ((kind & ~TOP_BIT) !== IN) continue;
      // RFC 2181 section 8: a time with the top bit set is none.
      const ttl = view.getInt32(read.end + 4);
      const flush = (kind & TOP_BIT) !== 0;
      section.push({ name: read.name, type, flush, ttl: Math.max(0, ttl), data });
    }
  }
  const [answers = [], authorities = [], additionals = []] = sections;
  return {
    id: view.getUint16(0),
    response: (flags & RESPONSE) !== 0,
    more: (flags & TRUNCATED) !== 0,
    ...{ questions, answers, authorities, additionals },
  };
}

/** The data of a record, with names in full; undefined if they are broken. */
function readData(
  packet: Uint8Array,
  type: number,
  start: number,
  end: number,
): Uint8Array | undefined {
  const { PTR, SRV, NSEC, A, AAAA } = RECORD_TYPE;
  const size = end - start;
  if (type === A && size !== 4 || type === AAAA && size !== 16) return undefined;
  if (type !== PTR && type !== SRV && type !== NSEC) return packet.slice(start, end);
  const fixed = type === SRV ? 6 : 0;
  if (size < fixed + 1) return undefined;
  const read = readName(packet, start + fixed);
  if (read === undefined || read.end > end || type !== NSEC && read.end < end) return undefined;
  return Uint8Array.from([
    ...packet.subarray(start, start + fixed),
    ...read.bytes,
    ...packet.subarray(read.end, end),
  ]);
}

/** What a message has; the rest is empty. */
export type DnsParts = Partial<DnsMessage>;

/** Encodes a message. Names of records are compressed, their data is not. */
export function encodeMessage(message: DnsParts): Uint8Array {
  const { id = 0, response = false, more = false } = message;
  const { questions = [], answers = [], authorities = [], additionals = [] } = message;
  const flags = (response ? RESPONSE | AUTHORITATIVE : 0) | (more ? TRUNCATED : 0);
  const bytes: number[] = [];
  const two = (value: number) => bytes.push(value >> 8 & 0xff, value & 0xff);
  for (const value of [id, flags, questions, answers, authorities, additionals]) {
    two(typeof value === "number" ? value : value.length);
  }
  const seen = new Map<string, number>();
  const put = (name: DnsName) => {
    for (const [index, label] of name.entries()) {
      const rest = nameKey(name.slice(index));
      const earlier = seen.get(rest);
      if (earlier !== undefined) return two(0xc000 | earlier);
      if (bytes.length < 0x4000) seen.set(rest, bytes.length);
      bytes.push(...encodeName([label]).subarray(0, -1));
    }
    return bytes.push(0);
  };
  for (const { name, type, direct } of questions) {
    put(name);
    two(type);
    two(direct ? IN | TOP_BIT : IN);
  }
  for (const { name, type, flush, ttl, data } of [...answers, ...authorities, ...additionals]) {
    put(name);
    two(type);
    two(flush ? IN | TOP_BIT : IN);
    two(ttl >>> 16);
    two(ttl & 0xffff);
    two(data.length);
    bytes.push(...data);
  }
  return Uint8Array.from(bytes);
}

/** Whether two records say the same, for whatever time. */
export function sameRecord(one: DnsRecord, other: DnsRecord): boolean {
  return one.type === other.type && compareBytes(one.data, other.data) === 0 &&
    nameKey(one.name) === nameKey(other.name);
}

/** Compares bytes as the tie-break of probes does (RFC 6762 section 8.2.1). */
export function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) {
    if (one[index] !== other[index]) return one[index]! - other[index]!;
  }
  return one.length - other.length;
}
