/**
 * The rooms and private conversations that are open: what is unread there, and what was.
 * @module
 */
import type { Said } from "../client/events.ts";
import { BoundedMap } from "../collections/bounded_map.ts";
import { fold, type Folded, isChannelName, sameName } from "../irc/names.ts";
import { dayOf } from "./clock.ts";
import { Gather } from "./gather.ts";
import type { ScreenLine } from "./inline/screen.ts";

/** What old messages are: said before we came, or while we were cut off. */
export type Age = "before" | "missed";

/** What is shown together: a message of several lines, or a single line. */
export interface Entry {
  /** When it happened, in milliseconds since 1970. */
  readonly time: number;
  /** How it looks. */
  readonly lines: readonly ScreenLine[];
  /** Set where it is old. */
  readonly age?: Age;
  /** Whether nothing is lost where it is left out. */
  readonly quiet: boolean;
}

/** The most messages that are kept of what was missed in one place. */
const MISSED = 500;

/** The most lines that are kept of a place, for `/save`. */
const LINES = 2000;

/** The most text that is kept of each of both, in UTF-16 units: lines can be very long. */
const UNITS = 512 * 1024;

/** So much more than that may be there of lines before the oldest go. */
const SLACK = 1.25;

/** The most places. */
const PLACES = 100;

/** The most who are known to have spoken in a place, for completion. */
const SPEAKERS = 50;

/** The most who are known to type in a place. */
const TYPISTS = 20;

/** So long somebody counts as typing, in milliseconds (IRCv3 `typing`: 6 seconds). */
const TYPING_MS = 6500;

/** The most messages whose ids are known, and the longest id, in UTF-16 units. */
const IDS = 500;
const LONGEST_ID = 200;

/** A room or a private conversation. */
export class Place {
  /** Its name: a room's, or a person's. */
  name: string;
  /** Whether it is a room. */
  readonly room: boolean;
  /** Who came and went, not yet told. */
  readonly gather = new Gather();
  /** Messages that were not shown yet. */
  unread = 0;
  /** Those of them that name us or are for us alone. */
  forUs = 0;
  /** Its topic, as far as it was told. */
  topic = "";
  /** Whether it was told who is in it. */
  listed = false;
  /** What stood in the input line when the place was left. */
  draft = "";
  /** When we first came in, in milliseconds since 1970: what is older than that is not missed. */
  cameAt: number | undefined;
  /** The names of those who spoke here, the latest first. */
  speakers: readonly string[] = [];
  #missed: Entry[] = [];
  #missedUnits = 0;
  #leftOut = 0;
  #lines: { readonly time: number; readonly plain: string }[] = [];
  #linesUnits = 0;
  #linesDropped = false;
  readonly #typists = new Map<Folded, { readonly name: string; readonly until: number }>();
  readonly #authors = new BoundedMap<string, { readonly from: string; readonly time: number }>(IDS);

  /** Makes one where nothing has happened. */
  constructor(name: string) {
    this.name = name;
    this.room = isChannelName(name);
  }

  /** Somebody spoke: no longer typing, and first to be completed. */
  spoke(name: string): void {
    this.#typists.delete(fold(name));
    this.speakers = [name, ...this.speakers.filter((one) => !sameName(one, name))]
      .slice(0, SPEAKERS);
  }

  /** Somebody types, or has stopped. */
  typing(name: string, active: boolean, now: number): void {
    const key = fold(name);
    if (!active) this.#typists.delete(key);
    else if (this.#typists.has(key) || this.#typists.size < TYPISTS) {
      this.#typists.set(key, { name, until: now + TYPING_MS });
    }
  }

