/**
 * The secret of an invitation, as it goes over the wire: in the place of the server's password.
 * @module
 */
import { toBase64 } from "../crypto/base64.ts";
import type { Bytes, ScramHashes } from "../crypto/scram.ts";

/** How many random bytes a token holds: more than anyone can guess. */
export const TOKEN_BYTES = 16;

const FORM = /^invite-[A-Za-z0-9_-]{22}$/;

/** The token for random bytes: a word that needs no quotes, in a shell or in an address. */
export function invitationToken(random: Bytes): string {
  const text = toBase64(random).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `invite-${text}`;
}

/** Whether a text looks like a token. */
export function isInvitationToken(text: string): boolean {
  return FORM.test(text);
}

/** What is kept of a token: its SHA-256, in hexadecimal. It says too much to be guessed back. */
export async function hashToken(hashes: ScramHashes, token: string): Promise<string> {
  const hash = await hashes.sha256(new TextEncoder().encode(token));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
