/**
 * Takes the history back to a mark: removes what was added after it, and undoes renames.
 *
 * Everything here is called within a transaction.
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Items } from "./items.ts";
import { bounded, NEXT_PLACES, type SqliteRows } from "./rows.ts";
import { prepared } from "./statements.ts";

/** How many places are read at a time. */
const STEP = 1000;

const SQL = {
  next: NEXT_PLACES,
  note: "INSERT OR IGNORE INTO renamed SELECT id, key FROM conversations WHERE key = ?",
  forget: "DELETE FROM renamed",
  undo: `UPDATE conversations SET key = (SELECT key FROM renamed WHERE conversation = id)
    WHERE id IN (SELECT conversation FROM renamed)`,
} as const;

export class Rewind {
  readonly #rows: SqliteRows;
  readonly #items: Items;
  readonly #sql;

  constructor(db: DatabaseSync, rows: SqliteRows, items: Items) {
    this.#rows = rows;
    this.#items = items;
    this.#sql = prepared(db, SQL);
  }

  /** Notes the key of conversations that get another one now, unless it was noted before. */
  note(key: string): void {
    this.#sql.note.run(key);
  }

  /** Forgets what was noted: there is a new mark. */
  forget(): void {
    this.#sql.forget.run();
  }

  /** Goes back to the mark. `last`: the highest place at that time. */
  to(last: number): void {
    for (;;) {
      const places = this.#sql.next.all(bounded(last), STEP);
      for (const { place } of places) {
        const row = this.#rows.at(Number(place));
        if (row !== undefined) this.#items.remove(row);
      }
      if (places.length < STEP) break;
    }
    this.#items.lower(bounded(last));
    this.#sql.undo.run();
    this.#sql.forget.run();
    this.#rows.forget();
  }
}
