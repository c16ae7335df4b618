/**
 * The fingerprint of a certificate.
 * @module
 */
import { createHash } from "node:crypto";
import { fingerprint } from "../irc/fingerprint.ts";

/** The fingerprint of a certificate in DER, as {@linkcode fingerprint} writes it. */
export function certificateFingerprint(certificate: Uint8Array): string {
  return fingerprint(createHash("sha256").update(certificate).digest());
}
