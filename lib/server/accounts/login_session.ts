/**
 * A login as its session remembers it.
 * @module
 */

/** The login that a session began with: the account and its password may be others by now. */
export interface LoginSession {
  /** When the account was made, in milliseconds since 1970. */
  readonly createdAt: number;
  /** What the account's verifier held. */
  readonly storedKey: string;
}
