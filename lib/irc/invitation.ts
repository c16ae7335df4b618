/**
 * The token of an invitation, which a client sends in place of the server's password.
 * @module
 */
import { toHex } from "../text/bytes.ts";
import { toBase64 } from "../crypto/base64.ts";
import type { Bytes, ScramHashes } from "../crypto/scram.ts";

/** How many random bytes a token holds. */
export const TOKEN_BYTES = 16;

const FORM = /^invite-[A-Za-z0-9_-]{22}$/;

/** Makes a token of random bytes. It needs no quotes in a shell and no escapes in an address. */
export function invitationToken(random: Bytes): string {
  const text = toBase64(random).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `invite-${text}`;
}

export function isInvitationToken(text: string): boolean {
  return FORM.test(text);
}

/** The SHA-256 of a token, in hexadecimal. Tokens can't be guessed, so a fast hash is enough. */
export async function hashToken(hashes: ScramHashes, token: string): Promise<string> {
  return toHex(await hashes.sha256(new TextEncoder().encode(token)));
}
