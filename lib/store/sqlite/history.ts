/**
 * History in SQLite. What is added is held in memory until it is committed; if the file can't be
 * written it stays in memory, and is found all the same.
 * @module
 */
import type { Activity, HistoryItem, HistoryStore, Retention, SearchQuery } from "../history.ts";
import { continueAfter, endOf, type HistoryEnd } from "../history_end.ts";
import { KIND, type Kind, kindOf, oldestPlace, Order, type Row, timeAt } from "../order.ts";
import { merged, PagedHistory, type PlaceRange } from "../paged_history.ts";
import { Filing } from "./filing.ts";
import { HeldItems } from "./held.ts";
import { Items } from "./items.ts";
import { Pruning } from "./prune.ts";
import { Misdated } from "./misdated.ts";
import { Renames } from "./renames.ts";
import { Rewind } from "./rewind.ts";
import { SqliteRows } from "./rows.ts";
import { WordIndex } from "./word_index.ts";
import { WordSearch } from "./word_search.ts";
import type { Writer } from "./writer.ts";

/** How many items are held in memory if the file can't be written; then the oldest are lost. */
const MAX_HELD = 20_000;

/** How many redactions that the file lacks are remembered; beyond that they are refused. */
const MAX_HIDDEN = 10_000;

/** How many items may wait to be filed when somebody asks: scanning them takes ten microseconds. */
const FEW = 100;

/** How many items at least are dated again in one transaction: some 20 ms. */
const REDATE_STEP = 200;

/** How many messages at most a search indexes before it looks: some 50 ms. */
const SEARCH_STEP = 2000;

export class SqliteHistory extends PagedHistory implements HistoryStore {
  readonly #writer: Writer;
  /** Makes safe what was added, and what else the store has to write. */
  readonly commit: () => void;
  readonly #rows: SqliteRows;
  readonly #words: WordIndex;
  readonly #search: WordSearch;
  readonly #filing: Filing;
  readonly #items: Items;
  readonly #misdated: Misdated;
  readonly #order: Order;
  readonly #held = new HeldItems(MAX_HELD);
  /** The ids of items that are redacted but could not be taken out of the file yet. */
  readonly #hidden = new Set<string>();
  readonly #renames = new Renames();
  readonly #pruning: Pruning;
  readonly #rewind: Rewind;
  /** The first place that `prune` leaves alone, if several servers keep the same. */
  #prunable: number | undefined;
  #scrub = false;
  /** The present time, while items are dated in the future. */
  #now: number | undefined;
  /** The highest place after all items were dated again, until that is committed. */
  #highest: number | undefined;

  /**
   * @param commit commits everything of the store.
   * @param isAlone whether no other program adds items.
   */
  constructor(writer: Writer, commit: () => void, isAlone: boolean) {
    super();
    const { db } = writer;
    this.#writer = writer;
    this.commit = commit;
    this.#rows = new SqliteRows(db);
    this.#words = new WordIndex(db, this.#rows);
    this.#search = new WordSearch(db, this.#rows);
    this.#filing = new Filing(db, isAlone);
    this.#items = new Items(db, this.#rows, this.#words, this.#filing);
    this.#pruning = new Pruning(db, this.#rows, this.#items);
    this.#misdated = new Misdated(db, this.#rows, this.#items);
    this.#rewind = new Rewind(db, this.#rows, this.#items);
    const top = db.prepare("SELECT max(place) AS place FROM items").get()?.place ?? null;
    this.#order = new Order(top === null ? -Infinity : Number(top));
    writer.onRollback(() => {
      this.changes++;
      this.#items.forget();
      this.#filing.forget();
      this.#words.forget();
      this.#misdated.forget();
      this.#highest = undefined;
    });
  }

