/**
 * The files of a store, and the lock of its server.
 * @module
 */
import { writeAllSync } from "../../text/write_all.ts";
import { explainFault } from "./faults.ts";
import { openChecked, withDatabase } from "./statements.ts";

export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Whether this is a pipe, a socket or a device: to open it would wait for another program. */
export function isSpecial(path: string): boolean {
  try {
    const { isFile, isDirectory } = Deno.statSync(path);
    return !isFile && !isDirectory;
  } catch {
    // That shows when it is used.
    return false;
  }
}

/**
 * Creates an empty file for its owner only. SQLite gives the files beside it the same permissions.
 */
export function create(path: string): void {
  Deno.openSync(path, { create: true, write: true, mode: 0o600 }).close();
}

/** Creates a directory and its parents, for its owner only. */
export function makeDirectory(directory: string): void {
  Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
}

/**
 * Takes the lock of a directory, which one server can have. It ends with the process. Returns how
 * to release it, or what is known of its holder.
 */
export function takeLock(path: string): { release(): void } | { holder: string } {
  const lock = Deno.openSync(path, { create: true, read: true, write: true, mode: 0o600 });
  const release = tryLock(lock, path);
  if (release !== undefined) {
    lock.truncateSync();
    writeAllSync(lock, new TextEncoder().encode(`${Deno.pid}\n`));
    return {
      release() {
        release();
        lock.close();
      },
    };
  }
  lock.close();
  try {
    return { holder: Deno.readTextFileSync(path).trim() };
  } catch {
    // On Windows a locked file can't be read.
    return { holder: "" };
  }
}

/** Whether another process has the lock. */
export function isLocked(path: string): boolean {
  try {
    if (!("tryLockSync" in Deno.FsFile.prototype)) return isLockedBySqlite(`${path}.db`);
    using lock = Deno.openSync(path, { read: true });
    if (!lock.tryLockSync(false)) return true;
    lock.unlockSync();
    return false;
  } catch {
    // There is no lock file.
    return false;
  }
}

/** As {@linkcode isLocked}, for {@linkcode tryLockBySqlite}. */
function isLockedBySqlite(path: string): boolean {
  if (!exists(path)) return false;
  try {
    withDatabase(path, {}, (db) => {
      db.exec("PRAGMA busy_timeout = 0; SELECT count(*) FROM sqlite_schema");
    });
    return false;
  } catch (error) {
    return explainFault(error).kind === "busy";
  }
}

/** Locks without waiting. Returns how to unlock; undefined if another process has the lock. */
function tryLock(lock: Deno.FsFile, path: string): (() => void) | undefined {
  // Up to 2.4, with which executables may be built, Deno can only wait for a lock.
  if (!("tryLockSync" in lock)) return tryLockBySqlite(`${path}.db`);
  return lock.tryLockSync(true) ? () => lock.unlockSync() : undefined;
}

/**
 * As {@linkcode tryLock}, with an empty database of its own: SQLite would not accept the text in
 * `chat.lock`. Nothing is written, so the journal in memory only saves a file.
 */
function tryLockBySqlite(path: string): (() => void) | undefined {
  if (!exists(path)) create(path);
  try {
    const db = openChecked(path, {}, (db) => {
      db.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    });
    return () => db.close();
  } catch (error) {
    if (explainFault(error).kind === "busy") return undefined;
    throw error;
  }
}

/**
 * Renames a database and the files that belong to it, which may still be readable. Returns the
 * name.
 */
export function putAside(path: string, now: number): string {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");
  let aside = `${path}.corrupt-${time}`;
  for (let more = 2; exists(aside); more++) aside = `${path}.corrupt-${time}-${more}`;
  for (const suffix of ["", "-wal", "-shm"]) {
    if (exists(path + suffix)) Deno.renameSync(path + suffix, aside + suffix);
  }
  return aside;
}

/** Creates a mark for the next start. */
export function note(path: string): void {
  try {
    create(path);
  } catch {
    // If even that can't be written, the next start finds the damage by itself, or later.
  }
}

export function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Replaces a small file atomically: writes `path.new`, readable only by its owner, syncs it, and
 * renames it.
 *
 * @param prepare runs before the draft is renamed.
 * @throws {Error} if it can't be written; then the old file is still there.
 */
export function replaceFile(path: string, text: string, prepare?: (draft: string) => void): void {
  const draft = `${path}.new`;
  // A draft that a crash left may have other permissions.
  remove(draft);
  {
    using file = Deno.openSync(draft, { write: true, createNew: true, mode: 0o600 });
    writeAllSync(file, new TextEncoder().encode(text));
    file.syncSync();
  }
  prepare?.(draft);
  Deno.renameSync(draft, path);
}

/** A path as a URL, to which SQLite accepts parameters. */
export function url(path: string): string {
  const absolute = /^(?:\/|[A-Za-z]:)/.test(path) ? path : `${Deno.cwd()}/${path}`;
  const slashes = absolute.replaceAll("\\", "/").replace(/^(?=[A-Za-z]:)/, "/");
  return `file://${encodeURI(slashes).replace(/[?#]/g, encodeURIComponent)}`;
}
