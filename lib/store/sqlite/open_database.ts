/**
 * Opens a database, repairs what is derived, and saves what can be saved of a damaged one.
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { fold } from "../../irc/names.ts";
import type { KnownNames } from "../accounts.ts";
import type { Store } from "../store.ts";
import { clearStrayPages, isDerivedSound, rebuildDerived } from "./derived.ts";
import { explainFault, type StoreEvent } from "./faults.ts";
import * as files from "./files.ts";
import { KeptNames } from "./kept_names.ts";
import { NAMES, NO_NAMES, readNames, writeNames } from "./names_file.ts";
import { salvage, type Salvaged } from "./salvage.ts";
import { migrate, MIGRATIONS, setUp, versionOf } from "./schema.ts";
import { openChecked } from "./statements.ts";
import { sqliteStore, type StoreOptions } from "./store.ts";
import { DATA } from "../../wording/log.ts";

export interface OpenedDatabase {
  readonly store: Store;
  /** Sentences for its operator. */
  readonly notices: readonly string[];
}

/** The file was written by a later version of this program. The message is for the user. */
export class NewerError extends Error {
  override readonly name = "NewerError";
}

/** The file by which a server notes that it found its database damaged while it ran. */
export const DAMAGED = "chat.db.damaged";

/** How long to wait for another program that writes while we start, in milliseconds. */
export const PATIENCE = 5000;

/**
 * Opens a database for a server. If it is damaged, what is derived is made again. If that does not
 * help, the file is put aside, and a new one is begun with what can be saved.
 *
 * @throws what SQLite throws if it can't be used for another reason.
 * @throws {NewerError} if it can't be understood.
 */
export function openOrBeginAnew(directory: string, around: StoreOptions): OpenedDatabase {
  const { path } = around;
  const mark = `${directory}/${DAMAGED}`;
  const onFault = (event: StoreEvent) => {
    if (event.kind === "damaged") files.note(mark);
    around.onFault(event);
  };
  const surroundings = { ...around, onFault, recheck: () => files.note(mark) };
  const names = `${directory}/${NAMES}`;
  const found = readNames(names);
  if (!files.exists(path)) {
    // First: an empty database beside this file is one that was just begun.
    if (found.kind === "absent") writeNames(names, NO_NAMES);
    files.create(path);
  }
  const opened = openSound(directory, surroundings, files.exists(mark));
  if (opened !== undefined) {
    files.remove(mark);
    return opened;
  }
  const aside = files.putAside(path, around.clock());
  files.create(path);
  const db = openDatabase(path);
  const salvaged = salvage(aside, db);
  files.remove(mark);
  const notice = DATA.salvaged(path, aside, salvaged.messages, salvaged.accounts) +
    (salvaged.closed ? "" : DATA.roomsLost);
  return withNames(db, directory, surroundings, [notice], salvaged);
}

/** Opens a database that is sound or can be repaired; undefined if it is neither. */
function openSound(
  directory: string,
  around: StoreOptions,
  isMarked: boolean,
): OpenedDatabase | undefined {
  const { path } = around;
  try {
    return openToday(directory, around, isMarked);
  } catch (error) {
    if (explainFault(error).kind !== "damaged") throw error;
  }
  try {
    rebuildDerived(path, PATIENCE);
    const { store, notices } = openToday(directory, around, true);
    return { store, notices: [DATA.rebuilt(path), ...notices] };
  } catch (error) {
    if (explainFault(error).kind !== "damaged") throw error;
    return undefined;
  }
}

/**
 * Opens a database, migrates it, and makes a store of it. With `check`, every page is checked
 * first.
 *
 * @throws as {@linkcode openOrBeginAnew}, and if it is damaged.
 */
export function openToday(
  directory: string,
  around: StoreOptions,
  check = false,
): OpenedDatabase {
  const { path, background } = around;
  if (check) clearStrayPages(path);
  let isSound = true;
  let db = openDatabase(path, (db) => {
    migrate(db);
    isSound = isDerivedSound(db);
  });
  const notices: string[] = [];
  if (!isSound) {
    db.close();
    const isStray = rebuildDerived(path, PATIENCE);
    // Only a server has the file to itself.
    if (isStray && background) clearStrayPages(path);
    notices.push(DATA.rebuilt(path));
    db = openDatabase(path);
  }
  return withNames(db, directory, around, notices);
}

/** Makes the store, and notes which names are owned. */
function withNames(
  db: DatabaseSync,
  directory: string,
  around: StoreOptions,
  notices: readonly string[],
  salvaged?: Salvaged,
): OpenedDatabase {
  using undo = new DisposableStack();
  undo.defer(() => db.close());
  // After a crash, the write-ahead log still holds text that was taken out. Only a server clears it:
  // for other programs that log is not theirs.
  if (around.background) db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
  const path = `${directory}/${NAMES}`;
  const accounts = accountNames(db);
  const found = readNames(path);
  const known = found.kind === "known"
    ? namesNow(found.names, accounts, salvaged, around.background)
    // A file that can't be read may hold names that were lost. If it is absent, it was written by an
    // earlier version, or the operator has given these names up.
    : {
      accounts,
      lost: [],
      complete: found.kind === "absent" && salvaged?.complete !== false,
    };
  const isNoted = !around.background || note(path, known);
  const names = new KeptNames(path, known, isNoted);
  const store = sqliteStore(db, { ...around, names });
  undo.move();
  return { store, notices };
}

export function accountNames(db: DatabaseSync): string[] {
  return db.prepare("SELECT name FROM accounts").all().map(({ name }) => String(name));
}

/** Returns whether the names could be written; if not, that shows when an account is made. */
function note(path: string, known: KnownNames): boolean {
  try {
    writeNames(path, known);
    return true;
  } catch {
    return false;
  }
}

/**
 * The names to note. Accounts that were there before and are not any more were lost: with a damaged
 * file, with the write-ahead log, or because an older copy replaced the file.
 *
 * @param names the names that were noted.
 * @param accounts the names of the accounts that are there.
 * @param alone whether other programs hardly make or delete accounts right now.
 */
export function namesNow(
  names: KnownNames,
  accounts: readonly string[],
  salvaged: Salvaged | undefined,
  alone: boolean,
): KnownNames {
  const there = new Set(accounts.map(fold));
  // After a crash, an account that was not safe yet may be missing. Nobody was told that it was made.
  const pending = salvaged === undefined ? names.pending ?? [] : [];
  const noted = names.accounts.filter((name) => !pending.includes(name));
  const before = alone ? [...noted, ...names.lost] : names.lost;
  return {
    accounts,
    lost: before.filter((name) => !there.has(fold(name))),
    complete: names.complete,
  };
}

/** Opens a database as it is. Throws as {@linkcode openToday}, and what `check` throws. */
function openDatabase(path: string, check?: (db: DatabaseSync) => void): DatabaseSync {
  return openChecked(path, {}, (db) => {
    setUp(db, PATIENCE);
    if (versionOf(db) > MIGRATIONS.length) {
      throw new NewerError(DATA.newer(path));
    }
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    check?.(db);
  });
}