  append(item: HistoryItem): void {
    // Thousands may leave in one turn: none of that may be lost while it can be written.
    if (this.#held.size >= MAX_HELD && !this.#writer.broken) this.commit();
    // Too many that can't be written push out others.
    if (kindOf(item) === KIND.message || this.#held.size >= MAX_HELD) this.changes++;
    this.#held.add({ place: this.#order.next(item.time), item });
    this.#look(item.time);
  }

  /** Notes whether items are dated in the future. */
  #look(now: number): void {
    if (this.#prunable === undefined && this.#order.isAhead(now)) this.#now = now;
  }

  get dirty(): boolean {
    return this.#held.size > 0 || this.#hidden.size > 0 || this.#renames.size > 0 || this.isAhead;
  }

  /** Whether items have to be dated again. */
  get isAhead(): boolean {
    return this.#now !== undefined;
  }

  get held(): number {
    return this.#held.size;
  }

  /** Writes what is held. Called within a transaction. */
  write(): void {
    for (const msgid of this.#hidden) {
      const row = this.#rows.find(msgid);
      if (row !== undefined) this.#items.redact(row);
    }
    this.#writeRenames();
    const rows = this.#held.rows();
    this.#items.add(rows);
    if (this.#filing.isDue) this.#filing.file();
    if (this.#pruning.trim(rows)) this.changes++;
    // More than came in, so that it ends.
    if (this.#now !== undefined) {
      this.changes++;
      this.#highest = this.#misdated.step(this.#now, REDATE_STEP + 2 * rows.length);
    }
  }

  #writeRenames(): void {
    for (const [from, to] of this.#renames.all()) {
      if (this.#prunable !== undefined) this.#rewind.note(from);
      this.#items.rename(from, to);
    }
  }

  /** See `ReplicaStore.share`. */
  share(): void {
    this.#prunable ??= -Infinity;
  }

  /** Where it ends, to go back there. Called within a transaction, after {@linkcode write}. */
  mark(): HistoryEnd {
    this.#rewind.forget();
    return endOf(this.#order, this.expired);
  }

  /** Notes that the mark is written. */
  marked({ expired }: HistoryEnd): void {
    this.#prunable = expired ?? -Infinity;
  }

  /** Goes back to a mark; nothing must be held. Called within a transaction. */
  rewind(end: HistoryEnd): void {
    this.changes++;
    this.#rewind.to(end.last ?? -Infinity);
    this.expired = this.#prunable = continueAfter(this.#order, end);
  }

  /** Forgets what was held, once it is written. Returns how many items were lost before that. */
  written(): number {
    const { lost } = this.#held;
    if (this.#hidden.size > 0) this.#scrub = true;
    if (this.#highest !== undefined) {
      this.#order.reset(this.#highest);
      this.#now = this.#highest = undefined;
    }
    this.#held.clear();
    this.#hidden.clear();
    this.#renames.clear();
    return lost;
  }

  /** Whether text that was taken out may still be in the write-ahead log. */
  get scrub(): boolean {
    return this.#scrub;
  }

  /** Notes that the write-ahead log is empty. */
  scrubbed(): void {
    this.#scrub = false;
  }

  /** About how many messages of this run are not in the index of words yet. */
  get wordless(): number {
    return this.#words.behind;
  }

  /** Files what waits for it, and indexes the words of so many items. Called within a transaction. */
  catchUp(limit: number): boolean {
    this.#filing.file();
    return this.#words.catchUp(limit);
  }

  /** Empties the index of words, which is then made again. Called within a transaction. */
  forgetWords(): void {
    this.#words.reset();
  }

  override place(conversation: string, msgid: string): number | undefined {
    this.#prepare();
    const held = this.#held.history().place(conversation, msgid);
    if (held !== undefined) return held;
    for (const key of this.#renames.inFile(conversation)) {
      const place = this.#writer.read(() => this.#rows.place(key, msgid), undefined);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  override range(conversation: string, range: PlaceRange): Row[] {
    this.#prepare();
    const limit = range.limit + this.#hidden.size;
    const waits = (id: number, kind: Kind) => this.#filing.mayWait(id, kind);
    const kept = this.#renames.inFile(conversation).flatMap((key) =>
      this.#writer.read(() => this.#rows.range(key, { ...range, limit }, waits), [])
    );
    const held = this.#held.size === 0 ? [] : this.#held.history().range(conversation, range);
    return this.#merged(kept, held, range.limit, range.end);
  }

  find(msgid: string): HistoryItem | undefined {
    const found = this.#found(msgid);
    return found === undefined || found.time < timeAt(this.expired) ? undefined : found;
  }

  #found(msgid: string): HistoryItem | undefined {
    this.#prepare();
    const held = this.#held.history().find(msgid);
    if (held !== undefined || this.#hidden.has(msgid)) return held;
    const kept = this.#writer.read(() => this.#rows.find(msgid), undefined);
    if (kept === undefined || kindOf(kept.item) === KIND.redacted) return undefined;
    return this.#present(kept).item;
  }

  override latestMessage(conversation: string): number | undefined {
    const held = this.#held.history().latestMessage(conversation);
    const kept = this.#renames.inFile(conversation).map((key) =>
      this.#writer.read(() => this.#rows.latestMessage(key), undefined)
    );
    const times = [held, ...kept].filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.max(...times);
  }

  override targets(
    conversations: readonly string[],
    from: number,
    to: number,
    limit: number,
    fits?: (activity: Activity) => boolean,
  ): Activity[] {
    this.#prepare();
    return super.targets(conversations, from, to, limit, fits);
  }

  conversations(prefix: string): string[] {
    let kept = this.#writer.read(() => this.#rows.conversations(prefix), []);
    if (this.#renames.size > 0) {
      const renamed = this.#renames.all().map(([from]) => from);
      kept = [...kept, ...renamed.filter((key) => this.#rows.ids(key).length > 0)]
        .map((key) => this.#renames.present(key)).filter((key) => key.startsWith(prefix));
    }
    const held = this.#held.history().conversations(prefix);
    if (held.length === 0 && this.#renames.size === 0) return kept;
    return [...new Set([...kept, ...held])].sort();
  }

  override search(query: SearchQuery): HistoryItem[] {
    this.commit();
    if (!this.#writer.broken) this.#writer.transaction(() => this.#words.catchUp(SEARCH_STEP));
    return super.search(query);
  }

  override searchRows(asked: SearchQuery): Row[] {
    const conversations = asked.conversations.flatMap((key) => this.#renames.inFile(key));
    const query = { ...asked, conversations };
    const kept = this.#writer.read(() => {
      const limit = query.limit + this.#hidden.size;
      let places = this.#search.search(query, limit);
      if (places === undefined && this.#writer.transaction(() => this.#words.reset())) {
        this.#writer.transaction(() => this.#words.catchUp(SEARCH_STEP));
        places = this.#search.search(query, limit);
      }
      return (places ?? []).flatMap((place) => this.#rows.at(place) ?? []);
    }, []);
    const held = this.#held.history().searchRows(asked);
    return this.#merged(kept, held, query.limit, "last");
  }

  redact(msgid: string): boolean {
    this.changes++;
    if (this.#held.history().redact(msgid)) {
      // It may be in what was written and rolled back.
      this.#scrub ||= this.#writer.broken;
      return true;
    }
    const row = this.#writer.read(() => this.#rows.find(msgid), undefined);
    if (row === undefined || kindOf(row.item) === KIND.redacted) return false;
    if (this.#hidden.has(msgid)) return false;
    if (this.#writer.transaction(() => this.#items.redact(row))) this.#scrub = true;
    else if (this.#hidden.size < MAX_HIDDEN) this.#hidden.add(msgid);
    return true;
  }

  rename(from: string, to: string): void {
    if (from === to) return;
    this.changes++;
    this.#held.history().rename(from, to);
    // Earlier renames that could not be written come first in the file, too.
    this.#renames.add(from, to);
    if (this.#writer.transaction(() => this.#writeRenames())) this.#renames.clear();
  }

  limit(perConversation: number): void {
    this.#pruning.limit(perConversation);
  }

  prune(retention: Retention, now: number): boolean {
    this.changes++;
    this.#look(now);
    this.commit();
    if (this.#writer.broken) return false;
    // Items in the future are dated again first: only then it shows which are too old.
    if (this.isAhead) return true;
    const { days, perConversation } = retention;
    const oldest = this.#prunable ?? oldestPlace(days, now);
    return this.#writer.write(() => this.#pruning.step(oldest, perConversation), false);
  }

  expire({ days }: Retention, now: number): void {
    this.changes++;
    this.expired = Math.max(this.expired, oldestPlace(days, now));
  }

  /** Brings the file up to date as far as queries need it. */
  #prepare(): void {
    if (this.#writer.broken) return;
    // Nearly always that dates all of them again.
    if (this.isAhead) this.commit();
    const waiting = this.#writer.read(() => this.#filing.waiting, 0);
    if (waiting > FEW) this.#writer.transaction(() => this.#filing.file());
  }

  #merged(
    kept: readonly Row[],
    held: readonly Row[],
    limit: number,
    end: "first" | "last",
  ): Row[] {
    let shown = this.#hidden.size === 0
      ? kept
      : kept.filter(({ item }) => !this.#hidden.has(item.msgid));
    if (this.#renames.size > 0) shown = shown.map((row) => this.#present(row));
    return merged(shown, held, limit, end);
  }

  /** A row of the file under the present key of its conversation. */
  #present({ place, item }: Row): Row {
    const conversation = this.#renames.present(item.conversation);
    return { place, item: conversation === item.conversation ? item : { ...item, conversation } };
  }
}
