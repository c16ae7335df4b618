/**
 * Accounts in SQLite.
 * @module
 */
import { fold } from "../../irc/names.ts";
import {
  type Account,
  type AccountStore,
  type AccountsTrouble,
  type LostNames,
  type Owner,
  type Verifier,
  withHome,
} from "../accounts.ts";
import { consequence, LostAccounts, ownerAmong } from "../lost_accounts.ts";
import { OwnedNames } from "../owned_names.ts";
import { explainFault } from "./faults.ts";
import { SqliteInvitations } from "./invitations.ts";
import type { KeptNames } from "./kept_names.ts";
import { numberOrNull, prepared, type SqlRow } from "./statements.ts";
import type { Writer } from "./writer.ts";
import { DATA } from "../../wording/log.ts";

/**
 * Keeps accounts in a database. Only their names are cached, until another process changes them.
 * If the file can't be written a change is not made, and methods that return whether it was made
 * say so. If it can't be read, the names in the file beside it still count as owned.
 */
export class SqliteAccounts extends SqliteInvitations implements AccountStore {
  readonly #kept: KeptNames | undefined;
  readonly #sql;
  /** The names of all accounts, as they were at a version. */
  #names: { readonly version: number; readonly all: OwnedNames } | undefined;
  /** The version of the file, for as long as no other task has run. */
  #version: number | undefined;
  /** Why the last read failed, if it did: part of a sentence. */
  #fault: string | undefined;
  #told = false;

  /** @param kept where their names are noted; undefined for nowhere. */
  constructor(writer: Writer, kept: KeptNames | undefined) {
    super(writer);
    this.#kept = kept;
    this.#sql = prepared(writer.db, SQL);
  }

  get trouble(): AccountsTrouble | undefined {
    if (this.#owned() === undefined) return this.#unreadable().trouble;
    if (this.#kept === undefined) return undefined;
    const { lost, complete, path } = this.#kept;
    return lost.size === 0 && complete ? undefined : lossOf([...lost.all()], complete, path);
  }

  mayExist(name: string): boolean {
    const owned = this.#owned();
    if (owned === undefined || this.#kept?.complete === false) return true;
    return owned.has(name) || this.#kept?.lost.has(name) === true;
  }

  find(name: string): Account | undefined {
    return this.#all("find", fold(name)).map(readAccount)[0];
  }

  ownerOf(name: string): Owner {
    const owned = this.#owned();
    if (owned === undefined) return this.#unreadable().ownerOf(name);
    const owner = owned.ownerOf(name);
    if (owner !== undefined) return { kind: "account", name: owner };
    return this.#kept === undefined
      ? { kind: "nobody" }
      : ownerAmong(this.#kept.lost, this.#kept.complete, name);
  }

  /** What is known of the accounts while they can't be read. */
  #unreadable(): LostAccounts {
    const why = DATA.accountsUnreadable(this.writer.path, this.#fault!);
    const known = this.#kept?.known();
    return new LostAccounts(why + consequence(known), known);
  }

  /** The names of all accounts; undefined if they can't be read. */
  #owned(): OwnedNames | undefined {
    const version = this.version();
    if (this.#fault === undefined && this.#names?.version === version) return this.#names.all;
    this.#names = undefined;
    this.#fault = undefined;
    const names = this.#all("names").map((row) => String(row.name));
    if (this.#fault !== undefined) return undefined;
    if (this.#told) {
      this.#told = false;
      this.writer.tell({ kind: "mended", message: DATA.accountsReadable(this.writer.path) });
    }
    this.#names = { version, all: new OwnedNames(names) };
    this.#kept?.reread(this.#names.all);
    return this.#names.all;
  }

  list(): Account[] {
    return this.#all("list").map(readAccount);
  }

  add(name: string, verifier: Verifier, now: number): boolean {
    return this.#changed(() => {
      // Within the transaction nobody else can add an account that looks like it.
      const owned = this.#owned();
      if (owned === undefined || owned.ownerOf(name) !== undefined) return false;
      this.#sql.add.run(fold(name), name, ...keysOf(verifier), now);
      this.#kept?.lost.remove(name);
      this.#note([name]);
      return true;
    });
  }

  remove(name: string): boolean {
    return this.#changed(() => {
      // Another program may have freed other names.
      this.#owned();
      const isLost = this.#kept?.lost.remove(name) === true;
      // A change of the database tells other programs of what is noted only in the names file.
      if (isLost) this.#sql.touch.run(fold(name));
      const removed = Number(this.#sql.remove.run(fold(name)).changes) > 0 || isLost;
      if (removed) this.#note();
      return removed;
    });
  }

  /** Writes the names file, so that no owned name is missing. `pending` are not safe yet. */
  #note(pending: readonly string[] = []): void {
    this.#kept?.write(this.#sql.names.all().map((row) => String(row.name)), pending);
  }

  /** Makes a change of the names, and notes them. Returns whether it was made. */
  #changed(change: () => boolean): boolean {
    const changed = this.#write(change);
    this.#names = undefined;
    if (changed === false) return false;
    try {
      // What was noted may have been rolled back, or was not safe yet.
      this.#note();
    } catch {
      // Then more names are noted than are owned; if they can't be read, that shows elsewhere.
    }
    return changed === true;
  }

