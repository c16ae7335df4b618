/**
 * The servers that were reached with encryption, and how each is known again: the text of a file
 * that people can read and change.
 *
 * A line is `HOST:PORT HOW DATE`. HOW is the fingerprint of its certificate, or `authority` where
 * an authority vouches for whatever certificate it shows. What follows `#` is a remark.
 * @module
 */
import { parseFingerprint } from "../../irc/fingerprint.ts";

/** One server. */
export interface KnownHost {
  /** Its name or address, as it was typed, without brackets. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
  /** The fingerprint of its certificate, `SHA256:...`; null where an authority vouches for it. */
  readonly fingerprint: string | null;
  /** The day on which it was first trusted: `2026-01-02`. */
  readonly since: string;
}

/** A known server, and the line where it stands. */
export interface KnownLine extends KnownHost {
  /** From 1 on. */
  readonly line: number;
}

/** A line of the file can't be understood. The message is for the user. */
export class KnownHostsError extends Error {
  /** Tells it from other errors. */
  override readonly name = "KnownHostsError";
}

const AUTHORITY = "authority";

const FORM = /^(?:\[([^\]\s]+)\]|([^\s:[\]]+)):(\d{1,5})\s+(\S+)\s+(\d{4}-\d{2}-\d{2})$/;

/**
 * Reads the file.
 *
 * @param fileName only for messages.
 * @throws {KnownHostsError} where a line is broken: passing over it could mean trusting anew.
 */
export function parseKnownHosts(text: string, fileName: string): readonly KnownLine[] {
  const known: KnownLine[] = [];
  for (const [index, raw] of text.replace(/^\ufeff/, "").split("\n").entries()) {
    const bare = raw.replace(/#.*$/s, "").trim();
    if (bare === "") continue;
    const line = index + 1;
    const entry = parseLine(bare);
    if (typeof entry === "string") {
      throw new KnownHostsError(
        `${fileName}, line ${line}: ${entry}. Correct the line, or remove it.`,
      );
    }
    const twice = findKnown(known, entry.host, entry.port);
    if (twice !== undefined) {
      throw new KnownHostsError(
        `${fileName}, line ${line}: the same server stands on line ${twice.line}. Remove one of them.`,
      );
    }
    known.push({ ...entry, line });
  }
  return known;
}

function parseLine(text: string): KnownHost | string {
  const [, v6, name, digits, how = "", since = ""] = FORM.exec(text) ?? [];
  const host = v6 ?? name;
  if (host === undefined) return "it is not HOST:PORT, a fingerprint and a date";
  const port = Number(digits);
  if (port < 1 || port > 65535) return "the port must be a number from 1 to 65535";
  if (how === AUTHORITY) return { host, port, fingerprint: null, since };
  const fingerprint = parseFingerprint(how);
  return fingerprint === undefined
    ? "what stands behind the port is no fingerprint"
    : { host, port, fingerprint, since };
}

/** The entry of a server; `undefined` where there is none. Names are alike whatever their case. */
export function findKnown<T extends KnownHost>(
  known: readonly T[],
  host: string,
  port: number,
): T | undefined {
  return known.find((each) => each.port === port && isSame(each.host, host));
}

/** Whether a machine was reached with encryption, on whichever port. */
export function wasEncrypted(known: readonly KnownHost[], host: string): boolean {
  return known.some((each) => isSame(each.host, host));
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/**
 * The text of the file with an entry in it, in the place of an earlier one of the same server or at
 * the end. All else stays as it is.
 *
 * @throws {KnownHostsError} where the text is broken, as {@linkcode parseKnownHosts} does.
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
