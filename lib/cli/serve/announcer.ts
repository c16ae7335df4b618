/**
 * Announces the server's room on the local network.
 * @module
 */
import { type GivenNames, Responder } from "../../lan/responder.ts";
import type { RoomNotice } from "../../lan/room_records.ts";
import { LanSockets } from "../../net/lan_sockets.ts";
import { isAnyAddress, isLoopback } from "../../net/address.ts";
import type { Listener } from "../../net/listener.ts";
import type { Config } from "../../server/settings/config.ts";
import type { Door } from "./doors.ts";
import { interfaces } from "./hosts.ts";
import type { Encryption } from "./tls.ts";

/** How long the start waits for the names, in milliseconds: probing takes a second. */
const PATIENCE_MS = 1500;

export interface AnnouncerInit {
  readonly notice: RoomNotice;
  /** The address that the server listens on. */
  readonly host: string;
  /** The machine's own name. */
  readonly machine: string;
  /** The room has these names now. */
  readonly named: (names: GivenNames) => void;
}

export class Announcer {
  readonly #responder: Responder;
  readonly #sockets: LanSockets;
  readonly #named: (names: GivenNames) => void;
  readonly #settled = Promise.withResolvers<void>();
  readonly #patience: ReturnType<typeof setTimeout>;
  #wake: ReturnType<typeof setTimeout> | undefined;
  #told: GivenNames | undefined;

  constructor({ notice, host, machine, named }: AnnouncerInit) {
    this.#named = named;
    const responder = this.#responder = new Responder(notice, machine, Math.random);
    const any = isAnyAddress(host);
    this.#sockets = new LanSockets({
      only: any ? undefined : host,
      families: host === "0.0.0.0" ? ["IPv4"] : ["IPv4", "IPv6"],
      asks: false,
      interfaces,
    }, {
      links: (links) => {
        responder.connect(links, Date.now());
        this.#schedule();
      },
      packet: (packet, from) => {
        const answers = responder.receive(packet, from, Date.now());
        void this.#sockets.send(answers);
        this.#step();
      },
    });
    if (this.#sockets.links.length === 0) this.#settled.resolve();
    this.#patience = setTimeout(this.#settled.resolve, PATIENCE_MS);
  }

  /** Resolves when the names are known, or take too long: there may be no network now. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /** The names, as far as they are known. */
  get names(): GivenNames | undefined {
    return this.#told;
  }

  #step(): void {
    void this.#sockets.send(this.#responder.tick(Date.now()));
    const { names } = this.#responder;
    const { title, host } = this.#told ?? {};
    if (names !== undefined && (names.title !== title || names.host !== host)) {
      this.#told = names;
      this.#settled.resolve();
      this.#named(names);
    }
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#wake);
    const { wakeAt } = this.#responder;
    if (wakeAt === Infinity) return;
    this.#wake = setTimeout(() => this.#step(), Math.max(0, wakeAt - Date.now()));
  }

  /** Tells the network that the room is gone. Resolves when it is told. */
  async close(): Promise<void> {
    clearTimeout(this.#wake);
    clearTimeout(this.#patience);
    this.#settled.resolve();
    await this.#sockets.send(this.#responder.close());
    this.#sockets.close();
  }
}

/** What to announce; undefined if nothing is, or nobody could come. */
export function noticeOf(
  { announce, title, lobby, password, accounts }: Config,
  doors: readonly Door[],
  encryption: Encryption | undefined,
  web: Listener | undefined,
): Pick<AnnouncerInit, "notice" | "host"> | undefined {
  const door = doors.find(({ secure }) => secure) ?? doors[0];
  if (!announce || title === null || door === undefined) return undefined;
  const { listener: { host, port }, secure } = door;
  if (isLoopback(host)) return undefined;
  const notice = {
    ...{ title, port, secure },
    channel: lobby,
    fingerprint: secure ? encryption?.context.fingerprint : undefined,
    web: web?.port,
    needs: accounts.required ? "invite" : password === null ? undefined : "password",
  } as const;
  return { notice, host };
}
