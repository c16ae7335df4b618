/**
 * What a session knows about taking over its own stay.
 * @module
 */
import { BoundedSet } from "../../collections/bounded_set.ts";
import type { Folded } from "../../irc/names.ts";
import type { Secrecy } from "./doubt.ts";

/** The most rooms that were being left when the connection broke. */
const MOST_LEFT = 100;

/** The secret by which a stay goes on, and how safe the connection was by which it came. */
export interface ResumeSecret {
  readonly token: string;
  readonly secrecy: Secrecy;
}

export class ResumeState {
  secret: ResumeSecret | undefined;
  /**
   * How far it is on this connection: the secret was shown; the server accepted it, and the welcome
   * comes; the welcome is complete.
   */
  step: "none" | "shown" | "accepted" | "done" = "none";
  /** When the welcome must be complete, in milliseconds since 1970. */
  until: number | undefined;
  /** The name that the session was about to regain. */
  lostName: string | undefined;
  /** What the server knows about us being away. */
  away: string | undefined;
  /** The rooms that we were leaving when the connection broke: the server may not know it. */
  readonly left: BoundedSet<Folded> = new BoundedSet(MOST_LEFT);

  /** Whether the stay was taken over, and its welcome is coming in. */
  get isRunning(): boolean {
    return this.step === "accepted";
  }
}
