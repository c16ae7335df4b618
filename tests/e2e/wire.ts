/**
 * A network between clients and a server that a test breaks as it likes.
 * @module
 */
import { writeAll } from "../../lib/text/write_all.ts";

/** What goes lost on its way: to the server, to the client, both, or nothing. */
export type Swallowed = "up" | "down" | "both" | "nothing";

interface Pair {
  readonly near: Deno.TcpConn;
  readonly far: Deno.TcpConn;
  swallowed: Swallowed;
}

/** Passes connections on to a server on this machine. Disposing of it closes everything. */
export class Wire implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #target: number;
  readonly #open = new Set<Pair>();
  /** The server's ends of connections that it takes for open. */
  readonly #left = new Set<Deno.TcpConn>();
  readonly #work = new Set<Promise<void>>();
  #isDown = false;
  #accepted = 0;

  constructor(target: number) {
    this.#target = target;
    this.#do(this.#accept());
  }

  /** The port to connect to. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** The number of connections so far, passed on or not. */
  get accepted(): number {
    return this.#accepted;
  }

  /** From now on, these bytes of the open connections go nowhere. */
  swallow(what: Swallowed): void {
    for (const pair of this.#open) pair.swallowed = what;
  }

  /**
   * Breaks all connections for the clients.
   *
   * @param isNoticed Whether the server notices it.
   */
  cut(isNoticed: boolean): void {
    for (const { near, far } of this.#open) {
      close(near);
      if (isNoticed) close(far);
      else this.#left.add(far);
    }
    this.#open.clear();
  }

  /** Whether there is no network: connections are closed at once. */
  set isDown(isDown: boolean) {
    this.#isDown = isDown;
  }

  #do(work: Promise<void>): void {
    const done = work.catch(() => {}).finally(() => this.#work.delete(done));
    this.#work.add(done);
  }

  async #accept(): Promise<void> {
    for await (const near of this.#listener) {
      this.#accepted++;
      if (this.#isDown) close(near);
      else this.#do(this.#pass(near));
    }
  }

  async #pass(near: Deno.TcpConn): Promise<void> {
    const far = await Deno.connect({ hostname: "127.0.0.1", port: this.#target }).catch((error) => {
      close(near);
      throw error;
    });
    const pair: Pair = { near, far, swallowed: "nothing" };
    this.#open.add(pair);
    await Promise.all([this.#copy(pair, near, far, "up"), this.#copy(pair, far, near, "down")]);
  }

  async #copy(pair: Pair, from: Deno.TcpConn, to: Deno.TcpConn, way: "up" | "down") {
    const buffer = new Uint8Array(16_384);
    try {
      for (;;) {
        const count = await from.read(buffer);
        if (count === null) break;
        if (pair.swallowed === way || pair.swallowed === "both" || this.#left.has(from)) continue;
        await writeAll(to, buffer.subarray(0, count));
      }
    } catch {
      // One end was closed.
    }
    // The end of a connection that nobody broke is passed on.
    if (!this.#open.delete(pair)) return;
    close(pair.near);
    close(pair.far);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.cut(true);
    for (const far of this.#left) close(far);
    await Promise.all(this.#work);
  }
}

function close(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch {
    // It is closed already.
  }
}
