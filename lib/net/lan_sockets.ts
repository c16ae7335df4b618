/**
 * The sockets of multicast DNS: one for each address family of each interface, which come and go
 * with the interfaces.
 *
 * They are bound to the group, not to the machine's addresses: else packets for another program on
 * this port, such as avahi, would come here. Questions whose answers should come here alone leave
 * from a port of their own.
 * @module
 */
import { isLinkLocal } from "../irc/addresses.ts";
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { type LanLink, type LanPacket, type LanPeer, MDNS_PORT } from "../lan/responder.ts";
import { isLoopback } from "./address.ts";

const GROUPS = { IPv4: "224.0.0.251", IPv6: "ff02::fb" } as const;

/** How often to look for interfaces that came or went, in milliseconds. */
const LOOK_MS = 3000;

/** The most interfaces that are used: a machine with containers has many. */
const MOST = 32;

export interface LanHandler {
  /** A packet came in from a machine on the link. The zone is that of link-local addresses. */
  packet(packet: Uint8Array, from: LanPeer, zone: string): void;
  /** Links came or went; called before the first packet. */
  links(links: readonly LanLink[]): void;
}

export interface LanSocketsInit {
  /** Only this address of the machine is told, over its interface; undefined for all. */
  readonly only?: string | undefined;
  readonly families: readonly ("IPv4" | "IPv6")[];
  /** Whether to ask from ports of their own, too. */
  readonly asks: boolean;
  /** The addresses of this machine, asked again and again. */
  readonly interfaces: () => readonly Deno.NetworkInterfaceInfo[];
}

/** A link and its sockets. */
interface Opened {
  readonly link: LanLink;
  readonly about: Deno.NetworkInterfaceInfo;
  readonly group: UdpSocket;
  readonly own: UdpSocket | undefined;
}

export class LanSockets {
  readonly #init: LanSocketsInit;
  readonly #handler: LanHandler;
  readonly #looking: ReturnType<typeof setInterval>;
  #open: readonly Opened[] = [];

  constructor(init: LanSocketsInit, handler: LanHandler) {
    this.#init = init;
    this.#handler = handler;
    this.#look();
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
  }

  get links(): readonly LanLink[] {
    return this.#open.map(({ link }) => link);
  }

  /** Sends packets. Resolves when the system has taken them; never rejects. */
  async send(packets: readonly LanPacket[]): Promise<void> {
    await Promise.all(packets.map(({ link, to, packet }) => {
      const opened = this.#open.find((each) => each.link.id === link);
      return opened && transmit(opened, opened.group, packet, to);
    }));
  }

  /** Sends a packet to everyone on all links. */
  async ask(packet: Uint8Array, direct: boolean): Promise<void> {
    await Promise.all(
      this.#open.map((opened) => transmit(opened, direct && opened.own || opened.group, packet)),
    );
  }

  close(): void {
    clearInterval(this.#looking);
    for (const opened of this.#open) close(opened);
    this.#open = [];
  }

  #look(): void {
    const all = this.#init.interfaces();
    const found = linksOf(all, this.#init).slice(0, MOST);
    const stays = ({ link, about }: Opened) =>
      found.some((each) => each.link.id === link.id && each.about.netmask === about.netmask);
    const [kept, gone] = [this.#open.filter(stays), this.#open.filter((each) => !stays(each))];
    for (const opened of gone) close(opened);
    const before = JSON.stringify(this.links);
    this.#open = found.flatMap(({ link, about }) => {
      const opened = kept.find((each) => each.link.id === link.id);
      return opened === undefined ? this.#opened(link, about) : [{ ...opened, link }];
    });
    if (JSON.stringify(this.links) !== before) this.#handler.links(this.links);
  }

  /** Opens the sockets of a link; nothing if that fails: it is tried again later. */
  #opened(link: LanLink, about: Deno.NetworkInterfaceInfo): Opened[] {
    const make = (port: number) =>
      bound(about, port, () => this.#drop(link.id), (packet, address, from) => {
        // RFC 6762 section 11: nobody from afar is heard.
        if (!isNear(address, about)) return;
        const zone = zoneOf(about);
        const scoped = isLinkLocal(address) ? `${address}%${zone}` : address;
        this.#handler.packet(packet, { link: link.id, address: scoped, port: from }, zone);
      });
    try {
      return [{ link, about, group: make(MDNS_PORT), own: this.#init.asks ? make(0) : undefined }];
    } catch {
      return [];
    }
  }

  #drop(id: string): void {
    const opened = this.#open.find(({ link }) => link.id === id);
    if (opened === undefined) return;
    this.#open = this.#open.filter((each) => each !== opened);
    close(opened);
    this.#handler.links(this.links);
  }
}

