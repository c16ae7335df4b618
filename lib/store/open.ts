/**
 * Opens the store in a directory.
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import type { KnownNames } from "./accounts.ts";
import { explainFault, type FaultKind, type StoreEvent } from "./sqlite/faults.ts";
import * as files from "./sqlite/files.ts";
import { KeptNames } from "./sqlite/kept_names.ts";
import { type FoundNames, NAMES, NO_NAMES, readNames } from "./sqlite/names_file.ts";
import {
  accountNames,
  DAMAGED,
  namesNow,
  NewerError,
  openOrBeginAnew,
  openToday,
} from "./sqlite/open_database.ts";
import { MIGRATIONS, versionOf } from "./sqlite/schema.ts";
import { withDatabase } from "./sqlite/statements.ts";
import { sqliteStore, type StoreOptions } from "./sqlite/store.ts";
import type { Store } from "./store.ts";
import { DATA } from "../wording/log.ts";

export type { FaultKind, StoreEvent } from "./sqlite/faults.ts";

export interface OpenFault {
  /**
   * `directory`: it can't be made. `locked`: a server uses it. `newer`: made by a later version.
   * `absent`: nothing is there. `lost`: something was there, and is not any more.
   */
  readonly kind: FaultKind | "directory" | "locked" | "newer" | "absent" | "lost";
  /** The same as a sentence for people. */
  readonly message: string;
  /** The names that are owned all the same; undefined if that is unknown. */
  readonly names?: KnownNames | undefined;
}

export type OpenedStore =
  | {
    readonly store: Store;
    /** What its operator should know, in sentences. */
    readonly notices: readonly string[];
    /** Whether nothing can be written: new data is in memory only. */
    readonly readOnly?: boolean;
  }
  | { readonly fault: OpenFault };

export interface OpenOptions {
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /**
   * Whether a server opens it. Only one server can have a directory; it makes what is missing, puts
   * aside what is damaged, and works in the background. Otherwise the store must exist. Default:
   * true.
   */
  readonly server?: boolean;
}

export const DATABASE = "chat.db";

/** The name of the file that a server locks while it runs. */
export const LOCK = "chat.lock";

/**
 * Opens the store in a directory.
 *
 * @param onFault is called once when the store can't be written any more, and once when it can
 * again. In between everything is held in memory.
 */
export function openStore(
  directory: string,
  onFault: (event: StoreEvent) => void,
  options: OpenOptions = {},
): OpenedStore {
  const { clock = Date.now, server = true } = options;
  const path = `${directory}/${DATABASE}`;
  const around = { path, clock, onFault, background: server, frozen: false };
  for (const name of [DATABASE, NAMES, LOCK]) {
    const special = `${directory}/${name}`;
    if (files.isSpecial(special)) {
      return fault("failed", DATA.cannotOpen(special, DATA.notFile), undefined);
    }
  }
  if (server) return openForServer(directory, around);
  try {
    const state = stateOf(path);
    if (state === "absent") {
      return fault("absent", DATA.none(directory), NO_NAMES);
    }
    // Only a server may begin a database: what is empty may have been full.
    if (state === "empty") return fault("lost", DATA.empty(path), undefined);
    return openToday(directory, around);
  } catch (error) {
    return unopened(path, error, undefined);
  }
}

/** Whether a server runs with the data in a directory. */
export function isServed(directory: string): boolean {
  return files.isLocked(`${directory}/${LOCK}`);
}

function fault(
  kind: OpenFault["kind"],
  message: string,
  names: KnownNames | undefined,
): { fault: OpenFault } {
  return { fault: { kind, message, names } };
}

function unopened(
  path: string,
  error: unknown,
  names: KnownNames | undefined,
): { fault: OpenFault } {
  if (error instanceof NewerError) return fault("newer", error.message, names);
  const { kind, words } = explainFault(error);
  return fault(kind, DATA.cannotOpen(path, words), names);
}

