/**
 * What this machine is called, and where it is found.
 * @module
 */
import { isAnyAddress } from "../../net/address.ts";

/** This machine's name as that of an IRC server, which needs a dot in it. */
export function serverName(): string {
  const name = hostName() || "chat";
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name) ? name : `${name.replaceAll(".", "")}.local`;
}

/** This machine's name in small letters; empty where the system doesn't tell. */
function hostName(): string {
  try {
    return Deno.hostname().toLowerCase().replace(/[^a-z0-9.-]/g, "").slice(0, 50);
  } catch {
    return "";
  }
}

/**
 * All names and addresses under which a server on this machine could be reached.
 *
 * @param name what it calls itself.
 * @param host the address that it listens on; null for all.
 */
export function certificateHosts(name: string, host: string | null): readonly string[] {
  const own = hostName();
  return [
    ...new Set([
      "localhost",
      name,
      ...own === "" ? [] : [own],
      ...isAnyAddress(host) ? [] : [host],
      "127.0.0.1",
      "::1",
      ...interfaces().map(({ address }) => address.replace(/%.*$/, "")),
    ]),
  ];
}

/** The addresses of this machine; none if the system doesn't tell. */
export function interfaces(): Deno.NetworkInterfaceInfo[] {
  try {
    return Deno.networkInterfaces();
  } catch {
    return [];
  }
}
