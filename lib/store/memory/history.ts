/**
 * History in memory: as much as it was made for, gone with the program.
 * @module
 */
import { DAY_MS } from "../../text/duration.ts";
import type {
  Activity,
  HistoryItem,
  HistoryStore,
  Page,
  Position,
  Retention,
  SearchQuery,
} from "../history.ts";
import {
  dated,
  KIND,
  kindOf,
  Order,
  placeAt,
  PLACES,
  redacted,
  type Row,
  timeAt,
} from "../order.ts";
import * as pages from "../pages.ts";
import type { ItemRows, PlaceRange } from "../pages.ts";
import { type Birth, Redating } from "../redating.ts";
import { hasPhrase, nickOf, type Phrase, phrases, searchable } from "../words.ts";

/** How much is kept in memory. Where it is full, the oldest goes. */
export interface Bounds {
  /** The most items of one conversation; up to a quarter more are there for a while. */
  readonly perConversation: number;
  /** The most items of all; up to a quarter more are there for a while. */
  readonly total: number;
}

/** How many items are taken out at a time by `prune`. */
const PRUNE_STEP = 500;

interface Kept extends Row {
  /** It changes if items are dated again. */
  place: number;
  /** It changes if it is redacted. */
  item: HistoryItem;
  /** The conversation by its present key is not in the item: it can get another one. */
  conversation: string;
  /** The words of its text with a space around each, made by the first search. */
  searchable: string | undefined;
}

/** What else is dated, and has to agree with the items. */
export interface Dates {
  /** What came to be after a time, by time. */
  births(after: number): Birth[];
  /** Dates one of them again. */
  rebirth(birth: Birth, time: number): void;
  /** Nothing was read or left later than this time. */
  clamp(now: number): void;
}

/** Keeps history in memory. */
export class MemoryHistory implements HistoryStore, ItemRows {
  readonly #bounds: Bounds;
  readonly #dates: Dates | undefined;
  readonly #conversations = new Map<string, Kept[]>();
  /** By id, in the order of writing. */
  readonly #byId = new Map<string, Kept>();
  readonly #order = new Order(-Infinity);
  /** Which conversation `prune` looks at next. */
  #toPrune: string[] = [];

  /**
   * Makes an empty one.
   *
   * @param dates what is dated again with the items.
   */
  constructor(bounds: Bounds, dates?: Dates) {
    this.#bounds = bounds;
    this.#dates = dates;
  }

  /** How many items there are. */
  get size(): number {
    return this.#byId.size;
  }

