/**
 * The full-text index of messages (FTS5); `word_search.ts` searches it.
 *
 * Indexing a message costs as much as writing it, so it is not done when the message comes in but
 * in a quiet moment, or when somebody searches. The fact `indexed` in the file says up to which
 * place that is done.
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import process from "node:process";
import { KIND, kindOf, type Row } from "../order.ts";
import { nickOf, textOf, words } from "../words.ts";
import { isElsewhere } from "./derived.ts";
import { NEXT_PLACES, type SqliteRows, type Stored } from "./rows.ts";
import { prepared } from "./statements.ts";

/** What the words depend on; if the file has another stamp, all messages are indexed again. */
const STAMP = `1 ${process.versions.unicode ?? ""}`;

const SQL = {
  add: "INSERT INTO words (rowid, text, room, who) VALUES (CAST(? AS INTEGER), ?, ?, ?)",
  delete: `INSERT INTO words (words, rowid, text, room, who)
    VALUES ('delete', CAST(? AS INTEGER), ?, ?, ?)`,
  next: NEXT_PLACES,
  note: "INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)",
  fact: "SELECT value FROM facts WHERE name = ?",
} as const;

/** Keeps the index. Everything that writes is called within a transaction. */
export class WordIndex {
  readonly #db: DatabaseSync;
  readonly #rows: SqliteRows;
  readonly #sql;
  /** Up to which place messages are indexed; undefined if that has to be read again. */
  #indexed: number | undefined;
  #behind = 0;

  constructor(db: DatabaseSync, rows: SqliteRows) {
    this.#db = db;
    this.#rows = rows;
    this.#sql = prepared(db, SQL);
  }

  /** Whether all messages up to this place are indexed. */
  covers(place: number): boolean {
    return place <= (this.#indexed ??= this.#read());
  }

  /** About how many of the messages that were added are not indexed yet. */
  get behind(): number {
    return this.#behind;
  }

  /** Notes a message; indexes it if the index has passed its place already. */
  add(row: Row, conversationId: number): void {
    if (kindOf(row.item) !== KIND.message) return;
    if (!this.covers(row.place)) {
      this.#behind++;
      return;
    }
    this.#guarded(() => this.#sql.add.run(row.place, ...columns(row, conversationId)));
  }

  remove(row: Stored): void {
    if (kindOf(row.item) !== KIND.message) return;
    if (!this.covers(row.place)) {
      this.#behind = Math.max(0, this.#behind - 1);
      return;
    }
    this.#guarded(() => this.#sql.delete.run(row.place, ...columns(row, row.conversationId)));
  }

  /** Indexes the messages among the next items. Returns whether there may be more. */
  catchUp(limit: number): boolean {
    if (this.#sql.fact.get("words")?.value !== STAMP) this.reset();
    const places = this.#sql.next.all(this.#indexed ??= this.#read(), limit)
      .map((row) => Number(row.place));
    const isAll = places.length < limit;
    this.#behind = isAll ? 0 : Math.max(0, this.#behind - places.length);
    const last = places.at(-1);
    if (last === undefined) return false;
    this.#guarded(() => {
      for (const place of places) {
        const row = this.#rows.at(place);
        if (row === undefined || kindOf(row.item) !== KIND.message) continue;
        this.#sql.add.run(place, ...columns(row, row.conversationId));
      }
      this.#noteIndexed(last);
    });
    return !isAll;
  }

  /** Notes that no place is higher than this one any more. */
  lower(place: number): void {
    if (this.covers(place)) this.#noteIndexed(place);
  }

  /** Forgets what is cached, after a rollback. */
  forget(): void {
    this.#indexed = undefined;
  }

  /** Writes to the index. If it is damaged, only the index is lost, and is made again. */
  #guarded(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (isElsewhere(error)) throw error;
      this.reset();
    }
  }

  /** Empties the index: all messages are indexed again. */
  reset(): void {
    try {
      this.#db.exec("INSERT INTO words (words) VALUES ('delete-all')");
    } catch (error) {
      // Then the table itself has to be made again.
      throw isElsewhere(error) ? error : new Error("The index of words is malformed");
    }
    this.#sql.note.run("words", STAMP);
    this.#noteIndexed(Number.MIN_SAFE_INTEGER);
  }

  #noteIndexed(place: number): void {
    this.#sql.note.run("indexed", place);
    this.#indexed = place;
  }

  #read(): number {
    const isOurs = this.#sql.fact.get("words")?.value === STAMP;
    const indexed = this.#sql.fact.get("indexed")?.value;
    return isOurs && typeof indexed === "number" ? indexed : Number.MIN_SAFE_INTEGER;
  }
}

/** What is indexed of a message; to remove it from the index, the same has to be given again. */
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

/** A name as one word: characters that would end a word are mapped to the private use area. */
export function nickToken(folded: string): string {
  return folded.replace(
    /[^a-z0-9\x80-\uffff]/g,
    (char) => String.fromCharCode(0xe000 + char.charCodeAt(0)),
  );
}
