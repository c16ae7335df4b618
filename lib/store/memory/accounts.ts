/**
 * Accounts in memory.
 * @module
 */
import { fold } from "../../irc/names.ts";
import {
  type Account,
  type AccountStore,
  type AccountsTrouble,
  type Invitation,
  type KeptInvitation,
  MAX_GUESTS,
  type Owner,
  type Verifier,
  withHome,
} from "../accounts.ts";
import { OwnedNames } from "../owned_names.ts";
import type { Birth } from "../redating.ts";

export interface KeptAccounts {
  readonly accounts: readonly Account[];
  readonly invitations: readonly KeptInvitation[];
  /** How many guests there ever were. */
  readonly guests: number;
}

export class MemoryAccounts implements AccountStore {
  readonly #accounts = new Map<string, Account>();
  readonly #names = new OwnedNames();
  readonly #invitations = new Map<string, KeptInvitation>();
  #guests = 0;

  /** Undefined: memory can always be read. */
  readonly trouble: AccountsTrouble | undefined = undefined;

  mayExist(name: string): boolean {
    return this.#accounts.has(fold(name));
  }

  find(name: string): Account | undefined {
    return this.#accounts.get(fold(name));
  }

  ownerOf(name: string): Owner {
    const owner = this.#names.ownerOf(name);
    return owner === undefined ? { kind: "nobody" } : { kind: "account", name: owner };
  }

  list(): Account[] {
    return [...this.#accounts].sort(([a], [b]) => a < b ? -1 : 1).map(([, account]) => account);
  }

  add(name: string, verifier: Verifier, now: number): boolean {
    if (this.ownerOf(name).kind !== "nobody") return false;
    this.#names.add(name);
    this.#accounts.set(fold(name), {
      name,
      verifier,
      createdAt: now,
      lastLoginAt: null,
      oper: false,
      replays: true,
      failures: 0,
      lastFailure: null,
      homes: [],
    });
    return true;
  }

  remove(name: string): boolean {
    this.#names.remove(name);
    return this.#accounts.delete(fold(name));
  }

  setVerifier(name: string, verifier: Verifier): boolean {
    return this.#change(name, { verifier, homes: [] });
  }

  setOper(name: string, oper: boolean): boolean {
    return this.#change(name, { oper });
  }

  setReplays(name: string, replays: boolean): boolean {
    return this.#change(name, { replays });
  }

  loggedIn(name: string, now: number, home: string): void {
    const homes = withHome(this.find(name)?.homes ?? [], home);
    this.#change(name, { lastLoginAt: now, failures: 0, lastFailure: null, homes });
  }

  loginFailed(name: string, address: string, now: number): void {
    const failures = (this.find(name)?.failures ?? 0) + 1;
    this.#change(name, { failures, lastFailure: { at: now, address } });
  }

  /** Always the same: no other process sees this memory. */
  version(): number {
    return 0;
  }

  addInvitation(invitation: Invitation): void {
    this.#invitations.set(invitation.id, { ...invitation, guests: [] });
  }

  invitations(now: number): KeptInvitation[] {
    return [...this.#invitations.values()]
      .filter((invitation) => isUsable(invitation, now) || invitation.guests.length > 0);
  }

  findInvitation(tokenHash: string, now: number): KeptInvitation | undefined {
    return this.invitations(now).find((invitation) => invitation.tokenHash === tokenHash);
  }

  invitation(id: string): KeptInvitation | undefined {
    return this.#invitations.get(id);
  }

  addGuest(id: string, name: string, now: number): number | undefined {
    const invitation = this.#invitations.get(id);
    if (invitation === undefined || !isUsable(invitation, now)) return undefined;
    const guest = { id: ++this.#guests, entered: name, name, at: now };
    const guests = [...invitation.guests, guest].slice(-MAX_GUESTS);
    const usesLeft = invitation.usesLeft === null ? null : invitation.usesLeft - 1;
    this.#invitations.set(id, { ...invitation, usesLeft, guests });
    return guest.id;
  }

  renameGuest(id: number, name: string): void {
    for (const [key, invitation] of this.#invitations) {
      const guests = invitation.guests.map((guest) => guest.id === id ? { ...guest, name } : guest);
      this.#invitations.set(key, { ...invitation, guests });
    }
  }

  revokeInvitation(id: string): boolean {
    return this.#invitations.delete(id);
  }

  /** The accounts that were made after a time, in order. */
  births(after: number): Birth[] {
    return this.list().filter(({ createdAt }) => createdAt > after)
      .map(({ name, createdAt }) => ({ key: name, time: createdAt }))
      .sort((a, b) => a.time - b.time);
  }

  /** Changes the time when an account was made. */
  rebirth({ key: name }: Birth, time: number): void {
    this.#change(name, { createdAt: time });
  }

  /** Everything, as plain JSON data. */
  capture(): KeptAccounts {
    return {
      accounts: this.list(),
      invitations: [...this.#invitations.values()],
      guests: this.#guests,
    };
  }

  /** Replaces everything. */
  restore({ accounts, invitations, guests }: KeptAccounts): void {
    for (const { name } of this.list()) this.remove(name);
    for (const account of accounts) {
      this.#names.add(account.name);
      this.#accounts.set(fold(account.name), account);
    }
    this.#invitations.clear();
    for (const invitation of invitations) this.#invitations.set(invitation.id, invitation);
    this.#guests = guests;
  }

  #change(name: string, change: Partial<Account>): boolean {
    const account = this.find(name);
    if (account === undefined) return false;
    this.#accounts.set(fold(name), { ...account, ...change });
    return true;
  }
}

function isUsable({ expiresAt, usesLeft }: Invitation, now: number): boolean {
  return (expiresAt === null || expiresAt > now) && (usesLeft === null || usesLeft > 0);
}
