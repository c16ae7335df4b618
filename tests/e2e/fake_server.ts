/**
 * A server that sends what a test wants, right or wrong.
 * @module
 */

/** Listens on a port of its own. Disposing of it closes everything. */
export class FakeServer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #serving: Promise<void>;
  #conn: Deno.TcpConn | undefined;

  /**
   * Takes one connection.
   *
   * @param answer Returns the lines to answer a line with.
   * @param once Whether to close the connection after the first answer.
   */
  constructor(answer: (line: string) => readonly string[], once = false) {
    this.#serving = this.#serve(answer, once);
  }

  /** The port on which it listens. */
  get port(): number {
    return this.#listener.addr.port;
  }

  async #serve(answer: (line: string) => readonly string[], once: boolean): Promise<void> {
    try {
      const conn = this.#conn = await this.#listener.accept();
      const decoder = new TextDecoder();
      const buffer = new Uint8Array(16_384);
      let text = "";
      for (;;) {
        const count = await conn.read(buffer);
        if (count === null) break;
        const lines = (text + decoder.decode(buffer.subarray(0, count), { stream: true }))
          .split("\r\n");
        text = lines.pop() ?? "";
        for (const reply of (once ? lines.slice(0, 1) : lines).flatMap(answer)) {
          await conn.write(new TextEncoder().encode(`${reply}\r\n`));
        }
        if (once) break;
      }
      conn.close();
    } catch {
      // The peer or the test closed it.
    }
  }

  /** Closes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    try {
      this.#conn?.close();
    } catch {
      // Already closed.
    }
    await this.#serving;
  }
}
