/**
 * A socket as lines in and batched writes out.
 *
 * What was measured about Deno's sockets stands behind the shape: reads go through `conn.read`
 * into a small buffer of the connection's own (`conn.readable` costs four times as much and 64 kB
 * per idle connection), one write is in flight at a time, and short writes are continued.
 * @module
 */
import { type Line, LineBuffer, type LineLimits } from "../irc/lines.ts";
import { writeAll } from "../text/write_all.ts";
import { type Flushable, type Flusher, nextTurn } from "./flusher.ts";
import { Outbox } from "./outbox.ts";

/** The part of `Deno.Conn` that a connection needs, so that TLS sockets fit too. */
export interface Socket {
  /** As `Deno.Conn.read`. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** As `Deno.Conn.write`. */
  write(bytes: Uint8Array): Promise<number>;
  /** As `Deno.Conn.closeWrite`. */
  closeWrite(): Promise<void>;
  /** As `Deno.Conn.close`. */
  close(): void;
}

/** What a connection tells its owner. */
export interface Handler {
  /**
   * A line came in. Where a promise is returned, nothing more is read or handed over until it
   * resolves, so that the peer's own system holds the rest back.
   */
  line(line: Line): void | Promise<void>;
  /** More was to be sent than the send queue holds. Whoever is told ends the connection. */
  overflow(): void;
  /** The connection is over. Called exactly once, whichever side ended it. */
  closed(reason: string): void;
}

/** The bounds of a connection. */
export interface ConnectionOptions {
  /** The bounds of a line that comes in. */
  readonly lines: LineLimits;
  /** The most bytes that may wait to be sent; 0 for no limit. */
  readonly sendQueueBytes: number;
  /** Writes what is pending. */
  readonly flusher: Flusher;
  /** Looks at the first bytes that come in, and says why the connection is closed, if it is. */
  readonly refuse?: (first: Uint8Array) => string | undefined;
}

/** Resident memory of an idle connection follows this: 7 kB with 1 kB, 21 kB with 16 kB. */
const READ_BYTES = 1024;

/** How long an ended connection may take to hand over its last lines, in milliseconds. */
const LINGER_MS = 1000;

/** One connection. {@linkcode run} reads it to its end. */
export class Connection implements Flushable {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #outbox: Outbox;
  #handler: Handler | undefined;
  /** `open`: both ways. `ending`: sends what is pending, drops what comes in. `closed`: over. */
  #state: "open" | "ending" | "closed" = "open";
  #reason = "Connection closed";
  #dirty = false;
  #writing = false;
  #overflowed = false;
  #linger: ReturnType<typeof setTimeout> | undefined;

  /** Wraps a socket that is connected. */
  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#outbox = new Outbox(options.sendQueueBytes);
  }

  /** How many bytes wait to be sent. */
  get pending(): number {
    return this.#outbox.length;
  }

  /** Reads lines and hands them over until the connection is over. Never rejects. */
  async run(handler: Handler): Promise<void> {
    this.#handler = handler;
    try {
      await this.#read(handler);
      this.close(this.#reason);
    } catch (error) {
      this.close(reasonOf(error));
    }
  }

  async #read(handler: Handler): Promise<void> {
    const lines = new LineBuffer(this.#options.lines);
    const buffer = new Uint8Array(READ_BYTES);
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
      // A peer that fills the buffer waits a turn: else twenty flooders starve everyone else.
      if (count === READ_BYTES) await nextTurn();
    }
  }

  /**
   * Queues lines for sending, each with its CR LF. The bytes are not copied, so they may be shared
   * with other connections and must not change. After the end it does nothing.
   *
   * @param count how many lines there are.
   */
  send(lines: Uint8Array<ArrayBuffer>, count = 1): void {
    if (this.#state !== "open" || this.#overflowed) return;
    if (!this.#outbox.append(lines, count)) this.#overflowed = true;
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
      // What follows from that is told to others: not in this turn, whose writes are safe already.
      return queueMicrotask(() => this.#handler?.overflow());
    }
    if (this.#state === "closed" || this.#writing) return;
    if (this.#outbox.length > 0) void this.#write(this.#outbox.take());
    else if (this.#state === "ending") void this.#shut();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#writing = true;
    try {
      // Nearly always it takes all at once, and a view costs as much as a short message.
      const sent = await this.#socket.write(bytes);
      if (sent < bytes.length) await writeAll(this.#socket, bytes.subarray(sent));
    } catch (error) {
      return this.close(reasonOf(error));
    }
    this.#writing = false;
    if (this.#outbox.length > 0 || this.#state === "ending") this.#mark();
  }

  /**
   * Ends the connection: what is pending is still sent, then the socket is shut. Nothing more is
   * read. A peer that doesn't take its last lines within a second is cut off.
   *
   * @param reason what {@linkcode Handler.closed} is told.
   * @param lastLine a last line, sent even where the queue is full.
   */
  end(reason: string, lastLine?: Uint8Array<ArrayBuffer>): void {
    if (this.#state !== "open") return;
    if (lastLine !== undefined && !this.#outbox.append(lastLine)) {
      // A queue that overflowed is of no use to a peer that is cut off.
      this.#outbox.take();
      this.#outbox.append(lastLine);
    }
    this.#state = "ending";
    this.#reason = reason;
    this.#linger = setTimeout(() => this.close(reason), LINGER_MS);
    this.#mark();
  }

  /**
   * After the last write: tells the peer, and goes on reading until it has closed too. Closing
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
    this.#outbox.take();
    try {
      this.#socket.close();
    } catch {
      // It is closed already: the peer was faster.
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
