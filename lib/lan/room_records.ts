/**
 * A room as records of DNS-SD, and back.
 *
 * Source: RFC 6763 sections 4 and 6; RFC 7194 (`ircs-u`).
 * @module
 */
import { parseFingerprint } from "../irc/fingerprint.ts";
import { checkChannel } from "../irc/names.ts";
import { decodeText } from "../text/bytes.ts";
import { type DnsRecord, RECORD_TYPE } from "./dns_message.ts";
import { type DnsName, encodeName, nameKey, readName } from "./dns_name.ts";

/** What the network is told about a room, besides its addresses. */
export interface RoomNotice {
  readonly title: string;
  readonly port: number;
  /** Whether the port is encrypted. */
  readonly secure: boolean;
  /** The first room: `#lobby`; undefined if it is not told. */
  readonly channel: string | undefined;
  /** The fingerprint of the certificate, which anybody can claim. */
  readonly fingerprint: string | undefined;
  /** The port of the page for browsers. */
  readonly web: number | undefined;
  /** What people need to come in: an invitation or a password. */
  readonly needs: "invite" | "password" | undefined;
}

/** The name of the service: `_ircs-u._tcp.local`, or `_irc._tcp.local` without encryption. */
export function serviceName(secure: boolean): DnsName {
  return [secure ? "_ircs-u" : "_irc", "_tcp", "local"];
}

/** The name under which the types of services are listed (RFC 6763 section 9). */
export const SERVICES: DnsName = ["_services", "_dns-sd", "_udp", "local"];

/** How long records are valid, in seconds (RFC 6762 section 10). */
const HOST_TTL = 120;
const OTHER_TTL = 4500;

function row(name: DnsName, type: number, ttl: number, data: Uint8Array, flush = true): DnsRecord {
  return { name, type, flush, ttl, data };
}

/**
 * The records of a room: first those that others may have too, then the room's own.
 *
 * @param host the first label of the machine's name for the room.
 * @param addresses the machine's addresses, without zones.
 */
export function recordsOf(
  notice: RoomNotice,
  host: string,
  addresses: readonly string[],
): { readonly shared: readonly DnsRecord[]; readonly own: readonly DnsRecord[] } {
  const { PTR, SRV, TXT } = RECORD_TYPE;
  const service = serviceName(notice.secure);
  const instance = [notice.title, ...service];
  const machine = [host, "local"];
  const { port } = notice;
  const place = Uint8Array.from([0, 0, 0, 0, port >> 8, port & 0xff, ...encodeName(machine)]);
  return {
    shared: [
      row(service, PTR, OTHER_TTL, encodeName(instance), false),
      row(SERVICES, PTR, OTHER_TTL, encodeName(service), false),
    ],
    own: [
      row(instance, SRV, HOST_TTL, place),
      row(instance, TXT, OTHER_TTL, encodeTexts(notice)),
      ...addresses.flatMap((address) => addressRecord(machine, address)),
    ],
  };
}

function addressRecord(machine: DnsName, address: string): DnsRecord[] {
  const bytes = addressBytes(address);
  if (bytes === undefined) return [];
  const type = bytes.length === 4 ? RECORD_TYPE.A : RECORD_TYPE.AAAA;
  return [row(machine, type, HOST_TTL, bytes)];
}

/** Says which types of records a name has, and so which it lacks (RFC 6762 section 6.1). */
export function negative(name: DnsName, types: readonly number[]): DnsRecord {
  const bits = new Uint8Array(6);
  for (const type of types) bits[type >> 3]! |= 0x80 >> (type & 7);
  const data = Uint8Array.from([...encodeName(name), 0, bits.length, ...bits]);
  return row(name, RECORD_TYPE.NSEC, HOST_TTL, data);
}

function encodeTexts({ channel, fingerprint, web, needs }: RoomNotice): Uint8Array {
  const texts = { v: "1", room: channel, fp: fingerprint, web, open: needs };
  const bytes: number[] = [];
  for (const [key, value] of Object.entries(texts)) {
    if (value === undefined) continue;
    const text = new TextEncoder().encode(`${key}=${value}`);
    if (text.length <= 255) bytes.push(text.length, ...text);
  }
  return Uint8Array.from(bytes);
}

/** What the texts of a room say; what is not understood is left out. */
export function decodeTexts(
  data: Uint8Array,
): Pick<RoomNotice, "channel" | "fingerprint" | "web" | "needs"> {
  const found = new Map<string, string>();
  for (let at = 0; at < data.length; at += 1 + data[at]!) {
    const text = decodeText(data.subarray(at + 1, at + 1 + data[at]!)) ?? "";
    const [, key = "", value = ""] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (!found.has(key.toLowerCase())) found.set(key.toLowerCase(), value);
  }
  const channel = checkChannel(found.get("room") ?? "");
  const web = found.get("web") ?? "";
  const needs = found.get("open");
  return {
    channel: "name" in channel ? channel.name : undefined,
    fingerprint: parseFingerprint(found.get("fp") ?? ""),
    web: /^\d{1,5}$/.test(web) && Number(web) >= 1 && Number(web) <= 65535 ? +web : undefined,
    needs: needs === "invite" || needs === "password" ? needs : undefined,
  };
}

/** The title and the kind of service of an instance's name; undefined for other services. */
export function instanceOf(name: DnsName): { title: string; secure: boolean } | undefined {
  const [title, ...service] = name;
  if (title === undefined || service.length !== 3) return undefined;
  const secure = [true, false].find((secure) => nameKey(service) === nameKey(serviceName(secure)));
  return secure === undefined ? undefined : { title, secure };
}

/** The name in the data of a PTR record, or behind the port of an SRV record. */
export function targetOf({ type, data }: DnsRecord): DnsName {
  return readName(data, type === RECORD_TYPE.SRV ? 6 : 0)?.name ?? [];
}

/** The address in the data of a record, as people write it. */
export function addressText(data: Uint8Array): string {
  if (data.length === 4) return data.join(".");
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(2 * index).toString(16));
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

/** The bytes of an address; undefined if it is none. */
function addressBytes(address: string): Uint8Array | undefined {
  if (/^\d+(\.\d+){3}$/.test(address)) return Uint8Array.from(address.split("."), Number);
  const [bare = ""] = address.split("%");
  if (!URL.canParse(`http://[${bare}]`)) return undefined;
  const whole = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const [left = "", right] = whole.split("::");
  const groups = (text: string) => text === "" ? [] : text.split(":");
  const [head, tail] = [groups(left), groups(right ?? "")];
  const gap = right === undefined ? 0 : 8 - head.length - tail.length;
  return Uint8Array.from(
    [...head, ...Array.from({ length: gap }, () => "0"), ...tail].flatMap((group) => {
      const value = parseInt(group, 16);
      return [value >> 8, value & 0xff];
    }),
  );
}
