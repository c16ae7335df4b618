/**
 * The port for who owns a name, and who may come in.
 * @module
 */

/** What proves a password without holding it (RFC 5802, section 3). */
export interface Verifier {
  /** How it was made: `SCRAM-SHA-256`. */
  readonly mechanism: string;
  /** Random, base64. */
  readonly salt: string;
  /** The rounds of PBKDF2. */
  readonly iterations: number;
  /** base64. */
  readonly storedKey: string;
  /** base64. */
  readonly serverKey: string;
}

/** An account. */
export interface Account {
  /** Its name, which is also the username that belongs to it, as it was registered. */
  readonly name: string;
  /** What proves its password. */
  readonly verifier: Verifier;
  /** When it was made, in milliseconds since 1970. */
  readonly createdAt: number;
  /** When someone last logged in to it; null for never. */
  readonly lastLoginAt: number | null;
  /** Whether it is an operator of the server. */
  readonly oper: boolean;
  /** Whether it is shown the last messages of a room when it enters it. */
  readonly replays: boolean;
  /** Failed logins since the last good one. */
  readonly failures: number;
  /** When the last of them was, and from where; null where there is none. */
  readonly lastFailure: { readonly at: number; readonly address: string } | null;
  /** What stands for the networks from which someone logged in to it, the latest first. */
  readonly homes: readonly string[];
}

/** Of how many networks an account remembers that someone logged in from there. */
export const MAX_HOMES = 8;

/** The homes of an account after a login from one more. */
export function withHome(homes: readonly string[], home: string): string[] {
  return [home, ...homes.filter((other) => other !== home)].slice(0, MAX_HOMES);
}

/** To whom a name belongs, as far as that can be told. */
export type Owner =
  | { readonly kind: "nobody" }
  /** To the account of this name. */
  | { readonly kind: "account"; readonly name: string }
  /** To an account of this name that can't be read, so that nobody can log in to it. */
  | { readonly kind: "lost"; readonly name: string }
  /** It can't be told: there may be accounts whose names are not known either. */
  | { readonly kind: "unknown" };

/** The names that are known to be owned, whether their accounts can be read or not. */
export interface KnownNames {
  /** Those of accounts that could be read when this was noted. */
  readonly accounts: readonly string[];
  /** Those among them whose accounts were just being made, and may not be there. */
  readonly pending?: readonly string[];
  /** Those of accounts that were lost with a damaged file, or one that took its place. */
  readonly lost: readonly string[];
  /** Whether there are no others. */
  readonly complete: boolean;
}

/** What is wrong with the accounts. */
export interface AccountsTrouble {
  /** What is the matter and what to do, in sentences for whoever runs the server. */
  readonly text: string;
  /** Whether no account can be read; else those that could be saved can be used. */
  readonly total: boolean;
  /** The names of accounts that are lost, while others can be read. */
  readonly lost: readonly string[];
}

/** An invitation: whoever has its token may come in. Only a hash of the token is kept. */
export interface Invitation {
  /** A short text by which it is named to people. */
  readonly id: string;
  /** SHA-256 of the token, in hexadecimal. */
  readonly tokenHash: string;
  /** The username that it is for; null for anyone. */
  readonly forName: string | null;
  /** When it was made, in milliseconds since 1970. */
  readonly createdAt: number;
  /** When it ends; null for never. */
  readonly expiresAt: number | null;
  /** How many more people can come in on it; null for any number. */
  readonly usesLeft: number | null;
}

/** Someone who came in on an invitation. */
export interface Guest {
  /** A number that no other guest has. */
  readonly id: number;
  /** The name under which it came in. */
  readonly entered: string;
  /** The name that it took last. */
  readonly name: string;
  /** When it came in first, in milliseconds since 1970. */
  readonly at: number;
}

/** An invitation and who came in on it, the first one first: the last {@linkcode MAX_GUESTS}. */
export interface KeptInvitation extends Invitation {
  /** Who came in on it. */
  readonly guests: readonly Guest[];
}

/** How many guests of one invitation are remembered. */
export const MAX_GUESTS = 1000;

/**
 * Where accounts are kept. Names are folded by the store. Other processes may change them at any
 * time (`chat user`), so nothing is cached: each call says what is true now. What is changed is
 * safe when the call returns.
 */
export interface AccountStore {
  /**
   * What is wrong with the accounts, if something is: then no account is made, and the server gives
   * nobody a name that may be owned.
   */
  readonly trouble: AccountsTrouble | undefined;
  /** Whether there is an account of this very name, or may be one. */
  mayExist(name: string): boolean;
  /** The account of this name. */
  find(name: string): Account | undefined;
  /** To whom a name belongs: to the account of this name, else to one that it looks like. */
  ownerOf(name: string): Owner;
  /** All accounts, by name. */
  list(): Account[];
  /**
   * Adds one, for a lost name too. Returns false if the name, or one that looks similar, has one
   * already, or it can't be written.
   */
  add(name: string, verifier: Verifier, now: number): boolean;
  /** Takes one out, or frees a lost name. Returns whether it was there. */
  remove(name: string): boolean;
  /**
   * Changes a password, and forgets from where someone logged in with the old one. Returns whether
   * the account is there.
   */
  setVerifier(name: string, verifier: Verifier): boolean;
  /** Makes an account an operator of the server, or no longer. Returns whether it is there. */
  setOper(name: string, oper: boolean): boolean;
  /** Says whether it is shown the last messages of a room. Returns whether the account is there. */
  setReplays(name: string, replays: boolean): boolean;
  /**
   * Notes a good login, and forgets the failures.
   *
   * @param home what stands for the network that it came from: a word.
   */
  loggedIn(name: string, now: number, home: string): void;
  /** Notes a failed login. */
  loginFailed(name: string, address: string, now: number): void;
  /** A number that is another one whenever another process has changed something. */
  version(): number;
  /** Adds an invitation. */
  addInvitation(invitation: Invitation): void;
  /** All invitations that still let somebody in: they can be used, or have guests. */
  invitations(now: number): KeptInvitation[];
  /** The invitation of a token, by the token's hash, if it still lets somebody in. */
  findInvitation(tokenHash: string, now: number): KeptInvitation | undefined;
  /** The invitation of an id, used up or not. */
  invitation(id: string): KeptInvitation | undefined;
  /** Takes one use of an invitation for a new guest. Returns its id; undefined if there is none. */
  addGuest(invitation: string, name: string, now: number): number | undefined;
  /** Notes the name that a guest has now. */
  renameGuest(id: number, name: string): void;
  /** Ends an invitation and forgets its guests. Returns whether it was there. */
  revokeInvitation(id: string): boolean;
}
