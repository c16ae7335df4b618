/**
 * The opening handshake of a WebSocket, at the server's end.
 *
 * Source: RFC 6455 section 4.2; IRCv3 "WebSocket support".
 * @module
 */
import { fromBase64, toBase64 } from "../../crypto/base64.ts";
import { HANDSHAKE_FAULTS } from "../../wording/web_faults.ts";
import { hasToken, listOf, type WebRequest } from "./request_reader.ts";

const SUBPROTOCOLS = ["text.ircv3.net", "binary.ircv3.net"] as const;

/** A form of IRC over WebSocket: lines as text or as binary messages. */
export type Subprotocol = typeof SUBPROTOCOLS[number];

/** What a client asks for. */
export interface Handshake {
  readonly key: string;
  /**
   * The first that we know of those that the client prefers; undefined if there is none. It then
   * gets text messages, as the page of any web client can read them.
   */
  readonly subprotocol: Subprotocol | undefined;
}

/** Why a request can't become a WebSocket. */
export interface HandshakeFault {
  /** An answer with 426 must say `Sec-WebSocket-Version: 13`. */
  readonly status: 400 | 426;
  /** A sentence for the person who wrote the client. */
  readonly why: string;
}

/** What both ends add to the key (RFC 6455 section 1.3). */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/**
 * Whether a request asks for an upgrade to WebSocket. One of HTTP/1.0 can't (RFC 9110 section 7.8),
 * and one after which the connection must close does not.
 */
export function isUpgrade({ headers, keepAlive }: WebRequest): boolean {
  return keepAlive && hasToken(headers.get("connection"), "upgrade") &&
    hasToken(headers.get("upgrade"), "websocket");
}

/** Checks a request for an upgrade (RFC 6455 section 4.2.1). */
export function readHandshake(request: WebRequest): Handshake | HandshakeFault {
  if (request.method !== "GET" || !isUpgrade(request)) {
    return { status: 400, why: HANDSHAKE_FAULTS.notUpgrade };
  }
  const { headers } = request;
  if (headers.get("sec-websocket-version") !== "13") {
    return { status: 426, why: HANDSHAKE_FAULTS.version };
  }
  const key = headers.get("sec-websocket-key") ?? "";
  if (fromBase64(key)?.length !== 16) return { status: 400, why: HANDSHAKE_FAULTS.key };
  const offered = listOf(headers.get("sec-websocket-protocol"));
  const known = offered.map((name) => SUBPROTOCOLS.find((ours) => ours === name));
  return { key, subprotocol: known.find((one) => one !== undefined) };
}

/** The answer that accepts an upgrade, in bytes (RFC 6455 section 4.2.2). */
export async function acceptHandshake(
  key: string,
  subprotocol: Subprotocol | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(key + GUID));
  const lines = [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${toBase64(new Uint8Array(digest))}`,
    ...subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`],
  ];
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
}
