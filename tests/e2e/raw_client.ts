/**
 * A client that sends exactly what a test wants, over a real socket.
 * @module
 */
import { assertLess } from "@std/assert";
import { hostAndPort } from "../../lib/net/address.ts";
import type { Socket } from "../../lib/net/connection.ts";
import { TlsSocket } from "../../lib/net/tls_socket.ts";
import { inTime, Transcript } from "./transcript.ts";
import { LACKING } from "../permitted.ts";

/** Options of a {@linkcode RawClient}. */
export interface RawClientOptions {
  /** The server's address. Default: 127.0.0.1. */
  readonly hostname?: string;
  /** Whether to use TLS, with any certificate. Default: false. */
  readonly secure?: boolean;
  /** Whether to answer the server's PINGs. Default: true. */
  readonly answers?: boolean;
  /** Whether to read at all. Default: true. */
  readonly reads?: boolean;
  /** Whether to close its end when the server has closed. Default: true. */
  readonly closes?: boolean;
}

const encoder = new TextEncoder();

/** A connection to a server. Disposing of it closes it. */
export class RawClient implements AsyncDisposable {
  /** What the server sent. It ends with the connection. */
  readonly received = new Transcript("the server");
  /** The address and port of its own end, as in the server's log. */
  readonly address: string;
  readonly #conn: Socket;
  readonly #answers: boolean;
  readonly #closes: boolean;
  readonly #reading: Promise<void>;
  #pings = 0;
  #closed = false;

  private constructor(conn: Socket, address: string, options: RawClientOptions) {
    this.#conn = conn;
    this.address = address;
    this.#answers = options.answers ?? true;
    this.#closes = options.closes ?? true;
    this.#reading = options.reads ?? true ? this.#read() : Promise.resolve();
  }

  static async connect(port: number, options: RawClientOptions = {}): Promise<RawClient> {
    const host = options.hostname ?? "127.0.0.1";
    const conn = await Deno.connect({ hostname: host, port });
    conn.setNoDelay();
    const { hostname, port: own } = conn.localAddr as Deno.NetAddr;
    const address = hostAndPort(hostname, own);
    const { signal } = new AbortController();
    const socket = options.secure ? await TlsSocket.connect(conn, { host, signal }) : conn;
    return new RawClient(socket, address, options);
  }

  /** Connects, registers, and waits for the end of the welcome. */
  static async user(
    port: number,
    nick: string,
    options: RawClientOptions = {},
  ): Promise<RawClient> {
    const client = await RawClient.connect(port, options);
    await client.send(`NICK ${nick}`, "USER raw 0 * :Raw");
    if (options.reads ?? true) await client.until(/ (376|422) /);
    return client;
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(16_384);
    let line = "";
    try {
      for (;;) {
        const count = await this.#conn.read(buffer);
        if (count === null) break;
        const text = decoder.decode(buffer.subarray(0, count), { stream: true });
        this.received.add(text);
        if (!this.#answers) continue;
        const lines = (line + text).split("\r\n");
        line = lines.pop() ?? "";
        for (const ping of lines.filter((each) => /^(@\S+ )?(:\S+ )?PING /.test(each))) {
          await this.send(`PONG ${ping.replace(/^.*?PING /, "")}`);
        }
      }
    } catch {
      // The server reset it, or we closed it.
    }
    if (this.#closes) this.close();
    this.received.end();
  }

  async send(...lines: string[]): Promise<void> {
    await this.bytes(encoder.encode(lines.map((line) => `${line}\r\n`).join("")));
  }

  /** Sends raw bytes. */
  async bytes(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  /** Waits for the next matching line from the server. */
  until(pattern: RegExp): Promise<RegExpExecArray> {
    return this.received.line(pattern);
  }

  /** Waits until the server has handled everything sent so far. */
  async ping(): Promise<void> {
    const token = `barrier-${++this.#pings}`;
    await this.send(`PING ${token}`);
    await this.until(new RegExp(`PONG \\S+ :?${token}$`));
  }

  /** Waits for the end of the connection and returns the last line before it. */
  async end(): Promise<string> {
    await inTime(this.#reading, () => `the end of the connection:\n${this.received.text}`);
    return this.received.lines.at(-1) ?? "";
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
  }

  /** Closes the connection if it is open. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#reading;
  }
}

/** How long a bystander may wait for its PONG. An idle machine takes a millisecond. */
const PATIENCE_MS = 2000;

/** A client in the lobby that receives everything and takes no part in the test. */
export async function bystander(port: number): Promise<RawClient> {
  const client = await RawClient.user(port, "bystander");
  await client.send("JOIN #lobby");
  await client.ping();
  return client;
}

/** Throws if the server delays other clients. */
export async function assertResponsive(client: RawClient): Promise<void> {
  const begin = performance.now();
  await client.ping();
  assertLess(performance.now() - begin, PATIENCE_MS);
}

/** Whether this machine has IPv6. */
export const HAS_IPV6: boolean = await hasIpv6();

async function hasIpv6(): Promise<boolean> {
  if (LACKING.includes("net")) return false;
  try {
    using listener = Deno.listen({ hostname: "::1", port: 0 });
    return await Promise.resolve(listener.addr.port > 0);
  } catch {
    return false;
  }
}
