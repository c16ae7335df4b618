/**
 * Invitations in SQLite.
 * @module
 */
import type { SQLOutputValue, StatementSync } from "node:sqlite";
import { type Guest, type Invitation, type KeptInvitation, MAX_GUESTS } from "../accounts.ts";
import type { Writer } from "./writer.ts";

/** Keeps invitations in a database, and who came in on them. */
export class SqliteInvitations {
  readonly #writer: Writer;
  readonly #statements: Readonly<Record<StatementName, StatementSync>>;

  /** Opens the invitations in a database. */
  constructor(writer: Writer) {
    this.#writer = writer;
    this.#statements = writer.prepare(SQL);
  }

  /** Adds an invitation. */
  addInvitation(invitation: Invitation): void {
    const { id, tokenHash, forName, createdAt, expiresAt, usesLeft } = invitation;
    const values = [id, tokenHash, forName, createdAt, expiresAt, usesLeft];
    this.#writer.transaction(() => this.#statements.addInvitation.run(...values));
  }

  /** All invitations that still let somebody in. */
  invitations(now: number): KeptInvitation[] {
    return this.#read("invitations", now).map((row) => this.#withGuests(row));
  }

  /** The invitation of a token. */
  findInvitation(tokenHash: string, now: number): KeptInvitation | undefined {
    return this.#read("findInvitation", tokenHash, now).map((row) => this.#withGuests(row))[0];
  }

  /** The invitation of an id. */
  invitation(id: string): KeptInvitation | undefined {
    return this.#read("invitation", id).map((row) => this.#withGuests(row))[0];
  }

  #withGuests(row: SqlRow): KeptInvitation {
    const invitation = readInvitation(row);
    return { ...invitation, guests: this.#read("guests", invitation.id).map(readGuest) };
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
    this.#writer.transaction(() => this.#statements.renameGuest.run(name, id));
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

  #read(name: StatementName, ...values: (string | number)[]): SqlRow[] {
    return this.#writer.read(() => this.#statements[name].all(...values), []);
  }
}

const USABLE = "(expires_at IS NULL OR expires_at > ?) AND (uses_left IS NULL OR uses_left > 0)";

/** Who was a guest before may come again. */
const LETS_IN =
  `(${USABLE} OR EXISTS (SELECT 1 FROM guests WHERE guests.invitation = invitations.id))`;

const SQL = {
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
