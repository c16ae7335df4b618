/**
 * Who can hear a password, and what waits for the person's yes because of that.
 * @module
 */
import type { Credentials } from "./login_state.ts";

/**
 * Who can hear what is sent on a connection.
 *
 * - `open`: anyone on the network. It is not encrypted.
 * - `local`: any program that listens on that port of this machine. It is encrypted, but the
 *   certificate was not checked.
 * - `sure`: only the intended server. It is encrypted, and the certificate was checked.
 */
export type Secrecy = "open" | "local" | "sure";

/** How safe a connection is. */
export const SAFETY: Readonly<Record<Secrecy, number>> = { open: 0, local: 1, sure: 2 };

/** What to do if a password would be sent to somebody who may not be meant. */
export type Insecure = "ask" | "never" | "always";

export type Doubt =
  /** Sending the server's password, before anything else. */
  | { readonly kind: "pass" }
  | { readonly kind: "login"; readonly credentials: Credentials }
  /** A login by a message to the account service. */
  | {
    readonly kind: "service";
    readonly credentials: Credentials;
    /** Whether to send it to the user of that name; else by a command of the server. */
    readonly user: boolean;
  }
  | { readonly kind: "signUp"; readonly password: string };

/** What waits for a yes, with the question. */
export type Asked = Doubt & {
  readonly question: string;
};
