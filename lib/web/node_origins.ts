/**
 * The pages of other servers of the same chat, which may connect to each other's servers.
 * @module
 */
import type { NodePlace } from "../irc/node_address.ts";

/** The origins of their pages, as browsers send them. */
export function originsOf(nodes: readonly NodePlace[]): string[] {
  return addressesOf(nodes, "http").map((address) => new URL(address).origin);
}

/** Where their WebSockets are, as a Content-Security-Policy names it: it can't name IPv6 addresses. */
export function socketsOf(nodes: readonly NodePlace[]): string[] {
  return addressesOf(nodes, "ws").filter((address) => !address.includes("["));
}

function addressesOf(nodes: readonly NodePlace[], scheme: "http" | "ws"): string[] {
  return nodes.flatMap(({ host, port, tlsPort, webPort }) => {
    if (webPort === undefined || !/^[\w.:-]+$/.test(host)) return [];
    const address = `://${host.includes(":") ? `[${host}]` : host}:${webPort}`.toLowerCase();
    return [
      ...port === undefined ? [] : [`${scheme}${address}`],
      ...tlsPort === undefined ? [] : [`${scheme}s${address}`],
    ];
  });
}
