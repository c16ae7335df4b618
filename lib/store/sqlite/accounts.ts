/**
 * Accounts and invitations in SQLite.
 * @module
 */
import type { SQLOutputValue, StatementSync } from "node:sqlite";
import { fold } from "../../irc/names.ts";
import {
  type Account,
  type AccountStore,
  type Guest,
  type Invitation,
  type KeptInvitation,
  MAX_GUESTS,
  type Owner,
  type Verifier,
} from "../accounts.ts";
import { OwnedNames } from "../owned_names.ts";
import type { Writer } from "./writer.ts";

/**
 * Keeps accounts in a database. Nothing is cached but their names, for as long as nobody else has
 * changed them. If the file can't be written a change is not made, and what returns whether it was
 * made says so.
 */
export class SqliteAccounts implements AccountStore {
  readonly #writer: Writer;
  readonly #statements: Readonly<Record<StatementName, StatementSync>>;
  /** The names of all accounts, as they were at a version. */
  #names: { readonly version: number; readonly all: OwnedNames } | undefined;

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

  /** To whom a name belongs. */
  ownerOf(name: string): Owner {
    const owner = this.#owned().ownerOf(name);
    return owner === undefined ? { kind: "nobody" } : { kind: "account", name: owner };
  }

  #owned(): OwnedNames {
    const version = this.version();
    if (this.#names?.version !== version) {
      const names = this.#all("names").map((row) => String(row.name));
      this.#names = { version, all: new OwnedNames(names) };
    }
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
      added = this.ownerOf(name).kind === "nobody";
      if (added) this.#statements.add.run(fold(name), name, ...keys, now);
    });
    if (written && added) this.#owned().add(name);
    return written && added;
  }

  /** Takes an account out. */
  remove(name: string): boolean {
    const removed = this.#change("remove", fold(name));
    if (removed) this.#owned().remove(name);
    return removed;
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

  /** All invitations that still let somebody in. */
  invitations(now: number): KeptInvitation[] {
    return this.#all("invitations", now).map((row) => this.#withGuests(row));
  }

  /** The invitation of a token. */
  findInvitation(tokenHash: string, now: number): KeptInvitation | undefined {
    return this.#all("findInvitation", tokenHash, now).map((row) => this.#withGuests(row))[0];
  }

  /** The invitation of an id. */
  invitation(id: string): KeptInvitation | undefined {
    return this.#all("invitation", id).map((row) => this.#withGuests(row))[0];
  }

  #withGuests(row: SqlRow): KeptInvitation {
    const invitation = readInvitation(row);
    return { ...invitation, guests: this.#all("guests", invitation.id).map(readGuest) };
  }

  /** Takes one use of an invitation for a new guest. */
  addGuest(invitation: string, name: string, now: number): number | undefined {
    const { useInvitation, addGuest, dropGuests } = this.#statements;
    let guest: number | undefined;
    const written = this.#writer.transaction(() => {
      if (Number(useInvitation.run(invitation, now).changes) === 0) return;
      guest = Number(addGuest.run(invitation, name, name, now).lastInsertRowid);
      dropGuests.run(invitation, MAX_GUESTS);
    });
    return written ? guest : undefined;
  }

  /** Notes the name that a guest has now. */
  renameGuest(id: number, name: string): void {
    this.#change("renameGuest", name, id);
  }

  /** Ends an invitation. */
  revokeInvitation(id: string): boolean {
    const { revokeInvitation, forgetGuests } = this.#statements;
    let revoked = false;
    const written = this.#writer.transaction(() => {
      revoked = Number(revokeInvitation.run(id).changes) > 0;
      forgetGuests.run(id);
    });
    return written && revoked;
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

/** Who was a guest before may come again. */
const LETS_IN =
  `(${USABLE} OR EXISTS (SELECT 1 FROM guests WHERE guests.invitation = invitations.id))`;

const SQL = {
  find: "SELECT * FROM accounts WHERE folded = ?",
  names: "SELECT name FROM accounts ORDER BY folded",
  list: "SELECT * FROM accounts ORDER BY folded",
  add: `INSERT INTO accounts (folded, name, mechanism, salt, iterations, stored_key, server_key,
    created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  remove: "DELETE FROM accounts WHERE folded = ?",
  setVerifier: `UPDATE accounts SET mechanism = ?, salt = ?, iterations = ?, stored_key = ?,
    server_key = ? WHERE folded = ?`,
  setOper: "UPDATE accounts SET oper = ? WHERE folded = ?",
  loggedIn: `UPDATE accounts SET last_login_at = ?, failures = 0, failed_at = NULL,
    failed_from = NULL WHERE folded = ?`,
  loginFailed: `UPDATE accounts SET failures = failures + 1, failed_at = ?, failed_from = ?
    WHERE folded = ?`,
  version: "PRAGMA data_version",
  addInvitation: `INSERT OR REPLACE INTO invitations (id, token_hash, for_name, created_at,
    expires_at, uses_left) VALUES (?, ?, ?, ?, ?, ?)`,
  invitations: `SELECT * FROM invitations WHERE ${LETS_IN} ORDER BY created_at, id`,
  findInvitation: `SELECT * FROM invitations WHERE token_hash = ? AND ${LETS_IN}`,
  invitation: "SELECT * FROM invitations WHERE id = ?",
  guests: "SELECT * FROM guests WHERE invitation = ? ORDER BY id",
  useInvitation: `UPDATE invitations SET uses_left = uses_left - 1 WHERE id = ? AND ${USABLE}`,
  addGuest: "INSERT INTO guests (invitation, entered, name, at) VALUES (?, ?, ?, ?)",
  dropGuests: `DELETE FROM guests WHERE id IN
    (SELECT id FROM guests WHERE invitation = ? ORDER BY id DESC LIMIT -1 OFFSET ?)`,
  renameGuest: "UPDATE guests SET name = ? WHERE id = ?",
  revokeInvitation: "DELETE FROM invitations WHERE id = ?",
  forgetGuests: "DELETE FROM guests WHERE invitation = ?",
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
    failures: Number(row.failures),
    lastFailure: failedAt === null ? null : { at: failedAt, address: String(row.failed_from) },
  };
}

function readGuest(row: SqlRow): Guest {
  return {
    id: Number(row.id),
    entered: String(row.entered),
    name: String(row.name),
    at: Number(row.at),
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
