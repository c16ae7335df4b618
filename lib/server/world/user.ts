/**
 * One user: who it is, what its client understands, where its messages go.
 * @module
 */
import type { CapabilityName } from "../../irc/caps.ts";
import { escapeTagValue, message } from "../../irc/message.ts";
import { parseAddress } from "../../irc/addresses.ts";
import { fold, type Folded } from "../../irc/names.ts";
import type { LineFault } from "../../irc/lines.ts";
import type { Burst } from "../delivery/burst.ts";
import type { Channel } from "./channel.ts";
import { Delivery, type Packet, variantOf } from "../delivery/delivery.ts";
import type { TokenBucket } from "../entry/flood.ts";
import type { MultilineBatch } from "../../irc/multiline.ts";
import type { SaslExchange } from "../accounts/sasl_state.ts";
import type { Likeness } from "./user_mask.ts";

/** Where a user's messages go: the server's end of its connection. */
export interface Sink {
  /**
   * Queues lines, each with its CR LF. Never throws, never calls back into the world.
   *
   * @param count how many lines there are; one, if it is left out.
   */
  send(lines: Uint8Array<ArrayBuffer>, count?: number): void;
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
  /** Whether its connection is encrypted. */
  readonly secure: boolean;
}

/** What a newcomer showed at the door. */
export type DoorKey =
  | { readonly kind: "password" }
  | {
    readonly kind: "invitation";
    /** The invitation's own id, not the token. */
    readonly id: string;
    /** Which guest of the invitation it is, once it is in. */
    readonly guest?: number;
  };

/** How far a peer has come with its registration. */
export interface Registration {
  /** The nick that it asked for, checked. */
  nick: string;
  /** Whether USER came. */
  user: boolean;
  /** Between CAP LS or CAP REQ and CAP END: registration waits. */
  negotiating: boolean;
  /** What it showed at the door, if that was right. */
  key: DoorKey | undefined;
  /** What it is to be told once it is welcome. */
  notice: string | undefined;
  /** The account whose name it was refused, if any. */
  refused: string | undefined;
}

/** What bounds a user. */
export interface Allowance {
  /** What its commands cost is taken from here. */
  readonly bucket: TokenBucket;
  /** Each change of its nick takes one from here. */
  readonly nicks: TokenBucket;
}

/** Up to where somebody had received what was said. */
export interface Received {
  /** The number of the first message that it did not receive. */
  readonly serial: number;
  /** When that was, in milliseconds since 1970. */
  readonly at: number;
}

