/**
 * The derived parts of a database: the index of words, and the tables that find items by
 * conversation and id. They can be made again from the rest, so a fault in them never costs
 * anything else.
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { writeAllSync } from "../../text/write_all.ts";
import { explainFault } from "./faults.ts";
import { setUp } from "./schema.ts";
import { withDatabase } from "./statements.ts";

/** Files all items, if none is filed. With damaged keys, there may be several of one place. */
export const FILE_ALL = `
  INSERT OR IGNORE INTO by_conversation
    SELECT conversation, message, place FROM items ORDER BY 1, 2, 3;
  INSERT OR IGNORE INTO by_msgid SELECT msgid, place FROM items ORDER BY 1;
  INSERT OR REPLACE INTO facts
    SELECT 'filed', coalesce(max(place), ${Number.MIN_SAFE_INTEGER}) FROM items;
`;

/** Creates them as the migrations do. The facts tell how far the indexes have come. */
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
  ${FILE_ALL}
`;

const TABLES = "'facts', 'words', 'by_conversation', 'by_msgid'";
const INDEXES = "'conversations_by_key', 'guests_by_invitation', 'departures_by_at'";

/** Matches derived tables and indexes, including the tables that FTS5 makes for itself. */
const IS_DERIVED = `(name IN (${TABLES}, ${INDEXES})
  OR tbl_name IN (${TABLES}) OR tbl_name GLOB 'words_*')`;

/** Queries that show whether they can be used; deeper damage shows when it is met. */
const PROBES = [
  "SELECT rowid FROM words WHERE words MATCH 'c1' LIMIT 1",
  "SELECT place FROM by_conversation LIMIT 1",
  "SELECT place FROM by_msgid LIMIT 1",
  "SELECT id FROM conversations WHERE key = '#' LIMIT 1",
  "SELECT id FROM guests WHERE invitation = '' LIMIT 1",
  "SELECT at FROM departures WHERE at < 0 LIMIT 1",
];

/**
 * Whether the derived parts can be used, as far as a quick look tells.
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

/** Whether an error says nothing about the contents of the file. */
export function isElsewhere(error: unknown): boolean {
  const { kind, words } = explainFault(error);
  return kind === "full" || kind === "readonly" || kind === "busy" || /disk/.test(words);
}

/**
 * Makes the derived parts again, except the words, which are indexed in the background. A table
 * that can't be dropped, because dropping reads it, is removed from the schema.
 *
 * @param path a file with today's tables that no connection of ours writes to right now.
 * @returns whether pages of what could not be dropped are left over; see {@linkcode
 * clearStrayPages}.
 * @throws what SQLite throws if the rest can't be read, or the file can't be written.
 */
export function rebuildDerived(path: string, patience: number): boolean {
  // The types don't know this option yet. By default the schema is protected.
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

/**
 * Drops the derived parts, except the index of words itself. Returns whether all could be dropped.
 */
function dropDerived(db: DatabaseSync): boolean {
  const found = db.prepare(
    `SELECT type, name FROM sqlite_schema
     WHERE ${IS_DERIVED} AND name <> 'words' AND sql IS NOT NULL`,
  ).all();
  let all = true;
  for (const { type, name } of found) {
    try {
      // One at a time: after one that can't be read nothing else can be written before a rollback.
      db.exec(`DROP ${type} ${name}`);
    } catch (error) {
      if (isElsewhere(error)) throw error;
      all = false;
    }
  }
  return all;
}

/** The most stray pages that are reported. */
const MOST_STRAY = 2_000_000_000;

/**
 * Checks every page of a file, and overwrites stray pages, to which nothing in the file leads: they
 * may hold messages. They stay unused. VACUUM would free them, but it attaches a database, and Deno
 * allows that only to programs with all permissions.
 *
 * @param path a file that no connection of ours has open: closing a file that SQLite has open too
 * would drop SQLite's locks (https://www.sqlite.org/howtocorrupt.html, section 2.2).
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

/** Makes history readable without damaged or older derived parts. Does not change the file. */
export function readWithoutDerived(db: DatabaseSync): void {
  if (isDerivedSound(db)) return;
  db.exec(`
    CREATE TEMP VIEW by_conversation AS SELECT conversation, message, place FROM items;
    CREATE TEMP VIEW by_msgid AS SELECT msgid, place FROM items;
    CREATE TEMP VIEW facts AS SELECT 'filed' AS name, ${Number.MAX_SAFE_INTEGER} AS value;
  `);
}
