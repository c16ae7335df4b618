/**
 * Saves what can be read of a damaged database.
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { KIND } from "../order.ts";
import { FILE_ALL } from "./derived.ts";
import { migrate } from "./schema.ts";
import { inTransaction, type SqlRow, withDatabase } from "./statements.ts";

/** The tables of all but history, and the order of their rows on the disk. */
export const KEYS: Readonly<Record<string, readonly string[]>> = {
  accounts: ["folded"],
  invitations: ["id"],
  guests: ["id"],
  channels: ["folded"],
  bans: ["kind", "mask"],
  read_markers: ["account", "target"],
  departures: ["account", "channel"],
};

/** The tables of history, each with its key, a number. */
const HISTORY: Readonly<Record<string, string>> = {
  conversations: "id",
  authors: "id",
  items: "place",
};

export interface Salvaged {
  readonly messages: number;
  readonly accounts: number;
  /** Whether all accounts could be read, as far as the file itself tells. */
  readonly complete: boolean;
  /** Whether all channels and bans could be read. */
  readonly closed: boolean;
}

/**
 * Copies accounts, invitations, server state and history, as far as they can be read. History only
 * if all rooms can be read: else a locked one could be open, with all that was said in it.
 *
 * @param path a damaged file, which is only read.
 * @param db an open database without tables, or with today's.
 */
export function salvage(path: string, db: DatabaseSync): Salvaged {
  migrate(db);
  const whole = new Set<string>();
  const isClosed = () => whole.has("channels") && whole.has("bans");
  try {
    withDatabase(path, { readOnly: true }, (damaged) => {
      for (const table of Object.keys(KEYS)) {
        // What lies behind an unreadable place may be reached from the other end.
        if (copied(damaged, db, table, "ASC")) whole.add(table);
        else copied(damaged, db, table, "DESC");
      }
      if (!isClosed()) return;
      inTransaction(db, () => {
        for (const [table, key] of Object.entries(HISTORY)) copyAround(damaged, db, table, key);
        db.exec(TIDY + FILE_ALL);
      });
    });
  } catch {
    // It is not even a database.
  }
  const count = (what: string) =>
    Number(db.prepare(`SELECT count(*) AS count FROM ${what}`).get()?.count);
  return {
    messages: count("items WHERE message = 1"),
    accounts: count("accounts"),
    complete: whole.has("accounts"),
    closed: isClosed(),
  };
}

/** Removes items of which it is not known where or by whom they were said. */
const TIDY = `
  DELETE FROM items WHERE conversation NOT IN (SELECT id FROM conversations)
    OR message <> ${KIND.redacted} AND author NOT IN (SELECT id FROM authors);
  DELETE FROM conversations WHERE id NOT IN (SELECT conversation FROM items);
  DELETE FROM authors WHERE id NOT IN (SELECT author FROM items);
`;

/** How many rows are read at a time, as long as that works. */
const STEP = 100;

/** Copies the rows of a table from one end on. Returns whether all could be read. */
function copied(
  from: DatabaseSync,
  to: DatabaseSync,
  table: string,
  order: "ASC" | "DESC",
): boolean {
  const insert = inserter(to, table);
  const ordered = KEYS[table]!.map((column) => `${column} ${order}`).join(", ");
  let step = STEP;
  for (let offset = 0;;) {
    let rows;
    try {
      // `iterate` ends at a damaged page as if there were nothing more.
      rows = from.prepare(`SELECT * FROM ${table} ORDER BY ${ordered} LIMIT ? OFFSET ?`)
        .all(step, offset);
    } catch {
      if (step === 1) return false;
      step = 1;
      continue;
    }
    insert(rows);
    if (rows.length < step) return true;
    offset += rows.length;
  }
}

