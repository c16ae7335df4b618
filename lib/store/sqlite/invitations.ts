/**
 * Invitations in SQLite.
 * @module
 */
import { type Guest, type Invitation, type KeptInvitation, MAX_GUESTS } from "../accounts.ts";
import { numberOrNull, prepared, type SqlRow, textOrNull } from "./statements.ts";
import type { Writer } from "./writer.ts";

export class SqliteInvitations {
  protected readonly writer: Writer;
  readonly #sql;

  constructor(writer: Writer) {
    this.writer = writer;
    this.#sql = prepared(writer.db, SQL);
  }

  addInvitation(invitation: Invitation): void {
    const { id, tokenHash, forName, createdAt, expiresAt, usesLeft } = invitation;
    const values = [id, tokenHash, forName, createdAt, expiresAt, usesLeft];
    this.writer.transaction(() => this.#sql.addInvitation.run(...values));
  }

  invitations(now: number): KeptInvitation[] {
    return this.#read("invitations", now);
  }

  findInvitation(tokenHash: string, now: number): KeptInvitation | undefined {
    return this.#read("findInvitation", tokenHash, now)[0];
  }

  invitation(id: string): KeptInvitation | undefined {
    return this.#read("invitation", id)[0];
  }

  #read(name: keyof typeof SQL, ...values: (string | number)[]): KeptInvitation[] {
    return this.writer.read(
      () =>
        this.#sql[name].all(...values).map(readInvitation).map((invitation) => {
          return { ...invitation, guests: this.#sql.guests.all(invitation.id).map(readGuest) };
        }),
      [],
    );
  }

  addGuest(invitation: string, name: string, now: number): number | undefined {
    return this.writer.write(() => {
      if (Number(this.#sql.useInvitation.run(invitation, now).changes) === 0) return undefined;
      const { lastInsertRowid } = this.#sql.addGuest.run(invitation, name, name, now);
      this.#sql.dropGuests.run(invitation, MAX_GUESTS);
      return Number(lastInsertRowid);
    }, undefined);
  }

  renameGuest(id: number, name: string): void {
    this.writer.transaction(() => this.#sql.renameGuest.run(name, id));
  }

  revokeInvitation(id: string): boolean {
    return this.writer.write(() => {
      this.#sql.forgetGuests.run(id);
      return Number(this.#sql.revokeInvitation.run(id).changes) > 0;
    }, false);
  }
}

const USABLE = "(expires_at IS NULL OR expires_at > ?) AND (uses_left IS NULL OR uses_left > 0)";

/** Former guests may come again. */
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
    forName: textOrNull(row.for_name),
    createdAt: Number(row.created_at),
    expiresAt: numberOrNull(row.expires_at),
    usesLeft: numberOrNull(row.uses_left),
  };
}
