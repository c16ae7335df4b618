/**
 * Pages of history: what "the latest", "before" and "around" mean, over ranges of rows.
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
  /** Which rows are taken if there are more than the limit. */
  readonly end: "first" | "last";
  /** Whether what is left of redacted items is wanted too. */
  readonly redacted?: boolean;
}

/** The queries of a history store, over the ranges that a subclass reads. */
export abstract class PagedHistory {
  /** See `HistoryStore`. */
  changes = 0;
  /** Items at lower places are found no more. */
  protected expired = -Infinity;

  /** The place of an item, redacted or not; undefined if it is not in this conversation. */
  abstract place(conversation: string, msgid: string): number | undefined;
  /** The rows of a range, in order; no more than its limit. */
  abstract range(conversation: string, range: PlaceRange): Row[];
  /** The time of the latest message of a conversation; undefined if it has none. */
  abstract latestMessage(conversation: string): number | undefined;
  /** The latest messages that fit, in order; no more than the limit. */
  abstract searchRows(query: SearchQuery): Row[];

  latest(conversation: string, after: Position | undefined, page: Page): HistoryItem[] {
    const above = after === undefined ? -Infinity : this.#span(conversation, after)?.last;
    return this.#page(conversation, page, "last", above, Infinity);
  }

  before(conversation: string, position: Position, page: Page): HistoryItem[] {
    const below = this.#span(conversation, position)?.first;
    return this.#page(conversation, page, "last", -Infinity, below);
  }

  after(conversation: string, position: Position, page: Page): HistoryItem[] {
    const above = this.#span(conversation, position)?.last;
    return this.#page(conversation, page, "first", above, Infinity);
  }

  between(conversation: string, from: Position, to: Position, page: Page): HistoryItem[] {
    const start = this.#span(conversation, from);
    const stop = this.#span(conversation, to);
    if (start === undefined || stop === undefined) return [];
    return start.first <= stop.first
      ? this.#page(conversation, page, "first", start.last, stop.first)
      : this.#page(conversation, page, "last", stop.last, start.first);
  }

  /** Half of the items come from before the position; if one side has too few, more of the other. */
  around(conversation: string, position: Position, page: Page): HistoryItem[] {
    const at = this.#span(conversation, position);
    if (at === undefined) return [];
    const all = { ...page, above: this.expired - 1, below: Infinity };
    const earlier = this.range(conversation, { ...all, below: at.first, end: "last" });
    const above = Math.max(all.above, at.first - 1);
    const later = this.range(conversation, { ...all, above, end: "first" });
    const half = Math.floor(page.limit / 2);
    const taken = Math.min(earlier.length, Math.max(half, page.limit - later.length));
    const found = [
      ...earlier.slice(earlier.length - taken),
      ...later.slice(0, page.limit - taken),
    ];
    const extended = this.#extended(conversation, { ...all, end: "last" }, found);
    return items(this.#extended(conversation, { ...all, end: "first" }, extended));
  }

  hasPlace(conversation: string, msgid: string): boolean {
    return this.#place(conversation, msgid) !== undefined;
  }

  #place(conversation: string, msgid: string): number | undefined {
    const place = this.place(conversation, msgid);
    return place === undefined || place < this.expired ? undefined : place;
  }

  knows(conversation: string): boolean {
    const one = { limit: 1, events: true, redacted: true, end: "last" } as const;
    const rest = { ...one, above: this.expired - 1, below: Infinity };
    return this.range(conversation, rest).length > 0;
  }

  targets(
    conversations: readonly string[],
    from: number,
    to: number,
    limit: number,
    fits: (activity: Activity) => boolean = () => true,
  ): Activity[] {
    const [earlier, high] = from <= to ? [from, to] : [to, from];
    const low = Math.max(earlier, timeAt(this.expired) - 1);
    const found: Activity[] = [];
    for (const conversation of new Set(conversations)) {
      const time = this.latestMessage(conversation);
      if (time === undefined || time <= low || time >= high) continue;
      if (fits({ conversation, time })) found.push({ conversation, time });
    }
    found.sort((a, b) => a.time - b.time);
    if (limit <= 0) return [];
    // A client that goes on from the last time would miss the others of that time.
    return from <= to
      ? found.filter(({ time }) => time <= (found[limit - 1] ?? found.at(-1)!).time)
      : found.filter(({ time }) => time >= (found.at(-limit) ?? found[0]!).time);
  }

  search(asked: SearchQuery): HistoryItem[] {
    if (asked.limit <= 0) return [];
    const { expired } = this;
    const query = expired === -Infinity
      ? asked
      : { ...asked, after: Math.max(asked.after ?? -Infinity, timeAt(expired) - 1) };
    const found = this.searchRows(query);
    const edge = found[0];
    if (edge === undefined || found.length < query.limit) return items(found);
    const time = timeAt(edge.place);
    const before = Math.min(query.before ?? Infinity, time + 1);
    const rest = this.searchRows({ ...query, after: time - 1, before, limit: PLACES });
    return items([...rest, ...found.filter(({ place }) => timeAt(place) > time)]);
  }

  /** The places that a position covers: of an item, its own; of a time, all of the millisecond. */
  #span(conversation: string, position: Position): { first: number; last: number } | undefined {
    if ("time" in position) {
      const first = placeAt(position.time);
      return { first, last: first + PLACES - 1 };
    }
    const place = this.#place(conversation, position.msgid);
    return place === undefined ? undefined : { first: place, last: place };
  }

  /** The items of a range, with the rest of the last millisecond. None if a bound is unknown. */
  #page(
    conversation: string,
    page: Page,
    end: "first" | "last",
    above: number | undefined,
    below: number | undefined,
  ): HistoryItem[] {
    if (above === undefined || below === undefined) return [];
    const range = { ...page, above: Math.max(above, this.expired - 1), below, end };
    const found = this.range(conversation, range);
    return items(
      found.length < range.limit ? found : this.#extended(conversation, range, found),
    );
  }

  /** Adds the rest of the millisecond at that end of what was found. */
  #extended(conversation: string, range: PlaceRange, found: Row[]): Row[] {
    const edge = range.end === "first" ? found.at(-1) : found[0];
    if (edge === undefined) return found;
    const first = placeAt(timeAt(edge.place));
    const { above, below } = range.end === "first"
      ? { above: edge.place, below: Math.min(range.below, first + PLACES) }
      : { above: Math.max(range.above, first - 1), below: edge.place };
    const rest = this.range(conversation, { ...range, above, below, limit: PLACES });
    return range.end === "first" ? [...found, ...rest] : [...rest, ...found];
  }
}

function items(rows: readonly Row[]): HistoryItem[] {
  return rows.map(({ item }) => item);
}

/** Merges two lists of rows in order, and takes up to a limit from one end. */
export function merged<R extends Row>(
  a: readonly R[],
  b: readonly R[],
  limit: number,
  end: "first" | "last",
): R[] {
  const all = [...a, ...b].sort((one, other) => one.place - other.place);
  return end === "first" ? all.slice(0, limit) : all.slice(Math.max(0, all.length - limit));
}
