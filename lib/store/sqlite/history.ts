/**
 * History in SQLite. What is added is held in memory until it is committed; where the file can't
 * be written it stays there, and is found all the same.
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
import * as pages from "../pages.ts";
import { Places, type Range, type Row, type Rows } from "../pages.ts";
import { Filing } from "./filing.ts";
import { Held } from "./held.ts";
import { Items } from "./items.ts";
import { Pruning } from "./prune.ts";
import { Renames } from "./renames.ts";
import { bounded, SqliteRows } from "./rows.ts";
import { WordIndex } from "./word_index.ts";
import { WordSearch } from "./word_search.ts";
import type { Writer } from "./writer.ts";

/** How many items are held in memory where the file can't be written; then the oldest are lost. */
const MAX_HELD = 20_000;

/** How many items that could not be taken out of the file are remembered; then none is any more. */
const MAX_HIDDEN = 10_000;

/**
 * How many items may wait to be filed where somebody asks for some: they are looked through, in ten
 * microseconds. So those who come in one after another don't have each JOIN filed by itself.
 */
const FEW = 100;

/** How many messages a search makes findable at most before it looks: some 50 ms. */
const SEARCH_STEP = 2000;

/** Keeps history in a database. */
export class SqliteHistory implements HistoryStore, Rows {
  readonly #writer: Writer;
  readonly #commit: () => void;
  readonly #rows: SqliteRows;
  readonly #words: WordIndex;
  readonly #search: WordSearch;
  readonly #filing: Filing;
  readonly #items: Items;
  readonly #places: Places;
  readonly #held = new Held(MAX_HELD);
  /** The ids of items that are redacted but could not be taken out of the file yet. */
  readonly #hidden = new Set<string>();
  readonly #renames = new Renames();
  readonly #pruning: Pruning;
  #scrub = false;

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
    const highest = db.prepare(
      `SELECT max(place) AS place FROM items
       WHERE place > CAST(? AS INTEGER) AND place < CAST(? AS INTEGER)`,
    );
    const top = db.prepare("SELECT max(place) AS place FROM items").get()?.place ?? null;
    this.#places = new Places(top === null ? -Infinity : Number(top), (above, below) => {
      const held = this.#held.history().highest(above, below);
      const row = writer.read(() => highest.get(bounded(above), bounded(below)), undefined);
      const kept = row?.place ?? null;
      return kept === null ? held : Math.max(held ?? -Infinity, Number(kept));
    });
    writer.onRollback(() => {
      this.#items.forget();
      this.#filing.forget();
      this.#words.forget();
    });
  }

  /** Adds an item. */
  append(item: HistoryItem): void {
    // Thousands may leave in one turn: none of that is to be lost while it can be written.
    if (this.#held.size >= MAX_HELD && !this.#writer.broken) this.#commit();
    this.#held.add({ place: this.#places.next(item.time), item });
  }

  /** Makes safe what was added, and what else the store has to write. */
  commit(): void {
    this.#commit();
  }

  /** Whether there is something to write. */
  get dirty(): boolean {
    return this.#held.size > 0 || this.#hidden.size > 0 || this.#renames.size > 0;
  }

  /** How many items are held. */
  get held(): number {
    return this.#held.size;
  }

  /** Writes what is held. To be called within a transaction. */
  write(): void {
    for (const msgid of this.#hidden) {
      const row = this.#rows.find(msgid);
      if (row !== undefined) this.#items.remove(row);
    }
    for (const [from, to] of this.#renames.all()) this.#items.rename(from, to);
    const rows = this.#held.rows();
    this.#items.add(rows);
    if (this.#filing.isDue) this.#filing.file();
    this.#pruning.trim(rows);
  }

  /**
   * What was held is written.
   *
   * @returns how many items were lost before that, because there were too many to hold.
   */
  written(): number {
    const { lost } = this.#held;
    if (this.#hidden.size > 0) this.#scrub = true;
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

  /** The place of an item in a conversation. */
  place(conversation: string, msgid: string): number | undefined {
    const held = this.#held.history().place(conversation, msgid);
    if (held !== undefined || this.#hidden.has(msgid)) return held;
    this.#fileMany();
    for (const key of this.#renames.inFile(conversation)) {
      const place = this.#writer.read(() => this.#rows.place(key, msgid), undefined);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  /** The rows of a range, of the file and of what is held. */
  range(conversation: string, range: Range): Row[] {
    this.#fileMany();
    const limit = range.limit + this.#hidden.size;
    const kept = this.#renames.inFile(conversation).flatMap((key) =>
      this.#writer.read(() => this.#rows.range(key, { ...range, limit }), [])
    );
    const held = this.#held.size === 0 ? [] : this.#held.history().range(conversation, range);
    return this.#merged(kept, held, range.limit, range.end);
  }

  /** The item of an id. */
  find(msgid: string): HistoryItem | undefined {
    const held = this.#held.history().find(msgid);
    if (held !== undefined || this.#hidden.has(msgid)) return held;
    this.#fileMany();
    const kept = this.#writer.read(() => this.#rows.find(msgid), undefined);
    return kept === undefined ? undefined : this.#present(kept).item;
  }

  /** The conversations whose latest message is between two times. */
  targets(
    conversations: readonly string[],
    from: number,
    to: number,
    limit: number,
  ): Activity[] {
    this.#fileMany();
    const latest = (conversation: string) => {
      const held = this.#held.history().latestMessage(conversation);
      const kept = this.#renames.inFile(conversation).map((key) =>
        this.#writer.read(() => this.#rows.latestMessage(key), undefined)
      );
      const times = [held, ...kept].filter((time) => time !== undefined);
      return times.length === 0 ? undefined : Math.max(...times);
    };
    return pages.selectTargets(conversations, latest, { from, to, limit });
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
    const catchUp = () => this.#words.catchUp(SEARCH_STEP);
    if (!this.#writer.broken) this.#writer.transaction(catchUp);
    const conversations = asked.conversations.flatMap((key) => this.#renames.inFile(key));
    const query = { ...asked, conversations };
    const kept = this.#writer.read(() => {
      const limit = query.limit + this.#hidden.size;
      let places = this.#search.search(query, limit);
      if (places === undefined && this.#writer.transaction(() => this.#words.reset())) {
        this.#writer.transaction(catchUp);
        places = this.#search.search(query, limit);
      }
      return (places ?? []).flatMap((place) => this.#rows.at(place) ?? []);
    }, []);
    const held = this.#held.history().searchRows(asked);
    return this.#merged(kept, held, query.limit, "last").map(({ item }) => item);
  }

  /** Takes an item out of everything, off the disk with the next commit. */
  redact(msgid: string): boolean {
    if (this.#held.redact(msgid)) {
      // It was written once, where that was taken back.
      this.#scrub ||= this.#writer.broken;
      return true;
    }
    const row = this.#writer.read(() => this.#rows.find(msgid), undefined);
    if (row === undefined || this.#hidden.has(msgid)) return false;
    if (this.#writer.transaction(() => this.#items.remove(row))) this.#scrub = true;
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
    this.#commit();
    if (this.#writer.broken) return false;
    let more = false;
    this.#writer.transaction(() => more = this.#pruning.step(retention, now));
    return more;
  }

  /** Called before something is asked for. */
  #fileMany(): void {
    if (this.#writer.broken) return;
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
