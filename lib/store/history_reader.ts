/**
 * Reads history beside a server, or without one: nothing is written.
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import type { HistoryItem } from "./history.ts";
import { DATABASE, type OpenFault } from "./open.ts";
import { placeAt } from "./order.ts";
import { readWithoutDerived } from "./sqlite/derived.ts";
import { explainFault } from "./sqlite/faults.ts";
import { exists, url } from "./sqlite/files.ts";
import { SqliteRows } from "./sqlite/rows.ts";
import { MIGRATIONS, versionOf } from "./sqlite/schema.ts";

/** How many items are read at a time: what is said to be exported is not held all at once. */
const STEP = 500;

/** How long to wait while a server begins, in milliseconds. */
const PATIENCE = 5000;

/** History that can be read. */
export interface HistoryReader {
  /** The keys of the conversations that start with a text, in order. */
  conversations(prefix: string): string[];
  /**
   * The items of a conversation from a time on and before another, in milliseconds since 1970,
   * the oldest first. Throws what SQLite throws where they can't be read.
   */
  items(conversation: string, since: number, until: number): Generator<HistoryItem>;
  /** Lets go of the file. */
  close(): void;
}

/** Opens the history in a directory, of a server that runs or does not. */
export function openReader(
  directory: string,
): { readonly reader: HistoryReader } | { readonly fault: OpenFault } {
  const path = `${directory}/${DATABASE}`;
  try {
    if (!exists(path)) {
      const message = `There is no chat server's data in ${directory}.`;
      return { fault: { kind: "absent", message } };
    }
    const db = open(path);
    if (versionOf(db) > MIGRATIONS.length) {
      db.close();
      const message = `The data in ${path} was written by a later version of chat. Use that one.`;
      return { fault: { kind: "newer", message } };
    }
    return { reader: reader(db) };
  } catch (error) {
    const { kind, words } = explainFault(error);
    return { fault: { kind, message: `Cannot read ${path}: ${words}.` } };
  }
}

/**
 * Without a server, and where nothing can be written, SQLite reads a file only when it is told that
 * nobody writes it.
 */
function open(path: string): DatabaseSync {
  try {
    return tried(path);
  } catch (error) {
    if (explainFault(error).kind !== "readonly") throw error;
    return tried(`${url(path)}?immutable=1`);
  }
}

function tried(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    db.exec(`PRAGMA busy_timeout = ${PATIENCE}`);
    versionOf(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function reader(db: DatabaseSync): HistoryReader {
  // A file without tables is one that was only begun.
  const rows = versionOf(db) === 0 ? undefined : rowsOf(db);
  return {
    conversations: (prefix) => rows?.conversations(prefix) ?? [],
    *items(conversation, since, until) {
      let above = placeAt(since) - 1;
      // All pages are of one moment: a server may date items again meanwhile.
      db.exec("BEGIN");
      try {
        while (rows !== undefined) {
          const page = { limit: STEP, events: true, end: "first" } as const;
          const found = rows.range(conversation, { ...page, above, below: placeAt(until) });
          for (const { item } of found) yield item;
          const last = found.at(-1);
          if (last === undefined) return;
          above = last.place;
        }
      } finally {
        db.exec("COMMIT");
      }
    },
    close: () => db.close(),
  };
}

function rowsOf(db: DatabaseSync): SqliteRows {
  readWithoutDerived(db);
  return new SqliteRows(db);
}
