/**
 * A user: its identity, capabilities and modes, and the sending of messages to it.
 * @module
 */
import { BoundedSet } from "../../collections/bounded_set.ts";
import type { CapabilityName } from "../../irc/caps.ts";
import { escapeTagValue, message } from "../../irc/message.ts";
import { parseAddress } from "../../irc/addresses.ts";
import { fold, type Folded } from "../../irc/names.ts";
import type { LineFault } from "../../irc/lines.ts";
import type { Burst } from "../delivery/burst.ts";
import type { Channel } from "./channel.ts";
import { Delivery, type Packet, variantOf } from "../delivery/delivery.ts";
import type { Allowance } from "../entry/flood.ts";
import type { MultilineBatch } from "../../irc/multiline.ts";
import type { SaslExchange } from "../accounts/sasl_state.ts";
import type { StayKey } from "./stay_key.ts";
import type { LoginSession } from "../accounts/login_session.ts";
import type { Likeness } from "./user_mask.ts";

/** The end of a connection to which a user's lines go. */
export interface Sink {
  /**
   * Queues lines, one by default, each with CR LF. Never throws, never calls back into the world.
   */
  send(lines: string, count?: number): void;
  /** Sends what is queued and a last line, then closes. `closed` follows later, with `reason`. */
  end(reason: string, lastLine: string): void;
}

export interface Peer {
  /** Identifies its user in a cluster; a server of its own makes one. */
  readonly key?: string;
  readonly sink: Sink;
  /** The address without the port. */
  readonly host: string;
  /** The address with the port, for the log. */
  readonly address: string;
  readonly secure: boolean;
  /** Whether it is on the server's own machine. */
  readonly isHere?: boolean;
}

export type DoorKey =
  | { readonly kind: "password" }
  | {
    readonly kind: "invitation";
    /** The invitation's id, not the token. */
    readonly id: string;
    /** Which guest of the invitation it is, once it has entered. */
    readonly guest?: number;
  };

export interface Registration {
  /** The nick that it asked for; checked. */
  nick: string;
  /** Whether USER came. */
  user: boolean;
  /** Whether CAP negotiation holds up registration. */
  negotiating: boolean;
  /** What lets it in: the server's password or an invitation. */
  key: DoorKey | undefined;
  /** A notice to send after the welcome. */
  notice: string | undefined;
  /** The account that owns the name that it was refused. */
  refused: string | undefined;
}

/** How far somebody had received what was sent. */
export interface Received {
  /** The serial number of the first message that it may not have received. */
  readonly serial: number;
  readonly at: number;
}

/** The most accounts that a connection is still known by after it has left them. */
const MOST_FORMER_ACCOUNTS = 50;

/** The sink of a user whose connection is lost, or at another server. */
export const NOWHERE: Sink = { send: () => {}, end: () => {} };

/** The capabilities and the channels of users that have none: a set of its own takes 160 bytes. */
const NONE: ReadonlySet<never> = new Set();

