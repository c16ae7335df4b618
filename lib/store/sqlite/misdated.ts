/**
 * Dates items in the file again that were written while the clock was ahead.
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { placeAt, PLACES } from "../order.ts";
import { type Birth, Redating } from "../redating.ts";
import type { Items } from "./items.ts";
import { bounded, NEXT_PLACES, type SqliteRows } from "./rows.ts";
import { prepared } from "./statements.ts";

/** How many items in the future are counted at most. */
const COUNTED = 100_000;

interface Run {
  readonly redating: Redating;
  /** The old place of the last item that was dated again. */
  done: number;
  /** Its new place. */
  last: number;
}

/** Goes through the items in the future. After a crash it begins with those that are left. */
export class Misdated {
  readonly #rows: SqliteRows;
  readonly #items: Items;
  readonly #sql;
  #run: Run | undefined;

  constructor(db: DatabaseSync, rows: SqliteRows, items: Items) {
    this.#rows = rows;
    this.#items = items;
    this.#sql = prepared(db, SQL);
  }

  /**
   * Dates some items again. Called within a transaction, when nothing is held that would come
   * before them.
   *
   * @param now the time, in milliseconds since 1970.
   * @returns the highest place of all; undefined while there is more to do.
   */
  step(now: number, limit: number): number | undefined {
    const run = this.#run ??= this.#begin(now);
    const born = ({ key }: Birth, time: number) => this.#sql.rebirth.run(time, key);
    const places = this.#sql.next.all(bounded(run.done), limit).map(({ place }) => Number(place));
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

  /** Begins anew, after a rollback. */
  forget(): void {
    this.#run = undefined;
  }

  #begin(now: number): Run {
    const end = placeAt(now) + PLACES - 1;
    const place = this.#sql.floor.get(bounded(end))?.place ?? null;
    const floor = place === null ? -Infinity : Number(place);
    const counted = Number(this.#sql.count.get(bounded(end))?.count);
    const count = counted > COUNTED ? Infinity : counted;
    const births = this.#sql.births.all(now).map(({ folded, created_at }) => ({
      key: String(folded),
      time: Number(created_at),
    }));
    this.#sql.clamp.run(now, now);
    this.#sql.forget.run(now);
    this.#items.clamp(now);
    return { redating: new Redating({ now, floor, count }, births), done: end, last: floor };
  }
}

const SQL = {
  next: NEXT_PLACES,
  floor: "SELECT max(place) AS place FROM items WHERE place <= CAST(? AS INTEGER)",
  count: `SELECT count(*) AS count FROM
    (SELECT 1 FROM items WHERE place > CAST(? AS INTEGER) LIMIT ${COUNTED + 1})`,
  births: "SELECT folded, created_at FROM accounts WHERE created_at > ? ORDER BY created_at",
  rebirth: "UPDATE accounts SET created_at = ? WHERE folded = ?",
  clamp: "UPDATE read_markers SET at = ? WHERE at > ?",
  // Better to be shown something twice than to miss it.
  forget: "DELETE FROM departures WHERE at > ?",
} as const;
