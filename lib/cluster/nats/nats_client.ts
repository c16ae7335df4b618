/**
 * A client of NATS that stays connected to one of several servers: subscriptions, requests, and
 * publishing at most once. What must arrive goes through a stream, see {@linkcode JetStream}.
 * @module
 */
import { NatsError, type NatsFault } from "./nats_fault.ts";
import { NatsLink, type NatsLinkHandler } from "./nats_link.ts";
import type { NatsHeaders } from "./nats_output.ts";
import type { NatsInfo, NatsMessage } from "./nats_parser.ts";
import { type Backoff, backOff, type NatsSystem, repeat } from "./nats_timing.ts";
import { type NatsCredentials, natsPlace, type NatsServer, otherServer } from "./nats_url.ts";
import { ENGINE_REASON } from "../../wording/engine.ts";

export interface NatsOptions {
  /** At least one; the first to try is chosen at random. */
  readonly servers: readonly NatsServer[];
  /** The client's name in the servers' reports. */
  readonly name: string;
  readonly system: NatsSystem;
  /** Asked at each attempt, for addresses without credentials. Must not throw. */
  readonly credentials?: () => NatsCredentials | undefined;
  /** A certificate, as PEM, that is trusted besides those of the runtime. */
  readonly ca?: string;
  /** How long connecting and logging in may take, in milliseconds. */
  readonly connectMs?: number;
  /** How often the server is asked whether it is there; two and a half times this finds it dead. */
  readonly pingMs?: number;
}

export type NatsEvent =
  | { readonly kind: "connected"; readonly place: string; readonly info: NatsInfo }
  /** The connection was lost; it connects again. */
  | { readonly kind: "lost"; readonly fault: NatsFault }
  /** An attempt failed; there will be others. */
  | { readonly kind: "failed"; readonly fault: NatsFault }
  /** The server does not allow something that this client did. */
  | { readonly kind: "refused"; readonly fault: NatsFault };

export interface NatsPublishOptions {
  /** The subject for an answer. */
  readonly reply?: string;
  readonly headers?: NatsHeaders | undefined;
}

export interface NatsRequestOptions {
  readonly headers?: NatsHeaders | undefined;
  readonly timeoutMs?: number;
  /** Sends it again, so often, until there is an answer to any of them. */
  readonly againMs?: number;
}

interface Subscribed {
  readonly subject: string;
  readonly queue: string;
  readonly heard: (message: NatsMessage) => void;
}

interface Waiting {
  heard(message: NatsMessage): void;
  failed(fault: NatsFault): void;
}

const DEFAULTS = { connectMs: 3_000, pingMs: 1_500, timeoutMs: 5_000 };

/** The first and the longest pause after all servers failed, in milliseconds, before the jitter. */
const PAUSE_MS = { first: 100, longest: 2_000 };

/** A connection that was shorter counts as a failed attempt, in milliseconds. */
const SHORT_MS = 1_000;

const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();

export class NatsClient {
  readonly #options: NatsOptions;
  readonly #closing = new AbortController();
  readonly #watchers = new Set<(event: NatsEvent) => void>();
  readonly #subscriptions = new Map<number, Subscribed>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #inbox: string;
  #pool: readonly NatsServer[];
  #place = "";
  #link: NatsLink | undefined;
  #last: NatsFault = { kind: "closed" };
  #numbers = 0;
  #running: Promise<void> | undefined;

  constructor(options: NatsOptions) {
    this.#options = options;
    this.#pool = options.servers;
    this.#inbox = this.newInbox();
    this.subscribe(`${this.#inbox}.*`, (message) => {
      this.#waiting.get(message.subject.slice(this.#inbox.length + 1))?.heard(message);
    });
  }

  /** Connects, and from then on whenever the connection is lost, until it is closed. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** What the server tells of itself; undefined if there is no connection. */
  get info(): NatsInfo | undefined {
    return this.#link?.info;
  }

  get system(): NatsSystem {
    return this.#options.system;
  }

