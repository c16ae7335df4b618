/**
 * Checks a certificate and its key, and prepares them for `node:tls`.
 * @module
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import type { KeyPair } from "./certificate.ts";
import { certificateFingerprint } from "./certificate_fingerprint.ts";
import { KEYS } from "../wording/log.ts";

/** A certificate or key can't be used. The message is part of a sentence in the user's words. */
export class CertificateError extends Error {
  override readonly name = "CertificateError";

  constructor(message: string, readonly which: keyof KeyPair) {
    super(message);
  }
}

export interface TlsContext {
  readonly secure: SecureContext;
  /** The certificate's fingerprint: `SHA256:...`. */
  readonly fingerprint: string;
  /** When the certificate expires, in milliseconds since 1970. */
  readonly validUntil: number;
}

/**
 * Checks a certificate and its key, since `createSecureContext` accepts anything, and then every
 * handshake fails. Throws a {@linkcode CertificateError} if they can't be used.
 */
export function tlsContext({ cert, key }: KeyPair): TlsContext {
  const certificate = parsed("cert", KEYS.noCertificate, () => {
    if (!cert.includes("-----BEGIN CERTIFICATE-----")) throw new Error();
    return new X509Certificate(cert);
  });
  if (/^-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(key)) {
    throw new CertificateError(KEYS.passphrase, "key");
  }
  const privateKey = parsed("key", KEYS.noKey, () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new CertificateError(KEYS.otherKey, "key");
  }
  return {
    secure: createSecureContext({ cert, key, minVersion: "TLSv1.2" }),
    fingerprint: certificateFingerprint(certificate.raw),
    validUntil: Date.parse(certificate.validTo),
  };
}

function parsed<T>(which: keyof KeyPair, fault: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw new CertificateError(fault, which);
  }
}

/**
 * Why this runtime can't encrypt, as part of a sentence. Up to 2.4, `node:tls` accepts no stream of
 * ours and shows no peer certificates; 2.9.5 is the first version that this was tried with.
 */
export function tlsFault(version: string = Deno.version.deno): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 2 || major === 2 && minor >= 9) return undefined;
  return KEYS.oldRuntime(version);
}
