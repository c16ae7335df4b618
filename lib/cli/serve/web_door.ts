/**
 * The door for browsers: HTTP and WebSocket on one port, with and without encryption.
 * @module
 */
import { hostAndPort, plainHost } from "../../net/address.ts";
import { type EntryRefusal, networkOf, type Newcomers } from "../../server/entry/admission.ts";
import type { WebConfig } from "../../server/settings/config.ts";
import { Tally } from "../../server/world/tally.ts";
import type { World } from "../../server/world/world.ts";
import { type FramedSocket, GOING_AWAY } from "../../web/door/framed_socket.ts";
import { acceptHandshake, isUpgrade, readHandshake } from "../../web/door/web_handshake.ts";
import type { RequestFault, WebRequest } from "../../web/door/request_reader.ts";
import { originsOf } from "../../web/node_origins.ts";
import type { OwnHosts } from "../../web/own_hosts.ts";
import { type Answer, assetAnswer, sentence } from "../../web/response.ts";
import type { Site } from "../../web/site.ts";
import { mayWatch } from "../../web/watchers.ts";
import { isIn, type Visitor, visitorOf } from "../../web/visitor.ts";
import { refusalOf } from "../../web/web_rules.ts";
import { WEB_ANSWERS } from "../../wording/web_door.ts";
import type { Entrance } from "./entrance.ts";
import type { Gatekeeper } from "./gatekeeper.ts";
import type { Log } from "./log.ts";
import type { Reports } from "./metrics.ts";
import type { Encryption } from "./tls.ts";
import { type Upgrade, type WebPatience, WebVisit } from "./web_visit.ts";

export interface WebDoorParts {
  readonly world: World;
  readonly gatekeeper: Gatekeeper;
  readonly entrance: Entrance;
  /** For faults of the server itself. */
  readonly log: Log;
  /** Undefined if the server can't encrypt. */
  readonly encryption: Encryption | undefined;
  readonly site: Site;
  readonly reports: Reports;
  readonly hosts: OwnHosts;
  readonly patience: WebPatience;
}

/** A peer, until it is gone or a user. */
interface Guest {
  readonly host: string;
  readonly port: number;
  /** Whether it is on the server's own machine. */
  readonly isHere: boolean;
  /** Why it gets nothing. */
  readonly refusal: EntryRefusal | undefined;
  /** The host that the gatekeeper counts the connection for. */
  counted: string | undefined;
}

/** The statuses of answers to peers that are refused. */
const REFUSED = { ban: 403, address: 429, server: 503 } as const;

export class WebDoor {
  readonly #parts: WebDoorParts;
  /** The connections that are no WebSockets, and how many of each network. */
  readonly #visits = new Map<WebVisit, Promise<void>>();
  readonly #networks = new Tally();
  readonly #framed = new Set<FramedSocket>();
  #closed = false;

  constructor(parts: WebDoorParts) {
    this.#parts = parts;
  }

