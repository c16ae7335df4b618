/**
 * The capability `sts`, which makes clients encrypt from now on.
 *
 * Source: IRCv3 "Strict Transport Security". CAP LS shows it, CAP REQ can't ask for it.
 * @module
 */
import type { Config } from "../settings/config.ts";

/**
 * The value of `sts`: the duration on encrypted connections, the port on others. Undefined if it is
 * not offered. A certificate of our own making does not count: clients would insist on encrypting,
 * then refuse it.
 */
export function stsValue({ tls }: Config, secure: boolean): string | undefined {
  if (tls === null || tls.cert === null) return undefined;
  // A duration of 0 revokes an earlier one.
  if (secure) return `duration=${tls.stsSeconds}`;
  return tls.stsSeconds === 0 ? undefined : `port=${tls.port}`;
}
