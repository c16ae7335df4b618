/**
 * Finds rooms by multicast DNS, as a state machine: it asks, and keeps what it hears within bounds.
 * Anybody can announce anything: what it finds is a hint.
 *
 * Source: RFC 6762 sections 5.1 and 5.2 (questions), 7.1 (known answers), 10 (times, goodbye).
 * @module
 */
import { isLinkLocal } from "../irc/addresses.ts";
import { BoundedMap } from "../collections/bounded_map.ts";
import { byteLength } from "../text/bytes.ts";
import {
  decodeMessage,
  type DnsQuestion,
  type DnsRecord,
  encodeMessage,
  RECORD_TYPE,
} from "./dns_message.ts";
import { type DnsName, encodeName, nameKey } from "./dns_name.ts";
import {
  addressText,
  decodeTexts,
  instanceOf,
  type RoomNotice,
  serviceName,
  targetOf,
} from "./room_records.ts";

/** A room that somebody on the network announces. */
export interface FoundRoom extends RoomNotice {
  /** Its addresses, the best first. Link-local ones have a zone. */
  readonly addresses: readonly [string, ...string[]];
}

/** A question to send to everyone on all links. */
export interface LanQuestion {
  /** Whether the answer should come to the asker alone, which is faster. */
  readonly direct: boolean;
  readonly packet: Uint8Array;
}

/** The most rooms, addresses of a machine, and questions about what is missing. */
const ROOMS = 100;
const ADDRESSES = 8;
const DETAILS = 10;

/** When to ask all, in milliseconds since the begin; then the pauses double. */
const SECOND_AT = 200;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60_000;

/** How soon to ask for what is missing of a room, and how often at most. */
const DETAILS_MS = 50;
const DETAILS_TIMES = 10;

/** Direct answers are short-lived (RFC 6762 section 6.7), and for a list need not be, in seconds. */
const SHORTEST_TTL = 120;

/** What runs out before the next question but one is asked for again, in milliseconds. */
const REFRESH_MS = 70_000;

interface Instance {
  readonly name: DnsName;
  until: number;
  place?: {
    readonly host: DnsName;
    readonly hostKey: string;
    readonly port: number;
    readonly until: number;
  };
  texts?: ReturnType<typeof decodeTexts>;
}

export class RoomBrowser {
  readonly #instances = new Map<string, Instance>();
  /** The addresses of machines, with the times until which and since when they are known. */
  readonly #hosts = new BoundedMap<string, Map<string, { until: number; at: number }>>(ROOMS);
  #asked = 0;
  #details = 0;
  #due: number;
  #pause = FIRST_PAUSE;

  constructor(now: number) {
    this.#due = now;
  }

  /** When to call {@linkcode tick}. */
  get wakeAt(): number {
    return this.#due;
  }

