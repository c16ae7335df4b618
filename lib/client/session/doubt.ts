/**
 * Who can hear a password, and what waits for a yes because of that.
 * @module
 */
import type { Credentials } from "./login_state.ts";

/**
 * Who can hear what is sent on a connection.
 *
 * - `open`: anybody on the way. It is not encrypted.
 * - `local`: whoever listens on that port of this machine today. It is encrypted, but nobody has
 *   checked who the other side is.
 * - `sure`: only the server that was meant. It is encrypted, and its certificate was checked.
 */
export type Secrecy = "open" | "local" | "sure";

/** What is done if a password would be sent to somebody who may not be meant. */
export type Insecure = "ask" | "never" | "always";

/** What waits for a yes. */
export type Doubt =
  /** The server's password, before anything else is said. */
  | { readonly kind: "pass" }
  /** A login by PLAIN. */
  | { readonly kind: "login"; readonly credentials: Credentials }
  /** A login by a message to the service of accounts. */
  | {
    readonly kind: "service";
    readonly credentials: Credentials;
    /** Whether it is a user who calls itself so; else a command of the server that leads there. */
    readonly user: boolean;
  }
  /** Making an account. */
  | { readonly kind: "signUp"; readonly password: string };

/** What waits for a yes, and what was asked. */
export type Asked = Doubt & {
  /** The question. */
  readonly question: string;
};
