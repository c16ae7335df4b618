/**
 * History in SQLite. What is added is held in memory until it is committed; if the file can't be
 * written it stays there, and is found all the same.
 * @module
 */
import type {
  Activity,
  HistoryItem,
  HistoryStore,
  Page,
  Position,
  Retention,
  SearchQuery,
} from "../history.ts";
import { KIND, kindOf, Order, type Row } from "../order.ts";
import * as pages from "../pages.ts";
import type { ItemRows, PlaceRange } from "../pages.ts";
import { Filing } from "./filing.ts";
import { HeldItems } from "./held.ts";
import { Items } from "./items.ts";
import { Pruning } from "./prune.ts";
import { Misdated } from "./misdated.ts";
import { Renames } from "./renames.ts";
import { SqliteRows } from "./rows.ts";
import { WordIndex } from "./word_index.ts";
import { WordSearch } from "./word_search.ts";
import type { Writer } from "./writer.ts";

/** How many items are held in memory where the file can't be written; then the oldest are lost. */
const MAX_HELD = 20_000;

/** How many items that could not be taken out of the file are remembered; then none is any more. */
const MAX_HIDDEN = 10_000;

/**
 * How many items may wait to be filed when somebody asks for some: they are looked through, in ten
 * microseconds. So those who come in one after another don't have each JOIN filed by itself.
 */
const FEW = 100;

/** How many items are dated again at least in one transaction: some 20 ms. */
const REDATE_STEP = 200;

/** How many messages a search makes findable at most before it looks: some 50 ms. */
const SEARCH_STEP = 2000;

/** Keeps history in a database. */
export class SqliteHistory implements HistoryStore, ItemRows {
  readonly #writer: Writer;
  readonly #commit: () => void;
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
  #scrub = false;
  /** The time that it is, while items are dated in the future. */
  #now: number | undefined;
  /** The highest place after all items were dated again, once that is written. */
  #highest: number | undefined;

  /**
   * Opens the history in a database.
   *
   * @param commit commits all that a store has.
   */
  constructor(writer: Writer, commit: () => void) {
    const { db } = writer;
    this.#writer = writer;
    this.#commit = commit;
    this.#rows = new SqliteRows(db);
    this.#words = new WordIndex(db, this.#rows);
    this.#search = new WordSearch(db, this.#rows);
    this.#filing = new Filing(db);
    this.#items = new Items(db, this.#rows, this.#words, this.#filing);
    this.#pruning = new Pruning(db, this.#rows, this.#items);
    this.#misdated = new Misdated(db, this.#rows, this.#items);
    const top = db.prepare("SELECT max(place) AS place FROM items").get()?.place ?? null;
    this.#order = new Order(top === null ? -Infinity : Number(top));
    writer.onRollback(() => {
      this.#items.forget();
      this.#filing.forget();
      this.#words.forget();
      this.#misdated.forget();
      this.#highest = undefined;
    });
  }

