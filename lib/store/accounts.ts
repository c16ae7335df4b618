/**
 * The port for accounts, owned names and invitations.
 * @module
 */

/** Proves a password without containing it (RFC 5802, section 3). Texts are in base64. */
export interface Verifier {
  /** `SCRAM-SHA-256`. */
  readonly mechanism: string;
  readonly salt: string;
  /** The rounds of PBKDF2. */
  readonly iterations: number;
  readonly storedKey: string;
  readonly serverKey: string;
}

export interface Account {
  /** As it was registered. It is also the username that the account owns. */
  readonly name: string;
  readonly verifier: Verifier;
  /** Milliseconds since 1970, as are all times here. */
  readonly createdAt: number;
  readonly lastLoginAt: number | null;
  readonly oper: boolean;
  /** Whether it is shown the last messages of a room on entering it. */
  readonly replays: boolean;
  /** Failed logins since the last successful one. */
  readonly failures: number;
  /** The last of them; null if there is none. */
  readonly lastFailure: { readonly at: number; readonly address: string } | null;
  /** Words that stand for the networks from which its owner logged in, the latest first. */
  readonly homes: readonly string[];
}

/** How many networks an account remembers. */
export const MAX_HOMES = 8;

/** The homes of an account after a login from another network. */
export function withHome(homes: readonly string[], home: string): string[] {
  return [home, ...homes.filter((other) => other !== home)].slice(0, MAX_HOMES);
}

/** The owner of a name, as far as it is known. */
export type Owner =
  | { readonly kind: "nobody" }
  | { readonly kind: "account"; readonly name: string }
  /** An account of this name that can't be read, so that nobody can log in to it. */
  | { readonly kind: "lost"; readonly name: string }
  /** Unknown: there may be accounts whose names are lost too. */
  | { readonly kind: "unknown" };

/** The names that are known to be owned, even if their accounts can't be read. */
export interface KnownNames {
  /** Names of accounts that could be read when this was noted. */
  readonly accounts: readonly string[];
  /** Those of them whose accounts were just being made, and may not exist. */
  readonly pending?: readonly string[];
  /** Names of accounts that were lost with a damaged file, or one that an older copy replaced. */
  readonly lost: readonly string[];
  /** Whether there are no other owned names. */
  readonly complete: boolean;
}

/** What is known of names besides those of the accounts that can be read. */
export type LostNames = Pick<KnownNames, "lost" | "complete">;

export interface AccountsTrouble {
  /** What is wrong and what to do, in sentences for the operator. */
  readonly text: string;
  /** Whether no account can be read; otherwise those that were saved can be used. */
  readonly total: boolean;
  /** The names of lost accounts, if others can be read. */
  readonly lost: readonly string[];
}

/** An invitation: everyone who has its token may come in. Only a hash of the token is kept. */
export interface Invitation {
  /** A short text by which people name it. */
  readonly id: string;
  /** SHA-256 of the token, in hexadecimal. */
  readonly tokenHash: string;
  /** The username that it is for; null for anyone. */
  readonly forName: string | null;
  readonly createdAt: number;
  /** When it ends; null for never. */
  readonly expiresAt: number | null;
  /** How many more people can come in with it; null for any number. */
  readonly usesLeft: number | null;
}

/** Somebody who came in with an invitation. */
export interface Guest {
  /** A number that no other guest has. */
  readonly id: number;
  /** The name that the guest came in with. */
  readonly entered: string;
  /** The latest name of the guest. */
  readonly name: string;
  readonly at: number;
}

/** An invitation and its last {@linkcode MAX_GUESTS} guests, the first one first. */
export interface KeptInvitation extends Invitation {
  readonly guests: readonly Guest[];
}

/** How many guests of one invitation are kept. */
export const MAX_GUESTS = 1000;

/**
 * Keeps accounts. The store folds names. Other processes may change accounts at any time (`chat
 * user`), so nothing is cached: each call tells the present state. A change is safe when the call
 * returns.
 */
export interface AccountStore {
  /**
   * What is wrong with the accounts, if something is. Then nobody can register or take their names.
   */
  readonly trouble: AccountsTrouble | undefined;
  /** Whether an account of exactly this name exists, or may exist. */
  mayExist(name: string): boolean;
  find(name: string): Account | undefined;
  /** The owner of a name: the account of this name, else one that the name looks like. */
  ownerOf(name: string): Owner;
  /** All accounts, by name. */
  list(): Account[];
  /**
   * Adds an account, or restores a lost one. Returns false if the name is taken or it can't be
   * written.
   */
  add(name: string, verifier: Verifier, now: number): boolean;
  /** Removes an account, or frees a lost name. Returns whether it existed. */
  remove(name: string): boolean;
  /**
   * Changes a password, and forgets the homes of the old one. Returns whether the account exists.
   */
  setVerifier(name: string, verifier: Verifier): boolean;
  /** Makes an account an operator of the server, or not. Returns whether it exists. */
  setOper(name: string, oper: boolean): boolean;
  /** Sets whether an account is shown the last messages of a room. Returns whether it exists. */
  setReplays(name: string, replays: boolean): boolean;
  /** Notes a login from a network, which `home` stands for, and forgets the failures. */
  loggedIn(name: string, now: number, home: string): void;
  loginFailed(name: string, address: string, now: number): void;
  /** A number that changes whenever another process has changed something. */
  version(): number;
  addInvitation(invitation: Invitation): void;
  /** The invitations that still let somebody in: they can be used, or have guests. */
  invitations(now: number): KeptInvitation[];
  /** The invitation with this hash of its token, if it still lets somebody in. */
  findInvitation(tokenHash: string, now: number): KeptInvitation | undefined;
  /** The invitation of an id, whether it is used up or not. */
  invitation(id: string): KeptInvitation | undefined;
  /** Uses an invitation for a new guest. Returns the guest's id; undefined if it can't be used. */
  addGuest(invitation: string, name: string, now: number): number | undefined;
  renameGuest(id: number, name: string): void;
  /** Ends an invitation and forgets its guests. Returns whether it existed. */
  revokeInvitation(id: string): boolean;
}
