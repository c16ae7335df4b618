/**
 * The known servers, which were reached with encryption: the text of a file that people can edit.
 *
 * A line is `HOST:PORT HOW DATE`. HOW is the fingerprint of the certificate, or `authority` if an
 * authority vouches for any certificate of the server. `#` starts a comment.
 * @module
 */
import { parseFingerprint } from "../../irc/fingerprint.ts";
import { ADDRESS_FAULT, KNOWN_HOSTS } from "../../wording/reaching.ts";

export interface KnownHost {
  /** The name or address, as it was typed, without brackets. */
  readonly host: string;
  readonly port: number;
  /** The fingerprint of its certificate, `SHA256:...`; null if an authority vouches for it. */
  readonly fingerprint: string | null;
  /** The day on which it was first trusted: `2026-01-02`. */
  readonly since: string;
}

/** A known server with its line number, from 1. */
export interface KnownLine extends KnownHost {
  readonly line: number;
}

/** A line of the file is broken. The message is for the user. */
export class KnownHostsError extends Error {
  override readonly name = "KnownHostsError";
}

const AUTHORITY = "authority";

const FORM = /^(?:\[([^\]\s]+)\]|([^\s:[\]]+)):(\d{1,5})\s+(\S+)\s+(\d{4}-\d{2}-\d{2})$/;

/**
 * Parses the file.
 *
 * @param fileName only for messages.
 * @throws {KnownHostsError} if a line is broken: ignoring it could mean to trust another server.
 */
export function parseKnownHosts(text: string, fileName: string): readonly KnownLine[] {
  const known: KnownLine[] = [];
  for (const [index, raw] of text.replace(/^\ufeff/, "").split("\n").entries()) {
    const bare = raw.replace(/#.*$/s, "").trim();
    if (bare === "") continue;
    const line = index + 1;
    const entry = parseLine(bare);
    if (typeof entry === "string") {
      throw new KnownHostsError(KNOWN_HOSTS.broken(fileName, line, entry));
    }
    const twice = findKnown(known, entry.host, entry.port);
    if (twice !== undefined) {
      throw new KnownHostsError(KNOWN_HOSTS.twice(fileName, line, twice.line));
    }
    known.push({ ...entry, line });
  }
  return known;
}

function parseLine(text: string): KnownHost | string {
  const [, v6, name, digits, how = "", since = ""] = FORM.exec(text) ?? [];
  const host = v6 ?? name;
  if (host === undefined) return KNOWN_HOSTS.form;
  const port = Number(digits);
  if (port < 1 || port > 65535) return ADDRESS_FAULT.port;
  if (how === AUTHORITY) return { host, port, fingerprint: null, since };
  const fingerprint = parseFingerprint(how);
  return fingerprint === undefined ? KNOWN_HOSTS.fingerprint : { host, port, fingerprint, since };
}

/** The entry of a server. Names are compared ignoring case. */
export function findKnown<T extends KnownHost>(
  known: readonly T[],
  host: string,
  port: number,
): T | undefined {
  return known.find((each) => each.port === port && isSame(each.host, host));
}

/** Whether a machine was reached with encryption, on any port. */
export function wasEncrypted(known: readonly KnownHost[], host: string): boolean {
  return known.some((each) => isSame(each.host, host));
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/**
 * Adds an entry to the text of the file, or replaces the entry of the same server.
 *
 * @throws {KnownHostsError} if the text is broken.
 */
export function withKnown(text: string, entry: KnownHost, fileName: string): string {
  const place = entry.host.includes(":") ? `[${entry.host}]` : entry.host;
  const line = `${place}:${entry.port} ${entry.fingerprint ?? AUTHORITY} ${entry.since}`;
  const earlier = findKnown(parseKnownHosts(text, fileName), entry.host, entry.port);
  if (earlier === undefined) {
    const whole = text === "" || text.endsWith("\n") ? text : `${text}\n`;
    return `${whole}${line}\n`;
  }
  return text.split("\n").map((old, index) => index + 1 === earlier.line ? line : old).join("\n");
}
