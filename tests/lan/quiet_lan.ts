/**
 * A local network in memory, with time in the test's hand: what one sends to all, the others get.
 * @module
 */
import {
  decodeMessage,
  type DnsMessage,
  type DnsParts,
  encodeMessage,
} from "../../lib/lan/dns_message.ts";
import { type LanPacket, MDNS_PORT, Responder } from "../../lib/lan/responder.ts";
import { type FoundRoom, RoomBrowser } from "../../lib/lan/room_browser.ts";
import type { RoomNotice } from "../../lib/lan/room_records.ts";

/** The ordinary room of the tests. */
export const NOTICE: RoomNotice = {
  title: "Büro chat",
  port: 6697,
  secure: true,
  channel: "#lobby",
  fingerprint: "SHA256:niFgSvBkRxDw5KNcXhuvoDja5W9XWFAKSI2G9E299zo",
  web: undefined,
  needs: undefined,
};

/** The one link of each machine here. */
const LINK = "eth0";

/** A packet that was sent. */
export interface Heard {
  readonly from: string;
  /** Undefined: to all. */
  readonly to: string | undefined;
  readonly at: number;
  readonly message: DnsMessage;
}

/** Something that stands in the network under an address. */
interface Station {
  readonly address: string;
  readonly wakeAt: () => number;
  readonly tick: (now: number) => readonly LanPacket[];
  readonly receive: (
    packet: Uint8Array,
    from: string,
    port: number,
    now: number,
  ) => readonly LanPacket[];
}

export class QuietLan {
  readonly heard: Heard[] = [];
  readonly #stations: Station[] = [];
  now = 1_000_000;

  /** Puts a server into the network. */
  serve(address: string, notice: Partial<RoomNotice> = {}, random = 0.5): Responder {
    const responder = new Responder({ ...NOTICE, ...notice }, "machine", () => random);
    this.#stations.push({
      address,
      wakeAt: () => responder.wakeAt,
      tick: (now) => responder.tick(now),
      receive: (packet, from, port, now) =>
        responder.receive(packet, { link: LINK, address: from, port }, now),
    });
    responder.connect([{ id: LINK, addresses: [address] }], this.now);
    return responder;
  }

  /** Puts somebody who looks for rooms into the network. */
  browse(address: string): { rooms(): readonly FoundRoom[] } {
    const browser = new RoomBrowser(this.now);
    this.#stations.push({
      address,
      wakeAt: () => browser.wakeAt,
      tick: (now) =>
        browser.tick(now).map(({ packet, direct }) => ({
          link: LINK,
          packet,
          // A port of its own stands for the direct question.
          ...direct && { to: { link: LINK, address: "all", port: 40_000 } },
        })),
      receive: (packet, _from, _port, now) => {
        browser.receive(packet, LINK, now);
        return [];
      },
    });
    return { rooms: () => browser.rooms(this.now) };
  }

  /** Sends a packet from an address to all. Returns what they answer at once, to the sender only. */
  send(address: string, parts: DnsParts | Uint8Array, port = MDNS_PORT): DnsMessage[] {
    const packet = parts instanceof Uint8Array ? parts : encodeMessage(parts);
    const before = this.heard.length;
    this.#deliver(address, { link: LINK, packet }, port);
    return this.heard.slice(before).filter(({ to }) => to === address).map(({ message }) =>
      message
    );
  }

  /** Sends what a responder says at its end, and takes it out of the network. */
  close(responder: Responder, address: string): void {
    const packets = responder.close();
    const index = this.#stations.findIndex((station) => station.address === address);
    this.#stations.splice(index, 1);
    for (const packet of packets) this.#deliver(address, packet, MDNS_PORT);
  }

  /** Lets so many milliseconds pass. */
  pass(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (let steps = 0; steps < 10_000; steps++) {
      const next = Math.min(...this.#stations.map((station) => station.wakeAt()));
      if (next > end) break;
      this.now = Math.max(this.now, next);
      for (const station of [...this.#stations]) {
        if (station.wakeAt() > this.now) continue;
        for (const packet of station.tick(this.now)) {
          this.#deliver(station.address, packet, MDNS_PORT);
        }
      }
    }
    this.now = end;
  }

  #deliver(from: string, { packet, to }: LanPacket, port: number): void {
    const message = decodeMessage(packet);
    if (message === undefined) {
      for (const station of this.#stations) station.receive(packet, from, port, this.now);
      return;
    }
    const direct = to?.address === "all";
    const one = to === undefined || direct ? undefined : to.address;
    this.heard.push({ from, to: one, at: this.now, message });
    for (const station of [...this.#stations]) {
      if (one !== undefined && station.address !== one) continue;
      const source = direct ? to!.port : port;
      for (const answer of station.receive(packet, from, source, this.now)) {
        this.#deliver(station.address, answer, MDNS_PORT);
      }
    }
  }
}