function openForServer(directory: string, around: StoreOptions): OpenedStore {
  try {
    files.makeDirectory(directory);
  } catch (error) {
    const inTheWay = error instanceof Deno.errors.AlreadyExists ||
      error instanceof Deno.errors.NotADirectory;
    const why = inTheWay ? DATA.fileInTheWay : explainFault(error).words;
    // If a file is there, there never was a server's data.
    const names = inTheWay ? NO_NAMES : undefined;
    return fault("directory", DATA.cannotMake(directory, why), names);
  }
  const ranBefore = hasTraces(directory);
  const found = readNames(`${directory}/${NAMES}`);
  const isNew = !ranBefore && !files.exists(around.path);
  const names = found.kind === "known" ? found.names : isNew ? NO_NAMES : undefined;
  using undo = new DisposableStack();
  try {
    const taken = files.takeLock(`${directory}/${LOCK}`);
    if ("holder" in taken) return fault("locked", DATA.inUse(directory, taken.holder), names);
    undo.defer(() => taken.release());
    const lost = lostDatabase(directory, found, ranBefore);
    if (lost !== undefined) return fault("lost", lost, names);
    const { store, notices } = openOrBeginAnew(directory, around);
    undo.move();
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
    if (error instanceof NewerError) return unopened(around.path, error, names);
    const readOnly = openReadOnly(directory, around, error, names);
    // The lock goes with the process.
    if ("store" in readOnly) undo.move();
    return readOnly;
  }
}

/** What a server leaves behind beside its database and the names. */
const TRACES = ["tls", LOCK, DAMAGED, `${DATABASE}-wal`];

function hasTraces(directory: string): boolean {
  return TRACES.some((name) => files.exists(`${directory}/${name}`));
}

/** Whether there is a database, or only a file that could become one. */
function stateOf(path: string): "absent" | "empty" | "there" {
  if (!files.exists(path)) return "absent";
  try {
    return withDatabase(path, { readOnly: true }, (db) => {
      const tables = db.prepare("SELECT count(*) AS count FROM sqlite_schema").get();
      return versionOf(db) === 0 && tables?.count === 0 ? "empty" : "there";
    });
  } catch {
    return "there";
  }
}

/**
 * Why no database may be begun, in sentences: there was one, and with a new one it would be as if
 * its accounts had never been. Undefined if a database is there or may be begun.
 */
function lostDatabase(
  directory: string,
  found: FoundNames,
  ranBefore: boolean,
): string | undefined {
  const path = `${directory}/${DATABASE}`;
  const state = stateOf(path);
  if (state === "there") return undefined;
  const file = `${directory}/${NAMES}`;
  // An operator who deletes both wants to begin anew. A server that was stopped while it began left
  // its names.
  if (found.kind === "absent" && (state === "absent" || !ranBefore)) return undefined;
  if (found.kind === "known") {
    const { accounts, lost, complete } = found.names;
    if (accounts.length === 0 && lost.length === 0 && complete) return undefined;
  }
  const isAbsent = state === "absent";
  return (isAbsent ? DATA.missing(path) : DATA.emptied(path)) +
    (found.kind === "broken" ? DATA.namesUnreadable(file, found.why) : "") +
    DATA.putBack(isAbsent ? file : DATA.both(path, file));
}

/** Opens a database that can't be written, for example because the disk is full. */
function openReadOnly(
  directory: string,
  around: StoreOptions,
  error: unknown,
  known: KnownNames | undefined,
): OpenedStore {
  const { path } = around;
  const { words } = explainFault(error);
  const file = `${directory}/${NAMES}`;
  // Without a write-ahead log SQLite needs to write nothing if it is told that nobody else does.
  for (const name of [path, `${files.url(path)}?immutable=1`]) {
    using undo = new DisposableStack();
    try {
      const db = undo.adopt(new DatabaseSync(name, { readOnly: true }), (db) => db.close());
      if (versionOf(db) !== MIGRATIONS.length) continue;
      // Names that were lost before may be among those that are not known; accounts that only the
      // write-ahead log has may be among those that are not read.
      const { lost, complete } = known === undefined
        ? { lost: [], complete: !files.exists(file) }
        : namesNow(known, accountNames(db), undefined, true);
      const names = new KeptNames(file, { lost, complete }, false);
      const store = sqliteStore(db, { ...around, background: false, frozen: true, names });
      undo.move();
      return { store, notices: [DATA.readOnly(path, words)], readOnly: true };
    } catch {
      // The next name may work.
    }
  }
  return unopened(path, error, known);
}
