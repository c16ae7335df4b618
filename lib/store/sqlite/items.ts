/**
 * Writes items and takes them out. Everything here is to be called within a transaction.
 * @module
 */
import { DAY_MS } from "../../text/duration.ts";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { KIND, kindOf, placeAt, type Row, timeAt } from "../order.ts";
import type { Filing } from "./filing.ts";
import { FILED, packConcat, packParams, type SqliteRows, type Stored } from "./rows.ts";
import type { WordIndex } from "./word_index.ts";

/** The most authors whose numbers are remembered; beyond them all get new ones. */
const MAX_AUTHORS = 10_000;

/** How many items are written by one statement, where there are that many: a fifth less work. */
const TOGETHER = 8;

/** How many values an item has. */
const COLUMNS = 10;

type Value = string | number | null;

interface Added {
  readonly row: Row;
  readonly conversation: number;
}

function insertion(count: number): string {
  // A number beyond 32 bits reaches SQLite as a floating one.
  const marks = `(CAST(? AS INTEGER)${", ?".repeat(COLUMNS - 1)})`;
  return `INSERT OR IGNORE INTO items VALUES ${Array(count).fill(marks).join(", ")}`;
}

/** Writes items and takes them out. */
export class Items {
  readonly #rows: SqliteRows;
  readonly #words: WordIndex;
  readonly #filing: Filing;
  readonly #insert: StatementSync;
  readonly #insertMany: StatementSync;
  readonly #delete: StatementSync;
  readonly #redact: StatementSync;
  readonly #move: StatementSync;
  readonly #clampAuthors: StatementSync;
  readonly #addConversation: StatementSync;
  readonly #dropConversation: StatementSync;
  readonly #rename: StatementSync;
  readonly #addAuthor: StatementSync;
  readonly #oldestAuthors: StatementSync;
  readonly #dropAuthor: StatementSync;
  readonly #oldest: StatementSync;
  /**
   * The numbers of authors, for a day: then they get new ones, so that those of old items can be
   * taken out with them, without asking who still uses them.
   */
  readonly #authors = new Map<string, number>();
  #authorsBorn = -Infinity;
  /** How many items a conversation has, as far as that was asked. */
  readonly #counts = new Map<number, number>();