  /** Who types now, in the order in which they began to be heard of. */
  typists(now: number): string[] {
    for (const [key, { until }] of this.#typists) if (until <= now) this.#typists.delete(key);
    return Array.from(this.#typists.values(), ({ name }) => name);
  }

  /** When the next one no longer counts as typing, in milliseconds since 1970. */
  get typingEnds(): number | undefined {
    return earliest(...Array.from(this.#typists.values(), ({ until }) => until));
  }

  /** Keeps who said the message with this id. */
  identify(msgid: string, from: string, time: number): void {
    if (msgid.length > LONGEST_ID) return;
    this.#authors.set(msgid, { from, time });
  }

  /** Who said the message with this id, and when; undefined where that is not known any more. */
  author(msgid: string): { readonly from: string; readonly time: number } | undefined {
    return this.#authors.get(msgid);
  }

  /** Keeps an entry for {@linkcode transcript}. */
  record({ time, lines }: Entry): void {
    for (const { plain } of lines) {
      this.#lines.push({ time, plain });
      this.#linesUnits += plain.length;
    }
    // Some more may be there, so that not every line moves all others.
    if (this.#lines.length <= LINES * SLACK && this.#linesUnits <= UNITS * SLACK) return;
    let gone = 0;
    while (this.#lines.length - gone > LINES || this.#linesUnits > UNITS) {
      this.#linesUnits -= this.#lines[gone++]!.plain.length;
    }
    this.#lines = this.#lines.slice(gone);
    this.#linesDropped = true;
  }

  /** All that was recorded, as plain lines under the days. */
  transcript(): string {
    let day = "";
    let text = this.#linesDropped ? "--- what was said earlier is not kept ---\n" : "";
    for (const { time, plain } of this.#lines) {
      if (dayOf(time) !== day) {
        day = dayOf(time);
        text += `--- ${day} ---\n`;
      }
      text += `${plain}\n`;
    }
    return text;
  }

  /** Keeps an entry until the place is shown. Of too many the oldest goes, quiet ones first. */
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

  /** Takes over what was missed in another place, which is closed. */
  adopt(other: Place): void {
    const missed = [...other.#missed, ...this.#missed];
    [this.#missed, this.#missedUnits] = [[], 0];
    for (const entry of missed) this.miss(entry);
    this.#leftOut += other.#leftOut;
    this.unread += other.unread;
    this.forUs += other.forUs;
    this.draft ||= other.draft;
  }

  /** What was missed, and how many messages before it are left out; nothing of it is left then. */
  catchUp(): { readonly entries: readonly Entry[]; readonly leftOut: number } {
    const result = { entries: this.#missed, leftOut: this.#leftOut };
    [this.#missed, this.#missedUnits] = [[], 0];
    this.#leftOut = 0;
    this.unread = 0;
    this.forUs = 0;
    return result;
  }
}

/** How much text an entry is, in UTF-16 units, escape sequences included. */
function unitsOf({ lines }: Entry): number {
  return lines.reduce((sum, { text, plain }) => sum + text.length + plain.length, 0);
}

/** The places, in the order of their numbers; one of them is shown. */
export class Places {
  #list: Place[];
  #current: Place;
  #previous: Place | undefined;

  /** Makes them, with the first room. */
  constructor(home: string) {
    this.#current = new Place(home);
    this.#list = [this.#current];
  }

  /** All of them; the first room first. */
  get all(): readonly Place[] {
    return this.#list;
  }

  /** The one that is shown. */
  get current(): Place {
    return this.#current;
  }

  /** The first room. */
  get home(): Place {
    return this.#list[0] ?? this.#current;
  }

  /** Another place is the first one; the one before is closed. It must not be the shown one. */
  set home(place: Place) {
    if (place === this.home) return;
    this.#remove(this.home);
    this.#list = [place, ...this.#list.filter((one) => one !== place)];
  }

  /** Another room is the first one: the one before, in which nothing happened, is not there. */
  set homeName(name: string) {
    if (sameName(name, this.home.name)) return;
    const place = new Place(name);
    if (this.#current === this.home) this.#current = place;
    this.#list = [place, ...this.#list.slice(1)];
  }

  /** The place of this name. */
  find(name: string): Place | undefined {
    const folded = fold(name);
    return this.#list.find((one) => fold(one.name) === folded);
  }

  /**
   * The places that an event in some rooms concerns: those rooms, or the shown one if the server did
   * not tell them, and the private conversation with the person whom it is about.
   */
  affected(rooms: readonly string[], person?: string): Place[] {
    const told = rooms.length > 0
      ? rooms
      : [this.#current.room ? this.#current.name : this.home.name];
    return [...told, ...person === undefined ? [] : [person]]
      .map((name) => this.find(name)).filter((place) => place !== undefined);
  }

  /** The place of a message, opened if need be; undefined if it is shown wherever one is. */
  of({ place, server, private: alone, kind }: Said): Place | undefined {
    if (place === "" || server && alone) return undefined;
    // Services answer by notices: they open no conversation.
    return alone && kind === "notice" ? this.find(place) : this.open(place);
  }

  /**
   * The place of this name, opened where it is not yet.
   *
   * @returns undefined where there are too many: then a private conversation in which nothing is
   * unread is closed for it, and where there is none, it is not opened.
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

  /** Shows a place. */
  show(place: Place): void {
    if (place === this.#current) return;
    this.#previous = this.#current;
    this.#current = place;
  }

  /** The place so many further on, round in a circle. */
  beside(step: number): Place {
    const { length } = this.#list;
    const index = this.#list.indexOf(this.#current);
    return this.#list[(index + step + length) % length] ?? this.#current;
  }

  /** Closes a place; the first room stays. Returns which one is to be shown then. */
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
   * Somebody, or a room, has another name: what is open goes on under it. A conversation that was
   * open under that name is with nobody any more: it is closed, unless it is shown; then the other
   * one is.
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

/** The earliest of some times that may be undefined. */
export function earliest(...times: (number | undefined)[]): number | undefined {
  return times.reduce((a, b) => a === undefined || b !== undefined && b < a ? b : a, undefined);
}
