/**
 * Copies of a database, for backups.
 * @module
 */
import * as sqlite from "node:sqlite";
import { DATA } from "../../wording/log.ts";
import type { KnownNames } from "../accounts.ts";
import { clearStrayPages } from "./derived.ts";
import * as files from "./files.ts";
import { readNames } from "./names_file.ts";
import { accountNames, namesNow, NewerError, PATIENCE } from "./open_database.ts";
import { MIGRATIONS, versionOf } from "./schema.ts";
import { openChecked, withDatabase } from "./statements.ts";

/**
 * Copies a database as it is at one moment, while a server uses it or not, and checks every page of
 * the copy. It keeps its version.
 *
 * @param copy a path at which nothing is.
 * @throws what SQLite throws if it can't be copied or is damaged.
 * @throws {NewerError} if a later version wrote it.
 */
export async function copyDatabase(path: string, copy: string): Promise<void> {
  files.create(copy);
  const db = openChecked(path, {}, (db) => {
    db.exec(`PRAGMA busy_timeout = ${PATIENCE}`);
    checkVersion(db, path);
  });
  try {
    // All pages in one step: otherwise it begins anew whenever the server writes.
    if ("backup" in sqlite) await sqlite.backup(db, copy, { rate: -1 });
    else copyFiles(db, path, copy);
  } finally {
    db.close();
  }
  clearStrayPages(copy);
}

/**
 * For Deno 2.4, which has no `backup`: copies the files while nobody can write. Pages that somebody
 * moves from the write-ahead log to the database meanwhile are still in the log, which only a writer
 * empties.
 */
function copyFiles(db: sqlite.DatabaseSync, path: string, copy: string): void {
  db.exec("BEGIN IMMEDIATE");
  try {
    for (const suffix of ["", "-wal"]) {
      if (files.exists(path + suffix)) Deno.copyFileSync(path + suffix, copy + suffix);
    }
  } finally {
    db.exec("ROLLBACK");
  }
}

/**
 * Checks every page of a copied database.
 *
 * @throws as {@linkcode copyDatabase}.
 */
export function checkCopy(path: string): void {
  withDatabase(path, {}, (db) => checkVersion(db, path));
  clearStrayPages(path);
}

function checkVersion(db: sqlite.DatabaseSync, path: string): void {
  const version = versionOf(db);
  if (version > MIGRATIONS.length) throw new NewerError(DATA.newer(path));
  // A server makes its tables at once. What has none was lost, and a copy would hide that.
  if (version === 0) throw new Error("malformed");
}

/**
 * The owned names to put beside a copy.
 *
 * @param path the file of the names that belongs to the original.
 * @param isServed whether a server may have made accounts since the copy was made.
 */
export function namesOf(copy: string, path: string, isServed: boolean): KnownNames {
  const accounts = withDatabase(copy, { readOnly: true }, (db) => {
    const isThere = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'accounts'").get();
    return isThere === undefined ? [] : accountNames(db);
  });
  const found = readNames(path);
  if (found.kind === "known") return namesNow(found.names, accounts, undefined, !isServed);
  return { accounts, lost: [], complete: found.kind === "absent" };
}