/** Returns a function that inserts rows into a table, except for those that are there. */
function inserter(to: DatabaseSync, table: string): (rows: readonly SqlRow[]) => void {
  // An earlier version had other columns, too.
  const known = new Set(
    to.prepare(`SELECT name FROM pragma_table_info('${table}')`).all().map(({ name }) => name),
  );
  let into: StatementSync | undefined;
  let columns: string[] = [];
  return (rows) => {
    for (const row of rows) {
      if (into === undefined) {
        columns = Object.keys(row).filter((column) => known.has(column));
        const marks = columns.map(() => "?").join(", ");
        into = to.prepare(
          `INSERT OR IGNORE INTO ${table} (${columns.join(", ")}) VALUES (${marks})`,
        );
      }
      into.run(...columns.map((column) => row[column]!));
    }
  };
}

/** How many gaps are looked into at most: each takes a millisecond if nothing is found. */
const MOST_GAPS = 500;

/**
 * Copies the rows of a table with a numeric key, all but those on damaged pages: reads up to a page
 * that can't be read, looks for a row behind it, reads back from there, and goes on. What is left in
 * between is looked into by halves.
 */
function copyAround(from: DatabaseSync, to: DatabaseSync, table: string, key: string): void {
  const insert = inserter(to, table);
  const range = (order: "ASC" | "DESC") =>
    `FROM ${table} WHERE ${key} > CAST(? AS INTEGER) AND ${key} < CAST(? AS INTEGER)
      ORDER BY ${key} ${order} LIMIT ?`;
  const firstKeys = from.prepare(`SELECT ${key} ${range("ASC")}`);
  /** Copies between two keys. Returns the last key before what can't be read; undefined for all. */
  const walk = (low: number, high: number, order: "ASC" | "DESC"): number | undefined => {
    const rows = from.prepare(`SELECT * ${range(order)}`);
    const keys = from.prepare(`SELECT ${key} ${range(order)}`);
    let step = STEP;
    for (;;) {
      const last = order === "ASC" ? low : high;
      let found: SqlRow[];
      let next: number | undefined;
      try {
        found = rows.all(low, high, step);
        insert(found.filter(isClean));
        if (found.length < step) return undefined;
        next = Number(found.at(-1)![key]);
      } catch {
        if (step > 1) {
          step = 1;
          continue;
        }
        // Its key may be readable although the row continues on a damaged page.
        next = keyOf(keys, low, high);
        if (next === undefined) return last;
        step = STEP;
      }
      // A damaged key can lead back to rows before it, without end.
      if (!isBetween(next, low, high)) return last;
      if (order === "ASC") low = next;
      else high = next;
    }
  };
  /** The key of a row that can be read, behind what can't be read: near at first, then farther. */
  const beyond = (key: number, high: number): number | undefined => {
    for (let step = 1; key + step < high; step *= 2) {
      const found = keyOf(firstKeys, key + step, high);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const gaps = [{ low: Number.MIN_SAFE_INTEGER, high: Number.MAX_SAFE_INTEGER }];
  for (const gap of gaps) {
    let low: number | undefined = gap.low;
    while (low !== undefined) {
      const first = walk(low, gap.high, "ASC");
      if (first === undefined) break;
      low = beyond(first, gap.high);
      const last = walk(first, low === undefined ? gap.high : low + 1, "DESC");
      if (last === undefined || last - first < 2 || gaps.length > MOST_GAPS) continue;
      const middle = Math.floor((first + last) / 2);
      gaps.push({ low: first, high: middle + 1 }, { low: middle, high: last });
    }
  }
}

/** Whether a row is text: one that continues on a damaged page may read as noise. */
function isClean(row: SqlRow): boolean {
  const noise = "concat" in row && row.concat === null ? /[\0\n\ufffd]/ : /[\0\ufffd]/;
  return Object.values(row).every((value) => typeof value !== "string" || !noise.test(value));
}

function keyOf(keys: StatementSync, low: number, high: number): number | undefined {
  try {
    const [row] = keys.all(low, high, 1);
    const key = row && Number(Object.values(row)[0]);
    return key !== undefined && isBetween(key, low, high) ? key : undefined;
  } catch {
    return undefined;
  }
}

function isBetween(key: number, low: number, high: number): boolean {
  return low < key && key < high;
}
