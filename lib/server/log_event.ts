/**
 * What the server tells its log.
 * @module
 */
import type { LineFault } from "../irc/lines.ts";

/** Something worth a line in the log. `address` is the peer's `1.2.3.4:5` or `[::1]:5`. */
export type LogEvent =
  | { readonly kind: "connected"; readonly address: string }
  | { readonly kind: "refused"; readonly address: string; readonly reason: string }
  | { readonly kind: "claimed"; readonly address: string; readonly nick: string }
  | {
    readonly kind: "renamed";
    readonly address: string;
    readonly nick: string;
    readonly newNick: string;
  }
  | {
    readonly kind: "said";
    readonly address: string;
    readonly nick: string;
    /** The channel. What people say to each other in private is never logged. */
    readonly channel: string;
    readonly text: string;
  }
  | {
    readonly kind: "disconnected";
    readonly address: string;
    /** Empty for a peer that never claimed one. */
    readonly nick: string;
    readonly reason: string;
  }
  | {
    readonly kind: "account";
    readonly address: string;
    readonly nick: string;
    /** The account; empty where a login failed because there is none. */
    readonly account: string;
    readonly did: "registered" | "in" | "out" | "failed" | "password" | "deleted";
  }
  | {
    readonly kind: "fault";
    readonly address: string;
    readonly nick: string;
    readonly fault: LineFault | "flood";
  };
