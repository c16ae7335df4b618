/**
 * The names and addresses of a server, by which browsers may ask for its page.
 *
 * A page of another site can make a browser ask here under that site's name, by changing the
 * address of the name (DNS rebinding). Such a request has a `Host` that is not ours.
 * @module
 */
import { formatRange, parseRange } from "../irc/addresses.ts";
import { isLoopback } from "../net/address.ts";

/** How long to wait before the system is asked again, in milliseconds. */
const AGAIN_MS = 1000;

export class OwnHosts {
  readonly #read: () => readonly string[];
  #known: ReadonlySet<string> = new Set();
  #readAt = -Infinity;

  /** @param read returns names and addresses as they are now. It may be slow. */
  constructor(read: () => readonly string[]) {
    this.#read = read;
  }

  /**
   * Whether the host of a `Host` header, without its port, is one of the server's.
   *
   * @param origins other origins whose hosts count too.
   * @param now in milliseconds; the addresses of a machine change.
   */
  has(host: string, origins: readonly string[], now: number): boolean {
    const wanted = canonical(host);
    if (isLoopback(wanted) || this.#known.has(wanted)) return true;
    if (origins.some((origin) => canonical(new URL(origin).hostname) === wanted)) return true;
    if (Math.abs(now - this.#readAt) < AGAIN_MS) return false;
    this.#readAt = now;
    this.#known = new Set(this.#read().map(canonical));
    return this.#known.has(wanted);
  }
}

/** A name in lower case, an address in its shortest form, without brackets. */
function canonical(host: string): string {
  const bare = host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  const address = parseRange(bare);
  return address === undefined ? bare : formatRange(address);
}
