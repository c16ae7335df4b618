/**
 * Accepts or refuses connections, and passes their lines to the chat.
 * @module
 */
import { SECOND_MS } from "../../text/duration.ts";
import { CLIENT_LINES, type Line } from "../../irc/lines.ts";
import type { Log } from "./log.ts";
import { hostAndPort, plainHost } from "../../net/address.ts";
import {
  Connection,
  type ConnectionOptions,
  type Handler,
  type Socket,
} from "../../net/connection.ts";
import type { Flusher } from "../../net/flusher.ts";
import { TlsSocket } from "../../net/tls_socket.ts";
import type { EntryRefusal } from "../../server/entry/admission.ts";
import { isTls } from "../../server/entry/foreign.ts";
import type { Admit, Participant } from "../../server/participant.ts";
import type { Peer } from "../../server/world/user.ts";
import type { World } from "../../server/world/world.ts";
import { FramedSocket, GOING_AWAY } from "../../web/door/framed_socket.ts";
import type { Gatekeeper } from "./gatekeeper.ts";
import type { Pauses } from "./pauses.ts";
import type { SpareMemory } from "./spare_memory.ts";
import type { Encryption } from "./tls.ts";
import { ENDS } from "../../wording/log.ts";

/** How long a peer may take for the TLS handshake, in milliseconds. */
const HANDSHAKE_MS = 10 * SECOND_MS;

/** How long a user waits whose browser left the page, in milliseconds: reloading takes less. */
const RELOAD_MS = 10 * SECOND_MS;

/**
 * The answer to a peer that does not encrypt on the TLS port; it may show the first line as it is.
 */
const ENCRYPT = new TextEncoder().encode(
  "ERROR :Closing link: this port accepts only encrypted connections (TLS)\r\n",
);

/** Refuses those who encrypt on a plain port. */
const NO_TLS: ConnectionOptions["refuse"] = (first) =>
  isTls(first) ? ENDS.tlsOnPlainPort : undefined;

export interface EntranceParts {
  readonly world: World;
  readonly admit: Admit;
  readonly gatekeeper: Gatekeeper;
  /** For faults of the server itself. */
  readonly log: Log;
  readonly flusher: Flusher;
  /** Undefined if no socket is encrypted. */
  readonly encryption: Encryption | undefined;
  readonly spareMemory: SpareMemory;
  /** For peers that must wait because they send too fast. */
  readonly pauses: Pauses;
}

/** How a user reaches the server. */
type Way = "plain" | "tls" | "web";

/** The connection of a user: an object of a class takes 200 bytes less than closures. */
class Visit implements Handler {
  constructor(
    readonly entrance: Entrance,
    readonly way: Way,
    readonly secure: boolean,
    readonly socket: Socket,
    readonly host: string,
    readonly connection: Connection,
    readonly participant: Participant,
  ) {}

  line(line: Line): void | Promise<void> {
    return this.entrance.heard(this, line);
  }

  overflow(): void {
    this.participant.overflow();
  }

  closed(reason: string): void {
    this.entrance.left(this, reason);
  }
}

export class Entrance {
  /** How many connections of users were opened so far. */
  readonly opened: Record<Way, number> = { plain: 0, tls: 0, web: 0 };
  readonly #closed: Record<Way, number> = { plain: 0, tls: 0, web: 0 };
  readonly #parts: EntranceParts;
  readonly #open = new Map<Connection, Promise<void>>();

  constructor(parts: EntranceParts) {
    this.#parts = parts;
  }

  /** Takes a connection, or refuses it and says why. A secure one must encrypt. */
  take(conn: Deno.TcpConn, secure: boolean): void {
    const { world, gatekeeper } = this.#parts;
    const { hostname, port } = conn.remoteAddr;
    const host = plainHost(hostname);
    const address = hostAndPort(host, port);
    const refusal = gatekeeper.admit(host, world.newcomersLike(host), Date.now());
    if (refusal !== undefined) return this.#refuse(conn, host, address, refusal, secure);
    try {
      conn.setNoDelay();
    } catch {
      // It is closed already; the first read will show that.
    }
    const isHere = hostname === conn.localAddr.hostname;
    void this.enter(
      secure ? this.#encrypted(conn) : conn,
      { host, address, secure, isHere },
      NO_TLS,
    );
  }

