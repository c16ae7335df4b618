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
  /** How often it can still be used; null without end. */
  readonly usesLeft: number | null;
}

/**
 * Where accounts are kept. Names are folded by the store. Other processes may change them at any
 * time (`chat user`), so nothing is cached: each call says what is true now. What is changed is
 * safe when the call returns.
 */
export interface AccountStore {
  /** The account of this name. */
  find(name: string): Account | undefined;
  /** The account of this name; else one whose name looks the same. */
  findAlike(name: string): Account | undefined;
  /** All accounts, by name. */
  list(): Account[];
  /** Adds one. Returns false where the name, or one that looks the same, has one already. */
  add(name: string, verifier: Verifier, now: number): boolean;
  /** Takes one out. Returns whether it was there. */
  remove(name: string): boolean;
  /** Changes a password. Returns whether the account is there. */
  setVerifier(name: string, verifier: Verifier): boolean;
  /** Makes an account an operator of the server, or no longer. Returns whether it is there. */
  setOper(name: string, oper: boolean): boolean;
  /** Says whether it is shown the last messages of a room. Returns whether the account is there. */
  setReplays(name: string, replays: boolean): boolean;
  /** Notes a good login, and forgets the failures. */
  loggedIn(name: string, now: number): void;
  /** Notes a failed login. */
  loginFailed(name: string, address: string, now: number): void;
  /** A number that is another one whenever another process has changed something. */
  version(): number;
  /** Adds an invitation. */
  addInvitation(invitation: Invitation): void;
  /** All invitations that can still be used. */
  invitations(now: number): Invitation[];
  /** The invitation of a token that can still be used, by the token's hash. */
  findInvitation(tokenHash: string, now: number): Invitation | undefined;
  /** Takes one use of an invitation. Returns whether there was one. */
  useInvitation(id: string, now: number): boolean;
  /** Ends an invitation. Returns whether it was there. */
  revokeInvitation(id: string): boolean;
}
