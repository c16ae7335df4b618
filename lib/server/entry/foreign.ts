/**
 * Recognises programs on the wrong port: browsers, and TLS clients on the plain port.
 * @module
 */
import type { Line } from "../../irc/lines.ts";

/** Request lines of HTTP (RFC 9110 section 9, RFC 9113 section 3.4). */
const HTTP = /^(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|TRACE|PATCH|PRI) |^CONNECT \S+ HTTP\//;

/** HTTP headers that a web page could make a browser send. */
const HEADER = /^(?:Host|Origin|Referer|User-Agent|Content-Length|Content-Type):/i;

/**
 * Whether a line is HTTP. Its sender must be cut off at once: a web page could make a browser send
 * commands of ours in the body of a request.
 */
export function isForeign(line: Line): boolean {
  return HTTP.test(line.text) || HEADER.test(line.text);
}

/** Whether the first bytes of a connection are a TLS handshake (RFC 8446 section 5.1). */
export function isTls(bytes: Uint8Array): boolean {
  return bytes[0] === 0x16 && (bytes.length < 2 || bytes[1] === 0x03);
}
