/**
 * TLS of Node's directly on the descriptor of a `Deno.TcpConn`, without a stream in between.
 *
 * No public function puts a `TLSSocket` on a connection of Deno's, so this uses private names of the
 * runtime (2.9.6), here and nowhere else; `canBeDirect` tries them before the first connection.
 *
 * The descriptor is a duplicate. The connection must stay open as long as it, because when Deno
 * closes a connection, it ends the sending half of both.
 *
 * @module
 */
import type { Duplex } from "node:stream";
import { type SecureContext, TLSSocket } from "node:tls";
import { getSystemErrorName } from "node:util";
import { ENDS } from "../wording/log.ts";
import { explained } from "./explained.ts";
import type { TlsWire } from "./tls_wire.ts";

/** The native TCP socket below a `TLSSocket`. */
interface TcpHandle {
  /** Duplicates the descriptor of a connection of Deno's. Returns 0 if that worked. */
  openFromRid(rid: number): number;
  readStart(): number;
  readStop(): number;
}

/** The native side of a `TLSSocket`. */
interface TlsHandle {
  readonly _parent: TcpHandle;
  /** Takes encrypted bytes; called for everything that the TCP socket reads. */
  receive(bytes: Uint8Array): void;
  /** Encrypts and sends bytes. Returns 0 if that has begun; then the request hears of its end. */
  writeBuffer(request: WriteRequest, bytes: Uint8Array): number;
}

interface WriteRequest {
  /** @param status 0, or the negative number of an error. */
  oncomplete(status: number): void;
}

interface NativeTls extends TLSSocket {
  readonly _handle: TlsHandle;
  connecting: boolean;
  _start(): void;
}

/** The most decrypted bytes that are handed over at once; a record has no more. */
const CHUNK_BYTES = 16 * 1024;

/** All connections share it: bytes are taken out before anything else is read. */
const chunk = new Uint8Array(CHUNK_BYTES);

/** TLS at the server's end, directly on a duplicate of a connection's descriptor. */
export class HandleWire implements TlsWire {
  readonly tls: NativeTls;
  readonly #conn: Deno.TcpConn;
  readonly #tcp: TcpHandle;
  readonly #handle: TlsHandle;
  #rest: Uint8Array | undefined;
  #stopped = false;
  /** How many bytes may still come in. */
  #left: number;
  heard = (): void => {};

  /**
   * @param most how many bytes may come in until {@linkcode trust} is called; more is an error.
   * @throws {Error} if the descriptor can't be duplicated.
   */
  constructor(conn: Deno.TcpConn, secureContext: SecureContext, most: number) {
    this.#conn = conn;
    this.#left = most;
    const callback = (count: number) => this.#hear(count);
    const options = {
      isServer: true,
      secureContext,
      allowHalfOpen: true,
      onread: { buffer: chunk, callback },
    };
    this.tls = new TLSSocket(undefined as never, options as never) as NativeTls;
    this.#handle = this.tls._handle;
    this.#tcp = this.#handle._parent;
    if (this.#tcp.openFromRid(ridOf(conn)) !== 0) {
      this.tls.destroy();
      throw new Error("openFromRid");
    }
    const { receive } = this.#handle;
    this.#handle.receive = (bytes) => {
      this.#left -= bytes.length;
      receive.call(this.#handle, bytes);
      // The last bytes of the handshake may come with many that follow it.
      if (this.#left < 0) this.tls.destroy(new Error(ENDS.handshakeTooLong));
    };
  }

  trust(): void {
    this.#left = Infinity;
    // The one of the prototype shows again.
    delete (this.#handle as Partial<TlsHandle>).receive;
  }

  feed(bytes: Uint8Array): void {
    this.tls.connecting = false;
    this.tls._start();
    this.#handle.receive(bytes);
  }

  #hear(count: number): boolean {
    const bytes = chunk.slice(0, count);
    if (this.#rest === undefined) this.#rest = bytes;
    else {
      // Nobody takes what comes in: the peer must wait.
      this.#stop();
      const both = new Uint8Array(this.#rest.length + count);
      both.set(this.#rest);
      both.set(bytes, this.#rest.length);
      this.#rest = both;
    }
    this.heard();
    // The socket's own way to stop goes on reading what is encrypted.
    return true;
  }

  #stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#tcp.readStop();
  }

  next(): Uint8Array | null {
    const bytes = this.#rest ?? null;
    this.#rest = undefined;
    return bytes;
  }

  /** As the interface says; past Node's stream, whose states and ticks cost as much as a write. */
  send(bytes: Uint8Array): Promise<number> {
    // An end of nothing is never told.
    if (bytes.length === 0) return Promise.resolve(0);
    return new Promise((resolve, reject) => {
      const oncomplete = (status: number) =>
        status < 0 ? reject(systemError(status)) : resolve(bytes.length);
      const status = this.#handle.writeBuffer({ oncomplete }, bytes);
      if (status !== 0) reject(systemError(status));
    });
  }

  gate(open: boolean): void {
    if (!open || !this.#stopped || this.tls.destroyed) return;
    this.#stopped = false;
    this.#tcp.readStart();
  }

  get streams(): readonly Duplex[] {
    return [this.tls];
  }

  get idle(): Promise<void> {
    return Promise.resolve();
  }

  destroy(): void {
    this.tls.destroy();
    try {
      this.#conn.close();
    } catch {
      // It is closed already.
    }
  }
}

/** The error of a status. */
function systemError(status: number): Error {
  const code = getSystemErrorName(status);
  return explained(Object.assign(new Error(code), { code }));
}

/** The number by which the runtime knows a connection. */
function ridOf(conn: Deno.TcpConn): number {
  const name = Object.getOwnPropertySymbols(conn)
    .find(({ description }) => description === "Deno.internal.rid");
  return (conn as unknown as Record<symbol, number>)[name!]!;
}
