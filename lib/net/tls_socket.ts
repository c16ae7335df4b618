/**
 * A TLS connection over a `Deno.TcpConn`.
 *
 * `Deno.listenTls` is not used: it keeps the descriptor of a connection that is closed during its
 * handshake, and has no `setNoDelay`. `node:tls` has neither fault; it sits on the descriptor
 * (`tls_handle.ts`), or on a stream of ours (`tls_wire.ts`) at the client's end and if the runtime
 * does not allow the other. Connections are accepted by our own
 * listener, because Node's stops for good when the descriptors run out.
 *
 * @module
 */
import type { Duplex } from "node:stream";
import { connect, type PeerCertificate, type SecureContext, TLSSocket } from "node:tls";
import { writeAll } from "../text/write_all.ts";
import type { Socket } from "./connection.ts";
import { certificateFingerprint } from "./certificate_fingerprint.ts";
import { explained } from "./explained.ts";
import { nextTurn } from "./flusher.ts";
import { onAbort } from "./on_abort.ts";
import { HandleWire } from "./tls_handle.ts";
import { READ_BYTES, StreamWire, type TlsWire } from "./tls_wire.ts";
import { ENDS } from "../wording/log.ts";
import { CONNECTION_FAULT } from "../wording/reaching.ts";

/** The first byte of a TLS connection: a handshake record (RFC 8446 section 5.1). */
const HANDSHAKE = 0x16;

/**
 * The most bytes that a client may send before the connection is encrypted. A ClientHello takes 500
 * to 2,000 bytes, some take more than 10,000; TLS itself would allow 16 MB.
 */
const HANDSHAKE_BYTES = 64 * 1024;

export interface AcceptOptions {
  readonly context: SecureContext;
  /** How long the handshake may take, in milliseconds. */
  readonly handshakeMs: number;
  /** What is sent, unencrypted, to a peer that does not encrypt. */
  readonly plainAnswer: Uint8Array<ArrayBuffer>;
  /** Whether TLS may sit directly on the descriptor, as `canBeDirect` says. */
  readonly direct?: boolean | Promise<boolean>;
  /** The first bytes, if they were read already. */
  readonly first?: Uint8Array;
}

export interface ConnectOptions {
  /** The name or address that the certificate should be valid for. */
  readonly host: string;
  readonly signal: AbortSignal;
}

/** The identity that a server showed. */
export interface PeerIdentity {
  /** The fingerprint of its certificate: `SHA256:...`. */
  readonly fingerprint: string;
  /** Whether an authority that this machine trusts confirms that it is the requested host. */
  readonly vouched: boolean;
  /** Why not, in the words of the library; empty if it does. */
  readonly why: string;
}

export class TlsSocket implements Socket {
  readonly #conn: Deno.TcpConn;
  readonly #options: Omit<AcceptOptions, "first"> | undefined;
  #first: Uint8Array | undefined;
  #wire: TlsWire | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Decrypted bytes that were not handed over yet. */
  #rest: Uint8Array | undefined;
  #ended = false;
  #closed = false;
  #fault: Error | undefined;
  /** Resolved when there is something new to look at. */
  #news = Promise.withResolvers<void>();

  private constructor(conn: Deno.TcpConn, options?: Omit<AcceptOptions, "first">) {
    this.#conn = conn;
    this.#options = options;
  }

