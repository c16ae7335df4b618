/**
 * What can be made again from the rest of a database: the index of words, and what finds items by
 * their conversations and ids. A fault of it never costs what can't be made again.
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { writeAllSync } from "../../text/write_all.ts";
import { explainFault } from "./faults.ts";
import { setUp } from "./schema.ts";
import { withDatabase } from "./statements.ts";

/** The tables and indexes, as the migrations make them. The facts tell how far these have come. */
const MAKE = `
  CREATE INDEX conversations_by_key ON conversations (key);
  CREATE INDEX guests_by_invitation ON guests (invitation);
  CREATE INDEX departures_by_at ON departures (at);
  CREATE TABLE facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE VIRTUAL TABLE words USING fts5 (
    text, room, who, content = '', columnsize = 0, tokenize = 'ascii'
  );
  INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
  CREATE TABLE by_conversation (
    conversation INTEGER NOT NULL, message INTEGER NOT NULL, place INTEGER NOT NULL,
    PRIMARY KEY (conversation, message, place)
  ) WITHOUT ROWID;
  CREATE TABLE by_msgid (msgid TEXT PRIMARY KEY, place INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO by_conversation SELECT conversation, message, place FROM items ORDER BY 1, 2, 3;
  INSERT OR IGNORE INTO by_msgid SELECT msgid, place FROM items ORDER BY 1;
  INSERT INTO facts SELECT 'filed', coalesce(max(place), ${Number.MIN_SAFE_INTEGER}) FROM items;
`;

const TABLES = "'facts', 'words', 'by_conversation', 'by_msgid'";
const INDEXES = "'conversations_by_key', 'guests_by_invitation', 'departures_by_at'";

/** What belongs to them, the tables that FTS5 makes for itself too. */
const IS_DERIVED = `(name IN (${TABLES}, ${INDEXES})
  OR tbl_name IN (${TABLES}) OR tbl_name GLOB 'words_*')`;

/** What is asked for to see whether they can be used: what is deeper shows when it is met. */
const PROBES = [
  "SELECT rowid FROM words WHERE words MATCH 'c1' LIMIT 1",
  "SELECT place FROM by_conversation LIMIT 1",
  "SELECT place FROM by_msgid LIMIT 1",
  "SELECT id FROM conversations WHERE key = '#' LIMIT 1",
  "SELECT id FROM guests WHERE invitation = '' LIMIT 1",
  "SELECT at FROM departures WHERE at < 0 LIMIT 1",
];

/**
 * Whether what is derived can be used, as far as a glance tells.
 *
 * @param db a database with today's tables.
 * @throws what SQLite throws if that can't be told: the file is busy, or the disk has a fault.
 */
export function isDerivedSound(db: DatabaseSync): boolean {
  try {
    for (const sql of PROBES) db.prepare(sql).get();
    const facts = db.prepare("SELECT name, value FROM facts").all();
    const isPlace = (name: string, ifAbsent: boolean) => {
      const fact = facts.find((row) => row.name === name);
      return fact === undefined ? ifAbsent : Number.isSafeInteger(fact.value);
    };
    return isPlace("filed", false) && isPlace("indexed", true);
  } catch (error) {
    if (isElsewhere(error)) throw error;
    return false;
  }
}

/** Whether an error says nothing about what is in the file. */
export function isElsewhere(error: unknown): boolean {
  const { kind, words } = explainFault(error);
  return kind === "full" || kind === "readonly" || kind === "busy" || /disk/.test(words);
}

/**
 * Makes what is derived again, but for the words, which are found out in the background. What can't
 * be dropped, because dropping reads it, is taken off the list of tables.
 *
 * @param path a file with today's tables that no connection of ours writes to right now.
 * @returns whether pages of what could not be dropped are left over; see {@linkcode clearStrayPages}.
 * @throws what SQLite throws if the rest can't be read, or it can't be written.
 */
export function rebuildDerived(path: string, patience: number): boolean {
  // The types don't know the option yet. By default the list of tables is protected.
  const options: object = { defensive: false };
  return withDatabase(path, options, (db) => {
    setUp(db, patience);
    const isStray = !dropDerived(db);
    db.exec(`
      PRAGMA writable_schema = ON;
      BEGIN IMMEDIATE;
      DELETE FROM sqlite_schema WHERE ${IS_DERIVED};
      COMMIT;
      PRAGMA writable_schema = RESET;
    `);
    // If this is interrupted, the next start finds that they are missing.
    db.exec(`BEGIN IMMEDIATE; ${MAKE} COMMIT`);
    return isStray;
  });
}

/** Drops what is derived, but for the index of words itself. Returns whether all could be dropped. */
function dropDerived(db: DatabaseSync): boolean {
  const found = db.prepare(
    `SELECT type, name FROM sqlite_schema
     WHERE ${IS_DERIVED} AND name <> 'words' AND sql IS NOT NULL`,
  ).all();
  let all = true;
  for (const { type, name } of found) {
    try {
      // Each by itself: after one that can't be read nothing else can be written before a rollback.
      db.exec(`DROP ${type} ${name}`);
    } catch (error) {
      if (isElsewhere(error)) throw error;
      all = false;
    }
  }
  return all;
}

/** How many pages are named at most that nothing in a file leads to. */
const MOST_STRAY = 2_000_000_000;

/**
 * Looks at every page of a file, and overwrites those that nothing in it leads to: what was said
 * stands in them. They stay unused. VACUUM, which would give them back, attaches a database, and Deno
 * lets only programs with all permissions do that.
 *
 * @param path a file that no connection of ours has open: to close a file that SQLite has open too
 * takes SQLite's locks away (https://www.sqlite.org/howtocorrupt.html, section 2.2).
 * @throws if the file is damaged.
 */
export function clearStrayPages(path: string): void {
  const { pages, size } = withDatabase(path, {}, (db) => {
    const found = db.prepare(`PRAGMA integrity_check(${MOST_STRAY})`).all()
      .flatMap((row) => String(row.integrity_check).split("\n"))
      .filter((line) => line !== "ok" && !line.startsWith("*** in database main"));
    const pages = found.map((line) => Number(/^Page (\d+): never used$/.exec(line)?.[1]));
    if (pages.some(Number.isNaN)) throw new Error("malformed");
    const size = Number(db.prepare("PRAGMA page_size").get()?.page_size);
    db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
    return { pages, size };
  });
  if (pages.length === 0) return;
  using file = Deno.openSync(path, { write: true });
  for (const page of pages) {
    file.seekSync((page - 1) * size, Deno.SeekMode.Start);
    writeAllSync(file, new Uint8Array(size));
  }
  file.syncSync();
}

/**
 * Lets history be read without what is derived, if that is damaged or of an earlier version, and
 * without changing the file. Does nothing to a file of today that is sound.
 */
export function readWithoutDerived(db: DatabaseSync): void {
  if (isDerivedSound(db)) return;
  db.exec(`
    CREATE TEMP VIEW by_conversation AS SELECT conversation, message, place FROM items;
    CREATE TEMP VIEW by_msgid AS SELECT msgid, place FROM items;
    CREATE TEMP VIEW facts AS SELECT 'filed' AS name, ${Number.MAX_SAFE_INTEGER} AS value;
  `);
}
