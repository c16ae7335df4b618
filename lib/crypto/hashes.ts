/**
 * The hash functions and random bytes of Web Crypto. PBKDF2 runs on another thread.
 * @module
 */
import type { Bytes, Hashes } from "./scram.ts";

/** What OWASP recommends for PBKDF2-HMAC-SHA256; about a tenth of a second. */
const ITERATIONS = 600_000;

/** Makes the hash functions. Tests, which can't wait, use fewer iterations than are safe. */
export function webHashes(iterations = ITERATIONS): Hashes {
  return {
    iterations,
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    sha256: async (data) => new Uint8Array(await crypto.subtle.digest("SHA-256", data)),
    async hmac(key, data) {
      const algorithm = { name: "HMAC", hash: "SHA-256" };
      const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
      return new Uint8Array(await crypto.subtle.sign("HMAC", imported, data));
    },
    pbkdf2: derive,
  };
}

async function derive(password: Bytes, salt: Bytes, iterations: number): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const parameters = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 256));
}
