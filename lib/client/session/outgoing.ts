/**
 * Cuts messages to what fits on the wire: single lines, or messages of several lines.
 *
 * Source: IRCv3 `draft/multiline`.
 * @module
 */
import type { BatchLine } from "../../irc/multiline.ts";
import { byteLength } from "../../text/bytes.ts";
import { split } from "./split.ts";

/** The limits of a message of several lines. */
export interface BatchLimits {
  /** In bytes of UTF-8; a line end counts as one. */
  readonly bytes: number;
  /** In lines as they are sent. */
  readonly lines: number;
}

/** The part of a text to send now, and the rest. */
export interface Cut {
  readonly text: string;
  /** Its lines, if it is sent as one message of several lines. */
  readonly lines: readonly BatchLine[] | undefined;
  readonly rest: readonly string[];
}

/** The largest message, whatever the server takes. */
const MOST: BatchLimits = { bytes: 65_536, lines: 1000 };

/** The most lines if the server does not say. */
const USUAL_LINES = 24;

/**
 * Parses the value of the capability: `max-bytes=4096,max-lines=24`; undefined if it leaves no room
 * for two lines.
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

/** Cuts off the first line of a text. Blank lines can't be sent and are left out. */
export function cutLine(text: string, bytes: number): Cut {
  const [first = "", ...rest] = text.includes("\n") ? nonBlank(text.split("\n")) : [text];
  const [now = first, ...pieces] = split(first, bytes);
  return { text: now, lines: undefined, rest: [...pieces, ...rest] };
}

/**
 * Cuts off as much of a text as fits into one message of several lines. It cuts between lines,
 * unless a single line is too long.
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

/** Removes the blank lines at both ends, but leaves no text blank. */
function trimBlank(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== "");
  const last = lines.findLastIndex((line) => line.trim() !== "");
  return first < 0 ? [" "] : lines.slice(first, last + 1);
}

function nonBlank(lines: readonly string[]): string[] {
  const kept = lines.filter((line) => line.trim() !== "");
  return kept.length === 0 ? [" "] : kept;
}

/** How many seconds a server takes for a line, when it has had enough at once. */
const PACE = { ourBatch: 0.05, ours: 0.25, others: 1 } as const;

/** How many messages a text takes, and about how many seconds. */
export function effortOf(
  text: string,
  bytes: number,
  limits: BatchLimits | undefined,
  isOurs: boolean,
): { readonly messages: number; readonly seconds: number } {
  let [messages, lines] = [0, 0];
  for (let rest: readonly string[] = [text]; rest.length > 0; messages++) {
    const next = rest.join("\n");
    const cut = limits === undefined ? cutLine(next, bytes) : cutBatch(next, bytes, limits);
    rest = cut.rest;
    lines += cut.lines?.length ?? 1;
  }
  const pace = !isOurs ? PACE.others : limits === undefined ? PACE.ours : PACE.ourBatch;
  return { messages, seconds: (isOurs ? lines : messages) * pace };
}
