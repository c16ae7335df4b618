/**
 * Accounts in SQLite.
 * @module
 */
import type { SQLOutputValue, StatementSync } from "node:sqlite";
import { fold } from "../../irc/names.ts";
import {
  type Account,
  type AccountStore,
  type AccountsTrouble,
  type Owner,
  type Verifier,
  withHome,
} from "../accounts.ts";
import { consequence, ownerAmong } from "../lost_accounts.ts";
import { OwnedNames } from "../owned_names.ts";
import { explainFault } from "./faults.ts";
import { SqliteInvitations } from "./invitations.ts";
import type { KeptNames } from "./kept_names.ts";
import type { Writer } from "./writer.ts";

/**
 * Keeps accounts in a database. Nothing is cached but their names, for as long as nobody else has
 * changed them. If the file can't be written a change is not made, and what returns whether it was
 * made says so. If it can't be read, the names that were noted beside it are owned all the same.
 */
export class SqliteAccounts extends SqliteInvitations implements AccountStore {
  readonly #writer: Writer;
  readonly #kept: KeptNames | undefined;
  readonly #statements: Readonly<Record<StatementName, StatementSync>>;
  /** The names of all accounts, as they were at a version. */
  #names: { readonly version: number; readonly all: OwnedNames } | undefined;
  /** Why they can't be read, if they could not the last time: a part of a sentence. */
  #fault: string | undefined;
  /** Whether that was told. */
  #told = false;

  /**
   * Opens the accounts in a database.
   *
   * @param kept where their names are noted; undefined for nowhere.
   */
  constructor(writer: Writer, kept: KeptNames | undefined) {
    super(writer);
    this.#writer = writer;
    this.#kept = kept;
    this.#statements = writer.prepare(SQL);
  }

  /** What is wrong with the accounts. */
  get trouble(): AccountsTrouble | undefined {
    const { path } = this.#writer;
    if (this.#owned() === undefined) {
      const why = `The accounts in ${path} can't be read: ${this.#fault}.`;
      return { text: `${why} ${consequence(this.#kept?.known())}`, total: true, lost: [] };
    }
    if (this.#kept === undefined) return undefined;
    const { lost, complete } = this.#kept;
    if (lost.size === 0 && complete) return undefined;
    return lossOf([...lost.all()], complete, this.#kept.path);
  }

  /** Whether there is an account of this very name, or may be one. */
  mayExist(name: string): boolean {
    const owned = this.#owned();
    if (owned === undefined || this.#kept?.complete === false) return true;
    return owned.has(name) || this.#kept?.lost.has(name) === true;
  }

  /** The account of this name. */
  find(name: string): Account | undefined {
    return this.#all("find", fold(name)).map(readAccount)[0];
  }

  /** To whom a name belongs. */
  ownerOf(name: string): Owner {
    const owned = this.#owned();
    if (owned === undefined) {
      const known = this.#kept?.known();
      const names = new OwnedNames([...known?.accounts ?? [], ...known?.lost ?? []]);
      return ownerAmong(names, known?.complete === true, name);
    }
    const owner = owned.ownerOf(name);
    if (owner !== undefined) return { kind: "account", name: owner };
    return this.#kept === undefined
      ? { kind: "nobody" }
      : ownerAmong(this.#kept.lost, this.#kept.complete, name);
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
      const message = `The accounts in ${this.#writer.path} can be read again.`;
      this.#writer.tell({ kind: "mended", message });
    }
    this.#names = { version, all: new OwnedNames(names) };
    this.#kept?.reread(this.#names.all);
    return this.#names.all;
  }

  /** All accounts, by name. */
  list(): Account[] {
    return this.#all("list").map(readAccount);
  }

  /** Adds an account. */
  add(name: string, verifier: Verifier, now: number): boolean {
    const { mechanism, salt, iterations, storedKey, serverKey } = verifier;
    const keys = [mechanism, salt, iterations, storedKey, serverKey];
    let added = false;
    const written = this.#writer.transaction(() => {
      // Nobody else can add one that looks like it while this goes on.
      const owned = this.#owned();
      added = owned !== undefined && owned.ownerOf(name) === undefined;
      if (!added) return;
      this.#statements.add.run(fold(name), name, ...keys, now);
      this.#kept?.lost.remove(name);
      this.#note([name]);
    });
    return this.#changed(written, added);
  }

  /** Takes an account out. */
  remove(name: string): boolean {
    let removed = false;
    const written = this.#writer.transaction(() => {
      // Another program may have freed others.
      this.#owned();
      const isLost = this.#kept?.lost.remove(name) === true;
      // What is noted in a file alone is told to other programs by a change of the database.
      if (isLost) this.#statements.touch.run(fold(name));
      removed = Number(this.#statements.remove.run(fold(name)).changes) > 0 || isLost;
      if (removed) this.#note();
    });
    return this.#changed(written, removed);
  }

