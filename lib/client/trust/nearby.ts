/**
 * The list of rooms on the local network, from which a person chooses. What is announced is a hint:
 * a room is recognised by its fingerprint, which is compared when it is entered.
 * @module
 */
import type { FoundRoom } from "../../lan/room_browser.ts";
import { shortened, visible } from "../../text/text.ts";
import { NEARBY } from "../../wording/reaching.ts";
import type { KnownHost } from "./known_hosts.ts";
import { addressOf, LOBBY, type Target, type TargetCheck, writeTarget } from "./target.ts";
import type { PastVisit } from "./visits.ts";

/** What is remembered of servers. */
export interface Memory {
  readonly known: readonly KnownHost[];
  readonly visits: readonly PastVisit[];
}

/** What is known about a room that announces itself. */
type Mark =
  /** It has a fingerprint that was trusted, if it has the one that it announces. */
  | { readonly kind: "known"; readonly day: string; readonly title?: string | undefined }
  /** It was there before, and no fingerprint was checked. */
  | { readonly kind: "met"; readonly day: string }
  /** It had another fingerprint. */
  | { readonly kind: "changed"; readonly day: string }
  | { readonly kind: "new" };

interface Row {
  room: FoundRoom;
  gone: boolean;
  /** How often it was shown: a room that changes all the time can't fill the screen. */
  shown: number;
}

/** The most rooms of the list, and how often each is shown. */
const MOST = 100;
const SHOWN = 5;

