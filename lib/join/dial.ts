/**
 * Making a connection.
 * @module
 */
import { dialFault } from "../client/dial_fault.ts";
import type { Target } from "../client/target.ts";

/** How long a dial may take, in milliseconds. */
const DIAL_MS = 15_000;

/**
 * Connects to a server. Never rejects.
 *
 * @param dial ends the attempt.
 * @returns the connection, or why there is none: part of a sentence, in plain words.
 */
export async function dialTo(
  { host: hostname, port }: Target,
  dial: AbortController,
): Promise<Deno.TcpConn | string> {
  const timeout = setTimeout(() => dial.abort(new DOMException("", "TimeoutError")), DIAL_MS);
  try {
    const socket = await Deno.connect({ hostname, port, signal: dial.signal });
    socket.setNoDelay(true);
    return socket;
  } catch (error) {
    return dialFault(error);
  } finally {
    clearTimeout(timeout);
  }
}
