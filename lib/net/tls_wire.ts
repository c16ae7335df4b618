/**
 * The encrypted side of a TLS connection: a `Deno.TcpConn` as a stream of Node's.
 * @module
 */
import { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { writeAll } from "../text/write_all.ts";
import { explained } from "./explained.ts";
import { ENDS } from "../wording/log.ts";

/** How many bytes are read at once; a pending read keeps its buffer in memory. */
export const READ_BYTES = 4096;

/** What is below a {@linkcode TlsSocket}: Node's TLS, and the way to its TCP connection. */
export interface TlsWire {
  readonly tls: TLSSocket;
  /** Hands over the first encrypted bytes, and starts the handshake with them. */
  feed(bytes: Uint8Array): void;
  /** Lifts the limit on incoming bytes. */
  trust(): void;
  /** Allows or stops reading. */
  gate(open: boolean): void;
  /** Takes decrypted bytes; null if there are none. */
  next(): Uint8Array | null;
  /** As `Deno.Conn.write`, all of it; one at a time. */
  send(bytes: Uint8Array): Promise<number>;
  /** Called when there is something to take. */
  heard: () => void;
  /** Resolves when no read is pending any more; after closing, that is soon. */
  readonly idle: Promise<void>;
  /** What tells of errors and of the end. */
  readonly streams: readonly Duplex[];
  destroy(): void;
}

/** A connection that is read only while its {@linkcode gate} is open, and closed when destroyed. */
export class StreamWire extends Duplex implements TlsWire {
  readonly tls: TLSSocket;
  heard = (): void => {};
  readonly #conn: Deno.TcpConn;
  readonly #buffer = new Uint8Array(READ_BYTES);
  #wanted = false;
  #open = false;
  #over = false;
  #reading: Promise<void> | undefined;
  /** How many bytes may still come in. */
  #left: number;

  /**
   * @param encrypt makes Node's TLS of a stream.
   * @param most how many bytes may come in until {@linkcode trust} is called; more is an error.
   */
  constructor(conn: Deno.TcpConn, encrypt: (wire: Duplex) => TLSSocket, most = Infinity) {
    super({ allowHalfOpen: true });
    this.#conn = conn;
    this.#left = most;
    this.tls = encrypt(this);
    this.tls.on("readable", () => this.heard());
  }

  get streams(): readonly Duplex[] {
    return [this, this.tls];
  }

  trust(): void {
    this.#left = Infinity;
  }

  /**
   * As the interface says. `node:tls` reads without end and keeps what nobody asks for: a peer
   * that sends faster than it is served would fill the memory.
   */
  gate(open: boolean): void {
    this.#open = open;
    this.#pump();
  }

  next(): Uint8Array | null {
    return this.tls.read();
  }

  get idle(): Promise<void> {
    return this.#reading ?? Promise.resolve();
  }

  feed(bytes: Uint8Array): void {
    this.#left -= bytes.length;
    if (this.#left >= 0) this.push(bytes.slice());
    else this.destroy(new Error(ENDS.handshakeTooLong));
  }

  override _read(): void {
    this.#wanted = true;
    this.#pump();
  }

  #pump(): void {
    if (!this.#wanted || !this.#open || this.#reading !== undefined) return;
    if (this.#over || this.destroyed) return;
    this.#wanted = false;
    this.#reading = this.#conn.read(this.#buffer).then((count) => {
      this.#reading = undefined;
      this.#over = count === null;
      if (this.destroyed) return;
      if (count === null) this.push(null);
      else this.feed(this.#buffer.subarray(0, count));
    }, (error) => {
      this.#reading = undefined;
      this.destroy(error);
    });
  }

  send(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.tls.write(bytes, (error) => error ? reject(explained(error)) : resolve(bytes.length));
    });
  }

  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error) => void): void {
    writeAll(this.#conn, chunk).then(() => done(), done);
  }

  override _final(done: (error?: Error) => void): void {
    this.#conn.closeWrite().then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    try {
      this.#conn.close();
    } catch {
      // It is closed already.
    }
    done(error);
  }
}
