/**
 * The names and addresses of this machine.
 * @module
 */
import { LABEL_BYTES } from "../../lan/dns_name.ts";
import { isAnyAddress } from "../../net/address.ts";
import { clip } from "../../text/bytes.ts";
import { visibleName } from "../../text/text.ts";

/** A server name for this machine; IRC needs a dot in it. */
export function serverName(): string {
  const name = hostName() || "chat";
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name) ? name : `${name.replaceAll(".", "")}.local`;
}

/** The machine's name in lower case; empty if the system doesn't tell. */
function hostName(): string {
  try {
    return Deno.hostname().toLowerCase().replace(/[^a-z0-9.-]/g, "").slice(0, 50);
  } catch {
    return "";
  }
}

/** The machine's own name, without its domain, as its people write it; it is a title of a room. */
export function machineName(): string {
  try {
    const [name = ""] = Deno.hostname().split(".");
    return name === "" ? "Chat" : clip(visibleName(name), LABEL_BYTES);
  } catch {
    return "Chat";
  }
}

/** All names and addresses under which a server on this machine can be reached. */
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

/** The addresses of this machine; empty if the system doesn't tell. */
export function interfaces(): Deno.NetworkInterfaceInfo[] {
  try {
    return Deno.networkInterfaces();
  } catch {
    return [];
  }
}
