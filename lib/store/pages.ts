/**
 * Pages of history: what "the latest", "before" and "around" mean, over anything that can give a
 * range of rows.
 * @module
 */
import type { Activity, HistoryItem, Page, Position } from "./history.ts";

/** How many places in the order a millisecond has: enough until the year 2248. */
const PLACES = 1024;

/** An item and its place in the order of all: by time, then by writing. */
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

/** Gives places out, each once. */
export class Places {
  #max: number;
  #lastTime = NaN;
  #last = NaN;
  readonly #highest: (above: number, below: number) => number | undefined;

  /**
   * Goes on where others stopped.
   *
   * @param max the highest place that is taken.
   * @param highest the highest place that is taken between two, both exclusive.
   */
  constructor(max: number, highest: (above: number, below: number) => number | undefined) {
    this.#max = max;
    this.#highest = highest;
  }

  /**
   * The place behind all others of a time. Beyond {@linkcode PLACES} items of one millisecond they
   * take the places of the next ones.
   */
  next(time: number): number {
    const first = placeAt(time);
    let place = first;
    if (time === this.#lastTime) place = this.#last + 1;
    // The clock went back.
    else if (first <= this.#max) {
      place = (this.#highest(first - 1, first + PLACES) ?? first - 1) + 1;
    }
    while (place <= this.#max && this.#highest(place - 1, place + 1) !== undefined) place++;
    this.#lastTime = time;
    this.#last = place;
    this.#max = Math.max(this.#max, place);
    return place;
  }
}

/** Whether an item was said, not something that happened. */
export function isMessage(item: HistoryItem): boolean {
  return item.command === "PRIVMSG" || item.command === "NOTICE";
}

/** A stretch of a conversation. */
export interface Range extends Page {
  /** Only places after this one. */
  readonly above: number;
  /** Only places before this one. */
  readonly below: number;
  /** Which are taken where there are more than the limit. */
  readonly end: "first" | "last";
}

/** Where rows are kept. */
export interface Rows {
  /** The place of an item; undefined if it is not in this conversation. */
  place(conversation: string, msgid: string): number | undefined;
  /** The rows of a range, in order. */
  range(conversation: string, range: Range): Row[];
}

/** The places that a position lies between: for an item, its own; for a time, those of it. */
function span(
  rows: Rows,
  conversation: string,
  position: Position,
): { first: number; last: number } | undefined {
  if ("time" in position) {
    const first = placeAt(position.time);
    return { first, last: first + PLACES - 1 };
  }
  const place = rows.place(conversation, position.msgid);
  return place === undefined ? undefined : { first: place, last: place };
}

function items(rows: readonly Row[]): HistoryItem[] {
  return rows.map(({ item }) => item);
}

/** The latest items, behind a position where one is given. */
export function latest(
  rows: Rows,
  conversation: string,
  after: Position | undefined,
  page: Page,
): HistoryItem[] {
  const at = after === undefined ? { last: -Infinity } : span(rows, conversation, after);
  if (at === undefined) return [];
  return items(
    rows.range(conversation, { ...page, above: at.last, below: Infinity, end: "last" }),
  );
}

/** The items right before a position. */
export function before(
  rows: Rows,
  conversation: string,
  position: Position,
  page: Page,
): HistoryItem[] {
  const at = span(rows, conversation, position);
  if (at === undefined) return [];
  return items(
    rows.range(conversation, { ...page, above: -Infinity, below: at.first, end: "last" }),
  );
}

/** The items right after a position. */
export function after(
  rows: Rows,
  conversation: string,
  position: Position,
  page: Page,
): HistoryItem[] {
  const at = span(rows, conversation, position);
  if (at === undefined) return [];
  return items(
    rows.range(conversation, { ...page, above: at.last, below: Infinity, end: "first" }),
  );
}

/**
 * The items around a position, itself among them: half of them from before it; where one side has
 * too few, more of the other.
 */
export function around(
  rows: Rows,
  conversation: string,
  position: Position,
  page: Page,
): HistoryItem[] {
  const at = span(rows, conversation, position);
  if (at === undefined) return [];
  const earlier = rows.range(conversation, {
    ...page,
    above: -Infinity,
    below: at.first,
    end: "last",
  });
  const later = rows.range(conversation, {
    ...page,
    above: at.first - 1,
    below: Infinity,
    end: "first",
  });
  const half = Math.floor(page.limit / 2);
  const taken = Math.min(earlier.length, Math.max(half, page.limit - later.length));
  return items([
    ...earlier.slice(earlier.length - taken),
    ...later.slice(0, page.limit - taken),
  ]);
}

/** The items between two positions; from `from` on towards `to`. */
export function between(
  rows: Rows,
  conversation: string,
  from: Position,
  to: Position,
  page: Page,
): HistoryItem[] {
  const start = span(rows, conversation, from);
  const stop = span(rows, conversation, to);
  if (start === undefined || stop === undefined) return [];
  return items(
    start.first <= stop.first
      ? rows.range(conversation, { ...page, above: start.last, below: stop.first, end: "first" })
      : rows.range(conversation, { ...page, above: stop.last, below: start.first, end: "last" }),
  );
}

/** Puts two lists of rows in order together, and takes as many as wanted from one end. */
export function merged<R extends Row>(
  a: readonly R[],
  b: readonly R[],
  limit: number,
  end: "first" | "last",
): R[] {
  const all = [...a, ...b].sort((one, other) => one.place - other.place);
  return end === "first" ? all.slice(0, limit) : all.slice(Math.max(0, all.length - limit));
}

/** Of conversations, those whose latest message is between two times, by that time. */
export function selectTargets(
  conversations: readonly string[],
  latestMessage: (conversation: string) => number | undefined,
  { from, to, limit }: { from: number; to: number; limit: number },
): Activity[] {
  const [low, high] = from <= to ? [from, to] : [to, from];
  const found: Activity[] = [];
  for (const conversation of new Set(conversations)) {
    const time = latestMessage(conversation);
    if (time !== undefined && time > low && time < high) found.push({ conversation, time });
  }
  found.sort((a, b) => a.time - b.time);
  return from <= to ? found.slice(0, limit) : found.slice(Math.max(0, found.length - limit));
}
