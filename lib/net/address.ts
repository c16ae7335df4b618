/**
 * Parses and formats the addresses of hosts.
 * @module
 */
import { isLinkLocal } from "../irc/addresses.ts";

/** Strips the IPv6 form of an IPv4 peer on a dual-stack socket: `::ffff:1.2.3.4`. */
export function plainHost(host: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host)?.[1] ?? host;
}

/** Whether an address is one of these, in any form and zone. */
export function isOneOf(host: string, interfaces: readonly Interface[]): boolean {
  const bare = (address: string) => plainHost(address).replace(/%.*$/, "");
  return interfaces.some(({ address }) => bare(address) === bare(host));
}

/** Formats an address with its port: `1.2.3.4:5`, `[::1]:5`. */
export function hostAndPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether an address never leaves this machine (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3). */
export function isLoopback(host: string): boolean {
  return /^127(\.\d+){3}$/.test(plainHost(host)) || host === "::1";
}

/** An address of this machine, from `Deno.networkInterfaces`. */
export interface Interface {
  readonly address: string;
  readonly family: "IPv4" | "IPv6";
}

/** Whether a server that listens on this address listens on all of them, as null also says. */
export function isAnyAddress(host: string | null): host is null {
  return host === null || host === "0.0.0.0" || host === "::";
}

/**
 * The addresses under which others find a server that listens on `host` (null for all addresses). A
 * system may tell no `interfaces`.
 */
export function joinHosts(
  host: string | null,
  interfaces: readonly Interface[],
): readonly string[] {
  if (!isAnyAddress(host)) return [host];
  const hosts = networkAddresses(interfaces);
  const reached = host === "0.0.0.0" ? hosts.filter((address) => !address.includes(":")) : hosts;
  // If the system does not tell, only this machine is known to reach it.
  return reached.length > 0 ? reached : ["localhost"];
}

/**
 * The addresses under which other machines reach this one, IPv4 first. Loopback and link-local
 * addresses are of no use to them. Temporary IPv6 addresses can't be told apart, so one is enough.
 */
export function networkAddresses(interfaces: readonly Interface[]): string[] {
  const v4 = interfaces.filter(({ family, address }) =>
    family === "IPv4" && !/^(127|169\.254)\./.test(address)
  );
  const v6 = interfaces.filter(({ family, address }) =>
    family === "IPv6" && address !== "::1" && !isLinkLocal(address)
  );
  return [...v4, ...v6.slice(0, 1)].map(({ address }) => address);
}
