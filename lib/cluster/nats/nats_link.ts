/**
 * One connection to a NATS server: introduction, encryption, login, reading, batched writing, and
 * noticing that the server is dead.
 * @module
 */
import { writeAll } from "../../text/write_all.ts";
import { ENGINE_REASON } from "../../wording/engine.ts";
import { NatsError, type NatsFault } from "./nats_fault.ts";
import { NatsOutput } from "./nats_output.ts";
import { type NatsHeard, type NatsInfo, type NatsMessage, NatsParser } from "./nats_parser.ts";
import { type NatsSocket, type NatsSystem, repeat } from "./nats_timing.ts";
import { type NatsCredentials, natsPlace, type NatsServer } from "./nats_url.ts";

export interface LinkOptions {
  readonly system: NatsSystem;
  /** The client's name in the server's reports. */
  readonly name: string;
  readonly credentials: NatsCredentials | undefined;
  readonly ca: string | undefined;
  /** How long connecting and logging in may take, in milliseconds. */
  readonly connectMs: number;
  /** How often the server is asked whether it is there; it is dead if two questions go unanswered. */
  readonly pingMs: number;
}

export interface NatsLinkHandler {
  message(message: NatsMessage): void;
  info(info: NatsInfo): void;
  /** The server does not allow something; the connection goes on. */
  refused(words: string): void;
  /** Called once, unless opening failed. */
  ended(fault: NatsFault): void;
}

/** The most bytes that may wait to be written. */
const OUTPUT_BYTES = 32 * 1024 * 1024;

/** How long closing waits for the last write, in milliseconds. */
const CLOSE_MS = 1_000;

/** Errors after which the server keeps the connection. */
const SURVIVED = /^(?:permissions violation|invalid (?:publish )?subject)/i;

const LOGIN = /^(?:authorization violation|authentication|user authentication|account auth)/i;

/** The kinds of faults that name the server. */
type KindAt = "unreachable" | "tls" | "unencrypted" | "login" | "protocol" | "refused" | "lost";

export class NatsLink {
  readonly output = new NatsOutput(OUTPUT_BYTES);
  readonly #place: string;
  readonly #options: LinkOptions;
  readonly #handler: NatsLinkHandler;
  readonly #parser = new NatsParser((heard) => this.#heard(heard));
  #socket: NatsSocket | undefined;
  #info: NatsInfo | undefined;
  #isOpen = false;
  /** What was heard so far. */
  #count = 0;
  #pongs = 0;
  /** Why it ends, if the server said so. */
  #said: NatsFault | undefined;
  #ended: NatsFault | undefined;
  #isWriting = false;
  /** Whether nothing came since the last PING. */
  #isQuiet = false;
  /** Called when nothing more waits to be written. */
  #atRest = () => {};
  #cancel = () => {};

  private constructor(server: NatsServer, options: LinkOptions, handler: NatsLinkHandler) {
    this.#place = natsPlace(server);
    this.#options = options;
    this.#handler = handler;
  }

  /**
   * Connects and logs in.
   *
   * @throws {NatsError} if that fails.
   */
  static async open(
    server: NatsServer,
    options: LinkOptions,
    handler: NatsLinkHandler,
    signal: AbortSignal,
  ): Promise<NatsLink> {
    const link = new NatsLink(server, options, handler);
    try {
      await link.#open(server, signal);
    } catch (error) {
      link.#close();
      if (link.#ended !== undefined) throw new NatsError(link.#ended);
      if (error instanceof NatsError) throw error;
      throw link.#error("unreachable", options.system.explain(error));
    }
    return link;
  }

  /** What the server told of itself last. */
  get info(): NatsInfo {
    return this.#info!;
  }

  async #open(server: NatsServer, closed: AbortSignal): Promise<void> {
    const { system, connectMs, name, credentials, ca } = this.#options;
    const over = new AbortController();
    const giveUp = (fault: NatsFault) => {
      this.#ended ??= fault;
      over.abort();
      this.#close();
    };
    const onClose = () => giveUp({ kind: "closed" });
    const cancel = system.after(connectMs, () => {
      const why = system.explain(new DOMException("", "TimeoutError"));
      giveUp(this.#said ?? this.#error("unreachable", why).fault);
    });
    closed.addEventListener("abort", onClose);
    try {
      this.#socket = await system.dial(server.host, server.port, over.signal);
      if (this.#ended !== undefined) throw new NatsError(this.#ended);
      await this.#read(() => this.#info !== undefined, ENGINE_REASON.noInfo);
      const { tlsRequired, tlsAvailable, headers } = this.info;
      if (server.tls || tlsRequired) {
        // Whoever is between could have put it there.
        if (this.#count > 1 || !this.#parser.isEmpty) {
          throw this.#error("protocol", ENGINE_REASON.early);
        }
        if (!tlsRequired && !tlsAvailable) {
          throw this.#error("unencrypted");
        }
        await this.#socket.secure(server.tlsName, ca).catch((error) => {
          throw this.#error("tls", error.message.replace(/\.$/, ""));
        });
      }
      if (!headers) throw this.#error("protocol", ENGINE_REASON.headers);
      const wants = { verbose: false, headers: true, no_responders: true, protocol: 1 };
      this.output.line(
        `CONNECT ${JSON.stringify({ ...wants, lang: "chat", name, ...credentials })}`,
      );
      this.output.line("PING");
      this.flush();
      await this.#read(() => this.#pongs > 0, ENGINE_REASON.closed);
    } finally {
      cancel();
      closed.removeEventListener("abort", onClose);
    }
    this.#isOpen = true;
    this.#keepWatch();
    this.#follow();
  }

