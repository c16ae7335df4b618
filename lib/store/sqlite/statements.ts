/**
 * Prepared statements, transactions and values of `node:sqlite`.
 *
 * Deno 2.4 has no `DatabaseSync.isTransaction`, `isOpen` or `Symbol.dispose`.
 * @module
 */
import { DatabaseSync, type SQLOutputValue, type StatementSync } from "node:sqlite";

export type SqlRow = Record<string, SQLOutputValue>;

/** Prepares statements, by name. */
export function prepared<Name extends string>(
  db: DatabaseSync,
  sql: Readonly<Record<Name, string>>,
): Readonly<Record<Name, StatementSync>> {
  const statements = Object.entries<string>(sql).map(([name, text]) => [name, db.prepare(text)]);
  return Object.fromEntries(statements);
}

/** Runs work in a transaction. Throws what the work or SQLite throws; then nothing is written. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    try {
      db.exec("ROLLBACK");
    } catch {
      // SQLite has rolled back by itself.
    }
    throw error;
  }
}

/** Opens a database and looks at it. It is closed if that throws. */
export function openChecked(
  path: string,
  options: { readonly readOnly?: boolean },
  check: (db: DatabaseSync) => void,
): DatabaseSync {
  const db = new DatabaseSync(path, options);
  try {
    check(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Opens a database for as long as it is used. */
export function withDatabase<T>(
  path: string,
  options: { readonly readOnly?: boolean },
  use: (db: DatabaseSync) => T,
): T {
  const db = new DatabaseSync(path, options);
  try {
    return use(db);
  } finally {
    db.close();
  }
}

export function numberOrNull(value: SQLOutputValue | undefined): number | null {
  return typeof value === "number" ? value : null;
}

export function textOrNull(value: SQLOutputValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}
