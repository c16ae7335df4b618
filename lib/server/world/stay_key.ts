/**
 * The key of a stay.
 * @module
 */

/** A key of the way back into a stay. Its secret is kept nowhere but with the client. */
export interface StayKey {
  /** The first part of the secret, to find it by. */
  readonly id: string;
  /** The digest of the rest, as of `WorldInit.digest`. */
  readonly hash: string;
  /** The whole secret, at the server that sends it to the client. */
  readonly token?: string | undefined;
}
