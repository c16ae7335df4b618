/**
 * Programs that came to the wrong door: browsers, and TLS clients on the plain port.
 * @module
 */
import type { Line } from "../../irc/lines.ts";

/** The first words of HTTP requests (RFC 9110 section 9, RFC 9113 section 3.4). */
const HTTP = /^(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|TRACE|PATCH|PRI) |^CONNECT \S+ HTTP\//;

/** A line of an HTTP header that a page could make a browser send. */
const HEADER = /^(?:Host|Origin|Referer|User-Agent|Content-Length|Content-Type):/i;

/**
 * Whether a line is of another protocol. Its sender is cut off before it can say more: a web page
 * could make a browser send commands of ours in the body of a request.
 */
export function isForeign(line: Line): boolean {
  return HTTP.test(line.text) || HEADER.test(line.text);
}

/** Whether the first bytes of a connection are a TLS handshake (RFC 8446 section 5.1). */
export function isTls(bytes: Uint8Array): boolean {
  return bytes[0] === 0x16 && (bytes.length < 2 || bytes[1] === 0x03);
}