  /** Which names are lost, and whether all are known; null if that is not noted. */
  get lost(): LostNames | null {
    if (this.#kept === undefined) return null;
    return { lost: [...this.#kept.lost.all()], complete: this.#kept.complete };
  }

  /**
   * All accounts were replaced by earlier ones. The names file stays as it is until one changes.
   */
  replaced(names: LostNames | null): void {
    this.#names = undefined;
    if (names !== null) this.#kept?.become(names);
  }

  setVerifier(name: string, verifier: Verifier): boolean {
    return this.#change("setVerifier", ...keysOf(verifier), fold(name));
  }

  setOper(name: string, oper: boolean): boolean {
    return this.#change("setOper", Number(oper), fold(name));
  }

  setReplays(name: string, replays: boolean): boolean {
    return this.#change("setReplays", Number(replays), fold(name));
  }

  loggedIn(name: string, now: number, home: string): void {
    const homes = withHome(this.find(name)?.homes ?? [], home);
    this.#change("loggedIn", now, homes.join(" "), fold(name));
  }

  loginFailed(name: string, address: string, now: number): void {
    this.#change("loginFailed", now, address, fold(name));
  }

  /** SQLite counts the changes of other connections; our own don't count. */
  version(): number {
    if (this.#version === undefined) {
      this.#version = this.#all("version").map((row) => Number(row.data_version))[0] ?? 0;
      // A login asks six times in a row, and each answer takes 15 us.
      queueMicrotask(() => this.#version = undefined);
    }
    return this.#version;
  }

  /** The rows that fit; if they can't be read, none, and the fault is noted. */
  #all(name: keyof typeof SQL, ...values: (string | number)[]): SqlRow[] {
    let fault: unknown;
    const rows = this.writer.read<SqlRow[] | undefined>(() => {
      try {
        return this.#sql[name].all(...values);
      } catch (error) {
        fault = error;
        throw error;
      }
    }, undefined);
    if (rows !== undefined) return rows;
    const { kind, words } = explainFault(fault);
    this.#fault = words;
    if (!this.#told) {
      this.#told = true;
      const why = DATA.accountsUnreadable(this.writer.path, words);
      this.writer.tell({ kind, message: why + consequence(this.#kept?.known()) });
    }
    return [];
  }

  #change(name: keyof typeof SQL, ...values: (string | number)[]): boolean {
    return this.#write(() => Number(this.#sql[name].run(...values).changes) > 0) === true;
  }

  /** Makes a change in a transaction; undefined if that failed. */
  #write(change: () => boolean): boolean | undefined {
    return this.writer.write<boolean | undefined>(() => {
      // Nobody else can write from now on, but somebody may have done it since it was asked.
      this.#version = undefined;
      return change();
    }, undefined);
  }
}

/** The columns of a password, in the order of the tables. */
function keysOf({ mechanism, salt, iterations, storedKey, serverKey }: Verifier) {
  return [mechanism, salt, iterations, storedKey, serverKey];
}

/** How many lost names a message lists. */
const TOLD = 20;

function lossOf(lost: readonly string[], complete: boolean, path: string): AccountsTrouble {
  const names = lost.length > TOLD
    ? DATA.andMore(lost.slice(0, TOLD).join(", "), lost.length - TOLD)
    : lost.join(", ");
  const text = (lost.length === 0 ? "" : DATA.lostAccounts(names)) +
    (complete ? "" : DATA.unknownAccounts(path)) + DATA.noRegistration;
  return { text, total: false, lost };
}

const SQL = {
  find: "SELECT * FROM accounts WHERE folded = ?",
  names: "SELECT name FROM accounts ORDER BY folded",
  list: "SELECT * FROM accounts ORDER BY folded",
  add: `INSERT INTO accounts (folded, name, mechanism, salt, iterations, stored_key, server_key,
    created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  remove: "DELETE FROM accounts WHERE folded = ?",
  setVerifier: `UPDATE accounts SET mechanism = ?, salt = ?, iterations = ?, stored_key = ?,
    server_key = ?, homes = '' WHERE folded = ?`,
  setOper: "UPDATE accounts SET oper = ? WHERE folded = ?",
  setReplays: "UPDATE accounts SET replays = ? WHERE folded = ?",
  loggedIn: `UPDATE accounts SET last_login_at = ?, homes = ?, failures = 0, failed_at = NULL,
    failed_from = NULL WHERE folded = ?`,
  loginFailed: `UPDATE accounts SET failures = failures + 1, failed_at = ?, failed_from = ?
    WHERE folded = ?`,
  version: "PRAGMA data_version",
  touch: "INSERT OR REPLACE INTO facts (name, value) VALUES ('freed', ?)",
} as const;

function readAccount(row: SqlRow): Account {
  const failedAt = numberOrNull(row.failed_at);
  return {
    name: String(row.name),
    verifier: {
      mechanism: String(row.mechanism),
      salt: String(row.salt),
      iterations: Number(row.iterations),
      storedKey: String(row.stored_key),
      serverKey: String(row.server_key),
    },
    createdAt: Number(row.created_at),
    lastLoginAt: numberOrNull(row.last_login_at),
    oper: row.oper === 1,
    replays: row.replays !== 0,
    failures: Number(row.failures),
    lastFailure: failedAt === null ? null : { at: failedAt, address: String(row.failed_from) },
    homes: String(row.homes).split(" ").filter((home) => home !== ""),
  };
}
