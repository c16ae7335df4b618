/**
 * Events of users for the server's log.
 * @module
 */
import type { LineFault } from "../irc/lines.ts";

/** What happened; {@linkcode LogEvent} adds whom it happened to. */
type Happening =
  | { readonly kind: "connected" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "claimed"; readonly nick: string }
  | { readonly kind: "renamed"; readonly nick: string; readonly newNick: string }
  /** In a channel; private messages are never logged. */
  | {
    readonly kind: "said";
    readonly nick: string;
    readonly channel: string;
    readonly text: string;
  }
  /** The nick is empty if the peer never claimed one. */
  | { readonly kind: "disconnected"; readonly nick: string; readonly reason: string }
  /** Its connection broke, and it waits so many seconds for its owner. */
  | {
    readonly kind: "lost";
    readonly nick: string;
    readonly reason: string;
    readonly seconds: number;
  }
  /** Its owner came back, from this address. */
  | { readonly kind: "returned"; readonly nick: string }
  | {
    readonly kind: "account";
    readonly nick: string;
    /** Empty if there is no such account. */
    readonly account: string;
    readonly did: "registered" | "in" | "out" | "failed" | "password" | "deleted";
  }
  | { readonly kind: "fault"; readonly nick: string; readonly fault: LineFault | "flood" };

/** An event of a user. `address` is the peer's `1.2.3.4:5` or `[::1]:5`. */
export type LogEvent = { readonly address: string } & Happening;
