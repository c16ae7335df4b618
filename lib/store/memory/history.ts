/**
 * History in memory, bounded, lost when the program ends.
 * @module
 */
import type { HistoryItem, HistoryStore, Retention, SearchQuery } from "../history.ts";
import { continueAfter, endOf, type HistoryEnd } from "../history_end.ts";
import {
  dated,
  KIND,
  kindOf,
  oldestPlace,
  Order,
  placeAt,
  placeBounds,
  PLACES,
  redacted as nothingOf,
  type Row,
  timeAt,
} from "../order.ts";
import { merged, PagedHistory, type PlaceRange } from "../paged_history.ts";
import { type Birth, Redating } from "../redating.ts";
import { hasPhrase, nickOf, type Phrase, phrases, searchable } from "../words.ts";
import type { MemoryAccounts } from "./accounts.ts";
import type { MemoryState } from "./server_state.ts";

/** How much is kept in memory. If it is full, the oldest items are dropped. */
export interface Bounds {
  /** The most items of one conversation; up to a quarter more are there for a while. */
  readonly perConversation: number;
  /** The most items of all; up to a quarter more are there for a while. */
  readonly total: number;
}

/** How many items `prune` takes out at a time. */
const PRUNE_STEP = 500;

export interface KeptHistory {
  readonly end: HistoryEnd;
  readonly rows: readonly (readonly [place: number, item: HistoryItem])[];
}

interface Kept extends Row {
  /** Changes if items are dated again. */
  place: number;
  /** Changes if it is redacted. */
  item: HistoryItem;
  /** The present key of its conversation; the item has the one that it was written with. */
  conversation: string;
  /** The words of its text with a space around each, made by the first search. */
  searchable: string | undefined;
}

export class MemoryHistory extends PagedHistory implements HistoryStore {
  readonly #bounds: Bounds;
  readonly #dates: { accounts: MemoryAccounts; serverState: MemoryState } | undefined;
  readonly #conversations = new Map<string, Kept[]>();
  /** By id, in the order of writing. */
  readonly #byId = new Map<string, Kept>();
  readonly #order = new Order(-Infinity);
  /** The conversations that `prune` looks at next. */
  #toPrune: string[] = [];
  #isShared = false;

