/**
 * One connection to the door for browsers: requests and answers, until it ends or becomes a
 * WebSocket.
 * @module
 */
import type { Socket } from "../../net/connection.ts";
import { TlsSocket } from "../../net/tls_socket.ts";
import { isTls } from "../../server/entry/foreign.ts";
import { SECOND_MS } from "../../text/duration.ts";
import { writeAll } from "../../text/write_all.ts";
import { FramedSocket } from "../../web/door/framed_socket.ts";
import {
  type RequestFault,
  RequestReader,
  type WebRequest,
} from "../../web/door/request_reader.ts";
import { type Answer, headOf, sentence } from "../../web/response.ts";
import { within } from "../os/within.ts";
import { WEB_ANSWERS } from "../../wording/web_door.ts";
import type { Encryption } from "./tls.ts";

/** How long peers may take, in milliseconds. */
export interface WebPatience {
  /** For the head of a request, and for the TLS handshake before the first. */
  readonly headMs: number;
  /** Between two requests. */
  readonly idleMs: number;
  /** For the request of a peer that is refused. */
  readonly refusedMs: number;
  /** For taking an answer. */
  readonly answerMs: number;
}

export const WEB_PATIENCE: WebPatience = {
  headMs: 10 * SECOND_MS,
  idleMs: 15 * SECOND_MS,
  refusedMs: 2 * SECOND_MS,
  answerMs: 30 * SECOND_MS,
};

/** How a connection becomes a WebSocket. */
export interface Upgrade {
  /** The answer that says so. */
  readonly accept: Uint8Array<ArrayBuffer>;
  /** Whether lines are sent as binary messages. */
  readonly binary: boolean;
  /** Takes the socket over. */
  enter(socket: FramedSocket): void;
}

export interface WebVisitOptions {
  readonly patience: Pick<WebPatience, "headMs" | "idleMs" | "answerMs">;
  /** Undefined if the server can't encrypt. */
  readonly encryption: Pick<Encryption, "context" | "direct"> | undefined;
  answer(request: WebRequest | RequestFault, secure: boolean): Promise<Answer | Upgrade>;
  /** Whether the connection is needed for others as soon as a request is answered. */
  isScarce(): boolean;
}

/** The most requests of one connection. */
const MOST_REQUESTS = 100;

/**
 * How much is read at once: a request of a browser. With 4 kB, a connection that was upgraded took
 * 17.5 kB of memory instead of 14.5, until the next collection of garbage.
 */
const READ_BYTES = 1024;

/** How long, and for how many bytes, a connection is read after the last answer or frame. */
const LINGER_MS = SECOND_MS;
const LINGER_BYTES = 64 * 1024;

export class WebVisit {
  readonly #conn: Deno.TcpConn;
  readonly #options: WebVisitOptions;
  readonly #reader = new RequestReader();
  #socket: Socket;

  constructor(conn: Deno.TcpConn, options: WebVisitOptions) {
    this.#conn = this.#socket = conn;
    this.#options = options;
  }

  close(): void {
    try {
      this.#socket.close();
    } catch {
      // It is closed already.
    }
  }

  /**
   * Answers requests. Resolves to true when the connection was taken over, else when it is closed.
   * Rejects only if an answer does, after closing it.
   */
  async run(): Promise<boolean> {
    let isTaken = false;
    try {
      isTaken = await this.#serve();
    } finally {
      if (!isTaken) this.close();
    }
    return isTaken;
  }

  async #serve(): Promise<boolean> {
    const { patience, answer, isScarce } = this.#options;
    if (!await this.#open()) return false;
    for (let count = 1; count <= MOST_REQUESTS; count++) {
      const request = await this.#next(count === 1 ? patience.headMs : patience.idleMs);
      if (request === undefined) return false;
      const answered = request === "late"
        ? sentence(408, WEB_ANSWERS.tooSlow)
        : await answer(request, this.#socket !== this.#conn);
      if ("accept" in answered) return await this.#upgrade(answered);
      const isWhole = typeof request === "object" && "method" in request;
      const isLast = !isWhole || !request.keepAlive || count === MOST_REQUESTS || isScarce();
      const head = headOf(answered, Date.now(), isLast);
      const hasBody = !isWhole || request.method !== "HEAD";
      if (!await this.#write(head) || hasBody && !await this.#write(answered.body)) return false;
      if (isLast) break;
    }
    await this.#linger();
    return false;
  }

  /** Reads the first bytes, and begins to decrypt if they do. Returns false if there are none. */
  async #open(): Promise<boolean> {
    const { encryption, patience: { headMs } } = this.#options;
    try {
      this.#conn.setNoDelay();
    } catch {
      // It is closed already; reading will show that.
    }
    const buffer = new Uint8Array(READ_BYTES);
    const count = await this.#read(buffer, headMs);
    if (typeof count !== "number") return false;
    const first = buffer.subarray(0, count);
    if (!isTls(first)) {
      this.#reader.push(first);
      return true;
    }
    if (encryption === undefined) return false;
    // It never answers in plain text: the first byte is that of a handshake.
    const plainAnswer = new Uint8Array();
    const { context: { secure: context }, direct } = encryption;
    const options = { context, direct, handshakeMs: headMs, plainAnswer, first };
    this.#socket = TlsSocket.accept(this.#conn, options);
    return true;
  }

  /**
   * Reads the next request. Returns `late` if it has begun and does not end in time, undefined if
   * there is none.
   *
   * @param ms how long it may take to begin.
   */
  async #next(ms: number): Promise<WebRequest | RequestFault | "late" | undefined> {
    let buffer: Uint8Array<ArrayBuffer> | undefined;
    const { headMs } = this.#options.patience;
    let hasBegun = this.#reader.rest().length > 0;
    let until = Date.now() + (hasBegun ? headMs : ms);
    for (;;) {
      const request = this.#reader.next();
      if (request !== undefined) return request;
      buffer ??= new Uint8Array(READ_BYTES);
      const count = await this.#read(buffer, until - Date.now());
      if (count === "late" && hasBegun) return count;
      if (typeof count !== "number") return undefined;
      if (!hasBegun) until = Date.now() + headMs;
      hasBegun = true;
      this.#reader.push(buffer.subarray(0, count));
    }
  }

  /** Reads in time; null if the connection is over, however it ended. */
  #read(buffer: Uint8Array, ms: number): Promise<number | null | "late"> {
    return within(ms, this.#socket.read(buffer).catch(() => null));
  }

  /** Writes all in time. Returns whether that worked. */
  async #write(bytes: Uint8Array): Promise<boolean> {
    const written = writeAll(this.#socket, bytes).then(() => true, () => false);
    return await within(this.#options.patience.answerMs, written) === true;
  }

  async #upgrade({ accept, binary, enter }: Upgrade): Promise<boolean> {
    if (!await this.#write(accept)) return false;
    const briefly = (work: Promise<void>) => within(LINGER_MS, work);
    enter(new FramedSocket(this.#socket, { rest: this.#reader.rest(), binary, briefly }));
    return true;
  }

  /** Closing with unread input would reset the connection, and the peer would lose the answer. */
  async #linger(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    const until = Date.now() + LINGER_MS;
    await within(LINGER_MS, this.#socket.closeWrite().catch(() => {}));
    for (let left = LINGER_BYTES; left > 0;) {
      const count = await this.#read(buffer, until - Date.now());
      if (typeof count !== "number") return;
      left -= count;
    }
  }
}
