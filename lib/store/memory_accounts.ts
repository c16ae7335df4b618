/**
 * Accounts in memory.
 * @module
 */
import { fold, looks } from "../irc/names.ts";
import type { Account, AccountStore, Invitation, Verifier } from "./accounts.ts";
import type { Birth } from "./redating.ts";

/** Keeps accounts in memory, as many as are added. */
export class MemoryAccounts implements AccountStore {
  readonly #accounts = new Map<string, Account>();
  readonly #invitations = new Map<string, Invitation>();

  /** The account of this name. */
  find(name: string): Account | undefined {
    return this.#accounts.get(fold(name));
  }

  /** The account of this name; else one whose name looks the same. */
  findAlike(name: string): Account | undefined {
    const [small, capital] = looks(name);
    return this.find(name) ?? [...this.#accounts.values()].find((other) => {
      const [otherSmall, otherCapital] = looks(other.name);
      return small === otherSmall || capital === otherCapital;
    });
  }

  /** All accounts, by name. */
  list(): Account[] {
    return [...this.#accounts].sort(([a], [b]) => a < b ? -1 : 1).map(([, account]) => account);
  }

  /** Adds an account. */
  add(name: string, verifier: Verifier, now: number): boolean {
    if (this.findAlike(name) !== undefined) return false;
    this.#accounts.set(fold(name), {
      name,
      verifier,
      createdAt: now,
      lastLoginAt: null,
      oper: false,
      replays: true,
      failures: 0,
      lastFailure: null,
    });
    return true;
  }

  /** Takes an account out. */
  remove(name: string): boolean {
    return this.#accounts.delete(fold(name));
  }

  /** Changes a password. */
  setVerifier(name: string, verifier: Verifier): boolean {
    return this.#change(name, { verifier });
  }

  /** Makes an account an operator of the server, or no longer. */
  setOper(name: string, oper: boolean): boolean {
    return this.#change(name, { oper });
  }

  /** Says whether it is shown the last messages of a room. */
  setReplays(name: string, replays: boolean): boolean {
    return this.#change(name, { replays });
  }

  /** Notes a good login. */
  loggedIn(name: string, now: number): void {
    this.#change(name, { lastLoginAt: now, failures: 0, lastFailure: null });
  }

  /** Notes a failed login. */
  loginFailed(name: string, address: string, now: number): void {
    const failures = (this.find(name)?.failures ?? 0) + 1;
    this.#change(name, { failures, lastFailure: { at: now, address } });
  }

  /** Always the same: no other process sees this memory. */
  version(): number {
    return 0;
  }

  /** Adds an invitation. */
  addInvitation(invitation: Invitation): void {
    this.#invitations.set(invitation.id, invitation);
  }

  /** All invitations that can still be used. */
  invitations(now: number): Invitation[] {
    return [...this.#invitations.values()].filter((invitation) => isUsable(invitation, now));
  }

  /** The invitation of a token. */
  findInvitation(tokenHash: string, now: number): Invitation | undefined {
    return this.invitations(now).find((invitation) => invitation.tokenHash === tokenHash);
  }

  /** Takes one use of an invitation. */
  useInvitation(id: string, now: number): boolean {
    const invitation = this.#invitations.get(id);
    if (invitation === undefined || !isUsable(invitation, now)) return false;
    if (invitation.usesLeft !== null) {
      this.#invitations.set(id, { ...invitation, usesLeft: invitation.usesLeft - 1 });
    }
    return true;
  }

  /** Ends an invitation. */
  revokeInvitation(id: string): boolean {
    return this.#invitations.delete(id);
  }

  /** The accounts that were made after a time, the first one first. */
  births(after: number): Birth[] {
    return this.list().filter(({ createdAt }) => createdAt > after)
      .map(({ name, createdAt }) => ({ key: name, time: createdAt }))
      .sort((a, b) => a.time - b.time);
  }

  /** Says anew when an account was made. */
  rebirth(name: string, time: number): void {
    this.#change(name, { createdAt: time });
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
