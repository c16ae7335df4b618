/**
 * Who sent a request, and how: with a proxy in between, what the proxy says.
 * @module
 */
import { formatRange, parseAddress, parseRange, rangeHolds } from "../irc/addresses.ts";

/** One end of a connection. */
export interface WebPeer {
  /** The address without the port. */
  readonly host: string;
  /** Whether the connection is encrypted. */
  readonly secure: boolean;
}

export interface Visitor extends WebPeer {
  /** Whether a proxy told its address. */
  readonly forwarded: boolean;
}

/** Whether an address is in one of these ranges, as {@linkcode parseRange} takes them. */
export function isIn(host: string, ranges: readonly string[]): boolean {
  if (ranges.length === 0) return false;
  const address = parseAddress(host);
  return ranges.some((range) => rangeHolds(parseRange(range)!, address));
}

/**
 * Finds who sent a request. The headers of a proxy count only if the peer is a trusted one: anyone
 * can write them.
 *
 * The addresses in `X-Forwarded-For` are those of the client and of each proxy but the last. The
 * visitor is the last one that is not itself a trusted proxy; what stands before it may be forged.
 */
export function visitorOf(
  headers: ReadonlyMap<string, string>,
  peer: WebPeer,
  trusted: readonly string[],
): Visitor {
  const direct = { host: peer.host, secure: peer.secure, forwarded: false };
  if (!isIn(peer.host, trusted)) return direct;
  const proto = last(headers.get("x-forwarded-proto"));
  const secure = proto === undefined ? peer.secure : proto.toLowerCase() === "https";
  let host: string | undefined;
  for (const entry of (headers.get("x-forwarded-for") ?? "").split(",").reverse()) {
    const address = withoutPort(entry.trim());
    if (address === undefined) break;
    host = address;
    if (!isIn(address, trusted)) break;
  }
  return host === undefined ? { ...direct, secure } : { host, secure, forwarded: true };
}

function last(list: string | undefined): string | undefined {
  return list?.split(",").at(-1)?.trim();
}

/** An address in canonical form; some proxies add the port. Undefined for other text. */
function withoutPort(entry: string): string | undefined {
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(entry)?.[1] ?? entry.replace(/^([\d.]+):\d+$/, "$1");
  const range = bare.includes("/") ? undefined : parseRange(bare);
  return range && formatRange(range);
}

/**
 * The networks in which http is answered: those of the machine and of its neighbours (RFC 1122,
 * RFC 1918, RFC 3927, RFC 4193, RFC 4291). An address of the shared space (RFC 6598) is one of a
 * tailnet, or of the network of the provider that the server is in itself.
 */
const PRIVATE = [
  ...["127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"],
  ...["100.64.0.0/10", "::1", "fe80::/10", "fc00::/7"],
];

/** Whether an address is of a private network, or of this machine. */
export function isPrivate(host: string): boolean {
  return isIn(host, PRIVATE);
}
