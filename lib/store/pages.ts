/**
 * Pages of history: what "the latest", "before" and "around" mean, over anything that can give a
 * range of rows.
 * @module
 */
import type { Activity, HistoryItem, Page, Position, SearchQuery } from "./history.ts";
import { placeAt, PLACES, type Row, timeAt } from "./order.ts";

/** A stretch of a conversation. */
export interface PlaceRange extends Page {
  /** Only places after this one. */
  readonly above: number;
  /** Only places before this one. */
  readonly below: number;
  /** Which are taken if there are more than the limit. */
  readonly end: "first" | "last";
  /** Whether what is left of redacted items is wanted too. */
  readonly redacted?: boolean;
}

/** Where rows are kept. */
export interface ItemRows {
  /** The place of an item, redacted or not; undefined if it is not in this conversation. */
  place(conversation: string, msgid: string): number | undefined;
  /** The rows of a range, in order; no more than its limit. */
  range(conversation: string, range: PlaceRange): Row[];
}

/** The places that a position lies between: for an item, its own; for a time, those of it. */
function span(
  rows: ItemRows,
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

/** The rows of a range, with the rest of the millisecond that they end in. */
function page(rows: ItemRows, conversation: string, range: PlaceRange): Row[] {
  const found = rows.range(conversation, range);
  return found.length < range.limit ? found : extended(rows, conversation, range, found);
}

/** ItemRows of a range, and the rest of the millisecond of the last one at that end. */
function extended(rows: ItemRows, conversation: string, range: PlaceRange, found: Row[]): Row[] {
  const edge = range.end === "first" ? found.at(-1) : found[0];
  if (edge === undefined) return found;
  const first = placeAt(timeAt(edge.place));
  const { above, below } = range.end === "first"
    ? { above: edge.place, below: Math.min(range.below, first + PLACES) }
    : { above: Math.max(range.above, first - 1), below: edge.place };
  const rest = rows.range(conversation, { ...range, above, below, limit: PLACES });
  return range.end === "first" ? [...found, ...rest] : [...rest, ...found];
}

/** The latest items, behind a position if one is given. */
export function latest(
  rows: ItemRows,
  conversation: string,
  after: Position | undefined,
  wanted: Page,
): HistoryItem[] {
  const at = after === undefined ? { last: -Infinity } : span(rows, conversation, after);
  if (at === undefined) return [];
  return items(
    page(rows, conversation, { ...wanted, above: at.last, below: Infinity, end: "last" }),
  );
}

/** The items right before a position. */
export function before(
  rows: ItemRows,
  conversation: string,
  position: Position,
  wanted: Page,
): HistoryItem[] {
  const at = span(rows, conversation, position);
  if (at === undefined) return [];
  return items(
    page(rows, conversation, { ...wanted, above: -Infinity, below: at.first, end: "last" }),
  );
}

/** The items right after a position. */
export function after(
  rows: ItemRows,
  conversation: string,
  position: Position,
  wanted: Page,
): HistoryItem[] {
  const at = span(rows, conversation, position);
  if (at === undefined) return [];
  return items(
    page(rows, conversation, { ...wanted, above: at.last, below: Infinity, end: "first" }),
  );
}

/**
 * The items around a position, itself among them: half of them from before it; if one side has too
 * few, more of the other.
 */
export function around(
  rows: ItemRows,
  conversation: string,
  position: Position,
  wanted: Page,
): HistoryItem[] {
  const at = span(rows, conversation, position);
  if (at === undefined) return [];
  const before: PlaceRange = { ...wanted, above: -Infinity, below: at.first, end: "last" };
  const after: PlaceRange = { ...wanted, above: at.first - 1, below: Infinity, end: "first" };
  const earlier = rows.range(conversation, before);
  const later = rows.range(conversation, after);
  const half = Math.floor(wanted.limit / 2);
  const taken = Math.min(earlier.length, Math.max(half, wanted.limit - later.length));
  const found = [
    ...earlier.slice(earlier.length - taken),
    ...later.slice(0, wanted.limit - taken),
  ];
  const down = { ...before, below: Infinity };
  const up = { ...after, above: -Infinity };
  return items(extended(rows, conversation, up, extended(rows, conversation, down, found)));
}

/** The items between two positions; from `from` on towards `to`. */
export function between(
  rows: ItemRows,
  conversation: string,
  from: Position,
  to: Position,
  wanted: Page,
): HistoryItem[] {
  const start = span(rows, conversation, from);
  const stop = span(rows, conversation, to);
  if (start === undefined || stop === undefined) return [];
  return items(
    start.first <= stop.first
      ? page(rows, conversation, { ...wanted, above: start.last, below: stop.first, end: "first" })
      : page(rows, conversation, { ...wanted, above: stop.last, below: start.first, end: "last" }),
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

/** Of conversations, those that fit whose latest message is between two times, by that time. */
export function selectTargets(
  conversations: readonly string[],
  latestMessage: (conversation: string) => number | undefined,
  { from, to, limit }: { from: number; to: number; limit: number },
  fits: (activity: Activity) => boolean = () => true,
): Activity[] {
  const [low, high] = from <= to ? [from, to] : [to, from];
  const found: Activity[] = [];
  for (const conversation of new Set(conversations)) {
    const time = latestMessage(conversation);
    if (time === undefined || time <= low || time >= high) continue;
    if (fits({ conversation, time })) found.push({ conversation, time });
  }
  found.sort((a, b) => a.time - b.time);
  if (limit <= 0) return [];
  // Whoever goes on from the time of the last one would miss the others of that time.
  return from <= to
    ? found.filter(({ time }) => time <= (found[limit - 1] ?? found.at(-1)!).time)
    : found.filter(({ time }) => time >= (found.at(-limit) ?? found[0]!).time);
}

/**
 * The rows that a search finds, with the rest of the millisecond that they end in.
 *
 * @param find the latest rows that fit, as many as the limit.
 */
export function searched(find: (query: SearchQuery) => Row[], query: SearchQuery): Row[] {
  const found = find(query);
  const edge = found[0];
  if (edge === undefined || found.length < query.limit) return found;
  const time = timeAt(edge.place);
  const before = Math.min(query.before ?? Infinity, time + 1);
  const rest = find({ ...query, after: time - 1, before, limit: PLACES });
  return [...rest, ...found.filter(({ place }) => timeAt(place) > time)];
}
