/**
 * Whether an encrypted server is the one that was meant: the rules, without the asking.
 * @module
 */
import { findKnown, type KnownHost, type KnownLine } from "./known_hosts.ts";

/** What a server showed of itself, and what is known of it. */
export interface ShownCertificate {
  /** The name or address that was asked for. */
  readonly host: string;
  /** The port. */
  readonly port: number;
  /** The fingerprint of its certificate: `SHA256:...`. */
  readonly fingerprint: string;
  /** Whether an authority that this machine trusts vouches for it. */
  readonly vouched: boolean;
  /** Whether it is on this very machine (a loopback address), where nobody is in between. */
  readonly local: boolean;
}

/** What a person has said or left open. */
export interface TrustOptions {
  /** The servers that are known. */
  readonly known: readonly KnownLine[];
  /** The file in which they are, for messages. */
  readonly file: string;
  /** The fingerprint that it must have (`--fingerprint`, an invitation's); else undefined. */
  readonly expected: string | undefined;
  /** Whether an unknown server is trusted without a question (`--trust-new`). */
  readonly trustNew: boolean;
  /** Whether there is someone to be asked. */
  readonly canAsk: boolean;
  /** Today's date: `2026-01-02`. */
  readonly today: string;
}

/** What is to be done. */
export type TrustVerdict =
  /** To go on; and to keep this in the file of known servers, where there is something new. */
  | {
    readonly kind: "trusted";
    readonly remember: KnownHost | undefined;
    /** Whether it is certain who it is; else it is only somebody on this machine. */
    readonly sure: boolean;
  }
  /** To ask someone, in these lines, and to keep this where the answer is yes. */
  | { readonly kind: "ask"; readonly question: string; readonly remember: KnownHost }
  /** To end it, with these words. */
  | { readonly kind: "refused"; readonly text: string };

/**
 * Judges a server by its certificate: what was told by its owner counts most, then an authority's
 * word, then what was seen the last time. A server on this machine is trusted as it is, and not
 * remembered: it may be another one every day.
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
    const text = `This is not the server that was meant: the certificate of ${place} is ` +
      `${fingerprint}, but it must be ${expected}. Someone may be listening in. Nothing was sent.`;
    return { kind: "refused", text };
  }
  if (vouched) return trusted(null);
  if (earlier !== undefined) {
    if (earlier.fingerprint === fingerprint) return trusted(fingerprint);
    return { kind: "refused", text: changed(place, fingerprint, earlier, file) };
  }
  if (local || trustNew) return trusted(fingerprint, !local);
  const remember = { host, port, fingerprint, since: today };
  if (canAsk) {
    // The fingerprint has a line of its own, so that it can be compared.
    const question = `This server is new here, and nobody vouches for it. The certificate of ` +
      `${place} is\n${fingerprint}\nIf its owner told you the same, it is the right one. ` +
      "Go on and remember it?";
    return { kind: "ask", question, remember };
  }
  const text =
    `Nobody vouches for the server at ${place}, and it is not known here. Ask its owner ` +
    `whether its certificate is ${fingerprint}; if so, enter with --fingerprint ${fingerprint}. ` +
    "With --trust-new any server is trusted the first time.";
  return { kind: "refused", text };
}

function changed(place: string, now: string, earlier: KnownLine, file: string): string {
  const before = earlier.fingerprint === null
    ? "an authority vouched for it, and now none does"
    : `it was ${earlier.fingerprint}`;
  return `WARNING: the certificate of ${place} is another one than before. Someone may be ` +
    `listening in. Nothing was sent. It is ${now} now; since ${earlier.since} ${before}. ` +
    `If its owner confirms that it is new, enter with --fingerprint ${now}, ` +
    `or remove line ${earlier.line} of ${file}.`;
}