/** A user of the server, registered or on its way there. The world changes it: see `owned.ts`. */
export class User {
  /** What tells it from all others, whatever its name. */
  readonly identity = Symbol();
  /** Address and port, as the log shows them. */
  readonly address: string;
  /** Its address, as it connected: for itself and operators of the server only. */
  readonly ip: string;
  /** What stands for its address. */
  readonly cloak: string;
  /** Whether its connection is encrypted. */
  readonly secure: boolean;
  /** When it connected, in milliseconds since 1970. */
  readonly connectedAt: number;
  /** From when on the time to register counts, in milliseconds since 1970. */
  registersFrom: number;
  /** How fast it may do what. */
  readonly allowance: Allowance;
  /** Until it is registered. */
  readonly registration: Registration;
  /** The channels that it is in. */
  readonly channels: ReadonlySet<Channel> = new Set();
  /** The letters of its modes. */
  readonly modes: ReadonlySet<string> = new Set();
  /** Its name in the room; empty until it is registered. */
  readonly nick: string = "";
  /** The `user` of `nick!user@host`. */
  readonly username: string = "user";
  /** The host that others see: its cloak, or what an operator gave it. */
  readonly host: string;
  /** What it says of itself. */
  readonly realname: string = "";
  /** The account that it is logged in to. */
  readonly account: string | undefined;
  /** Why it is away, if it is. */
  readonly away: string | undefined;
  /** The name of the operator that it has proved to be, if any. */
  readonly oper: string | undefined;
  /** How it has proved that. */
  readonly operBy: "password" | "account" | undefined;
  /** Whether it waits until a password that it gave is compared. */
  comparing = false;
  /** How often it gave a wrong password, or had a new one made. */
  inVain = 0;
  /** The login that is under way. */
  sasl: SaslExchange | undefined;
  /** When it took its name over from another connection of its owner. */
  tookOverAt: number = -Infinity;
  /** Whether it is registered. */
  readonly registered: boolean = false;
  /** Whether it is gone. */
  readonly gone: boolean = false;
  /** Its CAP version: from 302 on values are shown, and `cap-notify` is implied. */
  capVersion = 301;
  /** When it last sent a line. */
  readonly lastSeen: number;
  /** The number of the first message that was made after that. */
  readonly lastSerial: number = 0;
  /** When it last said something. */
  lastSpoke: number;
  /** When it was last asked, while it had to wait, whether it is still there. */
  probedAt = 0;
  /** Whether a PING of ours waits for an answer. */
  pinged = false;
  /** The message of several lines that it is sending. */
  batch: MultilineBatch | undefined;
  // Most users never need these, so they are made when one does.
  #invites: Set<Channel> | undefined;
  #monitored: Map<Folded, string> | undefined;
  #readMarkers: Map<Folded, number> | undefined;
  #logged: Set<LineFault | "flood"> | undefined;
  readonly #address: Uint8Array | undefined;
  readonly #sink: Sink;
  readonly #burst: Burst;
  readonly #caps = new Set<CapabilityName>();
  #variant = 0;
  /** While a labelled command runs: what it brings, for one reply. */
  #captured: Delivery[] | undefined;

  /** Makes a user that just connected. */
  constructor(peer: Peer, cloak: string, allowance: Allowance, burst: Burst, now: number) {
    this.#sink = peer.sink;
    this.#burst = burst;
    this.ip = peer.host;
    this.host = this.cloak = cloak;
    this.#address = parseAddress(peer.host);
    this.address = peer.address;
    this.secure = peer.secure;
    this.allowance = allowance;
    this.registration = {
      nick: "",
      user: false,
      negotiating: false,
      key: undefined,
      notice: undefined,
      refused: undefined,
    };
    this.connectedAt = this.registersFrom = now;
    this.lastSeen = this.lastSpoke = now;
  }

  /** The channels that it was invited to, oldest first. */
  get invites(): ReadonlySet<Channel> {
    return this.#invites ??= new Set();
  }

  /** The names that it watches (MONITOR), as it wrote them. */
  get monitored(): ReadonlyMap<Folded, string> {
    return this.#monitored ??= new Map();
  }

  /** Up to where it has read, by target, in milliseconds since 1970. */
  get readMarkers(): Map<Folded, number> {
    return this.#readMarkers ??= new Map();
  }

  /** What of its misbehaviour the log knows already. */
  get logged(): Set<LineFault | "flood"> {
    return this.#logged ??= new Set();
  }

  /** Up to where it has received what was sent, as far as it has shown. */
  get heard(): Received {
    return { serial: this.lastSerial, at: this.lastSeen };
  }

  /** `nick!user@host`. */
  get source(): string {
    return `${this.nick}!${this.username}@${this.host}`;
  }

  /**
   * Its parts that are compared with masks.
   *
   * @param nick the name that it has, or is about to have.
   */
  likeness(nick = this.nick): Likeness {
    const { username, host, cloak, ip, account } = this;
    const name = `${nick}!${username}`;
    const hosts = new Set([host, cloak, ip]);
    return {
      account: account === undefined ? undefined : fold(account),
      name: fold(name),
      sources: Array.from(hosts, (each) => fold(`${name}@${each}`)),
      address: this.#address,
    };
  }

  /** How replies address it: `*` until it has a name. */
  get target(): string {
    return this.nick || "*";
  }

  /** The capabilities that it asked for and got. */
  get caps(): ReadonlySet<CapabilityName> {
    return this.#caps;
  }

