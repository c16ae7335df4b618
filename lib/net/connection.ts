/**
 * Reads lines from a socket and writes to it in batches.
 *
 * The shape follows measurements of Deno's sockets: `conn.read` into a small buffer of the
 * connection's own costs a quarter of `conn.readable`, which also takes 64 kB per idle connection.
 * @module
 */
import { type Line, LineBuffer, type LineLimits } from "../irc/lines.ts";
import { writeAll } from "../text/write_all.ts";
import { type Flushable, type Flusher, nextTurn } from "./flusher.ts";
import { Outbox } from "./outbox.ts";

/** The part of `Deno.Conn` that a connection needs; TLS sockets have it too. */
export interface Socket {
  read(buffer: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
}

/** Callbacks for the owner of a connection. */
export interface Handler {
  /** A line came in. If a promise is returned, TCP holds the peer back until it resolves. */
  line(line: Line): void | Promise<void>;
  /** The send queue is full. The owner must end the connection. */
  overflow(): void;
  /** The connection is closed. Called exactly once, whichever side closed it. */
  closed(reason: string): void;
}

export interface ConnectionOptions {
  readonly lines: LineLimits;
  /** The most bytes that may wait to be sent; 0 for no limit. */
  readonly sendQueueBytes: number;
  readonly flusher: Flusher;
  /** Inspects the first bytes. If it returns a reason, the connection is closed with it. */
  readonly refuse?: ((first: Uint8Array) => string | undefined) | undefined;
}

/**
 * How much is read at once, at first and from those who have said more than that at once. It decides
 * the resident memory of an idle connection: 7 kB with 1 kB, 21 kB with 16 kB.
 */
const FIRST_BYTES = 256;
const READ_BYTES = 1024;

/** How long an ended connection may take to deliver its last lines, in milliseconds. */
const LINGER_MS = 1000;

/** One connection. {@linkcode run} reads it to its end. */
export class Connection implements Flushable {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #outbox: Outbox;
  #handler: Handler | undefined;
  /** `ending`: sends what is pending, drops what comes in. */
  #state: "open" | "ending" | "closed" = "open";
  #reason = "Connection closed";
  #dirty = false;
  #writing = false;
  #overflowed = false;
  #linger: ReturnType<typeof setTimeout> | undefined;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#outbox = new Outbox(options.sendQueueBytes);
  }

  get pending(): number {
    return this.#outbox.length;
  }

  /** Reads lines until the connection is closed. Never rejects. */
  run(handler: Handler): Promise<void> {
    this.#handler = handler;
    // An async function would hold 200 bytes more for each connection.
    return this.#read(handler).then(() => this.close(this.#reason))
      .catch((error) => this.close(reasonOf(error)));
  }

  async #read(handler: Handler): Promise<void> {
    const lines = new LineBuffer(this.#options.lines);
    let buffer = new Uint8Array(FIRST_BYTES);
    let refuse = this.#options.refuse;
    for (;;) {
      const count = await this.#socket.read(buffer);
      if (count === null) return;
      this.#options.flusher.heard();
      const reason = refuse?.(buffer.subarray(0, count));
      if (reason !== undefined) return this.close(reason);
      refuse = undefined;
      if (this.#state === "open") {
        lines.push(buffer.subarray(0, count));
        for (let line = lines.next(); line !== undefined; line = lines.next()) {
          const pause = handler.line(line);
          if (pause !== undefined) await pause;
          if (this.#state !== "open") break;
        }
      }
      if (count < buffer.length) continue;
      if (count < READ_BYTES) buffer = new Uint8Array(READ_BYTES);
      // A peer that fills the buffer waits a turn: else twenty flooders starve everyone else.
      else await nextTurn();
    }
  }

  /**
   * Queues so many lines, each with its CR LF. Connections that are sent the same string share its
   * bytes. Does nothing once the connection has ended.
   */
  send(lines: string, count = 1): void {
    if (this.#state !== "open" || this.#overflowed) return;
    if (!this.#outbox.append(lines, count)) {
      this.#overflowed = true;
      this.#options.flusher.totals.overflows++;
    }
    this.#mark();
  }

  #mark(): void {
    if (this.#dirty || this.#writing && !this.#overflowed) return;
    this.#dirty = true;
    this.#options.flusher.mark(this);
  }

  /** Starts writing what is pending. Called by the flusher. */
  flush(): void {
    this.#dirty = false;
    if (this.#overflowed && this.#state === "open") {
      // Others are told of it, but not in this turn, whose writes are safe already.
      return queueMicrotask(() => this.#handler?.overflow());
    }
    if (this.#state === "closed" || this.#writing) return;
    const { lines, length } = this.#outbox;
    if (length > 0) {
      this.#options.flusher.wrote(lines, length);
      this.#write(this.#outbox.take());
    } else if (this.#state === "ending") void this.#shut();
  }

  /**
   * Nearly always all is written at once. As an async function it made 0.4 kB more garbage for each
   * message in a room of ten, a twentieth of all.
   */
  #write(bytes: Uint8Array): void {
    this.#writing = true;
    const failed = (error: unknown) => this.close(reasonOf(error));
    try {
      this.#socket.write(bytes).then(
        (sent) => sent < bytes.length ? this.#writeRest(bytes.subarray(sent)) : this.#wrote(),
        failed,
      );
    } catch (error) {
      failed(error);
    }
  }

  async #writeRest(rest: Uint8Array): Promise<void> {
    try {
      await writeAll(this.#socket, rest);
    } catch (error) {
      return this.close(reasonOf(error));
    }
    this.#wrote();
  }

  #wrote(): void {
    this.#writing = false;
    if (this.#outbox.length > 0 || this.#state === "ending") this.#mark();
  }

  /**
   * Ends the connection: what is pending is still sent, then the socket is shut. Nothing more is
   * read. A peer that does not take its last lines within a second is cut off.
   *
   * @param reason passed to {@linkcode Handler.closed}.
   * @param lastLine a last line, sent even if the queue is full.
   */
  end(reason: string, lastLine?: string): void {
    if (this.#state !== "open") return;
    if (lastLine !== undefined && !this.#outbox.append(lastLine)) {
      // A queue that overflowed is of no use to a peer that is cut off.
      this.#outbox.clear();
      this.#outbox.append(lastLine);
    }
    this.#state = "ending";
    this.#reason = reason;
    this.#linger = setTimeout(() => this.close(reason), LINGER_MS);
    this.#mark();
  }

  /**
   * Shuts the sending half after the last write; reading goes on until the peer closes too. Closing
   * with unread input would reset the connection, and the peer would lose the last lines.
   */
  async #shut(): Promise<void> {
    try {
      await this.#socket.closeWrite();
    } catch (error) {
      this.close(reasonOf(error));
    }
  }

  /** Closes at once; what is pending is lost. */
  close(reason: string): void {
    if (this.#state === "closed") return;
    if (this.#state === "ending") reason = this.#reason;
    this.#state = "closed";
    clearTimeout(this.#linger);
    this.#outbox.clear();
    try {
      this.#socket.close();
    } catch {
      // The peer has closed it already.
    }
    this.#handler?.closed(reason);
  }
}

/** Deno's own TLS gives `UnexpectedEof` if the peer closes without a TLS `close_notify`. */
const { BrokenPipe, UnexpectedEof, Interrupted, BadResource } = Deno.errors;
const CLOSED = [BrokenPipe, UnexpectedEof, Interrupted, BadResource];

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.ConnectionReset) return "Connection reset by peer";
  if (CLOSED.some((kind) => error instanceof kind)) return "Connection closed";
  return error instanceof Error ? error.message : String(error);
}
