/**
 * One user: who it is, what its client understands, where its messages go.
 * @module
 */
import type { CapabilityName } from "../irc/caps.ts";
import type { Channel } from "./channel.ts";
import { type Delivery, variantOf } from "./fanout.ts";
import type { LineFault } from "../irc/lines.ts";
import type { TokenBucket } from "./flood.ts";

/** Where a user's messages go: the server's end of its connection. */
export interface Sink {
  /** Queues one line, CR LF included. Never throws, never calls back into the world. */
  send(line: Uint8Array<ArrayBuffer>): void;
  /** Sends what is queued and a last line, then closes. `closed` comes later, with `reason`. */
  end(reason: string, lastLine: Uint8Array<ArrayBuffer>): void;
}

/** What is known of a peer at its arrival. */
export interface Peer {
  /** Its messages go here. */
  readonly sink: Sink;
  /** Its address, without the port. */
  readonly host: string;
  /** Address and port, as the log shows them. */
  readonly address: string;
}

/** How far a peer has come with its registration. */
export interface Registration {
  /** The nick that it asked for, checked. */
  nick: string;
  /** Whether USER came. */
  user: boolean;
  /** Between CAP LS or CAP REQ and CAP END: registration waits. */
  negotiating: boolean;
  /** Whether the server's password was given, or none is needed. */
  admitted: boolean;
}

/** A user of the server, registered or on its way there. Its owner is the world. */
export class User {
  /** Address and port, as the log shows them. */
  readonly address: string;
  /** The host that others see. */
  readonly host: string;
  /** When it connected, in milliseconds since 1970. */
  readonly connectedAt: number;
  /** Its name in the room; empty until it is registered. Changed by the world only. */
  nick = "";
  /** The `user` of `nick!user@host`. */
  username = "user";
  /** What it says of itself. */
  realname = "";
  /** Whether it is registered. Changed by the world only. */
  registered = false;
  /** Whether it is gone. Changed by the world only. */
  gone = false;
  /** Until it is registered. */
  readonly registration: Registration;
  /** The channels that it is in. Changed by the world only. */
  readonly channels = new Set<Channel>();
  /** Its CAP version: from 302 on values are shown, and `cap-notify` is implied. */
  capVersion = 301;
  /** When it last sent a line. */
  lastSeen: number;
  /** When it last said something. */
  lastSpoke: number;
  /** Whether a PING of ours waits for an answer. */
  pinged = false;
  /** What of its misbehaviour the log knows already. */
  readonly logged = new Set<LineFault | "flood">();
  /** Its allowance. */
  readonly bucket: TokenBucket;
  readonly #sink: Sink;
  readonly #caps = new Set<CapabilityName>();
  #variant = 0;

  /** Makes a user that just connected. */
  constructor(peer: Peer, bucket: TokenBucket, admitted: boolean, now: number) {
    this.#sink = peer.sink;
    this.host = peer.host;
    this.address = peer.address;
    this.bucket = bucket;
    this.registration = { nick: "", user: false, negotiating: false, admitted };
    this.connectedAt = this.lastSeen = this.lastSpoke = now;
  }

  /** `nick!user@host`. */
  get source(): string {
    return `${this.nick}!${this.username}@${this.host}`;
  }

  /** How replies address it: `*` until it has a name. */
  get target(): string {
    return this.nick || "*";
  }

  /** The capabilities that it asked for and got. */
  get caps(): ReadonlySet<CapabilityName> {
    return this.#caps;
  }

  /** Switches a capability on or off. */
  setCap(cap: CapabilityName, on: boolean): void {
    if (on) this.#caps.add(cap);
    else this.#caps.delete(cap);
    this.#variant = variantOf(this.#caps);
  }

  /** Sends a message in the form that its capabilities ask for. */
  deliver(delivery: Delivery): void {
    this.#sink.send(delivery.bytes(this.#variant));
  }

  /** Ends its connection after a last message. */
  end(reason: string, last: Delivery): void {
    this.#sink.end(reason, last.bytes(this.#variant));
  }
}