  /** Wraps a connection at the server's end. The first read rejects if the handshake fails. */
  static accept(conn: Deno.TcpConn, { first, ...options }: AcceptOptions): TlsSocket {
    const socket = new TlsSocket(conn, options);
    socket.#first = first;
    socket.#timer = setTimeout(
      () => socket.#fail(new Error(ENDS.handshakeTimeout)),
      options.handshakeMs,
    );
    return socket;
  }

  /**
   * Wraps a connection at the client's end. Any certificate is accepted: the caller must judge
   * {@linkcode identity} before anything is sent.
   *
   * @param conn is closed if this fails.
   * @throws {Error} if no encrypted connection comes about.
   */
  static async connect(
    conn: Deno.TcpConn,
    { host, signal }: ConnectOptions,
  ): Promise<TlsSocket> {
    const socket = new TlsSocket(conn);
    // An address is not sent as a server name (RFC 6066 section 3), but it is checked all the same.
    const named = !host.includes(":") && !/^[\d.]+$/.test(host);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    using _ = onAbort(signal, () => reject(signal.reason));
    try {
      signal.throwIfAborted();
      const wire = new StreamWire(conn, (stream) =>
        connect({
          socket: stream,
          host,
          ...(named ? { servername: host } : {}),
          minVersion: "TLSv1.2",
          rejectUnauthorized: false,
        }));
      socket.#wrap(wire);
      wire.gate(true);
      wire.tls.once("secureConnect", resolve);
      wire.tls.once("error", reject);
      wire.tls.once("close", () => reject(new Error(CONNECTION_FAULT.reset)));
      await promise;
      wire.gate(false);
    } catch (error) {
      promise.catch(() => {});
      socket.close();
      throw error instanceof Error ? explained(error) : error;
    }
    return socket;
  }

  /**
   * The identity of the server. Measured on 2.9.6: with `rejectUnauthorized: false`, `authorized`
   * tells only whether the chain leads to an authority, not whether the host is right;
   * `authorizationError` tells both, and is null only if all is well.
   *
   * @throws {Error} if the runtime shows no certificate.
   */
  get identity(): PeerIdentity {
    const tls = this.#wire?.tls;
    const certificate: Partial<PeerCertificate> | undefined = tls?.getPeerCertificate(true);
    if (tls === undefined || certificate?.raw === undefined || certificate.raw.length === 0) {
      throw new Error(CONNECTION_FAULT.noCertificate);
    }
    const why = tls.authorizationError as Error | string | null | undefined;
    return {
      fingerprint: certificateFingerprint(certificate.raw),
      vouched: tls.authorized && (why === null || why === undefined),
      why: why === null || why === undefined ? "" : why instanceof Error ? why.message : why,
    };
  }

  /** Whether TLS sits directly on the descriptor; known after the first read. */
  get isDirect(): boolean {
    return this.#wire instanceof HandleWire;
  }

  #wrap(wire: TlsWire): void {
    this.#wire = wire;
    wire.heard = () => this.#tell();
    wire.tls.on("end", () => {
      this.#ended = true;
      this.#tell();
    });
    // Only Node's own servers hear of nonsense after the handshake as of other errors.
    wire.tls.on("_tlsError", (error: Error) => this.#fail(error));
    // Either may fail first; the other is closed with it.
    for (const stream of wire.streams) {
      stream.on("error", (error) => this.#fail(error));
      stream.on("close", () => this.close());
    }
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  #fail(error: Error): void {
    this.#fault ??= error;
    this.close();
  }

  /** As `Deno.Conn.read`; at the server's end, the first read starts the handshake. */
  async read(buffer: Uint8Array): Promise<number | null> {
    if (this.#wire === undefined && !this.#closed) await this.#start();
    for (;;) {
      const chunk: Uint8Array | null = this.#rest ?? this.#wire?.next() ?? null;
      if (chunk !== null && chunk.length > 0) {
        const count = Math.min(chunk.length, buffer.length);
        buffer.set(chunk.subarray(0, count));
        this.#rest = count < chunk.length ? chunk.subarray(count) : undefined;
        return count;
      }
      if (this.#closed) await this.#wire?.idle;
      if (this.#fault !== undefined) throw explained(this.#fault);
      if (this.#ended) return null;
      if (this.#closed) throw new Deno.errors.Interrupted("closed");
      const news = this.#news.promise;
      this.#wire?.gate(true);
      await news;
      this.#wire?.gate(false);
    }
  }

  /** Inspects the first bytes; the rest of the handshake goes on by itself. */
  async #start(): Promise<void> {
    const { context, plainAnswer, direct } = this.#options!;
    const first = this.#first ?? await this.#readFirst();
    this.#first = undefined;
    if (first === undefined) {
      this.#ended = true;
      return;
    }
    if (first[0] !== HANDSHAKE) {
      await writeAll(this.#conn, plainAnswer);
      await this.#conn.closeWrite();
      throw new Error(ENDS.plainOnTlsPort);
    }
    const wire = this.#lay(context, await direct);
    wire.tls.once("secure", () => {
      clearTimeout(this.#timer);
      wire.trust();
    });
    // It starts in a later tick. If it were destroyed before, by a close or by a nonsensical first
    // record, starting would throw an error that nobody can catch.
    await nextTurn();
    this.#wrap(wire);
    if (this.#closed) {
      wire.tls.destroy();
      wire.destroy();
    } else {
      wire.feed(first);
    }
  }

  /** Its gate is closed: what TLS read by itself would come before what was read here. */
  #lay(context: SecureContext, direct: boolean | undefined): TlsWire {
    if (direct) {
      try {
        return new HandleWire(this.#conn, context, HANDSHAKE_BYTES);
      } catch {
        // There is no second descriptor for it; the other way needs none.
      }
    }
    // The types demand a socket of Node's; any stream works.
    const options = { isServer: true, secureContext: context, allowHalfOpen: true };
    const encrypt = (stream: Duplex) => new TLSSocket(stream as never, options);
    return new StreamWire(this.#conn, encrypt, HANDSHAKE_BYTES);
  }

  async #readFirst(): Promise<Uint8Array | undefined> {
    const buffer = new Uint8Array(READ_BYTES);
    try {
      const count = await this.#conn.read(buffer);
      return count === null ? undefined : buffer.subarray(0, count);
    } catch (error) {
      throw this.#fault ?? error;
    }
  }

  /** As `Deno.Conn.write`. Resolves when the system has taken the bytes: a slow peer is noticed. */
  write(bytes: Uint8Array): Promise<number> {
    const wire = this.#wire;
    if (this.#closed) return Promise.reject(new Deno.errors.BadResource("closed"));
    // Before the handshake there is no one to send to.
    if (wire === undefined) return Promise.resolve(bytes.length);
    return wire.send(bytes);
  }

  /** As `Deno.Conn.closeWrite`. */
  closeWrite(): Promise<void> {
    const tls = this.#wire?.tls;
    if (tls === undefined) return this.#conn.closeWrite();
    return new Promise((resolve) => tls.end(() => resolve()));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    if (this.#wire !== undefined) {
      this.#wire.tls.destroy();
      this.#wire.destroy();
    } else {
      try {
        this.#conn.close();
      } catch {
        // It is closed already.
      }
    }
    this.#tell();
  }
}
