/**
 * Passwords as the configuration holds them: as a hash, or as plain text.
 *
 * A hash is one line, `pbkdf2-sha256$ITERATIONS$SALT$HASH`, the last two in base64: PBKDF2 with
 * HMAC-SHA-256 (RFC 8018 section 5.2), the 32 bytes of its first block. Passwords are brought to
 * NFC before anything else, because what one keyboard sends as one character comes from another
 * as a letter and an accent.
 *
 * @module
 */

const PREFIX = "pbkdf2-sha256$";

/** What OWASP recommends for PBKDF2-HMAC-SHA256; about a tenth of a second. */
const ITERATIONS = 600_000;

/** A hash that asks for more is a typing error, and would keep its server busy for minutes. */
const MOST_ITERATIONS = 10_000_000;

/** In bytes; NIST SP 800-132 section 5.1 asks for at least 16. */
const SALT_LENGTH = 16;

/** In bytes: what SHA-256 gives. More would cost us twice the time, and a guesser nothing. */
const HASH_LENGTH = 32;

const FORM = /^pbkdf2-sha256\$([1-9]\d{0,7})\$([A-Za-z0-9+/]{2,128}={0,2})\$([A-Za-z0-9+/]{43}=)$/;

type Hash = {
  readonly iterations: number;
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly hash: Uint8Array<ArrayBuffer>;
};

/**
 * Hashes a password under a new random salt.
 *
 * @returns `pbkdf2-sha256$ITERATIONS$SALT$HASH`, which {@linkcode verifyPassword} understands
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_LENGTH));
  const hash = await derive(password, salt, ITERATIONS);
  return `${PREFIX}${ITERATIONS}$${toBase64(salt)}$${toBase64(hash)}`;
}

/**
 * Whether a password is the one that is stored. The time that the comparison takes does not tell
 * in how much of it they agree. Hashes are computed off the main thread.
 *
 * @param stored what {@linkcode hashPassword} returned, or the password itself. What starts like a
 *   hash and is none ({@linkcode isBrokenHash}) matches nothing, not even itself.
 * @param given what somebody claims the password to be; any text
 */
export async function verifyPassword(stored: string, given: string): Promise<boolean> {
  if (!stored.startsWith(PREFIX)) {
    const [one, other] = await Promise.all([digest(stored), digest(given)]);
    return equal(one, other);
  }
  const known = parseHash(stored);
  if (known === undefined) return false;
  const { iterations, salt, hash } = known;
  return equal(hash, await derive(given, salt, iterations));
}

/** Whether a text starts like a hash and can't be one: cut off, say, or with a line of another. */
export function isBrokenHash(stored: string): boolean {
  return stored.startsWith(PREFIX) && parseHash(stored) === undefined;
}

function parseHash(text: string): Hash | undefined {
  const [, count, salt = "", hash = ""] = FORM.exec(text) ?? [];
  const iterations = Number(count);
  // Padding counts too, so that a salt that lost its last character is seen.
  if (!(iterations <= MOST_ITERATIONS) || salt.length % 4 !== 0) return undefined;
  return { iterations, salt: fromBase64(salt), hash: fromBase64(hash) };
}

async function derive(
  password: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey("raw", toBytes(password), "PBKDF2", false, [
    "deriveBits",
  ]);
  const parameters = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 8 * HASH_LENGTH));
}

async function digest(password: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", toBytes(password)));
}

/** Looks at every byte, wherever the first difference is. */
function equal(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length;
  for (const [i, byte] of one.entries()) difference |= byte ^ (other[i] ?? 0);
  return difference === 0;
}

function toBytes(password: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(password.normalize("NFC"));
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
