/**
 * Announces a room by multicast DNS, as a state machine: it probes for the room's names, takes
 * others if they are taken, announces the room, answers questions, and says goodbye.
 *
 * Source: RFC 6762 sections 6 (answers), 7.1 (known answers), 8 (probes and announcements),
 * 9 (conflicts), 10.1 (goodbye).
 * @module
 */
import { BoundedMap } from "../collections/bounded_map.ts";
import {
  compareBytes,
  decodeMessage,
  type DnsMessage,
  type DnsParts,
  type DnsQuestion,
  type DnsRecord,
  encodeMessage,
  RECORD_TYPE,
  sameRecord,
} from "./dns_message.ts";
import { nameKey } from "./dns_name.ts";
import { hostLabel, numberedTitle } from "./lan_names.ts";
import { negative, recordsOf, type RoomNotice, SERVICES } from "./room_records.ts";

/** The port of multicast DNS. */
export const MDNS_PORT = 5353;

/** A way to the network: one interface, by IPv4 or IPv6. */
export interface LanLink {
  /** The same as long as the link is the same. */
  readonly id: string;
  /** The addresses of this machine that others reach over the interface. */
  readonly addresses: readonly string[];
}

/** Where a packet came from, or where it goes to. */
export interface LanPeer {
  readonly link: string;
  readonly address: string;
  readonly port: number;
}

/** A packet to send: to everyone on a link, or to one peer. */
export interface LanPacket {
  readonly link: string;
  readonly to?: LanPeer;
  readonly packet: Uint8Array;
}

/** The names that a room got. */
export interface GivenNames {
  readonly title: string;
  /** The machine's name for the room, without `.local`. */
  readonly host: string;
}

const PROBES = 3;
const PROBE_MS = 250;
const ANNOUNCEMENTS = 2;
const SECOND_MS = 1000;

/** How long our own packets take to come back, at most. */
const ECHO_MS = 500;

/** After so many conflicts in so short a time, each attempt waits (RFC 6762 section 8.1). */
const CONFLICTS = 15;
const CONFLICTS_MS = 10_000;
const CONFLICT_WAIT_MS = 5000;

/** The most questions of a packet that are answered, and direct answers in a second. */
const QUESTIONS = 50;
const DIRECT_PER_SECOND = 50;

/** How long those who know no multicast may keep an answer, in seconds (RFC 6762 section 6.7). */
const LEGACY_TTL = 10;

interface Pending {
  readonly link: string;
  readonly record: DnsRecord;
  readonly at: number;
}

export class Responder {
  readonly #notice: RoomNotice;
  readonly #machine: string;
  readonly #random: () => number;
  readonly #attempts = { title: 1, host: 1 };
  #links: readonly LanLink[] = [];
  #phase: "idle" | "probing" | "announced" | "closed" = "idle";
  /** How many probes or announcements were sent, and when the next is due. */
  #sent = 0;
  #due = Infinity;
  readonly #pending = new Map<string, Pending>();
  /** When records were last sent to all, by link and record. */
  readonly #sentAt = new BoundedMap<string, number>(1000);
  #spokeAt = -Infinity;
  #conflicts: readonly number[] = [];
  #direct = { since: 0, count: 0 };

  /**
   * @param machine the machine's own name, which is left to the system.
   * @param random as `Math.random`.
   */
  constructor(notice: RoomNotice, machine: string, random: () => number) {
    this.#notice = notice;
    this.#machine = machine;
    this.#random = random;
  }

  /** The names of the room; undefined while it is not known whether they are free. */
  get names(): GivenNames | undefined {
    return this.#phase === "announced" ? this.#names : undefined;
  }

