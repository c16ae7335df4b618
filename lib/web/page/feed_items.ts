import { sameName } from "../../irc/names.ts";
import { dayOf } from "../../ui/clock.ts";
import type { FeedRow, NoteRow, SaidRow } from "./feed.ts";

/** What stands in the feed, one below the other. */
export type FeedItem =
  | { readonly kind: "day"; readonly key: string; readonly text: string }
  /** The line above the first message that was not seen yet. */
  | { readonly kind: "new"; readonly key: string }
  /** A message; `head` if the sender's name stands above it. */
  | { readonly kind: "said"; readonly key: string; readonly row: SaidRow; readonly head: boolean }
  | { readonly kind: "note"; readonly key: string; readonly row: NoteRow };

/** Messages of one sender stand together if no more time than this is between them. */
const TOGETHER_MS = 5 * 60_000;

/**
 * Puts days, the line above what is new, and names between rows.
 *
 * @param newFrom the key of the first row that was not seen yet.
 */
export function feedItems(rows: readonly FeedRow[], newFrom: string | undefined): FeedItem[] {
  const items: FeedItem[] = [];
  let day = "";
  let last: FeedRow | undefined;
  for (const row of rows) {
    const rowDay = dayOf(timeOf(row));
    if (rowDay !== day) {
      day = rowDay;
      items.push({ kind: "day", key: `day ${rowDay} ${row.key}`, text: rowDay });
      last = undefined;
    }
    if (row.key === newFrom) {
      items.push({ kind: "new", key: "new" });
      last = undefined;
    }
    if (row.kind === "note") items.push({ kind: "note", key: row.key, row });
    else items.push({ kind: "said", key: row.key, row, head: !isTogether(last, row) });
    last = row;
  }
  return items;
}

function timeOf(row: FeedRow): number {
  return row.kind === "note" ? row.time : row.event.time;
}

function isTogether(last: FeedRow | undefined, { event }: SaidRow): boolean {
  if (last?.kind !== "said") return false;
  const before = last.event;
  return sameName(before.from, event.from) && before.own === event.own &&
    before.kind === event.kind && before.only === event.only &&
    Math.abs(event.time - before.time) < TOGETHER_MS;
}
