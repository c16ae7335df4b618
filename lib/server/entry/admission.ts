/**
 * Limits connections, before anything is read from them.
 * @module
 */
import { MINUTE_MS } from "../../text/duration.ts";
import { parseAddress, parseRange, rangeHolds } from "../../irc/addresses.ts";
import type { LimitsConfig } from "../settings/config.ts";

export interface Newcomers {
  readonly all: number;
  /** Of the network in question. */
  readonly ofNetwork: number;
}

/** The share of a network of the places for newcomers, and of the rooms. */
const NEWCOMERS_SHARE = 1 / 8;
const ROOMS_SHARE = 1 / 10;

/** Why a peer is refused. */
export interface EntryRefusal {
  readonly text: string;
  /** `address`: it has too many connections itself. `server`: all together have. */
  readonly cause: "ban" | "address" | "server";
}

/** The open connections of a network, and those made in the last minute. */
interface Visits {
  open: number;
  /** When the minute began, in milliseconds. */
  since: number;
  made: number;
}

export class Admission {
  readonly #visits = new Map<string, Visits>();
  #open = 0;
  #tidyAt = 0;

  get size(): number {
    return this.#visits.size;
  }

  /**
   * Counts a new connection, until {@linkcode leave}. Returns why it is refused; undefined if it is
   * accepted.
   */
  enter(
    host: string,
    limits: LimitsConfig,
    newcomers: Newcomers,
    now: number,
  ): EntryRefusal | undefined {
    const network = networkOf(host);
    const visits = this.#visitsOf(network, now);
    if (over(this.#open, limits.connections)) return ofAll("The server is full");
    const refusal = crowd(host, limits, newcomers);
    if (refusal !== undefined) return refusal;
    if (!isExempt(limits, host)) {
      if (over(visits.open, limits.connectionsPerIp)) {
        return ofAddress("Too many connections from your address");
      }
      if (over(visits.made, limits.connectionsPerMinute)) {
        return ofAddress("Too many new connections from your address: try again in a minute");
      }
    }
    this.#count(network, visits, now);
    return undefined;
  }

  /** Counts a connection that was accepted, here or elsewhere, until {@linkcode leave}. */
  add(host: string, now: number): void {
    const network = networkOf(host);
    this.#count(network, this.#visitsOf(network, now), now);
  }

  #count(network: string, visits: Visits, now: number): void {
    visits.made++;
    visits.open++;
    this.#open++;
    this.#visits.set(network, visits);
    this.#tidy(now);
  }

  #visitsOf(network: string, now: number): Visits {
    const visits = this.#visits.get(network) ?? { open: 0, since: now, made: 0 };
    // The clock may have been set back.
    if (Math.abs(now - visits.since) >= MINUTE_MS) Object.assign(visits, { since: now, made: 0 });
    return visits;
  }

  leave(host: string, now: number): void {
    const visits = this.#visits.get(networkOf(host));
    if (visits === undefined) return;
    visits.open--;
    this.#open--;
    this.#tidy(now);
  }

  /** Forgets networks that left a minute ago; once a minute, so that it costs next to nothing. */
  #tidy(now: number): void {
    if (Math.abs(now - this.#tidyAt) < MINUTE_MS) return;
    this.#tidyAt = now;
    for (const [network, { open, since }] of this.#visits) {
      if (open === 0 && Math.abs(now - since) >= MINUTE_MS) this.#visits.delete(network);
    }
  }
}

/** Why one more newcomer of a host is refused; undefined if it is not. */
export function crowd(
  host: string,
  limits: LimitsConfig,
  newcomers: Newcomers,
): EntryRefusal | undefined {
  if (over(newcomers.all, limits.unregistered)) {
    return ofAll("Too many connections are being set up: try again in a moment");
  }
  const part = share(limits.unregistered, NEWCOMERS_SHARE);
  if (!over(newcomers.ofNetwork, part) || isExempt(limits, host)) return undefined;
  return ofAddress(
    "Too many connections from your address are being set up: try again in a moment",
  );
}

function ofAll(text: string): EntryRefusal {
  return { text, cause: "server" };
}

function ofAddress(text: string): EntryRefusal {
  return { text, cause: "address" };
}

/** Whether an address is exempt from the limits for one address. */
export function isExempt({ exempt }: LimitsConfig, host: string): boolean {
  if (exempt.length === 0) return false;
  const address = parseAddress(host);
  return exempt.some((each) => rangeHolds(parseRange(each)!, address));
}

/** The most rooms that one network can open; 0 for no limit. */
export function channelsShare({ channels }: LimitsConfig): number {
  return share(channels, ROOMS_SHARE);
}

/** A share of a limit, at least one; 0 if there is no limit. */
function share(limit: number, part: number): number {
  return limit === 0 ? 0 : Math.max(1, Math.floor(limit * part));
}

function over(count: number, limit: number): boolean {
  return limit > 0 && count >= limit;
}

/**
 * The network of an address, which counts as one: IPv4 as it is, the first 64 bits of IPv6, since
 * households and hosts get that much.
 */
export function networkOf(host: string): string {
  if (!host.includes(":")) return host;
  const [head = "", tail] = host.split("::", 2);
  const first = head === "" ? [] : head.split(":");
  const rest = tail === undefined || tail === "" ? 0 : tail.split(":").length;
  while (tail !== undefined && first.length + rest < 8) first.push("0");
  return first.slice(0, 4).map((group) => parseInt(group, 16).toString(16)).join(":");
}
