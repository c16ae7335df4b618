/**
 * The encrypted side of a TLS connection: a `Deno.TcpConn` as a stream of Node's.
 * @module
 */
import { Duplex } from "node:stream";
import { writeAll } from "../text/write_all.ts";
import { ENDS } from "../wording/log.ts";

/** How many bytes are read at once; a pending read keeps its buffer in memory. */
export const READ_BYTES = 4096;

/** A connection that is read only while its {@linkcode gate} is open, and closed when destroyed. */
export class Wire extends Duplex {
  readonly #conn: Deno.TcpConn;
  readonly #buffer = new Uint8Array(READ_BYTES);
  #wanted = false;
  #open = false;
  #over = false;
  #reading: Promise<void> | undefined;
  /** How many bytes may still come in. */
  #left: number;

  /** @param most how many bytes may come in until {@linkcode trust} is called; more is an error. */
  constructor(conn: Deno.TcpConn, most = Infinity) {
    super({ allowHalfOpen: true });
    this.#conn = conn;
    this.#left = most;
  }

  /** Lifts the limit on incoming bytes. */
  trust(): void {
    this.#left = Infinity;
  }

  /**
   * Allows or stops reading. `node:tls` reads without end and keeps what nobody asks for: a peer
   * that sends faster than it is served would fill the memory.
   */
  gate(open: boolean): void {
    this.#open = open;
    this.#pump();
  }

  /** Resolves when no read is pending any more; after closing, that is soon. */
  get idle(): Promise<void> {
    return this.#reading ?? Promise.resolve();
  }

  /** Hands over bytes that were read. */
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
