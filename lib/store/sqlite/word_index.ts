/**
 * The words of messages, as SQLite finds them (FTS5); `word_search.ts` searches them.
 *
 * Finding out the words costs as much as writing the message, so it is not done when a message
 * comes in but when nothing else is to do, or when somebody searches. Up to which place that has
 * been done is kept in the file: `indexed`.
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import process from "node:process";
import { KIND, kindOf, type Row } from "../order.ts";
import { nickOf, textOf, words } from "../words.ts";
import { isElsewhere } from "./derived.ts";
import type { SqliteRows, Stored } from "./rows.ts";

/** What the words depend on; where it is another one, all are found out again. */
const STAMP = `1 ${process.versions.unicode ?? ""}`;

/** Keeps the words. All that writes is to be called within a transaction. */
export class WordIndex {
  readonly #db: DatabaseSync;
  readonly #rows: SqliteRows;
  readonly #add: StatementSync;
  readonly #delete: StatementSync;
  readonly #next: StatementSync;
  readonly #note: StatementSync;
  readonly #fact: StatementSync;
  /** Up to which place; undefined where that is to be read again. */
  #indexed: number | undefined;
  #behind = 0;

  /** Prepares. A file whose words were found out by other rules counts as one without any. */
  constructor(db: DatabaseSync, rows: SqliteRows) {
    this.#db = db;
    this.#rows = rows;
    this.#add = db.prepare(
      "INSERT INTO words (rowid, text, room, who) VALUES (CAST(? AS INTEGER), ?, ?, ?)",
    );
    this.#delete = db.prepare(
      `INSERT INTO words (words, rowid, text, room, who)
       VALUES ('delete', CAST(? AS INTEGER), ?, ?, ?)`,
    );
    this.#next = db.prepare(
      "SELECT place FROM items WHERE place > CAST(? AS INTEGER) ORDER BY place LIMIT ?",
    );
    this.#note = db.prepare("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)");
    this.#fact = db.prepare("SELECT value FROM facts WHERE name = ?");
  }

  /** Whether all words are found out up to this place. */
  covers(place: number): boolean {
    return place <= (this.#indexed ??= this.#read());
  }

  /**
   * How many of the messages that were added have their words not found out yet; about, where
   * something could not be written.
   */
  get behind(): number {
    return this.#behind;
  }

  /** Notes a message, and its words if the index has passed its place already. */
  add(row: Row, conversationId: number): void {
    if (kindOf(row.item) !== KIND.message) return;
    if (!this.covers(row.place)) {
      this.#behind++;
      return;
    }
    this.#guarded(() => this.#add.run(row.place, ...columns(row, conversationId)));
  }

  /** Takes the words of a message out. */
  remove(row: Stored): void {
    if (kindOf(row.item) !== KIND.message) return;
    if (!this.covers(row.place)) {
      this.#behind = Math.max(0, this.#behind - 1);
      return;
    }
    this.#guarded(() => this.#delete.run(row.place, ...columns(row, row.conversationId)));
  }

  /**
   * Finds out the words of the next messages.
   *
   * @param limit how many items are looked at.
   * @returns whether there may be more.
   */
  catchUp(limit: number): boolean {
    if (this.#fact.get("words")?.value !== STAMP) this.reset();
    const places = this.#next.all(this.#indexed ??= this.#read(), limit).map((row) =>
      Number(row.place)
    );
    const isAll = places.length < limit;
    this.#behind = isAll ? 0 : Math.max(0, this.#behind - places.length);
    const last = places.at(-1);
    if (last === undefined) return false;
    this.#guarded(() => {
      for (const place of places) {
        const row = this.#rows.at(place);
        if (row === undefined || kindOf(row.item) !== KIND.message) continue;
        this.#add.run(place, ...columns(row, row.conversationId));
      }
      this.#noteIndexed(last);
    });
    return !isAll;
  }

  /** No place is higher than this one any more. */
  lower(place: number): void {
    if (this.covers(place)) this.#noteIndexed(place);
  }

  /** What is known of the file is wrong: it was rolled back. */
  forget(): void {
    this.#indexed = undefined;
  }

  /** If the words are damaged only they are lost: they are found out again. */
  #guarded(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (isElsewhere(error)) throw error;
      this.reset();
    }
  }

  /** Forgets all words: they are to be found out again. To be called within a transaction. */
  reset(): void {
    try {
      this.#db.exec("INSERT INTO words (words) VALUES ('delete-all')");
    } catch (error) {
      // Not even that works: the table itself has to be made again.
      throw isElsewhere(error) ? error : new Error("The index of words is malformed");
    }
    this.#note.run("words", STAMP);
    this.#noteIndexed(Number.MIN_SAFE_INTEGER);
  }

  #noteIndexed(place: number): void {
    this.#note.run("indexed", place);
    this.#indexed = place;
  }

  #read(): number {
    const isOurs = this.#fact.get("words")?.value === STAMP;
    const indexed = this.#fact.get("indexed")?.value;
    return isOurs && typeof indexed === "number" ? indexed : Number.MIN_SAFE_INTEGER;
  }
}

/** What is written for a message; to take it out, the same has to be given again. */
function columns({ item }: Row, conversationId: number): [string, string, string] {
  return [
    words(textOf(item.params)).join(" "),
    roomToken(conversationId),
    nickToken(nickOf(item.source)),
  ];
}

/** A conversation as one word. */
export function roomToken(conversationId: number): string {
  return `c${conversationId}`;
}

/** A name as one word: what would end a word is moved to where it is none of ASCII. */
export function nickToken(folded: string): string {
  return folded.replace(
    /[^a-z0-9\x80-\uffff]/g,
    (char) => String.fromCharCode(0xe000 + char.charCodeAt(0)),
  );
}
