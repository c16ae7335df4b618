/**
 * Cutting what is said into what fits on the wire: lines, or messages of several lines.
 *
 * Source: IRCv3 `draft/multiline`.
 * @module
 */
import type { BatchLine } from "../../irc/multiline.ts";
import { byteLength } from "../../text/bytes.ts";
import { split } from "./split.ts";

/** How large a message of several lines may be. */
export interface BatchLimits {
  /** In bytes of UTF-8, a line end as one. */
  readonly bytes: number;
  /** In lines as they are sent. */
  readonly lines: number;
}

/** What is sent now, and what is left. */
export interface Cut {
  /** What is sent, its lines separated by LF. */
  readonly text: string;
  /** Its lines, where it is sent as one message of several; undefined for a plain one. */
  readonly lines: readonly BatchLine[] | undefined;
  /** What is left, in order. */
  readonly rest: readonly string[];
}

/** The most that is sent as one, whatever the server takes: others read it on one screen. */
const MOST: BatchLimits = { bytes: 16_384, lines: 100 };

/** The most lines where the server does not say. */
const USUAL_LINES = 24;

/**
 * The limits as the value of the capability has them: `max-bytes=4096,max-lines=24`; undefined
 * where they leave no room for two lines.
 */
export function batchLimits(value: string): BatchLimits | undefined {
  const number = (key: string) =>
    Number(new RegExp(`(?:^|,)${key}=(\\d{1,9})(?:,|$)`).exec(value)?.[1] ?? NaN);
  const bytes = number("max-bytes");
  const lines = number("max-lines");
  if (!(bytes >= 512) || lines < 2) return undefined;
  return {
    bytes: Math.min(bytes, MOST.bytes),
    lines: Math.min(Number.isNaN(lines) ? USUAL_LINES : lines, MOST.lines),
  };
}

/** The first line of a text as a message of its own. Blank lines can't be sent and are left out. */
export function cutLine(text: string, bytes: number): Cut {
  const [first = "", ...rest] = text.includes("\n") ? nonBlank(text.split("\n")) : [text];
  const [now = first, ...pieces] = split(first, bytes);
  return { text: now, lines: undefined, rest: [...pieces, ...rest] };
}

/**
 * As much of a text as fits into one message of several lines. It is cut at the end of a line, but
 * for a single line that is too long by itself.
 *
 * @param bytes how many bytes of text fit on one line of the wire.
 */
export function cutBatch(text: string, bytes: number, limits: BatchLimits): Cut {
  const trimmed = text.includes("\n") ? trimBlank(text.split("\n")) : [text];
  const lines: BatchLine[] = [];
  let used = 0;
  let taken = 0;
  for (const line of trimmed) {
    const pieces = line === "" ? [""] : split(line, Math.min(bytes, limits.bytes));
    const size = byteLength(line) + (taken === 0 ? 0 : 1);
    const fits = used + size <= limits.bytes && lines.length + pieces.length <= limits.lines;
    if (!fits && taken > 0) break;
    taken++;
    if (!fits) return cutLong(pieces, trimmed.slice(1), limits);
    used += size;
    lines.push(...pieces.map((text, index) => ({ text, concat: index > 0 })));
  }
  const now = trimmed.slice(0, taken).join("\n");
  const rest = trimmed.slice(taken).join("\n");
  return {
    text: now,
    lines: lines.length > 1 ? lines : undefined,
    rest: rest.trim() === "" ? [] : [rest],
  };
}

/** The first pieces of a line that is longer than a whole message may be. */
function cutLong(pieces: readonly string[], after: readonly string[], limits: BatchLimits): Cut {
  const now: string[] = [];
  let used = 0;
  for (const piece of pieces) {
    used += byteLength(piece);
    if (now.length > 0 && (used > limits.bytes || now.length >= limits.lines)) break;
    now.push(piece);
  }
  const rest = [pieces.slice(now.length).join(""), ...after].join("\n");
  return {
    text: now.join(""),
    lines: now.length > 1 ? now.map((text, index) => ({ text, concat: index > 0 })) : undefined,
    rest: rest.trim() === "" ? [] : [rest],
  };
}

/** Without the blank lines at both ends: what is left is never blank as a whole. */
function trimBlank(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== "");
  const last = lines.findLastIndex((line) => line.trim() !== "");
  return first < 0 ? [" "] : lines.slice(first, last + 1);
}

function nonBlank(lines: readonly string[]): string[] {
  const kept = lines.filter((line) => line.trim() !== "");
  return kept.length === 0 ? [" "] : kept;
}
