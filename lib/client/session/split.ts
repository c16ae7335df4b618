/**
 * Cutting a long message into pieces that fit.
 * @module
 */
import { GRAPHEMES } from "../../text/graphemes.ts";
import { byteLength } from "../../text/bytes.ts";
import { LINE_BYTES } from "../../irc/message.ts";

/** The share of a piece that may stay empty so that a word stays whole. */
const SLACK = 0.25;

/**
 * How many bytes of text fit behind `:source PRIVMSG target :` on one line. It is the line as
 * others receive it that must fit, so the source that the server puts in front counts
 * (Modern IRC, "Message Format").
 *
 * @param source `nick!user@host`, or as long a guess of it as it may come to be.
 * @param command the command, such as `PRIVMSG`.
 * @param target to whom.
 */
export function roomFor(source: string, command: string, target: string): number {
  return LINE_BYTES - byteLength(`:${source} ${command} ${target} :\r\n`);
}

/** How much is shown of a message that was not sent, in bytes. */
const SHOWN_BYTES = 100;

/** The start of a message, to name it: one line, not too long. */
export function startOf(text: string): string {
  const [start = ""] = split(text.split("\n", 1)[0]!, SHOWN_BYTES);
  return start === text ? text : `${start}...`;
}

/**
 * Cuts a text into pieces of at most `bytes` bytes of UTF-8 each. Joined, the pieces are the text
 * again. The cuts lie between graphemes, behind a space where one is near; only a grapheme that
 * does not fit by itself is cut, between code points.
 *
 * @param bytes at least 4, so that every code point fits.
 */
export function split(text: string, bytes: number): string[] {
  if (text.length * 3 <= bytes) return [text];
  const pieces: string[] = [];
  let start = 0;
  let length = 0;
  /** The end of the last space, and the length up to there. */
  let space = { at: 0, length: 0 };
  const cut = (at: number, rest: number) => {
    pieces.push(text.slice(start, at));
    start = at;
    length = rest;
    space = { at, length: 0 };
  };
  for (const { segment, index } of parts(text, bytes)) {
    const size = byteLength(segment);
    if (length + size > bytes) {
      if (space.at > start && space.length >= bytes * (1 - SLACK)) {
        cut(space.at, length - space.length);
      } else {
        cut(index, 0);
      }
    }
    length += size;
    if (segment === " ") space = { at: index + 1, length };
  }
  if (start < text.length || pieces.length === 0) pieces.push(text.slice(start));
  return pieces;
}

/** The graphemes; those that are too long, by code point. */
function* parts(text: string, bytes: number): Generator<{ segment: string; index: number }> {
  for (const { segment, index } of GRAPHEMES.segment(text)) {
    if (segment.length * 3 <= bytes || byteLength(segment) <= bytes) {
      yield { segment, index };
      continue;
    }
    let at = index;
    for (const point of segment) {
      yield { segment: point, index: at };
      at += point.length;
    }
  }
}
