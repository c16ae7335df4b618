/**
 * The state of a SASL login.
 * @module
 */
import type { ScramServer, ScramVerifier } from "../../crypto/scram.ts";
import type { SaslMechanism, SaslReader } from "../../irc/sasl.ts";

export interface SaslExchange {
  /** Assembles the client's messages from chunks. */
  readonly reader: SaslReader;
  /** What the next message answers: the start of a mechanism, or a SCRAM message. */
  awaits: SaslMechanism | Challenge | Proved;
}

/** SCRAM: the client must prove that it knows the password. */
export interface Challenge {
  readonly proof: ScramServer;
  readonly name: string;
  readonly verifier: ScramVerifier;
}

/** SCRAM: the client has proved it, and sends a last, empty message. */
export interface Proved {
  /** The stored key of the password that it proved. */
  readonly end: string;
  readonly name: string;
}
