/**
 * All that a server keeps, in one database.
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Store } from "../store.ts";
import { SqliteAccounts } from "./accounts.ts";
import { Background } from "./background.ts";
import { rebuildDerived } from "./derived.ts";
import type { StoreEvent } from "./faults.ts";
import { SqliteHistory } from "./history.ts";
import type { KeptNames } from "./kept_names.ts";
import { SqliteState } from "./server_state.ts";
import { Writer } from "./writer.ts";

/** How many items have their words found out in one step: one or two milliseconds. */
const WORDS_STEP = 100;

/**
 * After how many messages that is done while they are written, twice as fast as they come: whoever
 * never leaves it a quiet moment could search for nothing else.
 */
const MAX_WORDLESS = 200_000;

/**
 * After how many commits what is in the write-ahead log is put into the database in a quiet moment.
 * SQLite itself does it at 16 MB, whatever else is to do.
 */
const COMMITS = 500;
const LOG_PAGES = 4096;

/** How long to wait for another program that writes, in milliseconds. */
const BUSY_TIMEOUT = 1000;

function inTransaction(db: DatabaseSync, work: () => void): void {
  db.exec("BEGIN IMMEDIATE");
  try {
    work();
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

/** What a store needs besides its database. */
export interface StoreOptions {
  /** The file, as messages name it. */
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Is told of what goes wrong, and when it works again. */
  readonly onFault: (event: StoreEvent) => void;
  /** Whether to do in the background what can wait; a program that soon ends does not. */
  readonly background: boolean;
  /** Whether it can only be read: what comes is held in memory. */
  readonly frozen: boolean;
  /** Has every page of the file looked at by the next start; undefined for who starts no server. */
  readonly recheck?: () => void;
  /** Where the names of accounts are noted; undefined for nowhere. */
  readonly names?: KeptNames;
}

/**
 * Makes a store of a database that has today's tables.
 *
 * @throws what SQLite throws if it can't be read, or not what is closed to whom.
 */
export function sqliteStore(db: DatabaseSync, around: StoreOptions): Store {
  // Else rooms that are closed would be open to everyone, with all that was said in them.
  for (const table of ["channels", "bans"]) db.prepare(`SELECT * FROM ${table}`).all();
  db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}; PRAGMA wal_autocheckpoint = ${LOG_PAGES}`);
  const writer = new Writer(db, around.path, around.clock, around.onFault);
  if (around.frozen) writer.freeze();
  const serverState = new SqliteState(writer);
  let commits = 0;

  const history = new SqliteHistory(writer, commit);
  if (!around.frozen) {
    const repaired = (repair: () => void) => () => {
      repair();
      if (around.background) background.wake();
    };
    // Most of a file is the index of words, and to empty it is little work.
    writer.onDamage(
      repaired(() => inTransaction(db, () => history.forgetWords())),
      repaired(() => {
        if (rebuildDerived(around.path, BUSY_TIMEOUT)) around.recheck?.();
      }),
    );
  }
  const background = new Background(() => {
    if (writer.broken) return false;
    if (history.isAhead) {
      commit();
      return true;
    }
    let more = false;
    writer.transaction(() => more = history.catchUp(WORDS_STEP));
    if (more) return true;
    if (history.scrub) scrub();
    else if (commits > COMMITS) {
      writer.read(() => db.exec("PRAGMA wal_checkpoint(PASSIVE)"), undefined);
      commits = 0;
    }
    return history.scrub;
  });

  function commit(): void {
    if (history.dirty || serverState.dirty || writer.broken) {
      const count = history.held;
      const written = writer.transaction(() => {
        // Items may be dated again, and with them what the settings have.
        serverState.write();
        history.write();
        if (history.wordless > MAX_WORDLESS) history.catchUp(2 * count);
      });
      if (written) {
        writer.works(history.written());
        serverState.written();
        commits++;
        if (around.background) background.wake(count);
      }
    }
    if (history.scrub && !writer.broken) scrub();
  }

  /** Empties the write-ahead log, where the text of what was taken out still is. */
  function scrub(): void {
    // Who reads at the moment may go on; it is tried again soon.
    const done = writer.read(() => {
      db.exec("PRAGMA busy_timeout = 0");
      const row = db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
      db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
      return row?.busy === 0;
    }, false);
    if (done) history.scrubbed();
    else if (around.background) background.wake();
  }

  if (around.background) background.wake();
  return {
    history,
    serverState,
    accounts: new SqliteAccounts(writer, around.names),
    close() {
      background.stop();
      commit();
      try {
        db.close();
      } catch (error) {
        writer.failed(error);
      }
    },
  };
}