  /** When to call {@linkcode tick}; Infinity if never. */
  get wakeAt(): number {
    return Math.min(this.#due, ...Array.from(this.#pending.values(), ({ at }) => at));
  }

  /** Links came, went or have other addresses. Where there is something new, names are probed. */
  connect(links: readonly LanLink[], now: number): void {
    if (this.#phase === "closed") return;
    const old = this.#links;
    this.#links = links;
    for (const [key, { link }] of this.#pending) {
      if (!links.some(({ id }) => id === link)) this.#pending.delete(key);
    }
    const isKnown = ({ id, addresses }: LanLink) =>
      old.some((one) => one.id === id && `${one.addresses}` === `${addresses}`);
    if (links.length === 0) [this.#phase, this.#due] = ["idle", Infinity];
    else if (!links.every(isKnown)) this.#probe(now + this.#random() * PROBE_MS);
  }

  /** Does what is due. Returns the packets to send. */
  tick(now: number): LanPacket[] {
    const packets: LanPacket[] = [];
    if (this.#phase === "probing" && now >= this.#due) {
      if (this.#sent < PROBES) {
        packets.push(...this.#links.map((link) => this.#probeOf(link)));
        this.#sent++;
        this.#due = now + PROBE_MS;
      } else {
        [this.#phase, this.#sent] = ["announced", 0];
      }
    }
    if (this.#phase === "announced" && now >= this.#due) {
      packets.push(...this.#links.map((link) => this.#toAll(link, this.#records(link), now)));
      this.#due = ++this.#sent < ANNOUNCEMENTS ? now + SECOND_MS : Infinity;
    }
    for (const link of this.#links) {
      const due = [...this.#pending].filter(([, each]) => each.link === link.id && each.at <= now);
      for (const [key] of due) this.#pending.delete(key);
      const records = due.map(([, { record }]) => record);
      if (records.length > 0) packets.push(this.#toAll(link, records, now));
    }
    return packets;
  }

  /** Takes a packet from the network. Returns what to send at once. */
  receive(packet: Uint8Array, from: LanPeer, now: number): LanPacket[] {
    const link = this.#links.find(({ id }) => id === from.link);
    const message = link === undefined ? undefined : decodeMessage(packet);
    if (link === undefined || message === undefined) return [];
    if (message.response) {
      // RFC 6762 section 11: answers come from this port.
      if (from.port === MDNS_PORT) this.#compare(message, now);
    } else if (this.#phase === "probing") {
      this.#breakTie(message, link, now);
    } else if (this.#phase === "announced") {
      this.#forget(message, link);
      return this.#answer(message, link, from, now);
    }
    return [];
  }

  /** Ends. Returns the packets that tell everyone that the room is gone. */
  close(): LanPacket[] {
    const known = this.#phase === "announced";
    this.#phase = "closed";
    this.#due = Infinity;
    this.#pending.clear();
    if (!known) return [];
    return this.#links.map((link) => {
      // That there are such services stays true if others have them.
      const gone = this.#records(link).filter(({ name }) => nameKey(name) !== nameKey(SERVICES));
      return {
        link: link.id,
        packet: encodeMessage({
          response: true,
          answers: gone.map((record) => ({ ...record, ttl: 0 })),
        }),
      };
    });
  }

  get #names(): GivenNames {
    const { title } = this.#notice;
    return {
      title: numberedTitle(title, this.#attempts.title),
      host: hostLabel(title, this.#machine, this.#attempts.host),
    };
  }

  #of({ addresses }: Pick<LanLink, "addresses">): ReturnType<typeof recordsOf> {
    const { title, host } = this.#names;
    return recordsOf({ ...this.#notice, title }, host, addresses);
  }

  #records(link: LanLink): readonly DnsRecord[] {
    const { shared, own } = this.#of(link);
    return [...shared, ...own];
  }

  /** The records that only this room has, with the addresses of all links. */
  get #everywhere(): readonly DnsRecord[] {
    return this.#of({ addresses: this.#links.flatMap(({ addresses }) => addresses) }).own;
  }

  #probe(at: number): void {
    [this.#phase, this.#sent, this.#due] = ["probing", 0, at];
    this.#pending.clear();
  }

  #probeOf(link: LanLink): LanPacket {
    const { own } = this.#of(link);
    const names = new Map(own.map(({ name }) => [nameKey(name), name]));
    // RFC 6762 section 8.1 would have answers to us alone. Another program on this machine that
    // has the port too, such as avahi, would get those.
    const questions = Array.from(names.values(), (name): DnsQuestion => (
      { name, type: RECORD_TYPE.ANY, direct: false }
    ));
    const authorities = own.map((record) => ({ ...record, flush: false }));
    return { link: link.id, packet: encodeMessage({ questions, authorities }) };
  }

  #toAll(link: LanLink, answers: readonly DnsRecord[], now: number): LanPacket {
    this.#spokeAt = now;
    for (const record of answers) this.#sentAt.set(keyOf(link, record), now);
    const additionals = this.#additionals(link, answers);
    return { link: link.id, packet: encodeMessage({ response: true, answers, additionals }) };
  }

  /** What those who get these answers would ask next (RFC 6763 section 12). */
  #additionals(link: LanLink, answers: readonly DnsRecord[]): readonly DnsRecord[] {
    const { PTR, SRV, TXT, A, AAAA } = RECORD_TYPE;
    const has = (type: number) => answers.some((record) => record.type === type);
    const wanted: number[] = [];
    if (has(PTR)) wanted.push(SRV, TXT, A, AAAA);
    else if (has(SRV) || has(A) || has(AAAA)) wanted.push(A, AAAA);
    return this.#of(link).own.filter((record) =>
      wanted.includes(record.type) && !answers.some((other) => sameRecord(record, other))
    );
  }

  /** Looks in the answers of others for records of our names that are not ours. */
  #compare({ answers, additionals }: DnsMessage, now: number): void {
    const ours = this.#everywhere;
    const probing = this.#phase === "probing";
    // While we probe, even the same records are those of another program on this machine, such as
    // avahi, unless they are the echo of what was announced before.
    const mayBeOurs = !probing || now - this.#spokeAt < ECHO_MS;
    const foreign = [...answers, ...additionals].find((record) =>
      record.ttl > 0 && record.type !== RECORD_TYPE.NSEC &&
      ours.some(({ name, type }) =>
        nameKey(name) === nameKey(record.name) && (probing || type === record.type)
      ) &&
      !(mayBeOurs && ours.some((own) => sameRecord(own, record)))
    );
    if (foreign === undefined || this.#phase === "idle" || this.#phase === "closed") return;
    this.#conflicts = [...this.#conflicts, now].filter((at) => now - at < CONFLICTS_MS).slice(-50);
    // While the names are ours, the others may yield: they are probed again first.
    if (probing) this.#attempts[foreign.name.length === 2 ? "host" : "title"]++;
    const wait = this.#conflicts.length > CONFLICTS ? CONFLICT_WAIT_MS : 0;
    this.#probe(now + wait + this.#random() * PROBE_MS);
  }

  /** Others probe for the same name at the same time: those with the later records get it. */
  #breakTie({ authorities }: DnsMessage, link: LanLink, now: number): void {
    const everywhere = this.#everywhere;
    const { own } = this.#of(link);
    for (const key of new Set(own.map(({ name }) => nameKey(name)))) {
      const named = (records: readonly DnsRecord[]) =>
        records.filter(({ name }) => nameKey(name) === key).sort(byData);
      const [ours, theirs] = [named(own), named(authorities)];
      const isOurOwn = theirs.every((record) => everywhere.some((own) => sameRecord(own, record)));
      if (isOurOwn) continue;
      const at = ours.findIndex((record, index) =>
        theirs[index] === undefined || byData(record, theirs[index]) !== 0
      );
      const wins = at >= 0 && (theirs[at] === undefined || byData(ours[at]!, theirs[at]) > 0);
      if (!wins) return this.#probe(now + SECOND_MS);
    }
  }

  /** Drops answers that the asker knows already. */
  #forget({ answers }: DnsMessage, link: LanLink): void {
    for (const known of answers) {
      const key = keyOf(link, known);
      const pending = this.#pending.get(key);
      if (pending !== undefined && known.ttl * 2 >= pending.record.ttl) this.#pending.delete(key);
    }
  }

