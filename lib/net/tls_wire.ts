/**
 * What TLS reads from and writes to: a socket of Deno's as a stream of Node's.
 * @module
 */
import { Duplex } from "node:stream";

/** How much is read from the network at once, in bytes: a pending read keeps it in memory. */
export const READ_BYTES = 4096;

/** What is encrypted, on its way to and from the network. */
export class Wire extends Duplex {
  readonly #conn: Deno.TcpConn;
  readonly #buffer = new Uint8Array(READ_BYTES);
  #wanted = false;
  #open = true;
  #over = false;
  #reading: Promise<void> | undefined;

  /** Wraps a socket that is connected, and closes it when it is destroyed. */
  constructor(conn: Deno.TcpConn) {
    super({ allowHalfOpen: true });
    this.#conn = conn;
  }

  /**
   * Whether more may be read. `node:tls` reads without an end and keeps what nobody asks for: a
   * peer that sends faster than it is served would fill the memory.
   */
  gate(open: boolean): void {
    this.#open = open;
    this.#pump();
  }

  /** Resolves when nothing is being read any more; after the closing, that is soon. */
  get idle(): Promise<void> {
    return this.#reading ?? Promise.resolve();
  }

  /** Puts bytes in front that were read already. */
  feed(bytes: Uint8Array): void {
    this.push(bytes.slice());
  }

  /** For the stream: it has room. */
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
      if (!this.destroyed) this.push(count === null ? null : this.#buffer.slice(0, count));
    }, (error) => {
      this.#reading = undefined;
      this.destroy(error);
    });
  }

  /** For the stream: sends a chunk. */
  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error) => void): void {
    this.#send(chunk).then(() => done(), done);
  }

  async #send(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) sent += await this.#conn.write(bytes.subarray(sent));
  }

  /** For the stream: ends the sending half. */
  override _final(done: (error?: Error) => void): void {
    this.#conn.closeWrite().then(() => done(), done);
  }

  /** For the stream: closes the socket. */
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    try {
      this.#conn.close();
    } catch {
      // It is closed already.
    }
    done(error);
  }
}
