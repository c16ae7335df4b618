/**
 * A client that sends exactly what a test wants to the door for browsers.
 * @module
 */
import { assert } from "@std/assert";
import { inTime } from "../e2e/transcript.ts";

/** An answer, with the names of its headers in lower case. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** How to connect. */
export interface HttpOptions {
  readonly hostname?: string;
  /** The certificate to trust, to connect with TLS; must be valid for localhost. */
  readonly ca?: string;
  /** What it offers to speak, with TLS. */
  readonly alpn?: string[];
}

/** A connection. Disposing of it closes it. */
export class HttpClient implements Disposable {
  readonly #conn: Deno.Conn;
  #pending = "";
  #closed = false;

  private constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  static async connect(
    port: number,
    { hostname, ca, alpn = [] }: HttpOptions = {},
  ): Promise<HttpClient> {
    const conn = ca === undefined
      ? await Deno.connect({ hostname: hostname ?? "127.0.0.1", port })
      : await Deno.connectTls({
        hostname: "localhost",
        port,
        caCerts: [ca],
        alpnProtocols: alpn,
      });
    return new HttpClient(conn);
  }

  /** The address and port of its own end, as in the server's log. */
  get address(): string {
    const { hostname, port } = this.#conn.localAddr as Deno.NetAddr;
    return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
  }

  /** Sends text; each character is a byte. */
  async send(text: string): Promise<void> {
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  /** Sends a request; without a Host header of one's own, one for this machine. */
  async ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<void> {
    const fields = Object.entries({ Host: "localhost:8097", ...headers });
    const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
    await this.send(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  }

  /** Asks, and waits for the answer. */
  async get(path: string, headers: Record<string, string> = {}): Promise<HttpAnswer | undefined> {
    await this.ask(path, headers);
    return await this.answer();
  }

  /** Waits for the next answer; undefined if the connection ends. */
  async answer(isHead = false): Promise<HttpAnswer | undefined> {
    while (!this.#pending.includes("\r\n\r\n")) if (!await this.#more()) return undefined;
    const head = this.#take(this.#pending.indexOf("\r\n\r\n") + 4);
    const [first = "", ...fields] = head.trimEnd().split("\r\n");
    const headers = new Map(fields.map((field) => {
      const [, name = "", value = ""] = /^([^:]+): (.*)$/.exec(field) ?? [];
      return [name.toLowerCase(), value];
    }));
    const length = isHead ? 0 : Number(headers.get("content-length") ?? 0);
    while (this.#pending.length < length) if (!await this.#more()) return undefined;
    return { status: Number(first.split(" ")[1]), headers, body: this.#take(length) };
  }

  #take(count: number): string {
    const taken = this.#pending.slice(0, count);
    this.#pending = this.#pending.slice(count);
    return taken;
  }

  async #more(): Promise<boolean> {
    const buffer = new Uint8Array(16_384);
    const reading = this.#conn.read(buffer).catch(() => null);
    const count = await inTime(reading, () => `more than ${JSON.stringify(this.#pending)}`);
    this.#pending += new TextDecoder("latin1").decode(buffer.subarray(0, count ?? 0));
    return count !== null;
  }

  /** Waits for text. */
  async until(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.#pending)) assert(await this.#more(), `no ${pattern}`);
  }

  /** Waits for the end of the connection; true if nothing came before it. */
  async ended(): Promise<boolean> {
    while (await this.#more());
    return this.#pending === "";
  }

  /** Closes it, if it is open. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
  }
}

/** The headers of an upgrade to WebSocket. */
export const UPGRADE: Readonly<Record<string, string>> = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
};