  /** Does what is due. Returns what to ask. */
  tick(now: number): LanQuestion[] {
    if (now < this.#due) return [];
    // The first one is answered at once, but some firewalls let no answer to it through.
    const direct = this.#asked++ === 0;
    this.#due = now + (direct ? SECOND_AT : this.#pause);
    if (!direct) this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
    const services = [true, false].map((secure): DnsQuestion => (
      { name: serviceName(secure), type: RECORD_TYPE.PTR, direct: false }
    ));
    const known = direct ? [] : [...this.#instances.values()].flatMap(({ name, until }) => {
      const ttl = Math.floor((until - now) / 1000);
      const [, ...service] = name;
      // With half of the time gone it is asked for again.
      if (ttl < 2250) return [];
      const data = encodeName(name);
      return [{ name: service, type: RECORD_TYPE.PTR, flush: false, ttl, data }];
    });
    const questions = [...services, ...this.#missing(now + REFRESH_MS)];
    return [{ direct, packet: encodeMessage({ questions, answers: known.slice(0, 50) }) }];
  }

  /**
   * Takes a packet from the network.
   *
   * @param zone the zone of link-local addresses where it came in.
   */
  receive(packet: Uint8Array, zone: string, now: number): void {
    const message = decodeMessage(packet);
    if (message === undefined || !message.response) return;
    const records = [...message.answers, ...message.additionals];
    // Addresses come last, since only those of machines with rooms are kept.
    for (const record of records) this.#take(record, now);
    const hosts = new Set([...this.#instances.values()].map(({ place }) => place?.hostKey));
    for (const record of records) {
      if (hosts.has(nameKey(record.name))) this.#takeAddress(record, zone, now);
    }
    if (this.#details < DETAILS_TIMES && this.#missing(now).length > 0) {
      const soon = now + DETAILS_MS;
      if (soon < this.#due) [this.#details, this.#due] = [this.#details + 1, soon];
    }
  }

  /** The rooms of which all is known, in the order in which they were found. */
  rooms(now: number): readonly FoundRoom[] {
    return [...this.#instances.values()].flatMap((each) => {
      const { name, until, place, texts } = each;
      const instance = instanceOf(name);
      if (instance === undefined || until <= now || place === undefined || place.until <= now) {
        return [];
      }
      const [first, ...others] = this.#addresses(place.hostKey, now);
      if (first === undefined) return [];
      const told = texts ?? decodeTexts(new Uint8Array());
      return [{ ...instance, ...told, port: place.port, addresses: [first, ...others] as const }];
    });
  }

  #addresses(hostKey: string, now: number): string[] {
    const known = [...this.#hosts.get(hostKey) ?? []];
    return known.filter(([, { until }]) => until > now).map(([address]) => address)
      .sort((one, other) => rank(one) - rank(other));
  }

  #take(record: DnsRecord, now: number): void {
    const { type, name, ttl, data } = record;
    const until = untilOf(ttl, now);
    if (type === RECORD_TYPE.PTR) {
      const target = targetOf(record);
      const [, ...service] = target;
      const found = instanceOf(target);
      // A name with broken UTF-8 may be too long for a question.
      if (found === undefined || byteLength(found.title) > 63 || found.title === "") return;
      if (nameKey(service) !== nameKey(name)) return;
      const key = nameKey(target);
      const known = this.#instances.get(key);
      if (ttl === 0) this.#instances.delete(key);
      else if (known !== undefined) known.until = until;
      else if (this.#prune(now)) this.#instances.set(key, { name: target, until });
      return;
    }
    const known = this.#instances.get(nameKey(name));
    if (known === undefined) return;
    if (type === RECORD_TYPE.TXT && ttl > 0) known.texts = decodeTexts(data);
    if (type !== RECORD_TYPE.SRV) return;
    const [host, port] = [targetOf(record), data[4]! << 8 | data[5]!];
    if (ttl === 0 || port === 0 || host.length === 0) delete known.place;
    else known.place = { host, hostKey: nameKey(host), port, until };
  }

  /** Makes room for one more. Returns whether there is room. */
  #prune(now: number): boolean {
    if (this.#instances.size < ROOMS) return true;
    for (const [key, { until }] of this.#instances) {
      if (until <= now) this.#instances.delete(key);
    }
    return this.#instances.size < ROOMS;
  }

  #takeAddress({ type, name, ttl, data, flush }: DnsRecord, zone: string, now: number): void {
    if (type !== RECORD_TYPE.A && type !== RECORD_TYPE.AAAA) return;
    const key = nameKey(name);
    const bare = addressText(data);
    if (!isUsable(bare)) return;
    const addresses = this.#hosts.get(key) ?? new Map<string, { until: number; at: number }>();
    const isV6 = type === RECORD_TYPE.AAAA;
    // RFC 6762 section 10.2: those of the same second stay.
    for (const [address, { at }] of flush ? [...addresses] : []) {
      if (address.includes(":") === isV6 && now - at > 1000) addresses.delete(address);
    }
    const address = isLinkLocal(bare) && zone !== "" ? `${bare}%${zone}` : bare;
    if (ttl === 0) addresses.delete(address);
    else if (addresses.size < ADDRESSES || addresses.has(address)) {
      addresses.set(address, { until: untilOf(ttl, now), at: now });
    }
    this.#hosts.set(key, addresses);
  }

  /** Questions about rooms of which something is not known until then. */
  #missing(then: number): DnsQuestion[] {
    const { SRV, TXT, A, AAAA } = RECORD_TYPE;
    const ask = (name: DnsName, types: readonly number[]) =>
      types.map((type) => ({ name, type, direct: false }));
    return [...this.#instances.values()].flatMap(({ name, place }) => {
      const questions = place === undefined || place.until < then ? ask(name, [SRV, TXT]) : [];
      const isKnown = place === undefined || this.#addresses(place.hostKey, then).length > 0;
      return isKnown || !isShort(place.host)
        ? questions
        : [...questions, ...ask(place.host, [A, AAAA])];
    }).slice(0, DETAILS);
  }
}

function untilOf(ttl: number, now: number): number {
  return now + Math.max(ttl, SHORTEST_TTL) * 1000;
}

/** Whether the labels of a name still fit if broken UTF-8 in them was replaced. */
function isShort(name: DnsName): boolean {
  return name.every((label) => byteLength(label) <= 63 && label !== "");
}

/** Whether an address can be that of another machine: not loopback, not a group, not nothing. */
function isUsable(address: string): boolean {
  if (address.includes(":")) return !/^(?:::1?$|ff|::ffff:)/.test(address);
  return !/^(?:0|127|22[4-9]|2[3-5]\d)\./.test(address);
}

/** The order in which addresses are tried: those that people know first. */
function rank(address: string): number {
  if (isLinkLocal(address)) return 3;
  return address.includes(":") ? 1 : address.startsWith("169.254.") ? 2 : 0;
}
