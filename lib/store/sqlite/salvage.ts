/**
 * Saves what can be saved of a damaged file: who owns which name is worth more than what was said.
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { migrate } from "./schema.ts";

/** What is small and can't be made again, and by what its rows are ordered on the disk. */
const KEYS = {
  accounts: "folded",
  invitations: "id",
  guests: "id",
  channels: "folded",
  bans: "kind, mask",
  read_markers: "account, target",
  departures: "account, channel",
} as const;

const TABLES = Object.keys(KEYS) as (keyof typeof KEYS)[];

/** What was saved. */
export interface Salvaged {
  /** How many accounts. */
  readonly accounts: number;
  /** Whether all accounts could be read, as far as the file itself tells. */
  readonly complete: boolean;
  /** Whether that is true of the state of rooms and of bans. */
  readonly closed: boolean;
}

/**
 * Copies accounts, invitations and settings, as far as they can be read.
 *
 * @param path a damaged file, which is only read.
 * @param db an open database without tables, or with today's.
 */
export function salvage(path: string, db: DatabaseSync): Salvaged {
  migrate(db);
  const whole = new Set<string>();
  try {
    const damaged = new DatabaseSync(path, { readOnly: true });
    for (const table of TABLES) {
      const isWhole = copied(damaged, db, table, "ASC");
      // What lies behind a place that can't be read, may be reached from the other end.
      if (!isWhole) copied(damaged, db, table, "DESC");
      else whole.add(table);
    }
    damaged.close();
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
  table: typeof TABLES[number],
  order: "ASC" | "DESC",
): boolean {
  const known = new Set(
    to.prepare(`SELECT name FROM pragma_table_info('${table}')`).all().map(({ name }) => name),
  );
  let step = STEP;
  for (let offset = 0;;) {
    let rows;
    try {
      const ordered = KEYS[table].split(", ").map((column) => `${column} ${order}`).join(", ");
      // `iterate` ends at a damaged page as if there were nothing more.
      rows = from.prepare(`SELECT * FROM ${table} ORDER BY ${ordered} LIMIT ? OFFSET ?`)
        .all(step, offset);
    } catch {
      if (step === 1) return false;
      step = 1;
      continue;
    }
    for (const row of rows) {
      // An earlier version had others, too.
      const columns = Object.keys(row).filter((column) => known.has(column));
      const marks = columns.map(() => "?").join(", ");
      const into = `INSERT OR IGNORE INTO ${table} (${columns.join(", ")}) VALUES (${marks})`;
      to.prepare(into).run(...columns.map((column) => row[column]!));
    }
    if (rows.length < step) return true;
    offset += rows.length;
  }
}