  /** Prepares to write. */
  constructor(db: DatabaseSync, rows: SqliteRows, words: WordIndex, filing: Filing) {
    this.#rows = rows;
    this.#words = words;
    this.#filing = filing;
    this.#insert = db.prepare(insertion(1));
    this.#insertMany = db.prepare(insertion(TOGETHER));
    this.#delete = db.prepare("DELETE FROM items WHERE place = CAST(? AS INTEGER)");
    this.#redact = db.prepare(
      `UPDATE items SET author = 0, message = ${KIND.redacted}, command = '', params = NULL,
       tags = NULL, concat = NULL WHERE place = CAST(? AS INTEGER)`,
    );
    this.#move = db.prepare(
      "UPDATE items SET place = CAST(? AS INTEGER), time = NULL WHERE place = CAST(? AS INTEGER)",
    );
    this.#clampAuthors = db.prepare("UPDATE authors SET born = ? WHERE born > ?");
    this.#addConversation = db.prepare("INSERT INTO conversations (key) VALUES (?)");
    this.#dropConversation = db.prepare(
      `DELETE FROM conversations WHERE id = ?
       AND NOT EXISTS (SELECT 1 FROM by_conversation WHERE conversation = ?)
       AND NOT EXISTS (SELECT 1 FROM items WHERE place > ${FILED} AND conversation = ?)`,
    );
    this.#rename = db.prepare("UPDATE conversations SET key = ? WHERE key = ?");
    this.#addAuthor = db.prepare(
      "INSERT INTO authors (source, account, bot, born) VALUES (?, ?, ?, ?)",
    );
    this.#oldestAuthors = db.prepare("SELECT id, born FROM authors ORDER BY id LIMIT ?");
    this.#dropAuthor = db.prepare("DELETE FROM authors WHERE id = ?");
    this.#oldest = db.prepare("SELECT min(place) AS place FROM items");
  }

  /** Writes items. Leaves out those whose place is taken: they were written before. */
  add(rows: Iterable<Row>): void {
    const values: Value[] = [];
    const added: Added[] = [];
    const insert = (statement: StatementSync) => {
      statement.run(...values);
      for (const one of added) this.#added(one);
      values.length = 0;
      added.length = 0;
    };
    for (const row of rows) {
      const conversation = this.#conversation(row.item.conversation);
      added.push({ row, conversation });
      this.#push(values, row, conversation);
      if (added.length === TOGETHER) insert(this.#insertMany);
    }
    const rest = values.splice(0);
    for (const one of added.splice(0)) {
      values.push(...rest.splice(0, COLUMNS));
      added.push(one);
      insert(this.#insert);
    }
  }

  #push(values: Value[], row: Row, conversation: number): void {
    const { place, item } = row;
    values.push(
      place,
      conversation,
      kindOf(item) === KIND.redacted ? 0 : this.#author(row),
      kindOf(item),
      item.command,
      item.msgid,
      packParams(item.params),
      item.tags === "" ? null : item.tags,
      packConcat(item.concat),
      timeAt(place) === item.time ? null : item.time,
    );
  }

  #added({ row, conversation }: Added): void {
    const count = this.#counts.get(conversation);
    if (count !== undefined) this.#counts.set(conversation, count + 1);
    this.#filing.add(row, conversation);
    this.#words.add(row, conversation);
  }

  /** Takes out what an item says. It keeps its place, which counts as an item. */
  redact(row: Stored): void {
    this.#words.remove(row);
    this.#filing.redact(row);
    this.#redact.run(row.place);
  }

  /** Gives an item another place, which is free. */
  move(row: Stored, place: number): void {
    this.#words.remove(row);
    this.#filing.remove(row);
    this.#move.run(place, row.place);
    const moved = { ...row, place };
    this.#filing.add(moved, row.conversationId);
    this.#words.add(moved, row.conversationId);
  }

  /** No item has a higher place than this one any more: they were dated again. */
  lower(place: number): void {
    this.#filing.lower(place);
    this.#words.lower(place);
    this.clamp(timeAt(place));
  }

  /** Nothing was written later than this: the clock was ahead. */
  clamp(now: number): void {
    this.#clampAuthors.run(now, now);
    this.#authors.clear();
    this.#authorsBorn = -Infinity;
  }

  /** Takes an item out, and its conversation if it was the last one of it. */
  remove(row: Stored): void {
    this.#words.remove(row);
    this.#filing.remove(row);
    this.#delete.run(row.place);
    const count = this.#counts.get(row.conversationId);
    if (count !== undefined) this.#counts.set(row.conversationId, count - 1);
    if (count === undefined || count <= 1) this.#dropIfEmpty(row.conversationId);
  }

  /** Gives a conversation another key. */
  rename(from: string, to: string): void {
    this.#rename.run(to, from);
    this.#rows.forget();
  }

  /** How many items a conversation has. */
  count(conversationId: number): number {
    let count = this.#counts.get(conversationId);
    if (count === undefined) {
      count = this.#filing.count(conversationId);
      this.#counts.set(conversationId, count);
    }
    return count;
  }

  /**
   * Takes out authors of whom no item can be left.
   *
   * @returns how many.
   */
  pruneAuthors(limit: number): number {
    const oldest = this.#oldest.get()?.place;
    // An author is used for a day; one day more for those that were dated again.
    const before = oldest === null ? Infinity : timeAt(Number(oldest)) - 2 * DAY_MS;
    let count = 0;
    for (const { id, born } of this.#oldestAuthors.all(limit)) {
      if (Number(born) >= before || Number(born) === this.#authorsBorn) break;
      this.#dropAuthor.run(id!);
      count++;
    }
    return count;
  }

  /** What is known of the file is wrong: it was rolled back. */
  forget(): void {
    this.#authors.clear();
    this.#authorsBorn = -Infinity;
    this.#counts.clear();
    this.#rows.forget();
  }

  #conversation(key: string): number {
    const known = this.#rows.ids(key).at(-1);
    if (known !== undefined) return known;
    this.#rows.forgetOne(key);
    return Number(this.#addConversation.run(key).lastInsertRowid);
  }

  #dropIfEmpty(id: number): void {
    if (Number(this.#dropConversation.run(id, id, id).changes) === 0) return;
    this.#counts.delete(id);
    this.#rows.forget();
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
      const added = this.#addAuthor.run(source, account, bot ? 1 : 0, this.#authorsBorn);
      id = Number(added.lastInsertRowid);
      this.#authors.set(key, id);
    }
    return id;
  }
}

/** Where items begin that are not too old. */
export function oldestKept(days: number, now: number): number {
  return days === 0 ? -Infinity : placeAt(now - days * DAY_MS);
}