  /** Whether it has a capability that is of no use without `batch`, and `batch` too. */
  hasCapWithBatch(cap: CapabilityName): boolean {
    return this.#caps.has(cap) && this.#caps.has("batch");
  }

  /** Switches a capability on or off. */
  setCap(cap: CapabilityName, on: boolean): void {
    this.#burst.settle();
    if (on) this.#caps.add(cap);
    else this.#caps.delete(cap);
    this.#variant = variantOf(this.#caps);
  }

  /** Sends a message in the form that its capabilities ask for. */
  deliver(delivery: Delivery): void {
    if (this.#captured === undefined) this.#send(delivery.bytes(this.#variant));
    else this.#captured.push(delivery);
  }

  /** Takes over what was held back for it: so many lines. */
  hear(said: Delivery | Packet, lines: number): void {
    this.#sink.send(said.bytes(this.#variant), lines);
  }

  /** What was said before comes first. */
  #send(line: Uint8Array<ArrayBuffer>): void {
    this.#burst.settle();
    this.#sink.send(line);
  }

  /** Sends a message that is no part of the reply to a labelled command. */
  deliverUnlabelled(delivery: Delivery): void {
    this.#send(delivery.bytes(this.#variant));
  }

  /** Whether what is delivered is held back for the reply to a labelled command. */
  get isCapturing(): boolean {
    return this.#captured !== undefined;
  }

  /** From now on what is delivered is held back, until {@linkcode sendLabelled}. */
  capture(): void {
    this.#captured ??= [];
  }

  /** Stops holding back while a command waits. Returns what {@linkcode resumeCapture} goes on with. */
  pauseCapture(): Delivery[] | undefined {
    const captured = this.#captured;
    this.#captured = undefined;
    return captured;
  }

  /** Ends {@linkcode pauseCapture}. */
  resumeCapture(captured: Delivery[] | undefined): void {
    this.#captured = captured;
  }

  /** Sends what was held back as it is: the reply with the label comes later. */
  release(): void {
    const captured = this.#captured ?? [];
    this.#captured = undefined;
    for (const delivery of captured) this.deliver(delivery);
  }

  /**
   * Sends what was held back as one reply with a label: by itself, as a batch, or as an
   * acknowledgement where there is none (IRCv3 Labeled Responses).
   *
   * @param reference a name for the batch that no other has.
   */
  sendLabelled(label: string, server: string, reference: string, now: number): void {
    const captured = this.#captured ?? [];
    this.#captured = undefined;
    const tag = `label=${escapeTagValue(label)}`;
    const fromServer = (command: string, params: readonly string[]) =>
      new Delivery(message(command, params, { source: server }), { time: now });
    const [first, ...rest] = captured;
    if (first === undefined) return this.#sendWith(fromServer("ACK", []), tag);
    if (rest.length === 0 || isOneBatch(captured)) {
      this.#sendWith(first, tag);
      for (const delivery of rest) this.deliver(delivery);
      return;
    }
    this.#sendWith(fromServer("BATCH", [`+${reference}`, "labeled-response"]), tag);
    for (const delivery of captured) {
      if (delivery.tags.batch === undefined) this.#sendWith(delivery, `batch=${reference}`);
      else this.deliver(delivery);
    }
    this.deliver(fromServer("BATCH", [`-${reference}`]));
  }

  #sendWith(delivery: Delivery, tag: string): void {
    this.#send(delivery.bytesWith(this.#variant, tag));
  }

  /** Ends its connection after a last message. */
  end(reason: string, last: Delivery): void {
    this.release();
    this.#burst.settle();
    this.#sink.end(reason, last.bytes(this.#variant));
  }
}

/** Whether messages are a batch by themselves, which then needs no other around it. */
function isOneBatch(deliveries: readonly Delivery[]): boolean {
  const [first, last] = [deliveries[0]!.message, deliveries.at(-1)!.message];
  return first.command === "BATCH" && last.command === "BATCH" &&
    last.params[0] === first.params[0]!.replace("+", "-");
}