  /** Takes a connection, or refuses it and says why. */
  take(conn: Deno.TcpConn): void {
    const { gatekeeper, encryption, patience } = this.#parts;
    const { hostname, port } = conn.remoteAddr;
    const host = plainHost(hostname);
    const now = Date.now();
    const newcomers = this.#newcomersLike(host);
    // A proxy's connections stand for those of others, who are counted when it says who they are.
    const isProxy = isIn(host, this.#web.trustedProxies);
    const refusal = isProxy
      ? gatekeeper.crowd(host, { ...newcomers, ofNetwork: 0 })
      : gatekeeper.admit(host, newcomers, now);
    if (refusal !== undefined && !gatekeeper.tells(hostAndPort(host, port), refusal, now)) {
      return conn.close();
    }
    const isHere = hostname === conn.localAddr.hostname;
    const counted = isProxy || refusal !== undefined ? undefined : host;
    const guest: Guest = { host, port, isHere, refusal, counted };
    const visit = new WebVisit(conn, {
      patience: refusal === undefined ? patience : { ...patience, headMs: patience.refusedMs },
      encryption,
      answer: (request, secure) => this.#answer(request, guest, secure),
      isScarce: () => this.#closed || refusal !== undefined || this.#isScarce(host),
    });
    const network = networkOf(host);
    this.#networks.add(network);
    this.#visits.set(
      visit,
      this.#follow(visit, guest).then(() => {
        this.#networks.remove(network);
        this.#visits.delete(visit);
      }),
    );
  }

  async #follow(visit: WebVisit, guest: Guest): Promise<void> {
    let isTaken = false;
    try {
      isTaken = await visit.run();
    } catch (error) {
      this.#parts.log.fault(error);
    }
    if (isTaken || guest.counted === undefined) return;
    this.#parts.gatekeeper.leave(guest.counted, Date.now());
  }

  get #web(): Pick<WebConfig, "origins" | "trustedProxies" | "metrics"> {
    return this.#parts.world.config.web ?? { origins: [], trustedProxies: [], metrics: [] };
  }

  /** How many connections are no WebSockets. */
  get visits(): number {
    return this.#visits.size;
  }

  /** The connections that are no WebSockets. They don't keep users from registering. */
  #newcomersLike(host: string): Newcomers {
    return { all: this.#visits.size, ofNetwork: this.#networks.of(networkOf(host)) };
  }

  /** Whether half of the places are taken: then nobody keeps one between two requests. */
  #isScarce(host: string): boolean {
    const { all, ofNetwork } = this.#newcomersLike(host);
    const twice = { all: 2 * all, ofNetwork: 2 * ofNetwork };
    return this.#parts.gatekeeper.crowd(host, twice) !== undefined;
  }

  async #answer(
    request: WebRequest | RequestFault,
    guest: Guest,
    secure: boolean,
  ): Promise<Answer | Upgrade> {
    const { world, gatekeeper, encryption, site, reports, hosts } = this.#parts;
    const report = "why" in request || isUpgrade(request) ? undefined : reports.get(request.path);
    // If places are scarce, whoever watches the server must know.
    if (guest.refusal !== undefined && report === undefined) return refused(guest.refusal);
    if ("why" in request) {
      const headers = request.status === 405 ? { Allow: "GET, HEAD" } : {};
      return sentence(request.status, request.why, headers);
    }
    const { origins, trustedProxies, metrics } = this.#web;
    const visitor = visitorOf(request.headers, { host: guest.host, secure }, trustedProxies);
    const now = Date.now();
    const ban = gatekeeper.banned(visitor.host, now);
    if (ban !== undefined) return this.#refuse(visitor, guest, ban);
    const refusal = refusalOf(request, visitor, {
      origins: [...origins, ...originsOf(world.nodes)],
      plain: world.config.plain,
      encrypts: encryption !== undefined,
      isOwn: (host) => hosts.has(host, origins, now),
    });
    if (refusal !== undefined) return refusal;
    if (report !== undefined && mayWatch(request, visitor, metrics)) return report(guest.refusal);
    if (guest.refusal !== undefined) return refused(guest.refusal);
    if (isUpgrade(request)) return await this.#upgrade(request, guest, visitor);
    const asset = await site.find(request.path);
    return asset === undefined
      ? sentence(404, WEB_ANSWERS.notFound)
      : assetAnswer(asset, request.headers);
  }

  #refuse(visitor: Visitor, guest: Guest, refusal: EntryRefusal): Answer {
    this.#parts.gatekeeper.tells(addressOf(visitor, guest), refusal, Date.now());
    return refused(refusal);
  }

  async #upgrade(request: WebRequest, guest: Guest, visitor: Visitor): Promise<Answer | Upgrade> {
    const handshake = readHandshake(request);
    if ("why" in handshake) {
      const headers = { Upgrade: "websocket", "Sec-WebSocket-Version": "13" };
      return sentence(handshake.status, handshake.why, handshake.status === 426 ? headers : {});
    }
    const { key, subprotocol } = handshake;
    const accept = await acceptHandshake(key, subprotocol);
    const refusal = this.#admit(guest, visitor.host);
    if (refusal !== undefined) return this.#refuse(visitor, guest, refusal);
    const { host, secure, forwarded } = visitor;
    const isHere = guest.isHere && !forwarded;
    const peer = { host, address: addressOf(visitor, guest), secure, isHere };
    return {
      accept,
      binary: subprotocol === "binary.ircv3.net",
      enter: (socket) => {
        if (this.#closed) socket.closeCode = GOING_AWAY;
        this.#framed.add(socket);
        const over = this.#parts.entrance.enter(socket, peer);
        void over.then(() => this.#framed.delete(socket));
      },
    };
  }

  /** Counts a connection as one of a user to be, or says why it is refused. */
  #admit(guest: Guest, host: string): EntryRefusal | undefined {
    const { world, gatekeeper } = this.#parts;
    const newcomers = world.newcomersLike(host);
    if (guest.counted === host) return gatekeeper.crowd(host, newcomers);
    const now = Date.now();
    const refusal = gatekeeper.admit(host, newcomers, now);
    if (refusal !== undefined) return refusal;
    if (guest.counted !== undefined) gatekeeper.leave(guest.counted, now);
    guest.counted = host;
    return undefined;
  }

  /** Closes what is no WebSocket, and tells the others later that the server closes. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const socket of this.#framed) socket.closeCode = GOING_AWAY;
    for (const visit of this.#visits.keys()) visit.close();
    await Promise.all(this.#visits.values());
  }
}

function refused({ cause, text }: EntryRefusal): Answer {
  return sentence(REFUSED[cause], text);
}

/** The address for the log. With a proxy, the port is that of its connection. */
function addressOf({ host }: Visitor, { port }: Guest): string {
  return hostAndPort(host, port);
}
