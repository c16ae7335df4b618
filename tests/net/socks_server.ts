/**
 * A small SOCKS5 server, for tests.
 *
 * Source: RFC 1928, RFC 1929.
 * @module
 */

/** The behaviour of the server. Default: correct. */
export interface SocksServerOptions {
  /** The port on this machine for each requested `host:port`. */
  readonly leads?: Readonly<Record<string, number>>;
  /** The required username and password, as `user:password`. */
  readonly login?: string;
  /** The code of its reply. Default: the result of connecting. */
  readonly reply?: number;
  /** The bytes to send instead of the first answer. */
  readonly nonsense?: Uint8Array<ArrayBuffer>;
  /** Whether to accept connections and never answer. */
  readonly silent?: boolean;
}

/** A SOCKS5 server on a free port. Disposing of it closes everything. */
export class SocksServer implements AsyncDisposable {
  /** The requested targets as `host:port`, with names in brackets: `<name>:port`. */
  readonly asked: string[] = [];
  readonly #greeted = Promise.withResolvers<void>();
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #options: SocksServerOptions;
  readonly #conns: Deno.Conn[] = [];
  readonly #running: Promise<void>;

  constructor(options: SocksServerOptions = {}) {
    this.#options = options;
    this.#running = this.#run();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** Resolves when a client has sent something. */
  get greeted(): Promise<void> {
    return this.#greeted.promise;
  }

  async #run(): Promise<void> {
    const serving: Promise<void>[] = [];
    try {
      for (;;) {
        const conn = await this.#listener.accept();
        this.#conns.push(conn);
        serving.push(this.#serve(conn).catch(() => {}));
      }
    } catch {
      // Already closed.
    }
    await Promise.all(serving);
  }

  async #serve(conn: Deno.Conn): Promise<void> {
    const { login, reply, nonsense, silent, leads = {} } = this.#options;
    const take = async (count: number) => {
      const bytes = new Uint8Array(count);
      for (let at = 0; at < count;) {
        const got = await conn.read(bytes.subarray(at));
        if (got === null) throw new Error("it is gone");
        at += got;
      }
      return bytes;
    };
    // Byte by byte, so that clients can't rely on an answer in one piece.
    const give = async (...bytes: number[]) => {
      for (const byte of bytes) await conn.write(Uint8Array.of(byte));
    };
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    const [, count = 0] = await take(2);
    const methods = await take(count);
    this.#greeted.resolve();
    if (silent) return;
    if (nonsense !== undefined) {
      await conn.write(nonsense);
      return conn.closeWrite();
    }
    const method = login === undefined ? 0 : 2;
    if (!methods.includes(method)) return await give(5, 0xff);
    await give(5, method);
    if (login !== undefined) {
      const [, length = 0] = await take(2);
      const user = text(await take(length));
      const [rest = 0] = await take(1);
      const right = `${user}:${text(await take(rest))}` === login;
      await give(1, right ? 0 : 1);
      if (!right) return;
    }
    const [, , , kind] = await take(4);
    const host = kind === 1
      ? [...await take(4)].join(".")
      : kind === 4
      ? `[${Array.from(await take(16), (byte) => byte.toString(16).padStart(2, "0")).join("")}]`
      : `<${text(await take((await take(1))[0]!))}>`;
    const [high = 0, low = 0] = await take(2);
    const asked = `${host}:${high << 8 | low}`;
    this.asked.push(asked);
    const port = leads[asked];
    if (reply !== undefined || port === undefined) {
      return await give(5, reply ?? 4, 0, 1, 0, 0, 0, 0, 0, 0);
    }
    let there: Deno.Conn;
    try {
      there = await Deno.connect({ hostname: "127.0.0.1", port });
    } catch {
      return await give(5, 5, 0, 1, 0, 0, 0, 0, 0, 0);
    }
    this.#conns.push(there);
    // Reply with an address of another type than the request: a name or IPv6.
    if (kind === 3) await give(5, 0, 0, 3, 2, 0x61, 0x62, 0, 1);
    else await give(5, 0, 0, 4, ...Array(16).fill(1), 0, 1);
    const pipe = async (from: Deno.Conn, to: Deno.Conn) => {
      const buffer = new Uint8Array(4096);
      for (let got = await from.read(buffer); got !== null; got = await from.read(buffer)) {
        for (let at = 0; at < got;) at += await to.write(buffer.subarray(at, got));
      }
      await to.closeWrite();
    };
    await Promise.all([pipe(conn, there), pipe(there, conn)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#conns) {
      try {
        conn.close();
      } catch {
        // Already closed.
      }
    }
    await this.#running;
  }
}
