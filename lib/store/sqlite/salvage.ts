/**
 * Saves what can be read of a damaged database, except history.
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { migrate } from "./schema.ts";
import { withDatabase } from "./statements.ts";

/** The tables to save, and the order of their rows on the disk. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  accounts: ["folded"],
  invitations: ["id"],
  guests: ["id"],
  channels: ["folded"],
  bans: ["kind", "mask"],
  read_markers: ["account", "target"],
  departures: ["account", "channel"],
};

export interface Salvaged {
  readonly accounts: number;
  /** Whether all accounts could be read, as far as the file itself tells. */
  readonly complete: boolean;
  /** Whether all channels and bans could be read. */
  readonly closed: boolean;
}

/**
 * Copies accounts, invitations and server state, as far as they can be read.
 *
 * @param path a damaged file, which is only read.
 * @param db an open database without tables, or with today's.
 */
export function salvage(path: string, db: DatabaseSync): Salvaged {
  migrate(db);
  const whole = new Set<string>();
  try {
    withDatabase(path, { readOnly: true }, (damaged) => {
      for (const table of Object.keys(KEYS)) {
        // What lies behind an unreadable place may be reached from the other end.
        if (copied(damaged, db, table, "ASC")) whole.add(table);
        else copied(damaged, db, table, "DESC");
      }
    });
  } catch {
    // It is not even a database.
  }
  const accounts = Number(db.prepare("SELECT count(*) AS count FROM accounts").get()?.count);
  const closed = whole.has("channels") && whole.has("bans");
  return { accounts, complete: whole.has("accounts"), closed };
}

/** How many rows are read at a time, as long as that works. */
const STEP = 100;

/** Copies the rows of a table from one end on. Returns whether all could be read. */
function copied(
  from: DatabaseSync,
  to: DatabaseSync,
  table: string,
  order: "ASC" | "DESC",
): boolean {
  const known = new Set(
    to.prepare(`SELECT name FROM pragma_table_info('${table}')`).all().map(({ name }) => name),
  );
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
    for (const row of rows) {
      // An earlier version had other columns, too.
      const columns = Object.keys(row).filter((column) => known.has(column));
      const marks = columns.map(() => "?").join(", ");
      const into = `INSERT OR IGNORE INTO ${table} (${columns.join(", ")}) VALUES (${marks})`;
      to.prepare(into).run(...columns.map((column) => row[column]!));
    }
    if (rows.length < step) return true;
    offset += rows.length;
  }
}
