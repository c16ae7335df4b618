/**
 * Writes items and takes them out. Everything here is called within a transaction.
 * @module
 */
import { DAY_MS } from "../../text/duration.ts";
import type { DatabaseSync } from "node:sqlite";
import { KIND, kindOf, type Row, timeAt } from "../order.ts";
import type { Filing } from "./filing.ts";
import { FILED, packConcat, packParams, type SqliteRows, type Stored } from "./rows.ts";
import { prepared } from "./statements.ts";
import type { WordIndex } from "./word_index.ts";

/** The most authors whose numbers are cached; beyond them all get new ones. */
const MAX_AUTHORS = 10_000;

/** How many items one statement writes, if there are that many: a fifth less work. */
const TOGETHER = 8;

const COLUMNS = 10;

function insertion(count: number): string {
  // A number beyond 32 bits reaches SQLite as a floating one.
  const marks = `(CAST(? AS INTEGER)${", ?".repeat(COLUMNS - 1)})`;
  return `INSERT OR IGNORE INTO items VALUES ${Array(count).fill(marks).join(", ")}`;
}

export class Items {
  readonly #rows: SqliteRows;
  readonly #words: WordIndex;
  readonly #filing: Filing;
  readonly #sql;
  /** What the next statement writes. It is kept: arrays that grow were a twentieth of all garbage. */
  readonly #values: (string | number | null)[] = Array(TOGETHER * COLUMNS).fill(null);
  /**
   * The numbers of authors. Each is used for a day, so that it can be removed with its old items.
   */
  readonly #authors = new Map<string, number>();
  #authorsBorn = -Infinity;
  /** How many items a conversation has, as far as that was asked. */
  readonly #counts = new Map<number, number>();

  constructor(db: DatabaseSync, rows: SqliteRows, words: WordIndex, filing: Filing) {
    this.#rows = rows;
    this.#words = words;
    this.#filing = filing;
    this.#sql = prepared(db, SQL);
  }

