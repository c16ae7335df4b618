/**
 * How far a login has come, as data.
 * @module
 */
import type { ScramServer, ScramVerifier } from "../../crypto/scram.ts";
import type { SaslMechanism, SaslReader } from "../../irc/sasl.ts";

/** A login that is under way. */
export interface SaslExchange {
  /** Puts the chunks of a message together. */
  readonly reader: SaslReader;
  /** What the next whole message of the client has to be: the first one of a mechanism, or this. */
  awaits: SaslMechanism | Challenge | Proved;
}

/** SCRAM: the client has to prove that it knows the password. */
export interface Challenge {
  /** The server's side. */
  readonly proof: ScramServer;
  /** The account that the client has named. */
  readonly name: string;
  /** What the proof is compared with. */
  readonly verifier: ScramVerifier;
}

/** SCRAM: the client has proved it, and has the last word. */
export interface Proved {
  /** The stored key of the password that it has proved to know. */
  readonly end: string;
  /** The account that the client has named. */
  readonly name: string;
}
