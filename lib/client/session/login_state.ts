/**
 * The state of logging in.
 * @module
 */
import type { SaslMechanism, SaslReader } from "../../irc/sasl.ts";
import type { Bytes, ScramClient } from "../../crypto/scram.ts";

/** An account and its password. */
export interface Credentials {
  readonly account: string;
  readonly password: string;
  /** Whether it was typed or given for an earlier connection. */
  readonly remembered?: boolean;
}

export interface LoginOptions {
  readonly given: Credentials | undefined;
  /** Whether a person can be asked for a password. If not, a failed login is the end. */
  readonly asks: boolean;
  /** Starts the client's side of a SCRAM exchange, with a fresh nonce. */
  readonly exchange: (account: string, password: string) => ScramClient;
}

/** What a session can't do itself. */
export type LoginRequest =
  /** Looks up the stored password of an account; the answer goes to `Session.recalled`. */
  | { readonly kind: "recall"; readonly account: string }
  /** Answers a challenge: `exchange.answer(challenge)`, which goes to `Session.proved`. */
  | {
    readonly kind: "prove";
    readonly exchange: ScramClient;
    readonly challenge: Bytes;
    readonly id: number;
  };

export type WhyPassword =
  /** The wanted name belongs to an account. */
  | "owned"
  | "wrong"
  | "required";

export interface Exchange {
  readonly credentials: Credentials;
  readonly mechanism: SaslMechanism;
  /** The mechanism that the server refused before, if any. */
  readonly before: SaslMechanism | undefined;
  readonly reader: SaslReader;
  readonly scram: ScramClient | undefined;
  readonly id: number;
  /** When the login times out, in milliseconds since 1970. */
  readonly until: number;
  /** Why the server can't check the password now, in its own words. */
  excuse?: string;
  /** What the server has to send next; `proof` and `verdict` end the exchange. */
  next: "begin" | "challenge" | "nothing" | "proof" | "verdict";
}

/** What a session knows of its account. */
export class LoginState {
  /** The account that the server says we are logged in to. */
  account: string | undefined;
  /** The last account that we were logged in to, on this or an earlier connection. */
  last: string | undefined;
  /** The account for this connection and the next ones. */
  current: Credentials | undefined;
  /** The names whose stored passwords were requested. */
  readonly recalled: Set<string> = new Set();
  recalling: string | undefined;
  /** Whether everything was tried for this name on this connection. */
  settled = false;
  /** Whether the person logged out: then the session does not log in by itself. */
  left = false;
  /** Whether LOGOUT was sent on this connection: what the service says about it is not shown. */
  leaving = false;
  /**
   * Whether the server failed to prove itself on this connection, or made no sense: it is not
   * believed about logins until it does.
   */
  unproven = false;
  /** A login by the server's command for the service, which it may not know. */
  served: Credentials | undefined;
  run: Exchange | undefined;
  /** The account whose password the person is asked for. */
  asking: string | undefined;
  registering: Credentials | undefined;
  /** The mechanisms that the server named after a refusal. */
  mechanisms: readonly string[] | undefined;
  /** Whether a server offered SCRAM in this stay: then no other mechanism is used unasked. */
  scramOffered = false;
  /** A secret that was sent as a message: its echo is not shown. */
  hushed: string | undefined;
  /** The last name that was refused to us because it belongs to an account. */
  owned: string | undefined;
  count = 0;

  /** @param given the account that was given in advance. */
  constructor(given: Credentials | undefined) {
    this.last = given?.account;
    this.current = given;
  }

  reset(): void {
    this.account =
      this.recalling =
      this.served =
      this.run =
        undefined;
    this.registering =
      this.mechanisms =
      this.hushed =
      this.owned =
        undefined;
    this.settled = this.leaving = this.unproven = false;
    // The next one to listen there may be somebody else.
    if (this.current !== undefined) this.current = { ...this.current, remembered: true };
  }
}
