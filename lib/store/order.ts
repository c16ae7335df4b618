/**
 * The order of all items: one number for each, its place, from which its time follows too.
 * @module
 */
import { DAY_MS } from "../text/duration.ts";
import { type HistoryItem, isClockSet, type SearchQuery } from "./history.ts";

/** How many places a millisecond has; with so many, places last until the year 2248. */
export const PLACES = 1024;

/** The last time that has places. A clock that says more is wrong. */
const LAST_TIME = Math.floor(Number.MAX_SAFE_INTEGER / PLACES) - DAY_MS;

/** How far the last item may be dated ahead of the clock before items are dated again. */
const AHEAD_MS = 60_000;

export interface Row {
  /** {@linkcode placeAt} of its time, or a little more. */
  readonly place: number;
  readonly item: HistoryItem;
}

/** The first place of a time in milliseconds since 1970. */
export function placeAt(time: number): number {
  return Math.floor(time) * PLACES;
}

/** The time of a place, in milliseconds since 1970. */
export function timeAt(place: number): number {
  return Math.floor(place / PLACES);
}

/** The first place that is not too old to be kept for so many days; 0 days is without end. */
export function oldestPlace(days: number, now: number): number {
  return days === 0 ? -Infinity : placeAt(now - days * DAY_MS);
}

/** The places between which a search looks, both exclusive. */
export function placeBounds({ after, before }: SearchQuery): { above: number; below: number } {
  return {
    above: after === undefined ? -Infinity : placeAt(after + 1) - 1,
    below: before === undefined ? Infinity : placeAt(before),
  };
}

/** An item as it is read: its time is that of its place. */
export function dated({ place, item }: Row): Row {
  const time = timeAt(place);
  return { place, item: item.time === time ? item : { ...item, time } };
}

/** What an item is: an event, a message, or redacted. */
export const KIND = { event: 0, message: 1, redacted: 2 } as const;

export type Kind = (typeof KIND)[keyof typeof KIND];

export function kindOf({ command }: HistoryItem): Kind {
  if (command === "PRIVMSG" || command === "NOTICE") return KIND.message;
  return command === "" ? KIND.redacted : KIND.event;
}

/** What is left of an item after redaction: neither its text nor its author. */
export function redacted({ msgid, time, conversation }: HistoryItem): HistoryItem {
  const nothing = { command: "", source: "", account: null, bot: false, params: [], tags: "" };
  return { msgid, time, conversation, ...nothing, concat: null };
}

/**
 * Assigns places, each one after all before it.
 *
 * If the clock went back, items of another millisecond than the last one get the places of the
 * next free millisecond, and so on, so that they stay as far apart as they were. Beyond
 * {@linkcode PLACES} items of one millisecond they take the places of the next one.
 */
export class Order {
  #last: number;
  /** The time that was given for the last place. */
  #given = NaN;

  /** @param last the highest place that is taken. */
  constructor(last: number) {
    this.#last = last;
  }

  /** The place after all others, of this time if that is possible. */
  next(time: number): number {
    const first = placeAt(Math.min(time, LAST_TIME));
    const isSame = time === this.#given;
    this.#given = time;
    if (first > this.#last) this.#last = first;
    else if (isSame) this.#last++;
    else this.#last = placeAt(timeAt(this.#last) + 1);
    return this.#last;
  }

  /** Whether items are so far in the future that the clock was ahead. An unset clock can't tell. */
  isAhead(now: number): boolean {
    return isClockSet(now) && timeAt(this.#last) > now + AHEAD_MS;
  }

  /** The highest place, and the time that was given for it; NaN if that is unknown. */
  get end(): readonly [last: number, given: number] {
    return [this.#last, this.#given];
  }

  /** Sets the highest place, after all items were dated again or some were removed. */
  reset(last: number, given = NaN): void {
    this.#last = last;
    this.#given = given;
  }
}
