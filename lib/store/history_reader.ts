/**
 * Reads history beside a server, or without one, and writes nothing.
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { HistoryItem } from "./history.ts";
import { DATABASE, type OpenFault } from "./open.ts";
import { placeAt } from "./order.ts";
import { readWithoutDerived } from "./sqlite/derived.ts";
import { explainFault } from "./sqlite/faults.ts";
import { exists, isSpecial, url } from "./sqlite/files.ts";
import { SqliteRows } from "./sqlite/rows.ts";
import { MIGRATIONS, versionOf } from "./sqlite/schema.ts";
import { openChecked } from "./sqlite/statements.ts";
import { DATA } from "../wording/log.ts";

/** How many items are read at a time: an export is never held as a whole. */
const STEP = 500;

/** How long to wait while a server starts, in milliseconds. */
const PATIENCE = 5000;

/** Reads history. Throws what SQLite throws if it can't be read. */
export interface HistoryReader {
  /** The keys of the conversations that start with a text, in order. */
  conversations(prefix: string): string[];
  /** The items from one time on and before another (milliseconds since 1970), the oldest first. */
  items(conversation: string, since: number, until: number): Generator<HistoryItem>;
  close(): void;
}

/** Opens the history in a directory, whether its server runs or not. */
export function openReader(
  directory: string,
): { readonly reader: HistoryReader } | { readonly fault: OpenFault } {
  const path = `${directory}/${DATABASE}`;
  try {
    if (!exists(path)) {
      return { fault: { kind: "absent", message: DATA.none(directory) } };
    }
    if (isSpecial(path)) {
      return { fault: { kind: "failed", message: DATA.cannotRead(path, DATA.notFile) } };
    }
    const db = open(path);
    if (versionOf(db) > MIGRATIONS.length) {
      db.close();
      return { fault: { kind: "newer", message: DATA.newer(path) } };
    }
    return { reader: reader(db) };
  } catch (error) {
    const { kind, words } = explainFault(error);
    return { fault: { kind, message: DATA.cannotRead(path, words) } };
  }
}

/**
 * SQLite reads a file that can't be written only if a server has it open, or as an immutable one.
 */
function open(path: string): DatabaseSync {
  const tried = (name: string) =>
    openChecked(name, { readOnly: true }, (db) => {
      db.exec(`PRAGMA busy_timeout = ${PATIENCE}`);
      versionOf(db);
    });
  try {
    return tried(path);
  } catch (error) {
    if (explainFault(error).kind !== "readonly") throw error;
    return tried(`${url(path)}?immutable=1`);
  }
}

function reader(db: DatabaseSync): HistoryReader {
  // A file without tables was only begun.
  const isEmpty = versionOf(db) === 0;
  if (!isEmpty) readWithoutDerived(db);
  const rows = isEmpty ? undefined : new SqliteRows(db);
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
