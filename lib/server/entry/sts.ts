/**
 * Telling IRC programs to encrypt from now on.
 *
 * Source: IRCv3 "Strict Transport Security". It is shown in CAP LS to those who understand values,
 * and can't be asked for with CAP REQ.
 * @module
 */
import type { Config } from "../settings/config.ts";

/**
 * What the capability `sts` says; `undefined` where it is not shown. It isn't where the server made
 * its certificate itself: programs would insist on encrypting and then refuse the certificate.
 *
 * @param secure whether the connection on which it is said is encrypted: only there does a duration
 * count, and on others it is the port that does.
 */
export function stsValue({ tls }: Config, secure: boolean): string | undefined {
  if (tls === null || tls.cert === null) return undefined;
  // A duration of 0 takes back what was said before.
  if (secure) return `duration=${tls.stsSeconds}`;
  return tls.stsSeconds === 0 ? undefined : `port=${tls.port}`;
}