  /** @param dates what is dated again together with the items. */
  constructor(bounds: Bounds, dates?: { accounts: MemoryAccounts; serverState: MemoryState }) {
    super();
    this.#bounds = bounds;
    this.#dates = dates;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** All rows, in the order in which they were added, with the times that were given for them. */
  *rows(): Generator<Row> {
    for (const kept of this.#byId.values()) yield present(kept);
  }

  append(item: HistoryItem): void {
    this.add({ place: this.#order.next(item.time), item });
    this.#redate(item.time);
  }

  /** Adds an item at a place that the caller chose, after all others. Ignores a known id. */
  add({ place, item }: Row): void {
    if (this.#byId.has(item.msgid)) return;
    if (kindOf(item) === KIND.message) this.changes++;
    const { conversation } = item;
    const kept: Kept = { place, item, conversation, searchable: undefined };
    this.#byId.set(item.msgid, kept);
    const rows = this.#conversations.get(conversation);
    if (rows === undefined) this.#conversations.set(conversation, [kept]);
    else rows.push(kept);
    if (rows !== undefined && rows.length > this.#bounds.perConversation * 1.25) {
      this.changes++;
      const tooMany = rows.length - this.#bounds.perConversation;
      for (const { item } of rows.splice(0, tooMany)) this.#byId.delete(item.msgid);
    }
    if (this.#byId.size > this.#bounds.total * 1.25) this.#dropOldest();
  }

  /** Does nothing: memory is as safe as it gets. */
  commit(): void {}

  override place(conversation: string, msgid: string): number | undefined {
    const kept = this.#byId.get(msgid);
    return kept?.conversation === conversation ? kept.place : undefined;
  }

  override range(conversation: string, range: PlaceRange): Row[] {
    const { above, below, end, limit, events, redacted } = range;
    const rows = this.#conversations.get(conversation) ?? [];
    const found: Row[] = [];
    const from = firstAfter(rows, above);
    const until = firstAfter(rows, below - 1);
    const take = (kept: Kept) => {
      const kind = kindOf(kept.item);
      const isWanted = kind === KIND.message || events && kind === KIND.event ||
        redacted && kind === KIND.redacted;
      if (isWanted) found.push(shown(kept));
    };
    if (end === "first") {
      for (let index = from; index < until && found.length < limit; index++) take(rows[index]!);
      return found;
    }
    for (let index = until - 1; index >= from && found.length < limit; index--) take(rows[index]!);
    return found.reverse();
  }

  find(msgid: string): HistoryItem | undefined {
    const kept = this.#byId.get(msgid);
    if (kept === undefined || kindOf(kept.item) === KIND.redacted) return undefined;
    return kept.place < this.expired ? undefined : shown(kept).item;
  }

  override latestMessage(conversation: string): number | undefined {
    const rows = this.#conversations.get(conversation);
    const last = rows?.findLast(({ item }) => kindOf(item) === KIND.message);
    return last && timeAt(last.place);
  }

  conversations(prefix: string): string[] {
    return [...this.#conversations.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  override searchRows(query: SearchQuery): Row[] {
    const wanted = phrases(query.text);
    const { above, below } = placeBounds(query);
    const found: Row[] = [];
    // A text without any word finds nothing; an empty text finds all messages by a name.
    if (wanted.length === 0 && query.text.trim() !== "") return [];
    for (const conversation of new Set(query.conversations)) {
      const rows = this.#conversations.get(conversation) ?? [];
      let count = 0;
      for (let index = firstAfter(rows, below - 1) - 1; index >= 0; index--) {
        const kept = rows[index]!;
        if (kept.place <= above || count >= query.limit) break;
        if (kindOf(kept.item) !== KIND.message) continue;
        if (query.from !== undefined && nickOf(kept.item.source) !== query.from) continue;
        if (!wanted.every((phrase) => has(kept, phrase))) continue;
        found.push(shown(kept));
        count++;
      }
    }
    return merged(found, [], query.limit, "last");
  }

  redact(msgid: string): boolean {
    const kept = this.#byId.get(msgid);
    if (kept === undefined || kindOf(kept.item) === KIND.redacted) return false;
    this.changes++;
    kept.item = nothingOf(kept.item);
    kept.searchable = undefined;
    return true;
  }

  /** Changes the key of a conversation; if the new key has items already, both become one. */
  rename(from: string, to: string): void {
    const moved = this.#conversations.get(from);
    if (moved === undefined || from === to) return;
    this.changes++;
    for (const kept of moved) kept.conversation = to;
    const there = this.#conversations.get(to) ?? [];
    this.#conversations.delete(from);
    this.#conversations.set(to, [...there, ...moved].sort((a, b) => a.place - b.place));
  }

  /** Does nothing: memory has its own bounds. */
  limit(): void {}

  /** Removes what is too old or too many, at once. */
  expire(retention: Retention, now: number): void {
    this.expired = Math.max(this.expired, oldestPlace(retention.days, now));
    while (this.#prune(retention, now));
  }

  prune(retention: Retention, now: number): boolean {
    if (this.#isShared) return false;
    this.#redate(now);
    return this.#prune(retention, now);
  }

  #prune({ days, perConversation }: Retention, now: number): boolean {
    this.changes++;
    if (this.#toPrune.length === 0) this.#toPrune = [...this.#conversations.keys()];
    const oldest = oldestPlace(days, now);
    let left = PRUNE_STEP;
    while (left > 0) {
      const conversation = this.#toPrune.pop();
      if (conversation === undefined) return false;
      const rows = this.#conversations.get(conversation);
      if (rows === undefined) continue;
      const tooMany = perConversation === 0 ? 0 : rows.length - perConversation;
      const count = Math.max(tooMany, firstAfter(rows, oldest - 1));
      const removed = rows.splice(0, Math.min(count, left));
      for (const { item } of removed) this.#byId.delete(item.msgid);
      if (rows.length === 0) this.#conversations.delete(conversation);
      left -= removed.length + 1;
      if (count > removed.length) this.#toPrune.push(conversation);
    }
    return this.#toPrune.length > 0;
  }

  clear(): void {
    this.changes++;
    this.#conversations.clear();
    this.#byId.clear();
  }

  /** See `ReplicaStore.share`. */
  share(): void {
    this.#isShared = true;
  }

  /** Everything, as plain JSON data. */
  capture(): KeptHistory {
    const rows = Array.from(this.rows(), ({ place, item }) => [place, item] as const);
    return { end: endOf(this.#order, this.expired), rows };
  }

  /** Replaces everything. */
  restore({ end, rows }: KeptHistory): void {
    this.clear();
    for (const [place, item] of rows) this.add({ place, item });
    this.expired = continueAfter(this.#order, end);
  }

  /** Dates items again that are dated in the future. All at once: there are not that many. */
  #redate(now: number): void {
    if (this.#isShared || !this.#order.isAhead(now)) return;
    this.changes++;
    const rows = [...this.#byId.values()];
    const first = firstAfter(rows, placeAt(now) + PLACES - 1);
    const floor = rows[first - 1]?.place ?? -Infinity;
    const { accounts, serverState } = this.#dates ?? {};
    const count = rows.length - first;
    const redating = new Redating({ now, floor, count }, accounts?.births(now) ?? []);
    const born = (birth: Birth, time: number) => accounts?.rebirth(birth, time);
    for (const kept of rows.slice(first)) {
      kept.place = redating.next(kept.place, kept.item.time, now, born);
    }
    redating.settle(born);
    serverState?.clamp(now);
    this.#order.reset(rows.at(-1)?.place ?? -Infinity);
  }

  /** Drops many items in one go: deleting the oldest entry of a map each time is slow. */
  #dropOldest(): void {
    this.changes++;
    const gone = new Set(this.#byId.values().take(this.#byId.size - this.#bounds.total));
    for (const { item } of gone) this.#byId.delete(item.msgid);
    for (const conversation of new Set(gone.values().map((kept) => kept.conversation))) {
      const rest = this.#conversations.get(conversation)!.filter((kept) => !gone.has(kept));
      if (rest.length === 0) this.#conversations.delete(conversation);
      else this.#conversations.set(conversation, rest);
    }
  }
}

/** The item under the present key of its conversation. */
function present({ place, item, conversation }: Kept): Row {
  return { place, item: item.conversation === conversation ? item : { ...item, conversation } };
}

/** The same with the time of its place. */
function shown(kept: Kept): Row {
  return dated(present(kept));
}

/** The index of the first row after a place. */
function firstAfter(rows: readonly Row[], place: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle]!.place > place) high = middle;
    else low = middle + 1;
  }
  return low;
}

function has(kept: Kept, phrase: Phrase): boolean {
  return hasPhrase(kept.searchable ??= searchable(kept.item.params), phrase);
}