  /** Adds an item behind all others. */
  append(item: HistoryItem): void {
    // Thousands may leave in one turn: none of that is to be lost while it can be written.
    if (this.#held.size >= MAX_HELD && !this.#writer.broken) this.#commit();
    this.#held.add({ place: this.#order.next(item.time), item });
    this.#look(item.time);
  }

  /** Notes that items are dated in the future, if so. */
  #look(now: number): void {
    if (this.#order.isAhead(now)) this.#now = now;
  }

  /** Makes safe what was added, and what else the store has to write. */
  commit(): void {
    this.#commit();
  }

  /** Whether there is something to write. */
  get dirty(): boolean {
    return this.#held.size > 0 || this.#hidden.size > 0 || this.#renames.size > 0 || this.isAhead;
  }

  /** Whether items are to be dated again. */
  get isAhead(): boolean {
    return this.#now !== undefined;
  }

  /** How many items are held. */
  get held(): number {
    return this.#held.size;
  }

  /** Writes what is held. To be called within a transaction. */
  write(): void {
    for (const msgid of this.#hidden) {
      const row = this.#rows.find(msgid);
      if (row !== undefined) this.#items.redact(row);
    }
    for (const [from, to] of this.#renames.all()) this.#items.rename(from, to);
    const rows = this.#held.rows();
    this.#items.add(rows);
    if (this.#filing.isDue) this.#filing.file();
    this.#pruning.trim(rows);
    // More than came in, so that it ends.
    if (this.#now !== undefined) {
      this.#highest = this.#misdated.step(this.#now, REDATE_STEP + 2 * rows.length);
    }
  }

  /**
   * What was held is written.
   *
   * @returns how many items were lost before that, because there were too many to hold.
   */
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

  /** Whether something was taken out whose text may still be in the file beside the database. */
  get scrub(): boolean {
    return this.#scrub;
  }

  /** The file beside the database is empty. */
  scrubbed(): void {
    this.#scrub = false;
  }

  /** About how many messages that were written in this run are not findable yet. */
  get wordless(): number {
    return this.#words.behind;
  }

  /** Files what waits for it, and finds out the words of so many. To be called within a transaction. */
  catchUp(limit: number): boolean {
    this.#filing.file();
    return this.#words.catchUp(limit);
  }

  /** Forgets all words: they are found out again. To be called within a transaction. */
  forgetWords(): void {
    this.#words.reset();
  }

  /** The latest items. */
  latest(conversation: string, after: Position | undefined, page: Page): HistoryItem[] {
    return this.#read(() => pages.latest(this, conversation, after, page));
  }

  /** The items right before a position. */
  before(conversation: string, position: Position, page: Page): HistoryItem[] {
    return this.#read(() => pages.before(this, conversation, position, page));
  }

  /** The items right after a position. */
  after(conversation: string, position: Position, page: Page): HistoryItem[] {
    return this.#read(() => pages.after(this, conversation, position, page));
  }

  /** The items around a position. */
  around(conversation: string, position: Position, page: Page): HistoryItem[] {
    return this.#read(() => pages.around(this, conversation, position, page));
  }

  /** The items between two positions. */
  between(conversation: string, from: Position, to: Position, page: Page): HistoryItem[] {
    return this.#read(() => pages.between(this, conversation, from, to, page));
  }

  /** The place of an item in a conversation, redacted or not. */
  place(conversation: string, msgid: string): number | undefined {
    this.#prepare();
    const held = this.#held.history().place(conversation, msgid);
    if (held !== undefined) return held;
    for (const key of this.#renames.inFile(conversation)) {
      const place = this.#writer.read(() => this.#rows.place(key, msgid), undefined);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  /** Whether an id names a place in a conversation. */
  hasPlace(conversation: string, msgid: string): boolean {
    return this.place(conversation, msgid) !== undefined;
  }

  /** The rows of a range, of the file and of what is held. */
  range(conversation: string, range: PlaceRange): Row[] {
    this.#prepare();
    const limit = range.limit + this.#hidden.size;
    const kept = this.#renames.inFile(conversation).flatMap((key) =>
      this.#writer.read(() => this.#rows.range(key, { ...range, limit }), [])
    );
    const held = this.#held.size === 0 ? [] : this.#held.history().range(conversation, range);
    return this.#merged(kept, held, range.limit, range.end);
  }

  /** The item of an id. */
  find(msgid: string): HistoryItem | undefined {
    this.#prepare();
    const held = this.#held.history().find(msgid);
    if (held !== undefined || this.#hidden.has(msgid)) return held;
    const kept = this.#writer.read(() => this.#rows.find(msgid), undefined);
    if (kept === undefined || kindOf(kept.item) === KIND.redacted) return undefined;
    return this.#present(kept).item;
  }

  /** The conversations whose latest message is between two times. */
  targets(
    conversations: readonly string[],
    from: number,
    to: number,
    limit: number,
    fits?: (activity: Activity) => boolean,
  ): Activity[] {
    this.#prepare();
    const latest = (conversation: string) => {
      const held = this.#held.history().latestMessage(conversation);
      const kept = this.#renames.inFile(conversation).map((key) =>
        this.#writer.read(() => this.#rows.latestMessage(key), undefined)
      );
      const times = [held, ...kept].filter((time) => time !== undefined);
      return times.length === 0 ? undefined : Math.max(...times);
    };
    return pages.selectTargets(conversations, latest, { from, to, limit }, fits);
  }

  /** The keys of all conversations that start with a text. */
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

  /** The messages that fit. */
  search(asked: SearchQuery): HistoryItem[] {
    if (asked.limit <= 0) return [];
    this.#commit();
    if (!this.#writer.broken) this.#writer.transaction(() => this.#words.catchUp(SEARCH_STEP));
    return pages.searched((query) => this.#searched(query), asked).map(({ item }) => item);
  }

  #searched(asked: SearchQuery): Row[] {
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

  /** Takes an item out of everything, off the disk with the next commit. */
  redact(msgid: string): boolean {
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

  /** Gives a conversation another key. */
  rename(from: string, to: string): void {
    if (from === to) return;
    this.#held.history().rename(from, to);
    // What could not be written before this comes before it in the file, too.
    this.#renames.add(from, to);
    const written = this.#writer.transaction(() => {
      for (const [from, to] of this.#renames.all()) this.#items.rename(from, to);
    });
    if (written) this.#renames.clear();
  }

  /** Says how long a conversation may get. */
  limit(perConversation: number): void {
    this.#pruning.limit(perConversation);
  }

  /** Takes out a bounded number of items that are too old or too many. */
  prune(retention: Retention, now: number): boolean {
    this.#look(now);
    this.#commit();
    if (this.#writer.broken) return false;
    // What is dated in the future is too old when it is dated again, if at all.
    if (this.isAhead) return true;
    let more = false;
    this.#writer.transaction(() => more = this.#pruning.step(retention, now));
    return more;
  }

  /** Called before something is asked for. */
  #prepare(): void {
    if (this.#writer.broken) return;
    // Nearly always that is all that is to be dated again.
    if (this.isAhead) this.#commit();
    const waiting = this.#writer.read(() => this.#filing.waiting, 0);
    if (waiting > FEW) this.#writer.transaction(() => this.#filing.file());
  }

  #read(read: () => HistoryItem[]): HistoryItem[] {
    return this.#writer.read(read, []);
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
    return pages.merged(shown, held, limit, end);
  }

  /** A row of the file under the key that its conversation has by now. */
  #present({ place, item }: Row): Row {
    const conversation = this.#renames.present(item.conversation);
    return { place, item: conversation === item.conversation ? item : { ...item, conversation } };
  }
}