  #answer(message: DnsMessage, link: LanLink, from: LanPeer, now: number): LanPacket[] {
    const questions = message.questions.slice(0, QUESTIONS);
    const answers = this.#answers(questions, link).filter((record) =>
      !message.answers.some((known) => sameRecord(record, known) && known.ttl * 2 >= record.ttl)
    );
    if (answers.length === 0) return [];
    const probe = message.authorities.length > 0;
    if (from.port !== MDNS_PORT) {
      const { id } = message;
      const short = answers.map((record) => toLegacy(record));
      const additionals = this.#additionals(link, answers).map((record) => toLegacy(record));
      return this.#toOne(from, { id, questions, answers: short, additionals }, now);
    }
    if (!probe && questions.every(({ direct }) => direct)) {
      return this.#toOne(from, { answers, additionals: this.#additionals(link, answers) }, now);
    }
    // Others may have an answer too; if there is more to come, it may be a known answer.
    const isShared = answers.some(({ flush }) => !flush);
    const delay = message.more
      ? 400 + this.#random() * 100
      : isShared && !probe
      ? 20 + this.#random() * 100
      : 0;
    for (const record of answers) {
      const key = keyOf(link, record);
      const again = (this.#sentAt.get(key) ?? -Infinity) + (probe ? PROBE_MS : SECOND_MS);
      const at = Math.max(now + delay, again);
      const earlier = this.#pending.get(key)?.at ?? Infinity;
      if (at < earlier) this.#pending.set(key, { link: link.id, record, at });
    }
    return this.tick(now);
  }

  #answers(questions: readonly DnsQuestion[], link: LanLink): readonly DnsRecord[] {
    const records = this.#records(link);
    const found = new Set<DnsRecord>();
    for (const { name, type } of questions) {
      const named = records.filter((record) => nameKey(record.name) === nameKey(name));
      const fitting = named.filter((each) => type === RECORD_TYPE.ANY || type === each.type);
      for (const record of fitting) found.add(record);
      const isOwn = named.some(({ flush }) => flush);
      if (fitting.length === 0 && isOwn) {
        found.add(negative(named[0]!.name, [...new Set(named.map(({ type }) => type))]));
      }
    }
    return [...found];
  }

  #toOne(to: LanPeer, parts: DnsParts, now: number): LanPacket[] {
    if (now - this.#direct.since >= SECOND_MS) this.#direct = { since: now, count: 0 };
    if (++this.#direct.count > DIRECT_PER_SECOND) return [];
    return [{ link: to.link, to, packet: encodeMessage({ ...parts, response: true }) }];
  }
}

/** A record for those who know no multicast. */
function toLegacy(record: DnsRecord): DnsRecord {
  return { ...record, flush: false, ttl: Math.min(record.ttl, LEGACY_TTL) };
}

function keyOf({ id }: LanLink, { name, type, data }: DnsRecord): string {
  return `${id} ${type} ${nameKey(name)} ${data}`;
}

/** The order of records in a tie-break. */
function byData(one: DnsRecord, other: DnsRecord): number {
  return one.type - other.type || compareBytes(one.data, other.data);
}
