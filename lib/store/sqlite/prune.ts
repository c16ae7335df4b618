/**
 * Takes out what is too old or too many, a little at a time.
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Retention } from "../history.ts";
import { type Items, oldestKept } from "./items.ts";
import type { SqliteRows } from "./rows.ts";

/**
 * How many items are taken out at a time: some 2 ms. With 200, while 6,500 messages a second came to
 * 190 people, half of the deliveries took 10 ms and more instead of 4.
 */
const STEP = 40;

/** How many conversations are looked at in one go. */
const CONVERSATIONS = 50;

/** All that there is, the oldest first. */
const OLDEST = { above: -Infinity, below: Infinity, end: "first", events: true } as const;

/** Takes out what is too old or too many. Remembers how far it has come. */
export class Pruning {
  readonly #rows: SqliteRows;
  readonly #items: Items;
  readonly #old: StatementSync;
  readonly #next: StatementSync;
  /** The key of the conversation that was looked at last. */
  #last = "";

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
      const old = this.#old.all(oldestKept(days, now), left).map((row) => Number(row.place));
      this.#remove(old);
      left -= old.length;
    }
    if (left <= 0) return true;
    if (perConversation > 0) {
      const keys = this.#next.all(this.#last, CONVERSATIONS).map((row) => String(row.key));
      for (const key of keys) {
        const ids = this.#rows.ids(key);
        const count = ids.reduce((sum, id) => sum + this.#items.count(id), 0);
        if (count > perConversation) {
          const limit = Math.min(count - perConversation, left);
          const oldest = this.#rows.range(key, { ...OLDEST, limit }).map(({ place }) => place);
          this.#remove(oldest);
          left -= oldest.length;
          if (left <= 0) return true;
        }
        this.#last = key;
      }
      if (keys.length === CONVERSATIONS) return true;
    }
    this.#last = "";
    return this.#items.pruneAuthors(STEP) === STEP;
  }

  #remove(places: readonly number[]): void {
    for (const place of places) {
      const row = this.#rows.at(place);
      if (row !== undefined) this.#items.remove(row);
    }
  }
}
