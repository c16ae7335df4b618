/**
 * Connecting to a host: straight, or through a proxy.
 * @module
 */
import { lookup } from "node:dns/promises";
import { parseAddress } from "../irc/addresses.ts";
import { isLoopback } from "./address.ts";
import type { Proxy } from "./proxy.ts";
import { socks5, type SocksVerdict } from "./socks.ts";

/** A connection. */
export interface Reached {
  /** It. */
  readonly conn: Deno.TcpConn;
  /** Whether it goes through a proxy, whose address it has then. */
  readonly proxied: boolean;
}

/** A proxy does not do what it is for. The message is a part of a sentence that names it. */
export class ProxyError extends Error {
  /** Tells it from other errors. */
  override readonly name = "ProxyError";
}

/**
 * Connects.
 *
 * @param proxy the proxy to go through, unless it passes over this host; undefined for none.
 * @param explain puts what went wrong on the way to the proxy into words: a part of a sentence.
 * @throws {ProxyError} if the proxy is what does not work.
 * @throws {Error} if the host can't be reached.
 */
export async function reach(
  host: string,
  port: number,
  signal: AbortSignal,
  proxy: Proxy | undefined,
  explain: (error: unknown) => string,
): Promise<Reached> {
  const straight = async () => ({ conn: await connect(host, port, signal), proxied: false });
  if (proxy === undefined || proxy.passesOver(host, port)) return await straight();
  const addresses = proxy.looksUp || parseAddress(host) !== undefined
    ? [host]
    : await lookUp(host, signal);
  if (addresses.some((one) => isLoopback(one) || proxy.passesOver(one, port))) {
    return await straight();
  }
  let failure: unknown;
  for (const address of addresses) {
    try {
      return { conn: await through(proxy, address, port, signal, explain), proxied: true };
    } catch (error) {
      failure = error;
      if (signal.aborted) break;
    }
  }
  throw failure;
}

/** The addresses of a host; looking them up can't be ended, so nobody waits for it any more then. */
async function lookUp(host: string, signal: AbortSignal): Promise<string[]> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    const found = await Promise.race([lookup(host, { all: true }), aborted.promise]);
    return found.map(({ address }) => address);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

async function connect(
  hostname: string,
  port: number,
  signal: AbortSignal,
): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({ hostname, port, signal });
  try {
    conn.setNoDelay(true);
  } catch {
    // It is gone already, which the first read will tell.
  }
  return conn;
}

async function through(
  proxy: Proxy,
  host: string,
  port: number,
  signal: AbortSignal,
  explain: (error: unknown) => string,
): Promise<Deno.TcpConn> {
  let conn: Deno.TcpConn;
  try {
    conn = await connect(proxy.host, proxy.port, signal);
  } catch (error) {
    throw new ProxyError(`the proxy ${proxy.name} cannot be reached: ${explain(error)}`);
  }
  const close = () => conn.close();
  signal.addEventListener("abort", close);
  let verdict: SocksVerdict;
  try {
    verdict = await shake(conn, socks5(host, port, proxy.credentials));
  } catch {
    verdict = {
      kind: "failed",
      why: signal.aborted ? "does not answer" : "closed the connection",
    };
  } finally {
    signal.removeEventListener("abort", close);
  }
  if (verdict.kind === "connected") return conn;
  if (!signal.aborted) conn.close();
  // As if it were heard without the proxy.
  if (verdict.kind === "refused") throw new Deno.errors.ConnectionRefused("refused");
  throw new ProxyError(`the proxy ${proxy.name} ${verdict.why}`);
}

/** Carries out a handshake. Rejects if the connection ends in it. */
async function shake(
  conn: Deno.TcpConn,
  handshake: ReturnType<typeof socks5>,
): Promise<SocksVerdict> {
  let next = handshake.next(new Uint8Array());
  while (!next.done) {
    const { send, read } = next.value;
    for (let sent = 0; sent < send.length;) sent += await conn.write(send.subarray(sent));
    const bytes = new Uint8Array(read);
    for (let at = 0; at < read;) {
      const count = await conn.read(bytes.subarray(at));
      if (count === null) throw new Deno.errors.UnexpectedEof();
      at += count;
    }
    next = handshake.next(bytes);
  }
  return next.value;
}