  #error(kind: KindAt, why = ""): NatsError {
    return new NatsError({ kind, place: this.#place, why });
  }

  /** Reads until something has happened. */
  async #read(isDone: () => boolean, atEnd: string): Promise<void> {
    while (!isDone()) {
      // A reset is an end too: what the server said before tells more.
      const count = await this.#socket!.read(this.#parser.room()).catch(() => null);
      if (this.#ended !== undefined) throw new NatsError(this.#ended);
      if (count === null) throw new NatsError(this.#said ?? this.#error("lost", atEnd).fault);
      this.#isQuiet = false;
      const fault = this.#parser.took(count);
      if (fault !== undefined) throw this.#error("protocol", fault);
    }
  }

  async #follow(): Promise<void> {
    try {
      await this.#read(() => false, ENGINE_REASON.closed);
    } catch (error) {
      // Others are faults of what was called.
      if (!(error instanceof NatsError)) throw error;
      this.#end(error.fault);
    }
  }

  #heard(heard: NatsHeard): void {
    this.#count++;
    switch (heard.kind) {
      case "message":
        // A server that sends messages before the login has no one to send them to.
        if (this.#isOpen && this.#ended === undefined) this.#handler.message(heard);
        break;
      case "info":
        this.#info = heard.info;
        if (this.#isOpen) this.#handler.info(heard.info);
        break;
      case "ping":
        this.output.line("PONG");
        this.flush();
        break;
      case "pong":
        this.#pongs++;
        break;
      case "error":
        this.#refused(heard.words.slice(0, 200).replace(/[^\x20-\x7e]/g, "?"));
        break;
      case "ok":
    }
  }

  #refused(words: string): void {
    if (SURVIVED.test(words)) return this.#handler.refused(words);
    this.#said ??= this.#error(LOGIN.test(words) ? "login" : "refused", words).fault;
  }

  /** Writes what is in the output, with what is added to it in this turn. */
  flush(): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    Promise.resolve().then(() => this.#write());
  }

  async #write(): Promise<void> {
    try {
      while (this.output.length > 0 && this.#ended === undefined) {
        const bytes = this.output.take();
        await writeAll(this.#socket!, bytes);
        this.output.giveBack(bytes);
      }
    } catch {
      // The server's own words may be there to read, and else the end is.
    }
    this.#isWriting = false;
    this.#atRest();
  }

  #keepWatch(): void {
    const { system, pingMs } = this.#options;
    let unanswered = 0;
    this.#cancel = repeat(system, pingMs, (stoodStill) => {
      if (!this.#isQuiet || stoodStill) unanswered = 0;
      if (unanswered === 2) return this.#end(this.#error("lost", ENGINE_REASON.silent).fault);
      this.#isQuiet = true;
      unanswered++;
      this.output.line("PING");
      this.flush();
    });
  }

  /** Ends the connection once everything is written, or soon. */
  shut(fault: NatsFault): void {
    if (this.#ended !== undefined) return;
    const { system } = this.#options;
    this.#cancel();
    this.#cancel = system.after(CLOSE_MS, () => this.#end(fault));
    this.#atRest = () => this.#end(fault);
    if (!this.#isWriting) this.#atRest();
  }

  #end(fault: NatsFault): void {
    if (this.#ended !== undefined) return;
    this.#ended = this.#said ?? fault;
    this.#close();
    this.#handler.ended(this.#ended);
  }

  #close(): void {
    this.#cancel();
    try {
      this.#socket?.close();
    } catch {
      // It is closed already.
    }
  }
}
