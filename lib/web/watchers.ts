/**
 * Decides who may see how the server does.
 * @module
 */
import type { WebRequest } from "./door/request_reader.ts";
import { isIn, type Visitor } from "./visitor.ts";
import { isLoopback } from "../net/address.ts";

/** The headers by which proxies tell that a request is somebody else's. */
const PASSED_ON = [
  ...["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"],
];

/** The machine's name for itself, with or without a port. */
const THIS_MACHINE = /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/i;

/**
 * Whether a request is answered that asks how the server does: from a listed address, or from this
 * machine. A proxy on this machine, trusted or not, does not count as this machine: what it passes
 * on has a header that says so, or asks for the name that the proxy is known by.
 *
 * @param listed addresses and ranges.
 */
export function mayWatch(
  { headers }: Pick<WebRequest, "headers">,
  { host }: Pick<Visitor, "host">,
  listed: readonly string[],
): boolean {
  if (isIn(host, listed)) return true;
  return isLoopback(host) && THIS_MACHINE.test(headers.get("host") ?? "") &&
    !PASSED_ON.some((name) => headers.has(name));
}
