/**
 * Connects to a host, directly or through a proxy.
 * @module
 */
import { lookup } from "node:dns/promises";
import { parseAddress } from "../irc/addresses.ts";
import { writeAll } from "../text/write_all.ts";
import { isLoopback } from "./address.ts";
import { onAbort } from "./on_abort.ts";
import type { Proxy } from "./proxy.ts";
import { socks5, type SocksVerdict } from "./socks.ts";
import { PROXY, PROXY_FAULT } from "../wording/reaching.ts";

export interface Reached {
  readonly conn: Deno.TcpConn;
  /** Whether it goes through a proxy; then its remote address is the proxy's. */
  readonly proxied: boolean;
}

/** A proxy does not do its work. The message is part of a sentence that names it. */
export class ProxyError extends Error {
  override readonly name = "ProxyError";
}

/**
 * Connects to a host.
 *
 * @param proxy the proxy to use, unless it passes over this host.
 * @param explain describes why the proxy can't be reached, as part of a sentence.
 * @throws {ProxyError} if the proxy is at fault.
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

/** Looks up the addresses of a host. A lookup can't be cancelled: on abort, its result is ignored. */
async function lookUp(host: string, signal: AbortSignal): Promise<string[]> {
  const aborted = Promise.withResolvers<never>();
  using _ = onAbort(signal, () => aborted.reject(signal.reason));
  const found = await Promise.race([lookup(host, { all: true }), aborted.promise]);
  return found.map(({ address }) => address);
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
    // The peer has closed it already; the first read will tell.
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
  const conn = await connect(proxy.host, proxy.port, signal).catch((error) => {
    throw new ProxyError(PROXY.unreachable(proxy.name, explain(error)));
  });
  using _ = onAbort(signal, () => conn.close());
  const verdict = await shake(conn, socks5(host, port, proxy.credentials))
    .catch((): SocksVerdict => {
      const why = signal.aborted ? PROXY_FAULT.silent : PROXY_FAULT.closed;
      return { kind: "failed", why };
    });
  if (verdict.kind === "connected") return conn;
  if (!signal.aborted) conn.close();
  // The same error as without a proxy.
  if (verdict.kind === "refused") throw new Deno.errors.ConnectionRefused("refused");
  throw new ProxyError(PROXY.failed(proxy.name, verdict.why));
}

/** Performs a handshake. Rejects if the connection ends during it. */
async function shake(
  conn: Deno.TcpConn,
  handshake: ReturnType<typeof socks5>,
): Promise<SocksVerdict> {
  let next = handshake.next(new Uint8Array());
  while (!next.done) {
    const { send, read } = next.value;
    await writeAll(conn, send);
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