  /** Writes items, except those whose place is taken: they were written before. */
  add(rows: readonly Row[]): void {
    for (let from = 0; from < rows.length;) {
      const isMany = from + TOGETHER <= rows.length;
      const several = rows.slice(from, from + (isMany ? TOGETHER : 1));
      const conversations = several.map(({ item }) => this.#conversation(item.conversation));
      several.forEach((row, index) => this.#put(index * COLUMNS, row, conversations[index]!));
      if (isMany) this.#sql.insertMany.run(...this.#values);
      else this.#sql.insert.run(...this.#values.slice(0, COLUMNS));
      several.forEach((row, index) => this.#added(row, conversations[index]!));
      from += several.length;
    }
  }

  /** Sets the values of one row, the first of them at this index. */
  #put(at: number, row: Row, conversation: number): void {
    const { place, item } = row;
    const values = this.#values;
    values[at] = place;
    values[at + 1] = conversation;
    values[at + 2] = kindOf(item) === KIND.redacted ? 0 : this.#author(row);
    values[at + 3] = kindOf(item);
    values[at + 4] = item.command;
    values[at + 5] = item.msgid;
    values[at + 6] = packParams(item.params);
    values[at + 7] = item.tags === "" ? null : item.tags;
    values[at + 8] = packConcat(item.concat);
    values[at + 9] = timeAt(place) === item.time ? null : item.time;
  }

  #added(row: Row, conversation: number): void {
    const count = this.#counts.get(conversation);
    if (count !== undefined) this.#counts.set(conversation, count + 1);
    this.#filing.add(row, conversation);
    this.#words.add(row, conversation);
  }

  /** Erases what an item says. It keeps its place, and counts as an item. */
  redact(row: Stored): void {
    this.#words.remove(row);
    this.#filing.redact(row);
    this.#sql.redact.run(row.place);
  }

  /** Moves an item to another place, which is free. */
  move(row: Stored, place: number): void {
    this.#words.remove(row);
    this.#filing.remove(row);
    this.#sql.move.run(place, row.place);
    const moved = { ...row, place };
    this.#filing.add(moved, row.conversationId);
    this.#words.add(moved, row.conversationId);
  }

  /** Notes that no item has a higher place any more, because they were dated again. */
  lower(place: number): void {
    this.#filing.lower(place);
    this.#words.lower(place);
    this.clamp(timeAt(place));
  }

  /** Corrects authors that are dated later than now, because the clock was ahead. */
  clamp(now: number): void {
    this.#sql.clampAuthors.run(now, now);
    this.#forgetAuthors();
  }

  /** Removes an item, and its conversation with the last item. */
  remove(row: Stored): void {
    this.#words.remove(row);
    this.#filing.remove(row);
    this.#sql.delete.run(row.place);
    const id = row.conversationId;
    const count = this.#counts.get(id);
    if (count !== undefined) this.#counts.set(id, count - 1);
    if (count !== undefined && count > 1) return;
    if (Number(this.#sql.dropConversation.run(id, id, id).changes) === 0) return;
    this.#counts.delete(id);
    this.#rows.forget();
  }

  rename(from: string, to: string): void {
    this.#sql.rename.run(to, from);
    this.#rows.forget();
  }

  count(conversationId: number): number {
    let count = this.#counts.get(conversationId);
    if (count === undefined) {
      count = this.#filing.count(conversationId);
      this.#counts.set(conversationId, count);
    }
    return count;
  }

  /** Removes authors of whom no item can be left. Returns how many. */
  pruneAuthors(limit: number): number {
    const oldest = this.#sql.oldest.get()?.place;
    // An author is used for a day; one day more for items that were dated again.
    const before = oldest === null ? Infinity : timeAt(Number(oldest)) - 2 * DAY_MS;
    let count = 0;
    for (const { id, born } of this.#sql.oldestAuthors.all(limit)) {
      if (Number(born) >= before || Number(born) === this.#authorsBorn) break;
      this.#sql.dropAuthor.run(id!);
      count++;
    }
    return count;
  }

  /** Forgets what is cached, after a rollback. */
  forget(): void {
    this.#forgetAuthors();
    this.#counts.clear();
    this.#rows.forget();
  }

  #forgetAuthors(): void {
    this.#authors.clear();
    this.#authorsBorn = -Infinity;
  }

  #conversation(key: string): number {
    const known = this.#rows.ids(key).at(-1);
    if (known !== undefined) return known;
    this.#rows.forgetOne(key);
    return Number(this.#sql.addConversation.run(key).lastInsertRowid);
  }

  #author({ item, place }: Row): number {
    const time = timeAt(place);
    if (Math.abs(time - this.#authorsBorn) > DAY_MS || this.#authors.size >= MAX_AUTHORS) {
      this.#authors.clear();
      this.#authorsBorn = time;
    }
    const key = `${item.bot ? "b" : ""}\n${item.account ?? "\n"}\n${item.source}`;
    let id = this.#authors.get(key);
    if (id === undefined) {
      const { source, account, bot } = item;
      const added = this.#sql.addAuthor.run(source, account, Number(bot), this.#authorsBorn);
      id = Number(added.lastInsertRowid);
      this.#authors.set(key, id);
    }
    return id;
  }
}

const SQL = {
  insert: insertion(1),
  insertMany: insertion(TOGETHER),
  delete: "DELETE FROM items WHERE place = CAST(? AS INTEGER)",
  redact: `UPDATE items SET author = 0, message = ${KIND.redacted}, command = '', params = NULL,
    tags = NULL, concat = NULL WHERE place = CAST(? AS INTEGER)`,
  move: `UPDATE items SET place = CAST(? AS INTEGER), time = NULL
    WHERE place = CAST(? AS INTEGER)`,
  clampAuthors: "UPDATE authors SET born = ? WHERE born > ?",
  addConversation: "INSERT INTO conversations (key) VALUES (?)",
  dropConversation: `DELETE FROM conversations WHERE id = ?
    AND NOT EXISTS (SELECT 1 FROM by_conversation WHERE conversation = ?)
    AND NOT EXISTS (SELECT 1 FROM items WHERE place > ${FILED} AND conversation = ?)`,
  rename: "UPDATE conversations SET key = ? WHERE key = ?",
  addAuthor: "INSERT INTO authors (source, account, bot, born) VALUES (?, ?, ?, ?)",
  oldestAuthors: "SELECT id, born FROM authors ORDER BY id LIMIT ?",
  dropAuthor: "DELETE FROM authors WHERE id = ?",
  oldest: "SELECT min(place) AS place FROM items",
} as const;
