/**
 * The passwords that were right since the server was started: each is compared slowly only once.
 * @module
 */
import { equalBytes } from "../../crypto/equal_bytes.ts";
import type { Bytes, Hashes } from "../../crypto/scram.ts";
import { BoundedMap } from "../../collections/bounded_map.ts";

/** How many are remembered. */
const MOST = 10_000;

/** What is remembered of a right password. */
interface Known {
  readonly stored: string;
  readonly mac: Bytes;
}

/**
 * Remembers right passwords as HMACs under a random key, which is only in memory. A password that was
 * changed no longer counts, because the text that is stored of it has changed.
 */
export class RightPasswords {
  readonly #hashes: Hashes;
  readonly #key: Bytes;
  readonly #known = new BoundedMap<string, Known>(MOST);

  /** Remembers none yet. */
  constructor(hashes: Hashes) {
    this.#hashes = hashes;
    this.#key = hashes.random(32);
  }

  /**
   * What stands for a password here.
   *
   * @param secret what the password is for.
   * @param given the password, in the form that is hashed.
   */
  mac(secret: string, given: string): Promise<Bytes> {
    return this.#hashes.hmac(this.#key, new TextEncoder().encode(`${secret}\0${given}`));
  }

  /**
   * Whether a password is the right one.
   *
   * @param stored what is stored of the right one.
   * @param mac what {@linkcode mac} returned.
   * @returns undefined if that is not known.
   */
  check(secret: string, stored: string, mac: Bytes): boolean | undefined {
    const known = this.#known.get(secret);
    return known?.stored === stored ? equalBytes(known.mac, mac) : undefined;
  }

  /** Remembers a right password; the parameters as in {@linkcode check}. */
  add(secret: string, stored: string, mac: Bytes): void {
    this.#known.set(secret, { stored, mac });
  }
}