  /** Waits, longer after each failure, or until it is closed. */
  pause(failures: number, bounds: Backoff): Promise<void> {
    return backOff(this.system, failures, bounds, this.#closing.signal);
  }

  /** Calls `heard` for each event. Returns a function that ends it. */
  watch(heard: (event: NatsEvent) => void): () => void {
    this.#watchers.add(heard);
    return () => this.#watchers.delete(heard);
  }

  /**
   * Resolves if there is a connection, or when there is one.
   *
   * @throws {NatsError} with the last fault if there is none within so many milliseconds.
   */
  connected(withinMs = Infinity): Promise<void> {
    if (this.#link !== undefined) return Promise.resolve();
    if (this.#closing.signal.aborted) return Promise.reject(new NatsError({ kind: "closed" }));
    return new Promise((resolve, reject) => {
      const fail = () => done(() => reject(new NatsError(this.#last)));
      const done = (settle: () => void) => {
        cancel();
        unwatch();
        this.#closing.signal.removeEventListener("abort", fail);
        settle();
      };
      const cancel = withinMs === Infinity ? () => {} : this.system.after(withinMs, fail);
      const unwatch = this.watch(({ kind }) => kind === "connected" && done(resolve));
      this.#closing.signal.addEventListener("abort", fail);
    });
  }

  /**
   * Sends a message, which arrives at most once. Returns false if there is no connection: nothing
   * is kept for later.
   *
   * @throws {NatsError} if it is too big, or too much waits to be written.
   */
  publish(
    subject: string,
    payload: string | Uint8Array = NOTHING,
    { reply = "", headers }: NatsPublishOptions = {},
  ): boolean {
    checkSubject(subject);
    const link = this.#link;
    if (link === undefined) return false;
    const bytes = typeof payload === "string" ? encoder.encode(payload) : payload;
    const most = link.info.maxPayload;
    if (bytes.length > most) throw new NatsError({ kind: "tooBig", bytes: bytes.length, most });
    if (!link.output.publish(subject, reply, bytes, headers)) {
      throw new NatsError({ kind: "overflow" });
    }
    link.flush();
    return true;
  }

  /**
   * Subscribes, on every connection. `heard` must not throw.
   *
   * @param queue the name of a group of subscribers, of whom one gets each message.
   * @returns a function that ends it.
   */
  subscribe(subject: string, heard: (message: NatsMessage) => void, queue = ""): () => void {
    checkSubject(subject);
    const sid = ++this.#numbers;
    this.#subscriptions.set(sid, { subject, queue, heard });
    this.#link?.output.line(`SUB ${subject} ${queue} ${sid}`);
    this.#link?.flush();
    return () => {
      if (!this.#subscriptions.delete(sid)) return;
      this.#link?.output.line(`UNSUB ${sid}`);
      this.#link?.flush();
    };
  }

  /** A new subject that nobody else knows, to subscribe to. */
  newInbox(): string {
    return `_INBOX.${this.#token()}${this.#token()}`;
  }

  /** A subject of one's own for answers, and messages to it. Dispose of it to end it. */
  inbox(waiting: Waiting): { readonly subject: string } & Disposable {
    const token = (++this.#numbers).toString(36);
    this.#waiting.set(token, waiting);
    return {
      subject: `${this.#inbox}.${token}`,
      [Symbol.dispose]: () => this.#waiting.delete(token),
    };
  }

  /**
   * Asks, and waits for the first answer.
   *
   * @throws {NatsError} if there is none in time, nobody listens, or the connection is lost.
   */
  request(
    subject: string,
    payload: string | Uint8Array = NOTHING,
    { headers, timeoutMs = DEFAULTS.timeoutMs, againMs = Infinity }: NatsRequestOptions = {},
  ): Promise<NatsMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<NatsMessage>();
    const settle = (run: () => void) => {
      cancel();
      stop();
      inbox[Symbol.dispose]();
      run();
    };
    const failed = (fault: NatsFault) => settle(() => reject(new NatsError(fault)));
    const inbox = this.inbox({
      failed,
      heard(message) {
        if (message.status === 503) failed({ kind: "noResponders", subject });
        else settle(() => resolve(message));
      },
    });
    const send = () => {
      try {
        if (!this.publish(subject, payload, { reply: inbox.subject, headers })) failed(this.#last);
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const cancel = this.system.after(timeoutMs, () => failed({ kind: "timeout", subject }));
    const stop = againMs < timeoutMs ? repeat(this.system, againMs, send) : () => {};
    send();
    return promise;
  }

  /**
   * Asks everybody who listens, and collects the answers for so many milliseconds. They may be
   * none.
   *
   * @throws {NatsError} if the connection is lost meanwhile.
   */
  async requestMany(
    subject: string,
    payload: string | Uint8Array,
    waitMs: number,
  ): Promise<NatsMessage[]> {
    const answers: NatsMessage[] = [];
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const failed = (fault: NatsFault) => reject(new NatsError(fault));
    using inbox = this.inbox({
      failed,
      heard: (message) => message.status === 503 ? resolve() : void answers.push(message),
    });
    const cancel = this.system.after(waitMs, resolve);
    try {
      if (!this.publish(subject, payload, { reply: inbox.subject })) failed(this.#last);
      await promise;
    } finally {
      cancel();
    }
    return answers;
  }

  /**
   * Goes to another server, if there is one: this one answers, but can't do what is asked of it.
   */
  move(): void {
    if (this.#pool.length === 1) return;
    this.#link?.shut({ kind: "lost", place: this.#place, why: ENGINE_REASON.useless });
  }

  /** Ends the connection for good, once what was published is written. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#link?.shut({ kind: "closed" });
    await this.#running;
  }

  async #run(): Promise<void> {
    const { system } = this.#options;
    let at = Math.floor(system.random() * this.#pool.length);
    let failures = 0;
    for (; !this.#closing.signal.aborted; at++) {
      const size = this.#pool.length;
      if (failures > 0 && failures % size === 0) await this.pause(failures / size - 1, PAUSE_MS);
      if (this.#closing.signal.aborted) break;
      const since = system.now();
      const fault = await this.#visit(this.#pool[at % size]!);
      const wasShort = system.now() - since < SHORT_MS || this.#place === "";
      failures = wasShort ? failures + 1 : 0;
      this.#last = fault;
      for (const waiting of [...this.#waiting.values()]) waiting.failed(fault);
      if (fault.kind !== "closed") {
        this.#tell({ kind: this.#place === "" ? "failed" : "lost", fault });
      }
    }
    this.#last = { kind: "closed" };
  }

  /** Stays connected to a server as long as possible. Returns what ended it. */
  async #visit(server: NatsServer): Promise<NatsFault> {
    const { system, name, ca, connectMs, pingMs } = { ...DEFAULTS, ...this.#options };
    const { promise, resolve } = Promise.withResolvers<NatsFault>();
    const handler: NatsLinkHandler = {
      ended: resolve,
      message: (message) => this.#subscriptions.get(message.sid)?.heard(message),
      refused: (why) =>
        this.#tell({
          kind: "refused",
          fault: { kind: "refused", place: natsPlace(server), why },
        }),
      info: (info) => this.#learn(info, server),
    };
    this.#place = "";
    try {
      const credentials = server.credentials ?? this.#options.credentials?.();
      const options = { system, name, ca, connectMs, pingMs, credentials };
      this.#link = await NatsLink.open(server, options, handler, this.#closing.signal);
    } catch (error) {
      if (error instanceof NatsError) return error.fault;
      throw error;
    }
    this.#place = natsPlace(server);
    this.#learn(this.#link.info, server);
    for (const [sid, { subject, queue }] of this.#subscriptions) {
      this.#link.output.line(`SUB ${subject} ${queue} ${sid}`);
    }
    this.#link.flush();
    this.#tell({ kind: "connected", place: this.#place, info: this.#link.info });
    // A request in this moment must not take it for closed.
    this.#last = await promise;
    this.#link = undefined;
    return this.#last;
  }

  /** Learns of other servers, and leaves one that is about to shut down if there are others. */
  #learn({ others, tlsRequired, leaving }: NatsInfo, server: NatsServer): void {
    const { servers } = this.#options;
    const known = new Set(servers.map(natsPlace));
    const learnt = others.map((place) => otherServer(place, server, server.tls || tlsRequired))
      .filter((other) => other !== undefined && !known.has(natsPlace(other)));
    this.#pool = [...servers, ...learnt as NatsServer[]];
    if (!leaving || this.#pool.length === 1) return;
    this.#link?.shut({ kind: "lost", place: natsPlace(server), why: ENGINE_REASON.leaving });
  }

  #tell(event: NatsEvent): void {
    for (const watcher of [...this.#watchers]) watcher(event);
  }

  #token(): string {
    return this.#options.system.random().toString(36).slice(2, 13).padEnd(11, "0");
  }
}

/** Spaces and line ends would be another command. */
function checkSubject(subject: string): void {
  if (!/^[^\s\0]+$/.test(subject)) throw new TypeError(`Not a subject: ${JSON.stringify(subject)}`);
}
