/**
 * Passwords in the configuration: as a hash, or as plain text.
 *
 * A hash is one line, `pbkdf2-sha256$ITERATIONS$SALT$HASH`, the last two in base64: PBKDF2 with
 * HMAC-SHA-256 (RFC 8018 section 5.2), the 32 bytes of its first block. Passwords are normalised to
 * NFC first: what one keyboard sends as one character, another sends as a letter and an accent.
 *
 * @module
 */
import { fromBase64, toBase64 } from "./base64.ts";
import { equalBytes } from "./equal_bytes.ts";
import { webHashes } from "./hashes.ts";
import { type Bytes, SALT_BYTES } from "./scram.ts";

const PREFIX = "pbkdf2-sha256$";

/** A hash that asks for more is a typing error, and would keep its server busy for minutes. */
const MOST_ITERATIONS = 10_000_000;

const FORM = /^pbkdf2-sha256\$([1-9]\d{0,7})\$([^$]{4,130})\$([^$]{44})$/;

const { iterations: ITERATIONS, pbkdf2, random, sha256 } = webHashes();

/** Hashes a password under a new random salt, for {@linkcode verifyPassword}. */
export async function hashPassword(password: string): Promise<string> {
  const salt = random(SALT_BYTES);
  const hash = await pbkdf2(toBytes(password), salt, ITERATIONS);
  return `${PREFIX}${ITERATIONS}$${toBase64(salt)}$${toBase64(hash)}`;
}

/**
 * Whether a password is the stored one. The time that the comparison takes does not tell how much
 * of it is right. Hashes are computed off the main thread.
 *
 * @param stored what {@linkcode hashPassword} returned, or the password itself. A broken hash
 *   ({@linkcode isBrokenHash}) matches nothing, not even itself.
 */
export async function verifyPassword(stored: string, given: string): Promise<boolean> {
  if (!stored.startsWith(PREFIX)) {
    const [one, other] = await Promise.all([stored, given].map((text) => sha256(toBytes(text))));
    return equalBytes(one!, other!);
  }
  const known = parseHash(stored);
  if (known === undefined) return false;
  return equalBytes(known.hash, await pbkdf2(toBytes(given), known.salt, known.iterations));
}

/** Whether a text starts like a hash but is not a whole one: cut off, for example. */
export function isBrokenHash(stored: string): boolean {
  return stored.startsWith(PREFIX) && parseHash(stored) === undefined;
}

function parseHash(text: string): { iterations: number; salt: Bytes; hash: Bytes } | undefined {
  const [, count, ...parts] = FORM.exec(text) ?? [];
  const iterations = Number(count);
  // The padding is checked too, so that a salt that lost its last character is noticed.
  const [salt, hash] = parts.map(fromBase64);
  if (!(iterations <= MOST_ITERATIONS) || salt === undefined || hash === undefined) {
    return undefined;
  }
  return { iterations, salt, hash };
}

function toBytes(password: string): Bytes {
  return new TextEncoder().encode(password.normalize("NFC"));
}