  /**
   * Makes a user of a peer that the gatekeeper has admitted. Resolves when it is gone.
   *
   * @param from its `host` is without the port.
   */
  enter(
    socket: Socket,
    from: Omit<Peer, "sink">,
    refuse?: ConnectionOptions["refuse"],
  ): Promise<void> {
    const { world, flusher, spareMemory } = this.#parts;
    const { host, address, secure, isHere = false } = from;
    const way = socket instanceof FramedSocket ? "web" : secure ? "tls" : "plain";
    this.opened[way]++;
    const { sendQueueBytes } = world.config.limits;
    const lines = CLIENT_LINES;
    // Written out, since objects made by spreading others take 190 bytes more.
    const connection = new Connection(socket, { refuse, lines, sendQueueBytes, flusher });
    const peer = { sink: connection, host: wireHost(host), address, secure, isHere };
    const participant = this.#parts.admit(peer);
    const visit = new Visit(this, way, secure, socket, host, connection, participant);
    const over = connection.run(visit);
    this.#open.set(connection, over);
    spareMemory.came(secure);
    return over;
  }

  /** A line came. Resolves when the next one may be read. */
  heard({ participant }: Visit, line: Line): void | Promise<void> {
    this.#parts.spareMemory.heard();
    return this.#pace(this.#run(participant, () => participant.line(line)));
  }

  /** A connection has ended. */
  left({ way, secure, socket, host, connection, participant }: Visit, reason: string): void {
    const { gatekeeper, spareMemory } = this.#parts;
    gatekeeper.leave(host, Date.now());
    const most = hasLeftPage(socket) ? RELOAD_MS : undefined;
    this.#run(participant, () => participant.closed(reason, most));
    this.#open.delete(connection);
    this.#closed[way]++;
    spareMemory.left(secure);
  }

  /** How many connections of users are open. */
  get open(): Readonly<Record<Way, number>> {
    const { opened } = this;
    const { plain, tls, web } = this.#closed;
    return { plain: opened.plain - plain, tls: opened.tls - tls, web: opened.web - web };
  }

  /** How many bytes wait to be written: to all connections, and the most to one. */
  get pending(): { readonly all: number; readonly most: number } {
    let [all, most] = [0, 0];
    for (const { pending } of this.#open.keys()) {
      all += pending;
      most = Math.max(most, pending);
    }
    return { all, most };
  }

  #encrypted(conn: Deno.TcpConn): TlsSocket {
    const { context, direct } = this.#parts.encryption!;
    return TlsSocket.accept(conn, {
      context: context.secure,
      direct,
      handshakeMs: HANDSHAKE_MS,
      plainAnswer: ENCRYPT,
    });
  }

  #refuse(
    conn: Deno.TcpConn,
    host: string,
    address: string,
    refusal: EntryRefusal,
    secure: boolean,
  ): void {
    if (!this.#parts.gatekeeper.tells(address, refusal, Date.now())) return conn.close();
    // A reason would cost a handshake, which may be what an attacker wants.
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
    const line = `ERROR :Closing link: ${host} (${refusal.text})\r\n`;
    connection.end(refusal.text, line);
  }

  /** Runs what a peer asks for. A fault of ours costs only that connection, and is logged. */
  #run<T>(participant: Participant, work: () => T): T | undefined {
    const fault = (error: unknown) => {
      this.#parts.log.fault(error);
      participant.fault();
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

  /** Waits as long as the peer must. */
  #pace(wait: number | Promise<number> | undefined): Promise<void> | undefined {
    if (typeof wait === "object") return wait.then((ms) => this.#parts.pauses.wait(ms), () => {});
    return wait === undefined || wait === 0 ? undefined : this.#parts.pauses.wait(wait);
  }

  /** Resolves when all connections are gone; after so many milliseconds the rest are cut off. */
  async empty(ms: number, reason: string): Promise<void> {
    const cut = setTimeout(() => {
      for (const connection of this.#open.keys()) connection.close(reason);
    }, ms);
    await Promise.all(this.#open.values());
    clearTimeout(cut);
  }
}

/** Whether a browser closed the connection because it left the page (RFC 6455 section 7.4.1). */
function hasLeftPage(socket: Socket): boolean {
  return socket instanceof FramedSocket && socket.closedWith === GOING_AWAY;
}

/** The host as a parameter: a leading `:` would mark the last one. */
function wireHost(host: string): string {
  return host.startsWith(":") ? `0${host}` : host;
}
