/**
 * Takes connections in or refuses them, and hands what comes in to the chat.
 * @module
 */
import { CLIENT_LINES, type Line } from "../../irc/lines.ts";
import type { Log } from "./log.ts";
import { hostAndPort, plainHost } from "../../net/address.ts";
import { Connection } from "../../net/connection.ts";
import type { Flusher } from "../../net/flusher.ts";
import { TlsSocket } from "../../net/tls_socket.ts";
import { Admission } from "../../server/entry/admission.ts";
import { COMMANDS } from "../../server/commands/table.ts";
import { receive } from "../../server/dispatch.ts";
import { TokenBucket } from "../../server/entry/flood.ts";
import { isForeign, isTls } from "../../server/entry/foreign.ts";
import type { User } from "../../server/world/user.ts";
import type { World } from "../../server/world/world.ts";
import type { Pauses } from "./pauses.ts";
import type { SpareMemory } from "./spare_memory.ts";
import type { Encryption } from "./tls.ts";

/** How long a peer may take to agree on encryption, in milliseconds. */
const HANDSHAKE_MS = 10_000;

/** What a peer is told that does not encrypt where it has to. It may show the first line as is. */
const ENCRYPT = new TextEncoder().encode(
  "ERROR :Closing link: this port is for encrypted connections (TLS)\r\n",
);

/** What an entrance needs. */
export interface EntranceParts {
  /** The chat. */
  readonly world: World;
  /** Told of the server's own faults. */
  readonly log: Log;
  /** Writes what is said to peers. */
  readonly flusher: Flusher;
  /** What encrypted connections are encrypted with; there where there is a door for them. */
  readonly encryption: Encryption | undefined;
  /** Told who comes and goes, and what is said. */
  readonly spareMemory: SpareMemory;
  /** Where peers wait who say too much. */
  readonly pauses: Pauses;
}

/** Where peers come in. */
export class Entrance {
  readonly #parts: EntranceParts;
  readonly #admission = new Admission();
  /** So many who are refused are told why, and logged. */
  readonly #refusals = new TokenBucket({ perSecond: 10, burst: 50 }, Date.now());
  readonly #open = new Map<Connection, Promise<void>>();

  constructor(parts: EntranceParts) {
    this.#parts = parts;
  }

  /**
   * Takes in a peer, or refuses it and says why.
   *
   * @param secure whether it has to encrypt.
   */
  take(conn: Deno.TcpConn, secure: boolean): void {
    const { world, flusher, spareMemory } = this.#parts;
    const { hostname, port } = conn.remoteAddr;
    const host = plainHost(hostname);
    const address = hostAndPort(host, port);
    const { limits } = world.config;
    const now = Date.now();
    const ban = world.bans.ofAddress(host, now);
    const refusal = ban === undefined
      ? this.#admission.enter(host, limits, world.newcomersLike(host), now)
      : `You are banned: ${ban.reason}`;
    if (refusal !== undefined) return this.#refuse(conn, host, address, refusal, secure);
    try {
      conn.setNoDelay();
    } catch {
      // It is gone already, which the first read will tell.
    }
    const connection = new Connection(secure ? this.#encrypted(conn) : conn, {
      lines: CLIENT_LINES,
      sendQueueBytes: limits.sendQueueBytes,
      flusher: flusher,
      refuse: (first) => isTls(first) ? "It speaks TLS, which this port does not" : undefined,
    });
    const peer = { sink: connection, host: wireHost(host), address, secure };
    const user = world.connect(peer, now);
    const over = connection.run({
      line: (line) => this.#pace(this.#run(user, () => this.#receive(user, line))),
      overflow: () => world.quit(user, "SendQ exceeded", Date.now()),
      closed: (reason) => {
        this.#admission.leave(host, Date.now());
        this.#run(user, () => world.disconnected(user, reason, Date.now()));
        this.#open.delete(connection);
        spareMemory.turned();
      },
    });
    this.#open.set(connection, over);
    spareMemory.turned();
  }

  #encrypted(conn: Deno.TcpConn): TlsSocket {
    return TlsSocket.accept(conn, {
      context: this.#parts.encryption!.context.secure,
      handshakeMs: HANDSHAKE_MS,
      plainAnswer: ENCRYPT,
    });
  }

  #refuse(
    conn: Deno.TcpConn,
    host: string,
    address: string,
    reason: string,
    secure: boolean,
  ): void {
    // Someone who comes again and again gets no reason, and no line in the log.
    if (!this.#refusals.tryTake(Date.now())) return conn.close();
    this.#parts.world.log({ kind: "refused", address, reason });
    // To say why would cost a handshake, which is what many who come at once are after.
    if (secure) return conn.close();
    const connection = new Connection(conn, {
      lines: CLIENT_LINES,
      sendQueueBytes: 0,
      flusher: this.#parts.flusher,
    });
    const over = connection.run({
      line: () => {},
      overflow: () => {},
      closed: () => this.#open.delete(connection),
    });
    this.#open.set(connection, over);
    const line = `ERROR :Closing link: ${host} (${reason})\r\n`;
    connection.end(reason, new TextEncoder().encode(line));
  }

  /** Runs what a peer asks for. A fault of ours costs that one connection and is logged. */
  #run<T>(user: User, work: () => T): T | undefined {
    const fault = (error: unknown) => {
      const text = error instanceof Error ? error.stack ?? error.message : String(error);
      this.#parts.log.server({ kind: "warning", text: `A fault of the server itself: ${text}` });
      this.#parts.world.quit(user, "Internal server error", Date.now());
    };
    try {
      const result = work();
      if (result instanceof Promise) result.catch(fault);
      return result;
    } catch (error) {
      fault(error);
      return undefined;
    }
  }

  #receive(user: User, line: Line): number | Promise<number> {
    this.#parts.spareMemory.heard();
    if (!user.registered && isForeign(line)) {
      this.#parts.world.quit(user, "This is no chat program", Date.now());
      return 0;
    }
    return receive(COMMANDS, this.#parts.world, user, line, Date.now());
  }

  /** Waits as long as the peer has to; not at all where it needn't. */
  #pace(wait: number | Promise<number> | undefined): Promise<void> | undefined {
    if (typeof wait === "object") return wait.then((ms) => this.#parts.pauses.wait(ms), () => {});
    return wait === undefined || wait === 0 ? undefined : this.#parts.pauses.wait(wait);
  }

  /**
   * Resolves when all are gone whose connections were ended.
   *
   * @param ms after so many milliseconds the rest are cut off.
   * @param reason why.
   */
  async empty(ms: number, reason: string): Promise<void> {
    const cut = setTimeout(() => {
      for (const connection of this.#open.keys()) connection.close(reason);
    }, ms);
    await Promise.all(this.#open.values());
    clearTimeout(cut);
  }
}

/** A host as a parameter on the wire: one that starts with `:` would be read as the last one. */
function wireHost(host: string): string {
  return host.startsWith(":") ? `0${host}` : host;
}
