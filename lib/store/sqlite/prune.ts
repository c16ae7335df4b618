/**
 * Takes out what is too old or too many, a little at a time.
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Retention } from "../history.ts";
import type { Row } from "../order.ts";
import { type Items, oldestKept } from "./items.ts";
import type { SqliteRows } from "./rows.ts";

/**
 * How many items are taken out at a time: some 2 ms. With 200, while 6,500 messages a second came to
 * 190 people, half of the deliveries took 10 ms and more instead of 4.
 */
const STEP = 40;

/**
 * How much too long a conversation may get before it is shortened while it is written to: so much
 * that only those who talk without end pay for it, but less than what may be without its words.
 */
const SLACK = 50_000;

/** How many items are taken out at most by the transaction that writes to it: some 10 ms. */
const MOST_TRIMMED = 1000;

/** How many conversations are looked at in one go. */
const CONVERSATIONS = 50;

/** All that there is, the oldest first. */
const OLDEST = {
  above: -Infinity,
  below: Infinity,
  end: "first",
  events: true,
  redacted: true,
} as const;

/** Takes out what is too old or too many. Remembers how far it has come. */
export class Pruning {
  readonly #rows: SqliteRows;
  readonly #items: Items;
  readonly #old: StatementSync;
  readonly #next: StatementSync;
  /** The key of the conversation that was looked at last. */
  #last = "";
  /** How long a conversation may get while it is written to; 0 for any length. */
  #most = 0;

  /** Prepares. */
  constructor(db: DatabaseSync, rows: SqliteRows, items: Items) {
    this.#rows = rows;
    this.#items = items;
    this.#old = db.prepare(
      "SELECT place FROM items WHERE place < CAST(? AS INTEGER) ORDER BY place LIMIT ?",
    );
    this.#next = db.prepare(
      "SELECT key, id FROM conversations WHERE key > ? ORDER BY key LIMIT ?",
    );
  }

  /**
   * Takes out some of what is too old, then some of what is too many. To be called within a
   * transaction.
   *
   * @returns whether there is more to do.
   */
  step({ days, perConversation }: Retention, now: number): boolean {
    let left = STEP;
    if (days > 0) {
      const old = this.#old.all(oldestKept(days, now), left);
      for (const { place } of old) {
        const row = this.#rows.at(Number(place));
        if (row !== undefined) this.#items.remove(row);
      }
      left -= old.length;
    }
    if (left <= 0) return true;
    if (perConversation > 0) {
      const keys = this.#next.all(this.#last, CONVERSATIONS).map((row) => String(row.key));
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

  /** Says how long a conversation may get while it is written to; 0 for any length. */
  limit(perConversation: number): void {
    this.#most = perConversation;
  }

  /**
   * Shortens the conversations of what was written that have got much too long. To be called within the
   * transaction that writes to them: where thousands of messages come in each second, steps in
   * between fall behind. What goes so early never has its words found out, which costs more than the
   * message itself, and so does taking them out again.
   *
   * @param written what is written to them: twice as many items are taken out at most.
   */
  trim(written: readonly Row[]): void {
    if (this.#most === 0) return;
    let limit = Math.min(2 * written.length, MOST_TRIMMED);
    for (const key of new Set(written.map(({ item }) => item.conversation))) {
      if (limit > 0 && this.#count(key) > this.#most + SLACK) {
        limit -= this.#shorten(key, this.#most, limit);
      }
    }
  }

  #count(key: string): number {
    return this.#rows.ids(key).reduce((sum, id) => sum + this.#items.count(id), 0);
  }

  /** Takes out what is too much of a conversation, the oldest first. Returns how many items. */
  #shorten(key: string, most: number, limit: number): number {
    const tooMany = Math.min(this.#count(key) - most, limit);
    const oldest = this.#rows.range(key, { ...OLDEST, limit: tooMany });
    for (const row of oldest) this.#items.remove(row);
    return oldest.length;
  }
}
