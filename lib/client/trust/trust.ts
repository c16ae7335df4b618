/**
 * Decides whether an encrypted server is the intended one.
 * @module
 */
import { findKnown, type KnownHost, type KnownLine } from "./known_hosts.ts";
import { fingerprintGroups } from "../../irc/fingerprint.ts";
import { TRUST } from "../../wording/reaching.ts";

export interface ShownCertificate {
  /** The name or address that was dialled. */
  readonly host: string;
  readonly port: number;
  readonly fingerprint: string;
  /** Whether an authority that this machine trusts vouches for it. */
  readonly vouched: boolean;
  /** Whether the server is on this machine (a loopback or own address), where nobody is in between. */
  readonly local: boolean;
}

export interface TrustOptions {
  readonly known: readonly KnownLine[];
  readonly file: string;
  /** The fingerprint that the certificate must have (`--fingerprint`, or of an invitation). */
  readonly expected: string | undefined;
  /** Whether to trust an unknown server without asking (`--trust-new`). */
  readonly trustNew: boolean;
  readonly canAsk: boolean;
  /** Today's date: `2026-01-02`. */
  readonly today: string;
}

export type TrustVerdict =
  /** Go on, and add `remember`, if any, to the file of known servers. */
  | {
    readonly kind: "trusted";
    readonly remember: KnownHost | undefined;
    /** Whether it is certain who the server is; else it is only somebody on this machine. */
    readonly sure: boolean;
  }
  /** Ask the person in these lines, and add `remember` to the file if the answer is yes. */
  | { readonly kind: "ask"; readonly question: string; readonly remember: KnownHost }
  /** End with this message. */
  | { readonly kind: "refused"; readonly text: string };

/**
 * Judges a server by its certificate. The fingerprint from its owner counts most, then an
 * authority, then what was seen the last time. A server on this machine is trusted as it is, and
 * not remembered: it may be another one every day.
 */
export function judge(shown: ShownCertificate, options: TrustOptions): TrustVerdict {
  const { host, port, fingerprint, vouched, local } = shown;
  const { known, file, expected, trustNew, canAsk, today } = options;
  const earlier = findKnown(known, host, port);
  const trusted = (how: string | null, sure = true): TrustVerdict => {
    const isNew = earlier === undefined ? !local : earlier.fingerprint !== how;
    return {
      kind: "trusted",
      sure,
      remember: isNew ? { host, port, fingerprint: how, since: today } : undefined,
    };
  };
  const place = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  if (expected !== undefined) {
    if (fingerprint === expected) return trusted(fingerprint);
    return { kind: "refused", text: TRUST.unexpected(place, fingerprint, expected) };
  }
  if (vouched) return trusted(null);
  if (earlier !== undefined) {
    if (earlier.fingerprint === fingerprint) return trusted(fingerprint);
    return { kind: "refused", text: changed(place, fingerprint, earlier, file) };
  }
  if (local || trustNew) return trusted(fingerprint, !local);
  const remember = { host, port, fingerprint, since: today };
  if (canAsk) {
    const question = TRUST.question(place, fingerprint, fingerprintGroups(fingerprint));
    return { kind: "ask", question, remember };
  }
  return { kind: "refused", text: TRUST.unknown(place, fingerprint) };
}

function changed(place: string, now: string, earlier: KnownLine, file: string): string {
  const { fingerprint, since, line } = earlier;
  const before = fingerprint === null
    ? TRUST.changedFromAuthority(since)
    : TRUST.changedFrom(since, fingerprint);
  return TRUST.changed(place, now, before, TRUST.changedAdvice(now, line, file));
}