/** A user, registered or not yet. Only the world changes it: see `owned.ts`. */
export class User {
  /** Identifies it, whatever its name. */
  readonly identity = Symbol();
  /** Identifies it in a cluster. */
  readonly key: string;
  /** The address with the port, for the log. */
  readonly address: string;
  /** Its address: only for itself and operators of the server. */
  readonly ip: string;
  readonly cloak: string;
  readonly secure: boolean;
  readonly isHere: boolean;
  readonly connectedAt: number;
  /** The start of the time in which it must register, in milliseconds since 1970. */
  registersFrom: number;
  readonly allowance: Allowance;
  readonly registration: Registration;
  readonly channels: ReadonlySet<Channel> = NONE;
  /** The letters of its modes, in order of their codes. */
  readonly modes: string = "";
  /** Empty until it is registered. */
  readonly nick: string = "";
  readonly username: string = "user";
  /** The host that others see: its cloak, or one that an operator set. */
  readonly host: string;
  readonly realname: string = "";
  readonly account: string | undefined;
  /** Of its last login. */
  session: LoginSession | undefined;
  /** The key for its next way back, if it was made beforehand. */
  nextWay: StayKey | undefined;
  /** Why it is away; undefined if it is not. */
  readonly away: string | undefined;
  /** Its name as an operator of the server; undefined if it is none. */
  readonly oper: string | undefined;
  readonly operBy: "password" | "account" | undefined;
  /** Whether it waits for a password to be compared. */
  comparing = false;
  /** The comparisons and derivations of passwords that were wasted on it. */
  inVain = 0;
  sasl: SaslExchange | undefined;
  /** When it took over its name from another connection of its owner. */
  tookOverAt: number = -Infinity;
  readonly registered: boolean = false;
  readonly gone: boolean = false;
  /**
   * Why its connection broke, since when it waits for its owner, and for how many milliseconds;
   * undefined if it has a connection.
   */
  readonly lost: { readonly why: string; readonly since: number; readonly ms: number } | undefined;
  /** Whether nothing has come from it since it was resumed. */
  readonly unproven: boolean = false;
  /** The user whose connection this is now. */
  readonly continuesAs: User | undefined;
  /** From version 302 on, capabilities have values and `cap-notify` is implied. */
  capVersion = 301;
  /** When its last line came, in milliseconds since 1970. */
  readonly lastSeen: number;
  /** The serial number of the first message after that. */
  readonly lastSerial: number = 0;
  /** The start of its silence on its connection, in milliseconds since 1970. */
  readonly silentSince: number;
  /** When it last said something, for its idle time. */
  lastSpoke: number;
  /** When it was last sent a PING while it had to wait. */
  probedAt = 0;
  pinged = false;
  /** The multiline message that it is sending. */
  batch: MultilineBatch | undefined;
  // Most users never need these, so they are created on first use.
  #invites: Set<Channel> | undefined;
  #monitored: Map<Folded, string> | undefined;
  #readMarkers: Map<Folded, number> | undefined;
  #logged: Set<LineFault | "flood"> | undefined;
  #formerAccounts: BoundedSet<Folded> | undefined;
  /** The address of its connection, without the port. */
  #address: string;
  #sink: Sink;
  readonly #burst: Burst;
  #caps: ReadonlySet<CapabilityName> = NONE;
  #variant = 0;
  /** What a labelled command has brought so far, while it runs. */
  #captured: Delivery[] | undefined;

  constructor(
    peer: Peer,
    key: string,
    cloak: string,
    allowance: Allowance,
    burst: Burst,
    now: number,
  ) {
    this.key = key;
    this.#sink = peer.sink;
    this.#burst = burst;
    this.ip = peer.host;
    this.host = this.cloak = cloak;
    this.#address = peer.host;
    this.address = peer.address;
    this.secure = peer.secure;
    this.isHere = peer.isHere ?? false;
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
    this.lastSeen = this.silentSince = this.lastSpoke = now;
  }

  /** The channels that it is invited to, oldest first. */
  get invites(): ReadonlySet<Channel> {
    return this.#invites ??= new Set();
  }

  /** The names that it watches (MONITOR), as it wrote them. */
  get monitored(): ReadonlyMap<Folded, string> {
    return this.#monitored ??= new Map();
  }

  /** Its read markers by target, in milliseconds since 1970. */
  get readMarkers(): Map<Folded, number> {
    return this.#readMarkers ??= new Map();
  }

  /** The kinds of its faults that were logged. */
  get logged(): Set<LineFault | "flood"> {
    return this.#logged ??= new Set();
  }

  /** The accounts that it was logged in to before, the latest ones. */
  get formerAccounts(): Set<Folded> {
    return this.#formerAccounts ??= new BoundedSet(MOST_FORMER_ACCOUNTS);
  }

