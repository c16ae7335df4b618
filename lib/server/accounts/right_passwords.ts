/**
 * Remembers the passwords that were right in this run, so that each is compared slowly only once.
 * @module
 */
import { equalBytes } from "../../crypto/equal_bytes.ts";
import type { Bytes, Hashes } from "../../crypto/scram.ts";
import { BoundedMap } from "../../collections/bounded_map.ts";

const MOST = 10_000;

/**
 * Right passwords as HMACs under a random key that is only in memory. After a change a password no
 * longer counts, since its stored form differs.
 */
export class RightPasswords {
  readonly #hashes: Hashes;
  readonly #key: Bytes;
  readonly #known = new BoundedMap<string, { stored: string; mac: Bytes }>(MOST);

  constructor(hashes: Hashes) {
    this.#hashes = hashes;
    this.#key = hashes.random(32);
  }

  /** The HMAC of a password in the form that is hashed; `secret` identifies what it is for. */
  mac(secret: string, given: string): Promise<Bytes> {
    return this.#hashes.hmac(this.#key, new TextEncoder().encode(`${secret}\0${given}`));
  }

  /** Whether the password of a {@linkcode mac} is right; undefined if that is not known. */
  check(secret: string, stored: string, mac: Bytes): boolean | undefined {
    const known = this.#known.get(secret);
    return known?.stored === stored ? equalBytes(known.mac, mac) : undefined;
  }

  /** Remembers a right password; the parameters as in {@linkcode check}. */
  add(secret: string, stored: string, mac: Bytes): void {
    this.#known.set(secret, { stored, mac });
  }
}
