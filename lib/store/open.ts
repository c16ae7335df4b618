/**
 * Opens the store in a directory.
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { explainFault, type FaultKind, type StoreEvent } from "./sqlite/faults.ts";
import * as files from "./sqlite/files.ts";
import { salvage } from "./sqlite/salvage.ts";
import { migrate, MIGRATIONS, versionOf } from "./sqlite/schema.ts";
import { sqliteStore, type Surroundings } from "./sqlite/store.ts";
import type { Store } from "./store.ts";

export type { FaultKind, StoreEvent } from "./sqlite/faults.ts";

/** Why a store can't be opened. */
export interface OpenFault {
  /** `directory`: it can't be made. `locked`: a server has it. `newer`: made by a later version. */
  readonly kind: FaultKind | "directory" | "locked" | "newer" | "absent";
  /** The same as a sentence for people. */
  readonly message: string;
}

/** A store; or why there is none. */
export type Opened =
  /** The notices tell what its operator should know. */
  | { readonly store: Store; readonly notices: readonly string[] }
  | { readonly fault: OpenFault };

/** How a store is opened. */
export interface OpenOptions {
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /**
   * Whether a server opens it: one for each directory, and it makes what is not there, puts aside
   * what is damaged and works in the background. Else it must be there already. Default: true.
   */
  readonly server?: boolean;
}

/** The name of the database in its directory. */
export const DATABASE = "chat.db";

/** Where a server notes that it found its database damaged while it ran. */
const DAMAGED = "chat.db.damaged";

/** How long to wait for another program that writes while we begin, in milliseconds. */
const PATIENCE = 5000;

/**
 * Opens the store in a directory, making both where they are not there.
 *
 * @param onFault is told once when the store can't be written any more, and once when it can
 * again. In between everything is held in memory.
 */
export function openStore(
  directory: string,
  onFault: (event: StoreEvent) => void,
  options: OpenOptions = {},
): Opened {
  const { clock = Date.now, server = true } = options;
  const path = `${directory}/${DATABASE}`;
  const around = { path, clock, onFault, background: server, frozen: false };
  try {
    if (server) return openForServer(directory, around);
    if (!files.exists(path)) {
      return fault("absent", `There is no chat server's data in ${directory}.`);
    }
    return finish(openDatabase(path), around, []);
  } catch (error) {
    return unopened(path, error);
  }
}

function fault(kind: OpenFault["kind"], message: string): { fault: OpenFault } {
  return { fault: { kind, message } };
}

function unopened(path: string, error: unknown): { fault: OpenFault } {
  const { kind, words } = explainFault(error);
  return fault(kind, `Cannot open ${path}: ${words}.`);
}

function openForServer(directory: string, around: Surroundings): Opened {
  try {
    files.makeDirectory(directory);
  } catch (error) {
    const inTheWay = error instanceof Deno.errors.AlreadyExists ||
      error instanceof Deno.errors.NotADirectory;
    const why = inTheWay ? "a file is in the way" : explainFault(error).words;
    return fault("directory", `Cannot make the directory ${directory}: ${why}.`);
  }
  let lock: { release(): void } | undefined;
  try {
    const taken = files.takeLock(`${directory}/chat.lock`);
    if ("holder" in taken) {
      const who = taken.holder === ""
        ? "Another server"
        : `Another server (process ${taken.holder})`;
      const what = `${who} is using the data in ${directory}.`;
      return fault("locked", `${what} Stop it, or choose another directory.`);
    }
    lock = taken;
    const opened = openOrBeginAnew(directory, around);
    if ("fault" in opened) {
      lock.release();
      return opened;
    }
    const { store, notices } = opened;
    return {
      notices,
      store: {
        ...store,
        close() {
          store.close();
          taken.release();
        },
      },
    };
  } catch (error) {
    const readOnly = openReadOnly(around, error);
    if ("fault" in readOnly) lock?.release();
    return readOnly;
  }
}

/** What is damaged is put aside, and a new file begun. */
function openOrBeginAnew(directory: string, around: Surroundings): Opened {
  const { path } = around;
  const mark = `${directory}/${DAMAGED}`;
  const onFault = (event: StoreEvent) => {
    if (event.kind === "damaged") files.note(mark);
    around.onFault(event);
  };
  const surroundings = { ...around, onFault };
  if (!files.exists(path)) files.create(path);
  try {
    const opened = finish(openDatabase(path, files.exists(mark)), surroundings, []);
    files.remove(mark);
    return opened;
  } catch (error) {
    if (explainFault(error).kind !== "damaged") throw error;
  }
  const aside = files.putAside(path, around.clock());
  files.create(path);
  const db = openDatabase(path);
  const { accounts } = salvage(aside, db);
  files.remove(mark);
  const saved = accounts === 0
    ? "No accounts could be saved from it."
    : `Accounts that could be saved from it: ${accounts}.`;
  const notice = `The data in ${path} is damaged. It was put aside as ${aside}, ` +
    `and history begins anew. ${saved}`;
  return finish(db, surroundings, [notice]);
}

/** A disk that is full, or can't be written for another reason, can still be read. */
function openReadOnly(around: Surroundings, error: unknown): Opened {
  const { path } = around;
  const { words } = explainFault(error);
  // Without a write-ahead log SQLite needs to write nothing if it is told that nobody else does.
  for (const name of [path, `${files.url(path)}?immutable=1`]) {
    try {
      const db = new DatabaseSync(name, { readOnly: true });
      const isOurs = versionOf(db) === MIGRATIONS.length;
      if (isOurs) {
        const notice = `Cannot write to ${path}: ${words}. What is in it can be read. ` +
          "What is said from now on is kept in memory only, and is gone when the server ends.";
        return {
          store: sqliteStore(db, { ...around, background: false, frozen: true }),
          notices: [notice],
        };
      }
      db.close();
    } catch {
      continue;
    }
  }
  return unopened(path, error);
}

/** Brings the tables to today's version and makes a store of them. */
function finish(db: DatabaseSync, around: Surroundings, notices: readonly string[]): Opened {
  try {
    if (versionOf(db) > MIGRATIONS.length) {
      db.close();
      const message = `The data in ${around.path} was written by a later version of chat. ` +
        "Use that one, or another directory.";
      return fault("newer", message);
    }
    migrate(db);
    // What a crash left in the write-ahead log holds what was taken out since. A server alone
    // does it: for others that log is not theirs.
    if (around.background) db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
    return { store: sqliteStore(db, around), notices };
  } catch (error) {
    if (db.isOpen) db.close();
    throw error;
  }
}

function openDatabase(path: string, check = false): DatabaseSync {
  const db = new DatabaseSync(path);
  try {
    db.exec(`PRAGMA busy_timeout = ${PATIENCE}; PRAGMA secure_delete = ON`);
    // What is newer than us is left as it is.
    if (versionOf(db) > MIGRATIONS.length) return db;
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    if (check) {
      const row = db.prepare("PRAGMA integrity_check(1)").get();
      if (row?.integrity_check !== "ok") throw new Error("malformed");
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
