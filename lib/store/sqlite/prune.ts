/**
 * Removes items that are too old or too many, a few at a time.
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Row } from "../order.ts";
import type { Items } from "./items.ts";
import type { SqliteRows } from "./rows.ts";
import { prepared } from "./statements.ts";

/**
 * How many items are removed at a time: some 2 ms. With 200, while 6,500 messages a second went to
 * 190 people, half of the deliveries took 10 ms and more instead of 4.
 */
const STEP = 40;

/**
 * How far a conversation may exceed its length before it is shortened while it is written to: so
 * much that only those who talk without end pay for it, but less than may be without its words.
 */
const SLACK = 50_000;

/** How many items a transaction that writes removes at most: some 10 ms. */
const MOST_TRIMMED = 1000;

/** How many conversations are looked at in one step. */
const CONVERSATIONS = 50;

/** Everything in a conversation, the oldest first. */
const OLDEST = {
  above: -Infinity,
  below: Infinity,
  end: "first",
  events: true,
  redacted: true,
} as const;

const SQL = {
  old: "SELECT place FROM items WHERE place < CAST(? AS INTEGER) ORDER BY place LIMIT ?",
  next: "SELECT key, id FROM conversations WHERE key > ? ORDER BY key LIMIT ?",
} as const;

export class Pruning {
  readonly #rows: SqliteRows;
  readonly #items: Items;
  readonly #sql;
  /** The key of the conversation that was looked at last. */
  #last = "";
  #most = 0;

  constructor(db: DatabaseSync, rows: SqliteRows, items: Items) {
    this.#rows = rows;
    this.#items = items;
    this.#sql = prepared(db, SQL);
  }

  /**
   * Removes some of what is too old, then some of what is too many. Returns whether there is more.
   *
   * @param oldest the first place that is not too old; -Infinity for none.
   */
  step(oldest: number, perConversation: number): boolean {
    let left = STEP;
    if (oldest > -Infinity) {
      const old = this.#sql.old.all(oldest, left);
      for (const { place } of old) {
        const row = this.#rows.at(Number(place));
        if (row !== undefined) this.#items.remove(row);
      }
      left -= old.length;
    }
    if (left <= 0) return true;
    if (perConversation > 0) {
      const keys = this.#sql.next.all(this.#last, CONVERSATIONS).map((row) => String(row.key));
      for (const key of keys) {
        left -= this.#shorten(key, perConversation, left);
        if (left <= 0) return true;
        this.#last = key;
      }
      if (keys.length === CONVERSATIONS) return true;
    }
    this.#last = "";
    return this.#items.pruneAuthors(STEP) === STEP;
  }

  /** Sets how long a conversation may get while it is written to; 0 for any length. */
  limit(perConversation: number): void {
    this.#most = perConversation;
  }

  /**
   * Shortens conversations that are written to and have got much too long. Called within the
   * transaction that writes: if thousands of messages come in each second, {@linkcode step} falls
   * behind. What goes so early is never indexed; indexing it and taking it out of the index again
   * would each cost more than the message itself.
   *
   * @param written what is written; twice as many items are removed at most.
   * @returns whether any were.
   */
  trim(written: readonly Row[]): boolean {
    if (this.#most === 0) return false;
    const most = Math.min(2 * written.length, MOST_TRIMMED);
    let limit = most;
    for (const { item: { conversation } } of written) {
      if (limit > 0 && this.#count(conversation) > this.#most + SLACK) {
        limit -= this.#shorten(conversation, this.#most, limit);
      }
    }
    return limit < most;
  }

  #count(key: string): number {
    return this.#rows.ids(key).reduce((sum, id) => sum + this.#items.count(id), 0);
  }

  /** Removes the oldest of too many items of a conversation. Returns how many. */
  #shorten(key: string, most: number, limit: number): number {
    const tooMany = Math.min(this.#count(key) - most, limit);
    const oldest = this.#rows.range(key, { ...OLDEST, limit: tooMany });
    for (const row of oldest) this.#items.remove(row);
    return oldest.length;
  }
}
