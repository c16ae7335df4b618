/**
 * Accounts and invitations in SQLite.
 * @module
 */
import type { SQLOutputValue, StatementSync } from "node:sqlite";
import { fold, looks } from "../../irc/names.ts";
import type { Account, AccountStore, Invitation, Verifier } from "../accounts.ts";
import type { Writer } from "./writer.ts";

/**
 * Keeps accounts in a database. Nothing is cached. Where the file can't be written a change is not
 * made, and what returns whether it was made says so.
 */
export class SqliteAccounts implements AccountStore {
  readonly #writer: Writer;
  readonly #statements: Readonly<Record<StatementName, StatementSync>>;

  /** Opens the accounts in a database. */
  constructor(writer: Writer) {
    this.#writer = writer;
    this.#statements = Object.fromEntries(
      Object.entries(SQL).map(([name, sql]) => [name, writer.db.prepare(sql)]),
    ) as Record<StatementName, StatementSync>;
  }

  /** The account of this name. */
  find(name: string): Account | undefined {
    return this.#all("find", fold(name)).map(readAccount)[0];
  }

  /** The account whose name is this one or looks the same. */
  findAlike(name: string): Account | undefined {
    const [small, capital] = looks(name);
    return this.find(name) ?? this.#all("findAlike", small, capital).map(readAccount)[0];
  }

  /** All accounts, by name. */
  list(): Account[] {
    return this.#all("list").map(readAccount);
  }

  /** Adds an account. */
  add(name: string, verifier: Verifier, now: number): boolean {
    const [small, capital] = looks(name);
    const { mechanism, salt, iterations, storedKey, serverKey } = verifier;
    const keys = [mechanism, salt, iterations, storedKey, serverKey];
    return this.#change("add", fold(name), small, capital, name, ...keys, now);
  }

  /** Takes an account out. */
  remove(name: string): boolean {
    return this.#change("remove", fold(name));
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
  loggedIn(name: string, now: number): void {
    this.#change("loggedIn", now, fold(name));
  }

  /** Notes a failed login. */
  loginFailed(name: string, address: string, now: number): void {
    this.#change("loginFailed", now, address, fold(name));
  }

  /** SQLite counts the changes of others; our own don't count. */
  version(): number {
    return this.#all("version").map((row) => Number(row.data_version))[0] ?? 0;
  }

  /** Adds an invitation. */
  addInvitation(invitation: Invitation): void {
    const { id, tokenHash, forName, createdAt, expiresAt, usesLeft } = invitation;
    this.#change("addInvitation", id, tokenHash, forName, createdAt, expiresAt, usesLeft);
  }

  /** All invitations that can still be used. */
  invitations(now: number): Invitation[] {
    return this.#all("invitations", now).map(readInvitation);
  }

  /** The invitation of a token. */
  findInvitation(tokenHash: string, now: number): Invitation | undefined {
    return this.#all("findInvitation", now, tokenHash).map(readInvitation)[0];
  }

  /** Takes one use of an invitation. */
  useInvitation(id: string, now: number): boolean {
    return this.#change("useInvitation", id, now);
  }

  /** Ends an invitation. */
  revokeInvitation(id: string): boolean {
    return this.#change("revokeInvitation", id);
  }

  #all(name: StatementName, ...values: (string | number | null)[]) {
    return this.#writer.read(() => this.#statements[name].all(...values), []);
  }

  #change(name: StatementName, ...values: (string | number | null)[]): boolean {
    let changes = 0;
    const written = this.#writer.transaction(() => {
      changes = Number(this.#statements[name].run(...values).changes);
    });
    return written && changes > 0;
  }
}

const USABLE = "(expires_at IS NULL OR expires_at > ?) AND (uses_left IS NULL OR uses_left > 0)";

const SQL = {
  find: "SELECT * FROM accounts WHERE folded = ?",
  findAlike: "SELECT * FROM accounts WHERE small = ? OR capital = ?",
  list: "SELECT * FROM accounts ORDER BY folded",
  add: `INSERT OR IGNORE INTO accounts (folded, small, capital, name, mechanism, salt, iterations,
    stored_key, server_key, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  remove: "DELETE FROM accounts WHERE folded = ?",
  setVerifier: `UPDATE accounts SET mechanism = ?, salt = ?, iterations = ?, stored_key = ?,
    server_key = ? WHERE folded = ?`,
  setOper: "UPDATE accounts SET oper = ? WHERE folded = ?",
  setReplays: "UPDATE accounts SET replays = ? WHERE folded = ?",
  loggedIn: `UPDATE accounts SET last_login_at = ?, failures = 0, failed_at = NULL,
    failed_from = NULL WHERE folded = ?`,
  loginFailed: `UPDATE accounts SET failures = failures + 1, failed_at = ?, failed_from = ?
    WHERE folded = ?`,
  version: "PRAGMA data_version",
  addInvitation: `INSERT OR REPLACE INTO invitations (id, token_hash, for_name, created_at,
    expires_at, uses_left) VALUES (?, ?, ?, ?, ?, ?)`,
  invitations: `SELECT * FROM invitations WHERE ${USABLE} ORDER BY created_at, id`,
  findInvitation: `SELECT * FROM invitations WHERE ${USABLE} AND token_hash = ?`,
  useInvitation: `UPDATE invitations SET uses_left = uses_left - 1 WHERE id = ? AND ${USABLE}`,
  revokeInvitation: "DELETE FROM invitations WHERE id = ?",
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
  };
}

function readInvitation(row: SqlRow): Invitation {
  return {
    id: String(row.id),
    tokenHash: String(row.token_hash),
    forName: typeof row.for_name === "string" ? row.for_name : null,
    createdAt: Number(row.created_at),
    expiresAt: numberOrNull(row.expires_at),
    usesLeft: numberOrNull(row.uses_left),
  };
}
