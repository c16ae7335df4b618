/**
 * Addresses as people read and type them.
 * @module
 */

/** The address of an IPv4 peer on a dual-stack socket as IPv4; any other as it is. */
export function plainHost(host: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host)?.[1] ?? host;
}

/** `1.2.3.4:5`, and `[::1]:5` for IPv6. */
export function hostAndPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether an address is one that never leaves this machine (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3). */
export function isLoopback(host: string): boolean {
  return /^127(\.\d+){3}$/.test(plainHost(host)) || host === "::1";
}

/** One address of this machine, as `Deno.networkInterfaces` tells. */
export interface Interface {
  /** The address. */
  readonly address: string;
  /** Whose address it is. */
  readonly family: "IPv4" | "IPv6";
}

/** Whether a server that listens on this address listens on all of them; null stands for that. */
export function isAnyAddress(host: string | null): host is null {
  return host === null || host === "0.0.0.0" || host === "::";
}

/**
 * The addresses under which others find a server.
 *
 * @param host the address that it listens on; null for all.
 * @param interfaces the addresses of this machine; none if the system doesn't tell.
 */
export function joinHosts(
  host: string | null,
  interfaces: readonly Interface[],
): readonly string[] {
  if (!isAnyAddress(host)) return [host];
  const hosts = networkAddresses(interfaces);
  const reached = host === "0.0.0.0" ? hosts.filter((address) => !address.includes(":")) : hosts;
  // If the system doesn't tell, it is only reached from itself, as far as we know.
  return reached.length > 0 ? reached : ["localhost"];
}

/**
 * The addresses under which other machines reach this one, IPv4 first. Loopback and link-local
 * ones are of no use to them, and temporary IPv6 ones can't be told apart, so one IPv6 will do.
 */
export function networkAddresses(interfaces: readonly Interface[]): string[] {
  const v4 = interfaces.filter(({ family, address }) =>
    family === "IPv4" && !/^(127|169\.254)\./.test(address)
  );
  const v6 = interfaces.filter(({ family, address }) =>
    family === "IPv6" && address !== "::1" && !/^fe[89ab]/i.test(address)
  );
  return [...v4, ...v6.slice(0, 1)].map(({ address }) => address);
}