export class Nearby {
  readonly #memory: Memory;
  /** The rows by title and kind, in the order of their numbers. */
  readonly #rows = new Map<string, Row>();

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Takes the rooms that are there now. Returns lines about what is new. */
  update(rooms: readonly FoundRoom[]): string[] {
    const lines: string[] = [];
    const first = this.#rows.size === 0;
    const there = new Map(rooms.map((room) => [keyOf(room), room]));
    for (const [key, room] of there) {
      const row = this.#rows.get(key);
      if (row === undefined && this.#rows.size >= MOST) continue;
      if (row !== undefined && !row.gone && isSame(row.room, room)) continue;
      const shown = (row?.shown ?? 0) + 1;
      this.#rows.set(key, { room, gone: false, shown });
      if (shown <= SHOWN) lines.push(this.#line([...this.#rows.keys()].indexOf(key) + 1, room));
    }
    for (const [key, row] of this.#rows) {
      if (row.gone || there.has(key)) continue;
      row.gone = true;
      if (row.shown <= SHOWN) lines.push(NEARBY.gone(shownTitle(row.room.title)));
    }
    return first && lines.length > 0 ? [NEARBY.heading, ...lines] : lines;
  }

  /**
   * The room that a person means by its number, its address, or a part of its title. Undefined if
   * the text is none of these, or is an address that the person used before.
   */
  choose(typed: string): TargetCheck | undefined {
    const text = typed.trim();
    const rows = [...this.#rows.values()];
    if (rows.length === 0 || text === "") return undefined;
    if (/^\d{1,3}$/.test(text)) {
      const row = rows[Number(text) - 1];
      return row === undefined ? { fault: NEARBY.noNumber(text) } : this.#enter(row);
    }
    const there = rows.filter(({ gone }) => !gone);
    const at = there.filter(({ room }) => room.addresses.includes(text));
    // Whoever types an address means that machine, whatever its room announces.
    if (at.length === 1) return { target: targetOf(at[0]!.room, text) };
    // No title takes the place of a known server, nor of what can only be an address.
    if (this.#memory.known.some(({ host }) => fold(host) === fold(text))) return undefined;
    const exact = there.filter(({ room }) => fold(room.title) === fold(text));
    const mayBePart = exact.length === 0 && !/[:/[\].]/.test(text);
    const named = mayBePart
      ? there.filter(({ room }) => fold(room.title).includes(fold(text)))
      : exact;
    if (named.length === 0) return undefined;
    if (named.length === 1) return this.#enter(named[0]!);
    return { fault: NEARBY.several(named.slice(0, 5).map(({ room }) => shownTitle(room.title))) };
  }

  /** The room with exactly this title, for a pipe; undefined if there is none. */
  titled(title: string): TargetCheck | undefined {
    const rows = [...this.#rows.values()];
    const named = rows.filter(({ room, gone }) => !gone && fold(room.title) === fold(title));
    const row = named.find(({ room }) => room.secure) ?? named[0];
    return row && this.#enter(row);
  }

  #enter({ room, gone, shown }: Row): TargetCheck {
    if (gone || shown > SHOWN) return { fault: NEARBY.gone(shownTitle(room.title)) };
    const mark = this.#markOf(room);
    const target = targetOf(room, room.addresses[0]);
    if (mark.kind === "changed") {
      return { fault: NEARBY.notSame(shownTitle(room.title), mark.day, writeTarget(target)) };
    }
    const { fingerprint } = room;
    // It must have the fingerprint that was trusted, so nobody has to be asked.
    const proof = mark.kind === "known" && fingerprint !== undefined && { fingerprint };
    return { target: { ...target, ...proof, title: room.title } };
  }

  #line(number: number, room: FoundRoom): string {
    return NEARBY.line(number, shownTitle(room.title), placeOf(room), this.notesOn(room));
  }

  /** What to know about a room: parts of a sentence. */
  notesOn(room: FoundRoom): string[] {
    const mark = this.#markOf(room);
    const notes: string[] = [];
    if (mark.kind === "changed") notes.push(NEARBY.changed(mark.day));
    else if (mark.kind !== "new") notes.push(NEARBY.last(mark.day));
    if (mark.kind === "known" && mark.title !== undefined) {
      notes.push(NEARBY.otherTitle(shownTitle(mark.title)));
    }
    if (!room.secure) notes.push(NEARBY.plain);
    if (room.needs !== undefined) notes.push(NEARBY.needs[room.needs]);
    return notes;
  }

  #markOf({ title, fingerprint, port, addresses }: FoundRoom): Mark {
    const { known, visits } = this.#memory;
    if (fingerprint !== undefined) {
      const visit = visits.find((each) => each.fingerprint === fingerprint);
      const host = known.find((each) => each.fingerprint === fingerprint);
      // Only what is still among the known servers was trusted.
      if (host !== undefined) {
        const other = visit?.title !== undefined && fold(visit.title) !== fold(title);
        return {
          kind: "known",
          day: visit?.day ?? host.since,
          title: other ? visit.title : undefined,
        };
      }
    }
    const places = addresses.map((host) => addressOf({ host, port }));
    const before = known.find(({ host, port }) => places.includes(addressOf({ host, port })));
    if (before !== undefined && before.fingerprint !== null) {
      return { kind: "changed", day: before.since };
    }
    const met = visits.find((each) => each.title !== undefined && fold(each.title) === fold(title));
    if (met === undefined) return { kind: "new" };
    const isSame = met.fingerprint === undefined || met.fingerprint === fingerprint;
    return { kind: isSame ? "met" : "changed", day: met.day };
  }
}

/** The address of a room, as people type it; it leaves out port 6697, which is tried first. */
export function placeOf(room: FoundRoom): string {
  const target = targetOf(room, room.addresses[0]);
  return writeTarget(room.secure && room.port === 6697 ? { ...target, port: undefined } : target);
}

/** A title as it is shown between quotes. */
export function shownTitle(title: string): string {
  return shortened(visible(title)).replaceAll('"', "'").trim() || "?";
}

function targetOf({ port, secure, channel }: FoundRoom, host: string): Target {
  const unnamed = (channel ?? LOBBY) === LOBBY && { unnamed: true as const };
  // Port 6697 alone says that it is encrypted.
  const encryption = secure && port !== 6697 ? "always" : "auto";
  return { host, port, encryption, room: channel ?? LOBBY, ...unnamed };
}

function keyOf({ title, secure }: FoundRoom): string {
  return `${secure} ${fold(title)}`;
}

function isSame(one: FoundRoom, other: FoundRoom): boolean {
  return one.addresses[0] === other.addresses[0] && one.port === other.port &&
    one.fingerprint === other.fingerprint && one.needs === other.needs;
}

function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}
