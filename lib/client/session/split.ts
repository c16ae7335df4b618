/**
 * Cuts long messages into pieces that fit.
 * @module
 */
import { GRAPHEMES } from "../../text/graphemes.ts";
import { byteLength } from "../../text/bytes.ts";
import { LINE_BYTES } from "../../irc/message.ts";
import { NOT_SENT } from "../../wording/client.ts";

/** The share of a piece that may stay empty to keep a word whole. */
const SLACK = 0.25;

/**
 * How many bytes of text fit after `:source PRIVMSG target :` on one line. The line must fit as
 * others receive it, so the source that the server adds counts (Modern IRC, "Message Format").
 *
 * @param source `nick!user@host`, or the longest that it may become.
 */
export function roomFor(source: string, command: string, target: string): number {
  return LINE_BYTES - byteLength(`:${source} ${command} ${target} :\r\n`);
}

/** How much of an unsent message is shown, in bytes. */
const SHOWN_BYTES = 100;

/** The start of a message, to name it: one line, not too long. */
export function startOf(text: string): string {
  const [start = ""] = split(text.split("\n", 1)[0]!, SHOWN_BYTES);
  return start === text ? text : NOT_SENT.cut(start);
}

/**
 * Cuts a text into pieces of at most `bytes` bytes of UTF-8. Joined, the pieces are the text again.
 * It cuts between graphemes, after a space if one is near. Only a grapheme that does not fit by
 * itself is cut, between code points.
 *
 * @param bytes at least 4, so that every code point fits.
 */
export function split(text: string, bytes: number): string[] {
  if (text.length * 3 <= bytes) return [text];
  const pieces: string[] = [];
  let start = 0;
  let length = 0;
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
