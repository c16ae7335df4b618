/**
 * A TCP listener that no peer can stop.
 * @module
 */
import { LISTENING } from "../wording/command_line.ts";
import { LOG } from "../wording/log.ts";

/** The address or port can't be listened on. The message is one line in the user's words. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

/** How long to wait for free file descriptors, in milliseconds. */
const EXHAUSTED_MS = 50;

/** How often to complain of missing descriptors, in milliseconds. */
const COMPLAIN_MS = 60_000;

/**
 * How many connections may wait to be accepted; the system may allow fewer. A client that finds the
 * queue full tries again after a second: of 2,000 at once, with 511, half came a second later.
 */
const BACKLOG = 4096;

/** What messages say about a port. */
export interface PortAdvice {
  /** A port that everyone may use. */
  readonly usual: number;
  /** How the user sets another port: `--port 6668`. */
  readonly set: (port: number) => string;
}

export class Listener {
  readonly #listener: Deno.TcpListener;
  #closed = false;

  /**
   * @param host the address; `null` for all of IPv4 and IPv6.
   * @param port the port; 0 for any free one.
   * @throws {ListenError} if it can't listen there.
   */
  constructor(host: string | null, port: number, advice: PortAdvice) {
    this.#listener = host === null ? listenAnywhere(port, advice) : listen(host, port, advice);
  }

  get host(): string {
    return this.#listener.addr.hostname;
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /**
   * Accepts connections until it is closed. Never rejects: a peer that resets its connection before
   * it is accepted makes `accept` reject, which would end a `for await`.
   *
   * @param complain is called, with a text in the user's words, if the system has no room for more.
   */
  async run(
    accept: (conn: Deno.TcpConn) => void,
    complain: (text: string) => void,
  ): Promise<void> {
    let complainedAt = -Infinity;
    while (!this.#closed) {
      try {
        accept(await this.#listener.accept());
      } catch (error) {
        if (this.#closed) return;
        if (isPeers(error)) continue;
        if (Date.now() - complainedAt >= COMPLAIN_MS) {
          complainedAt = Date.now();
          complain(LOG.mustWait(whatIsShort(error)));
        }
        await new Promise((resolve) => setTimeout(resolve, EXHAUSTED_MS));
      }
    }
  }

  close(): void {
    this.#closed = true;
    this.#listener.close();
  }
}

/** Whether the error concerns only one peer, which gave up before it was accepted. */
function isPeers(error: unknown): boolean {
  return error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted;
}

/** Without file descriptors `accept` rejects with a plain Error that has a code. */
function whatIsShort(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return code === "EMFILE" || code === "ENFILE" ? LOG.noDescriptors : message ?? String(error);
}

/** IPv4 and IPv6 on one socket; IPv4 alone if the machine has no IPv6. */
function listenAnywhere(port: number, advice: PortAdvice): Deno.TcpListener {
  try {
    return Deno.listen({ hostname: "::", port, tcpBacklog: BACKLOG });
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse || error instanceof Deno.errors.PermissionDenied) {
      throw explain(error, "::", port, advice);
    }
    return listen("0.0.0.0", port, advice);
  }
}

function listen(hostname: string, port: number, advice: PortAdvice): Deno.TcpListener {
  try {
    return Deno.listen({ hostname, port, tcpBacklog: BACKLOG });
  } catch (error) {
    throw explain(error, hostname, port, advice);
  }
}

function explain(error: unknown, host: string, port: number, advice: PortAdvice): ListenError {
  if (error instanceof Deno.errors.AddrInUse) {
    return new ListenError(LISTENING.inUse(port, advice.set(port < 65535 ? port + 1 : port - 1)));
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return new ListenError(LISTENING.forbidden(port, advice.set(advice.usual)));
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return new ListenError(LISTENING.otherMachine(host));
  }
  const why = error instanceof Error ? error.message : String(error);
  return new ListenError(LISTENING.failed(host, port, why));
}
