/**
 * The rooms of the local network where a person was: the text of a file. It only helps to recognise
 * rooms; which server is trusted is decided by the known servers.
 * @module
 */
import { parseFingerprint } from "../../irc/fingerprint.ts";

/** The last time that a person was in a room. */
export interface PastVisit {
  /** Undefined if it was not found by its title. */
  readonly title?: string | undefined;
  /** Its address and port: `192.168.1.20:6697`. */
  readonly place: string;
  /** The fingerprint of its certificate; undefined if that was not checked. */
  readonly fingerprint?: string | undefined;
  /** The day: `2026-01-02`. */
  readonly day: string;
}

/** The most rooms that are remembered. */
const MOST = 100;

/** Parses the file; what can't be understood is left out. */
export function parseVisits(text: string): readonly PastVisit[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.slice(0, MOST).flatMap(visitOf) : [];
  } catch {
    return [];
  }
}

function visitOf(value: unknown): PastVisit[] {
  if (typeof value !== "object" || value === null) return [];
  const { title, place, fingerprint, day } = value as Record<string, unknown>;
  if (typeof place !== "string" || typeof day !== "string" || !/^\d{4}-\d\d-\d\d$/.test(day)) {
    return [];
  }
  return [{
    ...{ place, day },
    title: typeof title === "string" ? title : undefined,
    fingerprint: typeof fingerprint === "string" ? parseFingerprint(fingerprint) : undefined,
  }];
}

/** The text of the file with one more visit, which replaces the last one to the same room. */
export function withVisit(text: string, visit: PastVisit): string {
  const visits = parseVisits(text);
  const same = visits.find((each) => isSameRoom(each, visit));
  const whole = { ...visit, title: visit.title ?? same?.title };
  const list = [whole, ...visits.filter((each) => each !== same)].slice(0, MOST);
  return `${JSON.stringify(list, null, 2)}\n`;
}

function isSameRoom(one: PastVisit, other: PastVisit): boolean {
  return one.fingerprint === other.fingerprint &&
    (one.fingerprint !== undefined || one.place === other.place);
}
