import type { Bytes, Hashes } from "../../lib/crypto/scram.ts";
import { Random } from "./random.ts";

/** A 32-byte digest of all parts. Not secure. */
export function mix(...parts: readonly Uint8Array[]): Bytes {
  let state = 0x811c9dc5;
  for (const part of parts) {
    for (const byte of part) state = Math.imul(state ^ byte, 0x01000193);
    state = Math.imul(state ^ part.length, 0x01000193);
  }
  const random = new Random(state);
  return Uint8Array.from({ length: 32 }, () => random.below(256));
}

/**
 * Fake hash functions that are fast and complete in the order of the calls. The real ones run on
 * threads, so a story could not be repeated with them.
 */
export function quickHashes(): Hashes {
  const random = new Random(1);
  return {
    iterations: 4096,
    random: (length) => Uint8Array.from({ length }, () => random.below(256)),
    sha256: (data) => Promise.resolve(mix(data)),
    hmac: (key, data) => Promise.resolve(mix(key, data)),
    pbkdf2: (password, salt, iterations) =>
      Promise.resolve(mix(password, salt, Uint8Array.of(iterations & 255))),
  };
}