  /**
   * Notes beside the database which names are owned now, so that no owned name is missing there.
   *
   * @param pending those that are not safe yet.
   */
  #note(pending: readonly string[] = []): void {
    this.#kept?.write(this.#statements.names.all().map((row) => String(row.name)), pending);
  }

  /** Notes the names as they are now, and has them read again. Returns whether one was changed. */
  #changed(written: boolean, changed: boolean): boolean {
    this.#names = undefined;
    if (written && !changed) return false;
    try {
      // What was noted may have been taken back, or it was not safe yet.
      this.#note();
    } catch {
      // Then more names are noted than are owned, or it can't be read, which shows elsewhere.
    }
    return written;
  }

  /** Changes a password. */
  setVerifier(name: string, verifier: Verifier): boolean {
    const { mechanism, salt, iterations, storedKey, serverKey } = verifier;
    const keys = [mechanism, salt, iterations, storedKey, serverKey];
    return this.#change("setVerifier", ...keys, fold(name));
  }

  /** Makes an account an operator of the server, or no longer. */
  setOper(name: string, oper: boolean): boolean {
    return this.#change("setOper", oper ? 1 : 0, fold(name));
  }

  /** Says whether it is shown the last messages of a room. */
  setReplays(name: string, replays: boolean): boolean {
    return this.#change("setReplays", replays ? 1 : 0, fold(name));
  }

  /** Notes a good login. */
  loggedIn(name: string, now: number, home: string): void {
    const homes = withHome(this.find(name)?.homes ?? [], home);
    this.#change("loggedIn", now, homes.join(" "), fold(name));
  }

  /** Notes a failed login. */
  loginFailed(name: string, address: string, now: number): void {
    this.#change("loginFailed", now, address, fold(name));
  }

  /** SQLite counts the changes of others; our own don't count. */
  version(): number {
    return this.#all("version").map((row) => Number(row.data_version))[0] ?? 0;
  }

  /** The rows that fit; none, and a fault, if they can't be read. */
  #all(name: StatementName, ...values: (string | number | null)[]): SqlRow[] {
    let fault: unknown;
    const rows = this.#writer.read<SqlRow[] | undefined>(() => {
      try {
        return this.#statements[name].all(...values);
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
      const why = `The accounts in ${this.#writer.path} can't be read any more: ${words}.`;
      this.#writer.tell({ kind, message: `${why} ${consequence(this.#kept?.known())}` });
    }
    return [];
  }

  #change(name: StatementName, ...values: (string | number | null)[]): boolean {
    let changes = 0;
    const written = this.#writer.transaction(() => {
      changes = Number(this.#statements[name].run(...values).changes);
    });
    return written && changes > 0;
  }
}

/** How many lost names are told. */
const TOLD = 20;

/** What is the matter if accounts were lost with a damaged file. */
function lossOf(lost: readonly string[], complete: boolean, path: string): AccountsTrouble {
  const names = lost.length > TOLD
    ? `${lost.slice(0, TOLD).join(", ")} and ${lost.length - TOLD} more`
    : lost.join(", ");
  const known = lost.length === 0
    ? ""
    : "These accounts were lost with a damaged file, or with one that an older copy replaced, and " +
      `their names are refused to everyone: ${names}. ` +
      "Give each back with: chat user add NAME, or free it with: chat user delete NAME. ";
  const unknown = complete
    ? ""
    : "Accounts were lost with a damaged file, and it is not known which, so newcomers are given " +
      `names as guests. To go on with the accounts that are there, delete ${path} and start again. `;
  return { text: `${known}${unknown}Until then nobody can register.`, total: false, lost };
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

type StatementName = keyof typeof SQL;

type SqlRow = Record<string, SQLOutputValue>;

function numberOrNull(value: SQLOutputValue | undefined): number | null {
  return typeof value === "number" ? value : null;
}

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
