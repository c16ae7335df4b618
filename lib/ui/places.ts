/**
 * The open rooms and private conversations: what is unread there, and what was missed.
 * @module
 */
import type { Said } from "../client/events.ts";
import { BoundedMap } from "../collections/bounded_map.ts";
import { fold, type Folded, isChannelName, sameName } from "../irc/names.ts";
import { dayOf } from "./clock.ts";
import { Gather } from "./gather.ts";
import type { ScreenLine } from "./inline/screen.ts";
import { HEADINGS } from "../wording/display.ts";

/** The age of an old message: from before we came, or from while we were cut off. */
export type Age = "before" | "missed";

/** A message or line that is shown as a whole. */
export interface Entry {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly lines: readonly ScreenLine[];
  /** Set for an old message. */
  readonly age?: Age;
  /** Whether it may be left out without loss. */
  readonly quiet: boolean;
}

/** The most missed messages that are kept of one place. */
const MISSED = 500;

/** The most lines that are kept of a place, for `/save`. */
const LINES = 2000;

/** The most text of each of these, in UTF-16 units: lines can be very long. */
const UNITS = 512 * 1024;

/** By what factor lines may exceed these before the oldest are dropped. */
const SLACK = 1.25;

const PLACES = 100;

/** The most speakers of a place that are known, for completion. */
const SPEAKERS = 50;

/** The most people who are shown as typing in a place. */
const TYPISTS = 20;

/** How long somebody counts as typing, in milliseconds (IRCv3 `typing`: 6 seconds). */
const TYPING_MS = 6500;

/** The most message ids that are known, and the longest id, in UTF-16 units. */
const IDS = 500;
const LONGEST_ID = 200;

/** A room or a private conversation. */
export class Place {
  /** The name of the room or the person. */
  name: string;
  readonly room: boolean;
  /** Who came and went and is not told yet. */
  readonly gather = new Gather();
  /** How many messages were not shown yet. */
  unread = 0;
  /** How many of them name us or are for us alone. */
  forUs = 0;
  /** The topic, as far as the server told it. */
  topic = "";
  /** Whether the list of users was shown. */
  listed = false;
  /** The text of the input line when the place was left. */
  draft = "";
  /** When we first came in, in milliseconds since 1970: older messages are not missed ones. */
  cameAt: number | undefined;
  /** Who spoke here, the latest first. */
  speakers: readonly string[] = [];
  #missed: Entry[] = [];
  #missedUnits = 0;
  #leftOut = 0;
  #lines: { readonly time: number; readonly plain: string }[] = [];
  #linesUnits = 0;
  #linesDropped = false;
  readonly #typists = new Map<Folded, { readonly name: string; readonly until: number }>();
  readonly #authors = new BoundedMap<string, { readonly from: string; readonly time: number }>(IDS);

  constructor(name: string) {
    this.name = name;
    this.room = isChannelName(name);
  }

  /** Notes that somebody spoke: no longer typing, and first to be completed. */
  spoke(name: string): void {
    this.#typists.delete(fold(name));
    this.speakers = [name, ...this.speakers.filter((one) => !sameName(one, name))]
      .slice(0, SPEAKERS);
  }

  /** Notes that somebody types, or has stopped. */
  typing(name: string, active: boolean, now: number): void {
    const key = fold(name);
    if (!active) this.#typists.delete(key);
    else if (this.#typists.has(key) || this.#typists.size < TYPISTS) {
      this.#typists.set(key, { name, until: now + TYPING_MS });
    }
  }

