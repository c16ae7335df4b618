/**
 * Saves what can be saved of a damaged file: who owns which name is worth more than what was said.
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { migrate } from "./schema.ts";

/** What is small and can't be made again. */
const TABLES = [
  "accounts",
  "invitations",
  "channels",
  "bans",
  "read_markers",
  "departures",
] as const;

/**
 * Copies accounts, invitations and settings, as far as they can be read.
 *
 * @param path a damaged file, which is only read.
 * @param db an open database without tables, or with today's.
 * @returns how many accounts were copied.
 */
export function salvage(path: string, db: DatabaseSync): { accounts: number } {
  migrate(db);
  let accounts = 0;
  let damaged: DatabaseSync;
  try {
    damaged = new DatabaseSync(path, { readOnly: true });
  } catch {
    return { accounts };
  }
  for (const table of TABLES) {
    try {
      for (const row of damaged.prepare(`SELECT * FROM ${table}`).iterate()) {
        const columns = Object.keys(row);
        const marks = columns.map(() => "?").join(", ");
        const into = `INSERT OR IGNORE INTO ${table} (${columns.join(", ")}) VALUES (${marks})`;
        db.prepare(into).run(...Object.values(row));
        if (table === "accounts") accounts++;
      }
    } catch {
      // What follows in this table can't be read; the others are tables of their own.
    }
  }
  damaged.close();
  return { accounts };
}
