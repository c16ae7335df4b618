/**
 * Where a history ends, as plain JSON data: with it, the next items get the same places.
 * @module
 */
import type { Order } from "./order.ts";

export interface HistoryEnd {
  /** The highest place; null for none. */
  readonly last: number | null;
  /** The time that was given for it, in milliseconds since 1970; null if that is unknown. */
  readonly given: number | null;
  /** Items at lower places are found no more; null for none. */
  readonly expired: number | null;
}

export function endOf(order: Order, expired: number): HistoryEnd {
  const [last, given] = order.end;
  const finite = (value: number) => Number.isFinite(value) ? value : null;
  return { last: finite(last), given: finite(given), expired: finite(expired) };
}

/** Continues after an end. Returns the place below which nothing is found. */
export function continueAfter(order: Order, { last, given, expired }: HistoryEnd): number {
  order.reset(last ?? -Infinity, given ?? NaN);
  return expired ?? -Infinity;
}
