/**
 * Dates items again that were written while the clock was ahead.
 *
 * Such an item would be the latest one for as long as the clock was ahead, and would be kept that
 * much longer. So items in the future get places right before now, in their order. Everything finds
 * items by their places, so nothing else has to know that the clock was wrong. Items that are
 * written during this are put after them and dated with them, so that at any moment the order is
 * that of writing.
 * @module
 */
import { placeAt, PLACES, timeAt } from "./order.ts";

/** The least time over which many items are spread, in milliseconds. */
const SPREAD_MS = 20_000;

/** Receives what came to be in the future, with its new time in milliseconds since 1970. */
export type Born = (birth: Birth, time: number) => void;

export interface RedatingInit {
  /** The present time, in milliseconds since 1970. */
  readonly now: number;
  /** The highest place that is not in the future; -Infinity for none. */
  readonly floor: number;
  /** How many items are in the future; Infinity if they were too many to count. */
  readonly count: number;
}

/**
 * Something else that came to be at a time, such as an account, and that items are compared with.
 */
export interface Birth {
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/**
 * Finds the new places, item by item.
 *
 * They lie between the last item that is not in the future and now. If that time is too short for
 * so many items, they reach beyond now, by {@linkcode SPREAD_MS} at most.
 */
export class Redating {
  readonly #perMs: number;
  #next: number;
  /** How many items the millisecond of `#next` has. */
  #used = 0;
  /** The new time of the last item. */
  #last: number;
  #births: readonly Birth[];

  /**
   * @param births what came to be in the future, by time; it is dated again between the same items.
   */
  constructor({ now, floor, count }: RedatingInit, births: readonly Birth[]) {
    this.#last = timeAt(floor);
    const first = this.#last + 1;
    const room = Math.max(now - first, SPREAD_MS);
    const perMs = Number.isFinite(count) ? Math.ceil(count / room) : PLACES;
    this.#perMs = Math.min(PLACES, Math.max(1, perMs));
    const start = Number.isFinite(count) ? now - Math.ceil(count / this.#perMs) : now;
    this.#next = placeAt(Math.max(first, start));
    this.#births = births;
  }

  /**
   * The new place of an item; its old one if that is not later.
   *
   * @param place its old place, higher than that of the item before.
   * @param given the time that was given for it; its place may tell a later one.
   * @param now the present time, in milliseconds since 1970. A given time that is not later is
   * right.
   * @param born receives what came to be before this item.
   */
  next(place: number, given: number, now: number, born: Born): number {
    // If the given time is right, everything in the future came to be before the item.
    const isRight = given <= now;
    const old = isRight ? Infinity : timeAt(place);
    const isBorn = (this.#births[0]?.time ?? Infinity) <= old;
    // Nothing before it may share its millisecond: an account made then must not be shown it.
    if (isBorn && this.#used > 0) this.#begin(timeAt(this.#next) + 1);
    if (isRight && placeAt(given) > this.#next) this.#begin(given);
    const found = Math.min(this.#next, place);
    const time = timeAt(found);
    if (isBorn) this.settle(born, old, Math.max(time, this.#last + 1));
    if (time !== timeAt(this.#next)) this.#used = 0;
    this.#last = time;
    this.#used++;
    if (this.#used >= this.#perMs) this.#begin(time + 1);
    else this.#next = found + 1;
    return found;
  }

  /**
   * Dates again what came to be in the future, after the last item.
   *
   * @param until only what came to be up to this time.
   * @param time the new time.
   */
  settle(born: Born, until = Infinity, time: number = this.#last + 1): void {
    const later = this.#births.findIndex((birth) => birth.time > until);
    const due = later < 0 ? this.#births : this.#births.slice(0, later);
    this.#births = this.#births.slice(due.length);
    for (const birth of due) born(birth, time);
  }

  #begin(time: number): void {
    this.#next = placeAt(time);
    this.#used = 0;
  }
}
