/**
 * How far a session has come with logging in, as data.
 * @module
 */
import type { SaslMechanism, SaslReader } from "../../irc/sasl.ts";
import type { Bytes, ScramClient } from "../../crypto/scram.ts";

/** An account, and how one proves to own it. */
export interface Credentials {
  /** Its name. */
  readonly account: string;
  /** Its password, as it was typed. */
  readonly password: string;
  /** Whether it is from another time: typed or given for a connection before this one. */
  readonly remembered?: boolean;
}

/** How a session logs in. */
export interface LoginOptions {
  /** The account to use, where it was given in advance; it is used whatever the name. */
  readonly given: Credentials | undefined;
  /** Whether somebody can be asked for a password. Else a login that fails is the end. */
  readonly asks: boolean;
  /** The client's side of a new SCRAM exchange, with a nonce of its own. */
  readonly exchange: (account: string, password: string) => ScramClient;
}

/** What a session needs done that it can't do itself. */
export type LoginRequest =
  /** The password that is kept for an account; the answer goes to `Session.recalled`. */
  | { readonly kind: "recall"; readonly account: string }
  /** The answer to a challenge: `exchange.answer(challenge)`, which goes to `Session.proved`. */
  | {
    readonly kind: "prove";
    readonly exchange: ScramClient;
    readonly challenge: Bytes;
    /** To be given back with the answer. */
    readonly id: number;
  };

/** Why a password is asked for. */
export type WhyPassword =
  /** The name that one wants belongs to an account. */
  | "owned"
  /** The password before was wrong. */
  | "wrong"
  /** The server takes only who has an account. */
  | "required";

/** A login that is under way. */
export interface Exchange {
  /** As whom. */
  readonly credentials: Credentials;
  /** By what. */
  readonly mechanism: SaslMechanism;
  /** By what it was tried before, which the server refused; undefined if it was not. */
  readonly before: SaslMechanism | undefined;
  /** Puts the server's messages together. */
  readonly reader: SaslReader;
  /** Our side of SCRAM. */
  readonly scram: ScramClient | undefined;
  /** Tells it from others. */
  readonly id: number;
  /** When it has taken too long, in milliseconds since 1970. */
  readonly until: number;
  /** Why the server can't even look whether it is right, in its own words, if it said so. */
  excuse?: string;
  /** What comes next: the server's word to begin, its messages, or only its verdict. */
  next: "begin" | "challenge" | "nothing" | "proof" | "verdict";
}

/** What a session knows of its account. */
export interface LoginState {
  /** The account that the server says we are logged in to. */
  account: string | undefined;
  /** The account that we were logged in to last, on this connection or an earlier one. */
  last: string | undefined;
  /** With what we log in on this connection and the next ones. */
  current: Credentials | undefined;
  /** The names whose kept passwords were asked for. */
  readonly recalled: Set<string>;
  /** The name whose kept password is on its way. */
  recalling: string | undefined;
  /** Whether all that can be tried for this name was tried on this connection. */
  settled: boolean;
  /** Whether the person logged out: then it is not done behind their back. */
  left: boolean;
  /** Whether the service was told so on this connection: what it says of that is not shown. */
  leaving: boolean;
  /**
   * Whether the server failed to prove itself on this connection, or made no sense: what it says of
   * logins is not believed until it does.
   */
  unproven: boolean;
  /** A login by the server's command for the service, which it may not know. */
  served: Credentials | undefined;
  /** What is under way. */
  run: Exchange | undefined;
  /** Whose password the person is being asked for. */
  asking: string | undefined;
  /** The account that is being made. */
  registering: Credentials | undefined;
  /** The mechanisms, where the server named them after a refusal. */
  mechanisms: readonly string[] | undefined;
  /** Whether a server offered SCRAM in this stay: then no other way is used without asking. */
  scramOffered: boolean;
  /** A secret that was sent as a message: its echo is shown to nobody. */
  hushed: string | undefined;
  /** How many exchanges there were. */
  count: number;
}

/** Nothing is known yet. */
export function initialLogin(options: LoginOptions | undefined): LoginState {
  return {
    account: undefined,
    last: options?.given?.account,
    current: options?.given,
    recalled: new Set(),
    recalling: undefined,
    settled: false,
    left: false,
    leaving: false,
    unproven: false,
    served: undefined,
    run: undefined,
    asking: undefined,
    registering: undefined,
    mechanisms: undefined,
    scramOffered: false,
    hushed: undefined,
    count: 0,
  };
}

/** The connection is gone, and with it all that was under way on it. */
export function resetLogin(login: LoginState): void {
  login.account = undefined;
  login.recalling = undefined;
  login.settled = false;
  login.leaving = false;
  login.unproven = false;
  login.served = undefined;
  login.run = undefined;
  // Who listens there next time may be another one.
  if (login.current !== undefined) login.current = { ...login.current, remembered: true };
  login.registering = undefined;
  login.mechanisms = undefined;
  login.hushed = undefined;
}
