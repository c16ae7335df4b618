/**
 * The order of all items: one number for each, which says its time too.
 * @module
 */
import { type HistoryItem, isClockSet } from "./history.ts";

/** How many places in the order a millisecond has: enough until the year 2248. */
export const PLACES = 1024;

/** The last time that has places. A clock that says more is wrong. */
const LAST_TIME = Math.floor(Number.MAX_SAFE_INTEGER / PLACES) - 86_400_000;

/** How far the last item may be dated ahead of the clock before items are dated again. */
const AHEAD_MS = 60_000;

/** An item and its place in the order of all. */
export interface Row {
  /** {@linkcode placeAt} of its time, or a little more. */
  readonly place: number;
  /** The item. */
  readonly item: HistoryItem;
}

/** The first place of a time. */
export function placeAt(time: number): number {
  return Math.floor(time) * PLACES;
}

/** The time of a place, in milliseconds since 1970. */
export function timeAt(place: number): number {
  return Math.floor(place / PLACES);
}

/** An item as it is read: its time is that of its place. */
export function dated({ place, item }: Row): Row {
  const time = timeAt(place);
  return { place, item: item.time === time ? item : { ...item, time } };
}

/** What an item is: something that happened, something that was said, or redacted. */
export const KIND = { event: 0, message: 1, redacted: 2 } as const;

/** One of {@linkcode KIND}. */
export type Kind = (typeof KIND)[keyof typeof KIND];

/** What an item is. */
export function kindOf({ command }: HistoryItem): Kind {
  if (command === "PRIVMSG" || command === "NOTICE") return KIND.message;
  return command === "" ? KIND.redacted : KIND.event;
}

/** What is left of an item that is redacted: nothing that anybody said, nor who said it. */
export function redacted({ msgid, time, conversation }: HistoryItem): HistoryItem {
  const nothing = { command: "", source: "", account: null, bot: false, params: [], tags: "" };
  return { msgid, time, conversation, ...nothing, concat: null };
}

/**
 * Gives places out, each one behind all before it.
 *
 * If the clock went back, items of another millisecond than the last one get the places of the
 * next free millisecond, and so on, so that they stay as far apart as they were said. Beyond
 * {@linkcode PLACES} items of one millisecond they take the places of the next one.
 */
export class Order {
  #last: number;
  /** The time that was given for the last place. */
  #given = NaN;

  /**
   * Goes on where others stopped.
   *
   * @param last the highest place that is taken.
   */
  constructor(last: number) {
    this.#last = last;
  }

  /** The place behind all others, of this time where that is possible. */
  next(time: number): number {
    const first = placeAt(Math.min(time, LAST_TIME));
    const isSame = time === this.#given;
    this.#given = time;
    if (first > this.#last) this.#last = first;
    else if (isSame) this.#last++;
    else this.#last = placeAt(timeAt(this.#last) + 1);
    return this.#last;
  }

  /**
   * Whether items are dated so far in the future that the clock must have been ahead. By a clock that
   * has not been set yet all of them are: dated again, they would be too old to be kept when it is.
   */
  isAhead(now: number): boolean {
    return isClockSet(now) && timeAt(this.#last) > now + AHEAD_MS;
  }

  /** All items were dated again: this is the highest place now. */
  reset(last: number): void {
    this.#last = last;
    this.#given = NaN;
  }
}