  /** {@linkcode invites} and the like, as far as they were ever needed. */
  get extras() {
    return [this.#invites, this.#monitored, this.#readMarkers, this.#formerAccounts] as const;
  }

  /** How far it has received what was sent, judging by its last line. */
  get heard(): Received {
    return { serial: this.lastSerial, at: this.lastSeen };
  }

  /** `nick!user@host`. */
  get source(): string {
    return `${this.nick}!${this.username}@${this.host}`;
  }

  /** What it is known by when it comes back without an account: its names and its address. */
  get person(): string {
    return `${fold(this.nick)}!${this.username}@${this.cloak}`;
  }

  /** Its parts that masks are compared with, if it has this nick. */
  likeness(nick = this.nick): Likeness {
    const { username, host, cloak, ip, account } = this;
    const name = `${nick}!${username}`;
    const hosts = new Set([host, cloak, ip]);
    return {
      account: account === undefined ? undefined : fold(account),
      formerAccounts: this.#formerAccounts ?? [],
      name: fold(name),
      sources: Array.from(hosts, (each) => fold(`${name}@${each}`)),
      address: parseAddress(this.#address),
    };
  }

  /** How replies address it: `*` until it has a nick. */
  get target(): string {
    return this.nick || "*";
  }

  get caps(): ReadonlySet<CapabilityName> {
    return this.#caps;
  }

  /** Whether it has a capability that needs `batch`, and `batch` too. */
  hasCapWithBatch(cap: CapabilityName): boolean {
    return this.#caps.has(cap) && this.#caps.has("batch");
  }

  setCap(cap: CapabilityName, on: boolean): void {
    this.#burst.settle();
    const caps = new Set(this.#caps);
    if (on) caps.add(cap);
    else caps.delete(cap);
    this.#caps = caps;
    this.#variant = variantOf(this.#caps);
  }

  /** Sends a message, encoded for its capabilities. */
  deliver(delivery: Delivery): void {
    if (this.#captured === undefined) this.deliverUnlabelled(delivery);
    else this.#captured.push(delivery);
  }

  /** Sends what a burst held back for it. */
  hear(said: Delivery | Packet, lines: number): void {
    if (this.hears) this.#sink.send(said.line(this.#variant), lines);
  }

  /** Sends a line behind what bursts hold back. */
  #send(line: string): void {
    this.#burst.settleFor(this);
    this.#sink.send(line);
  }

  /** Sends a message that is not part of a labelled reply. */
  deliverUnlabelled(delivery: Delivery): void {
    if (this.hears) this.#send(delivery.line(this.#variant));
  }

  /** Whether messages are held back for a labelled reply. */
  get isCapturing(): boolean {
    return this.#captured !== undefined;
  }

  /** Holds back messages until {@linkcode sendLabelled}. */
  capture(): void {
    if (this.hears) this.#captured ??= [];
  }

  /** Stops holding back while a command waits. Returns what {@linkcode resumeCapture} needs. */
  pauseCapture(): Delivery[] | undefined {
    const captured = this.#captured;
    this.#captured = undefined;
    return captured;
  }

  resumeCapture(captured: Delivery[] | undefined): void {
    this.#captured = captured;
  }

  /** Sends what was held back without a label: the labelled reply follows later. */
  release(): void {
    const captured = this.#captured ?? [];
    this.#captured = undefined;
    for (const delivery of captured) this.deliver(delivery);
  }

  /**
   * Sends what was held back as one labelled reply: a message, a batch with a new reference, or ACK
   * if there is nothing (IRCv3 Labeled Responses).
   */
  sendLabelled(label: string, server: string, reference: string, now: number): void {
    if (!this.hears) return;
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
    this.#send(delivery.lineWith(this.#variant, tag));
  }

  /** Whether this server has a connection that its lines go to. */
  get hears(): boolean {
    return this.#sink !== NOWHERE;
  }

  /** The connection that its lines go to. */
  get sink(): Sink {
    return this.#sink;
  }

  /** Sends its lines over the connection of another user from now on, or nowhere. */
  moveTo(other: User | undefined): void {
    this.#burst.settle();
    this.#captured = this.batch = this.sasl = undefined;
    this.#sink = NOWHERE;
    if (other === undefined) return;
    other.release();
    this.#sink = other.#sink;
    this.#address = other.#address;
    this.#caps = other.#caps;
    this.#variant = other.#variant;
    this.capVersion = other.capVersion;
  }

  end(reason: string, last: Delivery): void {
    if (!this.hears) return;
    this.release();
    this.#burst.settle();
    this.#sink.end(reason, last.line(this.#variant));
  }
}

/** Whether messages are one batch already. */
function isOneBatch(deliveries: readonly Delivery[]): boolean {
  const [first, last] = [deliveries[0]!.message, deliveries.at(-1)!.message];
  return first.command === "BATCH" && last.command === "BATCH" &&
    last.params[0] === first.params[0]!.replace("+", "-");
}