  /** Who types now, in the order in which they began. */
  typists(now: number): string[] {
    for (const [key, { until }] of this.#typists) if (until <= now) this.#typists.delete(key);
    return Array.from(this.#typists.values(), ({ name }) => name);
  }

  /** When the next one stops to count as typing, in milliseconds since 1970. */
  get typingEnds(): number | undefined {
    return earliest(...Array.from(this.#typists.values(), ({ until }) => until));
  }

  /** Keeps the author of a message by its id. */
  identify(msgid: string, from: string, time: number): void {
    if (msgid.length > LONGEST_ID) return;
    this.#authors.set(msgid, { from, time });
  }

  /** The author and time of a message; undefined if they are no longer known. */
  author(msgid: string): { readonly from: string; readonly time: number } | undefined {
    return this.#authors.get(msgid);
  }

  /** Keeps an entry for {@linkcode transcript}. */
  record({ time, lines }: Entry): void {
    for (const { plain } of lines) {
      this.#lines.push({ time, plain });
      this.#linesUnits += plain.length;
    }
    // With some slack, so that not every line moves all others.
    if (this.#lines.length <= LINES * SLACK && this.#linesUnits <= UNITS * SLACK) return;
    let gone = 0;
    while (this.#lines.length - gone > LINES || this.#linesUnits > UNITS) {
      this.#linesUnits -= this.#lines[gone++]!.plain.length;
    }
    this.#lines = this.#lines.slice(gone);
    this.#linesDropped = true;
  }

  /** All recorded lines, under their days. */
  transcript(): string {
    let day = "";
    let text = this.#linesDropped ? `--- ${HEADINGS.earlierLost} ---\n` : "";
    for (const { time, plain } of this.#lines) {
      if (dayOf(time) !== day) {
        day = dayOf(time);
        text += `--- ${day} ---\n`;
      }
      text += `${plain}\n`;
    }
    return text;
  }

  /**
   * Keeps an entry until the place is shown. The oldest go first if too many, quiet ones before
   * others.
   */
  miss(entry: Entry): void {
    this.#missed.push(entry);
    this.#missedUnits += unitsOf(entry);
    while (this.#missed.length > MISSED || this.#missedUnits > UNITS && this.#missed.length > 1) {
      const quiet = this.#missed.findIndex((one) => one.quiet);
      for (const gone of this.#missed.splice(Math.max(0, quiet), 1)) {
        this.#missedUnits -= unitsOf(gone);
      }
      if (quiet < 0) this.#leftOut++;
    }
  }

  /** Takes over the missed messages of another place, which is closed. */
  adopt(other: Place): void {
    const missed = [...other.#missed, ...this.#missed];
    [this.#missed, this.#missedUnits] = [[], 0];
    for (const entry of missed) this.miss(entry);
    this.#leftOut += other.#leftOut;
    this.unread += other.unread;
    this.forUs += other.forUs;
    this.draft ||= other.draft;
  }

  /** Removes and returns the missed entries, and how many messages before them are left out. */
  catchUp(): { readonly entries: readonly Entry[]; readonly leftOut: number } {
    const result = { entries: this.#missed, leftOut: this.#leftOut };
    [this.#missed, this.#missedUnits] = [[], 0];
    this.#leftOut = 0;
    this.unread = 0;
    this.forUs = 0;
    return result;
  }
}

/** The text of an entry in UTF-16 units, escape sequences included. */
function unitsOf({ lines }: Entry): number {
  return lines.reduce((sum, { text, plain }) => sum + text.length + plain.length, 0);
}

/** The places in the order of their numbers, one of which is shown. */
export class Places {
  #list: Place[];
  #current: Place;
  #previous: Place | undefined;

  constructor(home: string) {
    this.#current = new Place(home);
    this.#list = [this.#current];
  }

  /** All places, the first room first. */
  get all(): readonly Place[] {
    return this.#list;
  }

  /** The shown place. */
  get current(): Place {
    return this.#current;
  }

  /** The first room. */
  get home(): Place {
    return this.#list[0] ?? this.#current;
  }

  /** Makes another place the first one and closes the one before, which must not be shown. */
  set home(place: Place) {
    if (place === this.home) return;
    this.#remove(this.home);
    this.#list = [place, ...this.#list.filter((one) => one !== place)];
  }

  /** Makes an unopened room the first one, in place of one in which nothing happened. */
  set homeName(name: string) {
    if (sameName(name, this.home.name)) return;
    const place = new Place(name);
    if (this.#current === this.home) this.#current = place;
    this.#list = [place, ...this.#list.slice(1)];
  }

  find(name: string): Place | undefined {
    const folded = fold(name);
    return this.#list.find((one) => fold(one.name) === folded);
  }

  /**
   * The places that an event concerns: its rooms, or the shown one if the server did not tell them,
   * and the private conversation with the person.
   */
  affected(rooms: readonly string[], person?: string): Place[] {
    const told = rooms.length > 0
      ? rooms
      : [this.#current.room ? this.#current.name : this.home.name];
    return [...told, ...person === undefined ? [] : [person]]
      .map((name) => this.find(name)).filter((place) => place !== undefined);
  }

  /** The place of a message, opened if need be; undefined if the message belongs to no place. */
  of({ place, server, private: alone, kind }: Said): Place | undefined {
    if (place === "" || server && alone) return undefined;
    // Services answer by notices: they open no conversation.
    return alone && kind === "notice" ? this.find(place) : this.open(place);
  }

  /**
   * The place of this name, opened if need be. Private conversations without unread messages are
   * closed to make room; undefined if there is none to close.
   */
  open(name: string): Place | undefined {
    const found = this.find(name);
    if (found !== undefined) return found;
    if (this.#list.length >= PLACES) {
      const idle = this.#list.find((one) =>
        !one.room && one.unread === 0 && one !== this.#current && one !== this.home
      );
      if (idle === undefined) return undefined;
      this.#remove(idle);
    }
    const place = new Place(name);
    this.#list.push(place);
    return place;
  }

  show(place: Place): void {
    if (place === this.#current) return;
    this.#previous = this.#current;
    this.#current = place;
  }

  /** The place `step` further on, around in a circle. */
  beside(step: number): Place {
    const { length } = this.#list;
    const index = this.#list.indexOf(this.#current);
    return this.#list[(index + step + length) % length] ?? this.#current;
  }

  /** Closes a place; the first room stays. Returns the place to show then. */
  close(place: Place): Place {
    if (place === this.home) return this.#current;
    const next = place !== this.#current
      ? this.#current
      : this.#previous !== undefined && this.#list.includes(this.#previous)
      ? this.#previous
      : this.home;
    this.#remove(place);
    return next;
  }

  #remove(place: Place): void {
    this.#list = this.#list.filter((one) => one !== place);
    if (this.#previous === place) this.#previous = undefined;
  }

  /**
   * Renames a person or a room. A conversation that was open under the new name has nobody left in
   * it and is closed; if it is shown, it takes over the renamed one.
   */
  rename(from: string, to: string): void {
    const place = this.find(from);
    if (place === undefined || place.room !== isChannelName(to)) return;
    const other = this.find(to);
    if (other !== undefined && other !== place) {
      const [kept, closed] = other === this.#current ? [other, place] : [place, other];
      if (closed === this.home) return;
      kept.adopt(closed);
      this.#remove(closed);
    }
    place.name = to;
  }
}

/** The earliest of some times. */
export function earliest(...times: (number | undefined)[]): number | undefined {
  return times.reduce((a, b) => a === undefined || b !== undefined && b < a ? b : a, undefined);
}
