/**
 * Dates items of the file again that were written while the clock was ahead.
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { placeAt, PLACES } from "../order.ts";
import { type Birth, Redating } from "../redating.ts";
import type { Items } from "./items.ts";
import { bounded, type SqliteRows } from "./rows.ts";

/** How many items are counted at most to find out how many there are. */
const COUNTED = 100_000;

/**
 * Goes through the items that are dated in the future, from the first on, so many in each
 * transaction. Nothing of it is kept in the file: after a crash it begins with those that are left.
 */
export class Misdated {
  readonly #rows: SqliteRows;
  readonly #items: Items;
  readonly #next: StatementSync;
  readonly #floor: StatementSync;
  readonly #count: StatementSync;
  readonly #births: StatementSync;
  readonly #rebirth: StatementSync;
  readonly #clamp: StatementSync;
  readonly #forget: StatementSync;
  /** What is under way, and the old place of the last item that was dated again. */
  #run: { readonly redating: Redating; done: number; last: number } | undefined;

  /** Prepares. */
  constructor(db: DatabaseSync, rows: SqliteRows, items: Items) {
    this.#rows = rows;
    this.#items = items;
    this.#next = db.prepare(
      "SELECT place FROM items WHERE place > CAST(? AS INTEGER) ORDER BY place LIMIT ?",
    );
    this.#floor = db.prepare(
      "SELECT max(place) AS place FROM items WHERE place <= CAST(? AS INTEGER)",
    );
    this.#count = db.prepare(
      `SELECT count(*) AS count FROM
       (SELECT 1 FROM items WHERE place > CAST(? AS INTEGER) LIMIT ${COUNTED + 1})`,
    );
    this.#births = db.prepare(
      "SELECT folded, created_at FROM accounts WHERE created_at > ? ORDER BY created_at",
    );
    this.#rebirth = db.prepare("UPDATE accounts SET created_at = ? WHERE folded = ?");
    this.#clamp = db.prepare("UPDATE read_markers SET at = ? WHERE at > ?");
    // Better to be shown something twice than to miss it.
    this.#forget = db.prepare("DELETE FROM departures WHERE at > ?");
  }

  /**
   * Dates some items again. To be called within a transaction, when nothing is held that would come
   * before them.
   *
   * @param now the time, in milliseconds since 1970.
   * @returns the highest place of all; undefined while there is more to do.
   */
  step(now: number, limit: number): number | undefined {
    const run = this.#run ??= this.#begin(now);
    const born = ({ key }: Birth, time: number) => this.#rebirth.run(time, key);
    const places = this.#next.all(bounded(run.done), limit).map(({ place }) => Number(place));
    for (const place of places) {
      const row = this.#rows.at(place);
      if (row === undefined) continue;
      run.last = run.redating.next(place, row.given, now, born);
      if (run.last !== place) this.#items.move(row, run.last);
    }
    run.done = places.at(-1) ?? run.done;
    if (places.length === limit) return undefined;
    run.redating.settle(born);
    this.#items.lower(run.last);
    this.#run = undefined;
    return run.last;
  }

  /** What was done was rolled back. */
  forget(): void {
    this.#run = undefined;
  }

  #begin(now: number): { redating: Redating; done: number; last: number } {
    const end = placeAt(now) + PLACES - 1;
    const place = this.#floor.get(bounded(end))?.place ?? null;
    const floor = place === null ? -Infinity : Number(place);
    const counted = Number(this.#count.get(bounded(end))?.count);
    const count = counted > COUNTED ? Infinity : counted;
    const births = this.#births.all(now).map(({ folded, created_at }) => ({
      key: String(folded),
      time: Number(created_at),
    }));
    this.#clamp.run(now, now);
    this.#forget.run(now);
    this.#items.clamp(now);
    return { redating: new Redating({ now, floor, count }, births), done: end, last: floor };
  }
}