/** The links to networks, without loopback interfaces and those that have no others on them. */
function linksOf(
  all: readonly Deno.NetworkInterfaceInfo[],
  { only, families }: Pick<LanSocketsInit, "only" | "families">,
): { readonly link: LanLink; readonly about: Deno.NetworkInterfaceInfo }[] {
  const loopback = new Set(
    all.filter(({ address }) => isLoopback(address)).map(({ name }) => name),
  );
  const seen = new Set<string>();
  return all.flatMap((about) => {
    const { name, family, address, netmask } = about;
    const told = all.filter((each) => each.name === name).map(({ address }) => address)
      .filter((each) => only === undefined ? true : each === only);
    const isSingle = /^(?:255(?:\.255){3}|ffff(?::ffff){7})$/.test(netmask);
    // One socket for IPv6 is enough: all of the interface's addresses are on the same link.
    const isUsed = family === "IPv4" ? !isSingle : isLinkLocal(address);
    const id = family === "IPv4" ? `${name} ${address}` : `${name} IPv6`;
    if (loopback.has(name) || !families.includes(family) || !isUsed) return [];
    if (told.length === 0 || seen.has(id)) return [];
    seen.add(id);
    const plain = told.map((each) => each.replace(/%.*$/, ""));
    return [{ link: { id, addresses: plain.sort() }, about }];
  });
}

/** How the system calls the zone of an interface. */
function zoneOf({ name, scopeid }: Deno.NetworkInterfaceInfo): string {
  return Deno.build.os === "windows" ? `${scopeid}` : name;
}

function bound(
  about: Deno.NetworkInterfaceInfo,
  port: number,
  failed: () => void,
  received: (packet: Uint8Array, address: string, port: number) => void,
): UdpSocket {
  const { family, address } = about;
  const isV6 = family === "IPv6";
  const group = isV6 ? `${GROUPS.IPv6}%${zoneOf(about)}` : GROUPS.IPv4;
  const via = isV6 ? `::%${zoneOf(about)}` : address;
  const socket = isV6
    ? createSocket({ type: "udp6", reuseAddr: port !== 0, ipv6Only: true })
    : createSocket({ type: "udp4", reuseAddr: port !== 0 });
  socket.on("error", failed);
  socket.on("message", (packet, from) => received(packet, from.address, from.port));
  const any = isV6 ? "::" : "0.0.0.0";
  const own = isV6 ? `${address.replace(/%.*$/, "")}%${zoneOf(about)}` : address;
  // Windows can't bind to a group.
  const place = port === 0 ? own : Deno.build.os === "windows" ? any : group;
  socket.bind({ port, address: place }, () => {
    try {
      socket.setMulticastInterface(via);
      socket.setMulticastTTL(255);
      socket.setMulticastLoopback(true);
      socket.setTTL(255);
      if (port !== 0) socket.addMembership(GROUPS[family], via);
    } catch {
      failed();
    }
  });
  return socket;
}

function transmit(
  { about }: Opened,
  socket: UdpSocket,
  packet: Uint8Array,
  to?: LanPeer,
): Promise<void> {
  const group = about.family === "IPv6" ? `${GROUPS.IPv6}%${zoneOf(about)}` : GROUPS.IPv4;
  return new Promise((resolve) => {
    try {
      // If it fails, the interface is about to go, or there is no way to the peer.
      socket.send(packet, to?.port ?? MDNS_PORT, to?.address ?? group, () => resolve());
    } catch {
      resolve();
    }
  });
}

function close({ group, own }: Opened): void {
  for (const socket of [group, own]) {
    try {
      socket?.close();
    } catch {
      // It could not be opened.
    }
  }
}

/** Whether an address is on the network of an interface. */
function isNear(address: string, { family, address: own, netmask }: Deno.NetworkInterfaceInfo) {
  // The socket hears only its own link, and what comes with IPv6 comes from there.
  if (family === "IPv6") return true;
  const [theirs, ours, mask] = [address, own, netmask].map((text) => text.split(".").map(Number));
  return mask!.every((bits, index) => (theirs![index]! & bits) === (ours![index]! & bits));
}