  /** All rows, in the order in which they were added, with the times that were given for them. */
  *rows(): Generator<Row> {
    for (const kept of this.#byId.values()) yield present(kept);
  }

  /** Adds an item behind all others. */
  append(item: HistoryItem): void {
    this.add({ place: this.#order.next(item.time), item });
    this.#redate(item.time);
  }

  /**
   * Adds an item at a place of its own that the caller chose, behind all others. Does nothing if its
   * id is known.
   */
  add({ place, item }: Row): void {
    if (this.#byId.has(item.msgid)) return;
    const { conversation } = item;
    const kept: Kept = { place, item, conversation, searchable: undefined };
    this.#byId.set(item.msgid, kept);
    const rows = this.#conversations.get(conversation);
    if (rows === undefined) this.#conversations.set(conversation, [kept]);
    else rows.push(kept);
    if (rows !== undefined && rows.length > this.#bounds.perConversation * 1.25) {
      const tooMany = rows.length - this.#bounds.perConversation;
      for (const { item } of rows.splice(0, tooMany)) this.#byId.delete(item.msgid);
    }
    if (this.#byId.size > this.#bounds.total * 1.25) this.#dropOldest();
  }

  /** Memory is as safe as it gets. */
  commit(): void {}

  /** The latest items. */
  latest(conversation: string, after: Position | undefined, page: Page): HistoryItem[] {
    return pages.latest(this, conversation, after, page);
  }

  /** The items right before a position. */
  before(conversation: string, position: Position, page: Page): HistoryItem[] {
    return pages.before(this, conversation, position, page);
  }

  /** The items right after a position. */
  after(conversation: string, position: Position, page: Page): HistoryItem[] {
    return pages.after(this, conversation, position, page);
  }

  /** The items around a position. */
  around(conversation: string, position: Position, page: Page): HistoryItem[] {
    return pages.around(this, conversation, position, page);
  }

  /** The items between two positions. */
  between(conversation: string, from: Position, to: Position, page: Page): HistoryItem[] {
    return pages.between(this, conversation, from, to, page);
  }

  /** The place of an item in a conversation. */
  place(conversation: string, msgid: string): number | undefined {
    const kept = this.#byId.get(msgid);
    return kept?.conversation === conversation ? kept.place : undefined;
  }

  /** The rows of a range. */
  range(conversation: string, { above, below, end, limit, events }: PlaceRange): Row[] {
    const rows = this.#conversations.get(conversation) ?? [];
    const found: Row[] = [];
    const from = firstAfter(rows, above);
    const until = firstAfter(rows, below - 1);
    const take = (kept: Kept) => {
      const kind = kindOf(kept.item);
      if (kind === KIND.message || events && kind === KIND.event) found.push(shown(kept));
    };
    if (end === "first") {
      for (let index = from; index < until && found.length < limit; index++) take(rows[index]!);
      return found;
    }
    for (let index = until - 1; index >= from && found.length < limit; index--) take(rows[index]!);
    return found.reverse();
  }

  /** The item of an id. */
  find(msgid: string): HistoryItem | undefined {
    const kept = this.#byId.get(msgid);
    if (kept === undefined || kindOf(kept.item) === KIND.redacted) return undefined;
    return shown(kept).item;
  }

  /** Whether an id names a place in a conversation. */
  hasPlace(conversation: string, msgid: string): boolean {
    return this.place(conversation, msgid) !== undefined;
  }

  /** When the latest message of a conversation was; undefined if it has none. */
  latestMessage(conversation: string): number | undefined {
    const rows = this.#conversations.get(conversation);
    const last = rows?.findLast(({ item }) => kindOf(item) === KIND.message);
    return last && timeAt(last.place);
  }

  /** The conversations whose latest message is between two times. */
  targets(
    conversations: readonly string[],
    from: number,
    to: number,
    limit: number,
    fits?: (activity: Activity) => boolean,
  ): Activity[] {
    return pages.selectTargets(
      conversations,
      (conversation) => this.latestMessage(conversation),
      { from, to, limit },
      fits,
    );
  }

  /** The keys of all conversations that start with a text. */
  conversations(prefix: string): string[] {
    return [...this.#conversations.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  /** The messages that fit. */
  search(query: SearchQuery): HistoryItem[] {
    return pages.searched((query) => this.searchRows(query), query).map(({ item }) => item);
  }

  /** The messages that fit, with their places; no more than the limit. */
  searchRows(query: SearchQuery): Row[] {
    const wanted = phrases(query.text);
    const above = query.after === undefined ? -Infinity : placeAt(query.after + 1) - 1;
    const below = query.before === undefined ? Infinity : placeAt(query.before);
    const found: Row[] = [];
    // A text without a word in it finds nothing. An empty one finds all by a name.
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
    return pages.merged(found, [], query.limit, "last");
  }

  /** Takes an item out, but for its id and its place. */
  redact(msgid: string): boolean {
    const kept = this.#byId.get(msgid);
    if (kept === undefined || kindOf(kept.item) === KIND.redacted) return false;
    kept.item = redacted(kept.item);
    kept.searchable = undefined;
    return true;
  }

  /** Gives a conversation another key; if that one has items already, they become one. */
  rename(from: string, to: string): void {
    const moved = this.#conversations.get(from);
    if (moved === undefined || from === to) return;
    for (const kept of moved) kept.conversation = to;
    const there = this.#conversations.get(to) ?? [];
    this.#conversations.delete(from);
    this.#conversations.set(to, [...there, ...moved].sort((a, b) => a.place - b.place));
  }

  /** What is in memory has its bounds anyway. */
  limit(): void {}

  /** Takes out a bounded number of items that are too old or too many. */
  prune({ days, perConversation }: Retention, now: number): boolean {
    this.#redate(now);
    if (this.#toPrune.length === 0) this.#toPrune = [...this.#conversations.keys()];
    const oldest = days === 0 ? -Infinity : placeAt(now - days * DAY_MS);
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

  /** Forgets everything. */
  clear(): void {
    this.#conversations.clear();
    this.#byId.clear();
  }

  /** Dates items again that are dated in the future. All at once: there are not that many. */
  #redate(now: number): void {
    if (!this.#order.isAhead(now)) return;
    const rows = [...this.#byId.values()];
    const end = placeAt(now) + PLACES - 1;
    const first = firstAfter(rows, end);
    const floor = rows[first - 1]?.place ?? -Infinity;
    const births = this.#dates?.births(now) ?? [];
    const redating = new Redating({ now, floor, count: rows.length - first }, births);
    const born = (birth: Birth, time: number) => this.#dates?.rebirth(birth, time);
    for (const kept of rows.slice(first)) {
      kept.place = redating.next(kept.place, kept.item.time, now, born);
    }
    redating.settle(born);
    this.#dates?.clamp(now);
    this.#order.reset(rows.at(-1)?.place ?? -Infinity);
  }

  /** In one go for many: forgetting the oldest of a map each time is slow. */
  #dropOldest(): void {
    const touched = new Map<Kept[], Set<Kept>>();
    let tooMany = this.#byId.size - this.#bounds.total;
    for (const [msgid, kept] of this.#byId) {
      if (tooMany-- <= 0) break;
      this.#byId.delete(msgid);
      const rows = this.#conversations.get(kept.conversation)!;
      const gone = touched.get(rows);
      if (gone === undefined) touched.set(rows, new Set([kept]));
      else gone.add(kept);
    }
    for (const [rows, gone] of touched) {
      const rest = rows.filter((kept) => !gone.has(kept));
      const { conversation } = rows[0]!;
      if (rest.length === 0) this.#conversations.delete(conversation);
      else this.#conversations.set(conversation, rest);
    }
  }
}

/** The item under the key that its conversation has now. */
function present({ place, item, conversation }: Kept): Row {
  return { place, item: item.conversation === conversation ? item : { ...item, conversation } };
}

/** The same with the time that its place tells. */
function shown(kept: Kept): Row {
  return dated(present(kept));
}

/** The index of the first row behind a place. */
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
