/**
 * A store in one SQLite database.
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { Histogram } from "../../collections/histogram.ts";
import type { Store } from "../store.ts";
import { SqliteAccounts } from "./accounts.ts";
import { Background } from "./background.ts";
import { rebuildDerived } from "./derived.ts";
import { SqliteHistory } from "./history.ts";
import type { KeptNames } from "./kept_names.ts";
import { SqliteReplica } from "./replica.ts";
import { SqliteState } from "./server_state.ts";
import { inTransaction } from "./statements.ts";
import { Writer, type WriterOptions } from "./writer.ts";

/** How many items are indexed in one step: one or two milliseconds. */
const WORDS_STEP = 100;

/**
 * With more messages than this not indexed yet, they are indexed while others are written, twice as
 * fast as these come: else a server without a quiet moment could search for nothing.
 */
const MAX_WORDLESS = 200_000;

/**
 * After so many commits the write-ahead log is put into the database in a quiet moment. SQLite
 * itself does it at 16 MB, whatever else there is to do. Everybody waits for the disk meanwhile: of
 * 1,509 times in half an hour of talk, with 500 commits before each, ten took 0.1 second and more.
 */
const COMMITS = 2000;
const LOG_PAGES = 4096;

/** The bounds by which the times of writing are counted, in seconds. */
const DURATIONS = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];

/** How long to wait for another program that writes, in milliseconds. */
const BUSY_TIMEOUT = 1000;

export interface StoreOptions extends WriterOptions {
  /** Whether to do in the background what can wait; a program that soon ends does not. */
  readonly background: boolean;
  /** Has every page of the file checked by the next start; left out if no server is started. */
  readonly recheck?: () => void;
  /** The names of accounts, as noted beside the database; left out if they are not noted. */
  readonly names?: KeptNames;
}

/**
 * Makes a store of a database with today's tables. Throws if it, or a channel or ban, can't be
 * read.
 */
export function sqliteStore(db: DatabaseSync, around: StoreOptions): Store {
  // Without them, rooms that are closed would be open to everyone, with all that was said there.
  for (const table of ["channels", "bans"]) db.prepare(`SELECT * FROM ${table}`).all();
  db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}; PRAGMA wal_autocheckpoint = ${LOG_PAGES}`);
  const writer = new Writer(db, around);
  const serverState = new SqliteState(writer);
  const accounts = new SqliteAccounts(writer, around.names);
  let commits = 0;
  const seconds = { commit: new Histogram(DURATIONS), checkpoint: new Histogram(DURATIONS) };

  /** Measures work that writes to the disk. */
  function timed<T>(what: keyof typeof seconds, work: () => T): T {
    const begin = performance.now();
    const result = work();
    seconds[what].add((performance.now() - begin) / 1000);
    return result;
  }

  const history = new SqliteHistory(writer, commit, around.background);
  const replica = new SqliteReplica(writer, { history, accounts, commit });
  const wake = (written = 0) => {
    if (around.background) background.wake(written);
  };
  if (!around.frozen) {
    // Most of a file is the index of words, and emptying it is little work.
    writer.onDamage(() => {
      inTransaction(db, () => history.forgetWords());
      wake();
    }, () => {
      if (rebuildDerived(around.path, BUSY_TIMEOUT)) around.recheck?.();
      wake();
    });
  }
  const background = new Background(() => {
    if (writer.broken) return false;
    if (history.isAhead) {
      commit();
      return true;
    }
    if (writer.write(() => history.catchUp(WORDS_STEP), false)) return true;
    if (history.scrub) scrub();
    else if (commits > COMMITS) {
      writer.read(
        () => timed("checkpoint", () => db.exec("PRAGMA wal_checkpoint(PASSIVE)")),
        undefined,
      );
      commits = 0;
    }
    return history.scrub;
  });

  function commit(): void {
    if (history.dirty || serverState.dirty || replica.dirty || writer.broken) {
      const count = history.held;
      const begin = performance.now();
      const written = writer.transaction(() => {
        // The state first: if items are dated again, so are its times.
        serverState.write();
        history.write();
        if (history.wordless > MAX_WORDLESS) history.catchUp(2 * count);
        replica.write();
      });
      if (written) {
        writer.works(history.written());
        serverState.written();
        replica.written();
        seconds.commit.add((performance.now() - begin) / 1000);
        commits++;
        wake(count);
      }
    }
    if (history.scrub && !writer.broken) scrub();
  }

  /** Empties the write-ahead log, which still has the text of what was taken out. */
  function scrub(): void {
    // It does not wait for other programs that read, but is tried again soon.
    const done = writer.read(() => {
      db.exec("PRAGMA busy_timeout = 0");
      const truncate = db.prepare("PRAGMA wal_checkpoint(TRUNCATE)");
      const row = timed("checkpoint", () => truncate.get());
      db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
      return row?.busy === 0;
    }, false);
    if (done) history.scrubbed();
    else wake();
  }

  wake();
  return {
    history,
    serverState,
    accounts,
    replica,
    health: () => ({ fault: writer.fault, seconds }),
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
