/**
 * Fitting text into lines.
 * @module
 */
import { byteLength } from "../../text/bytes.ts";
import { LINE_BYTES } from "../../irc/message.ts";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The longest start of a text that fits into so many bytes of UTF-8, cut between graphemes. */
export function clip(text: string, bytes: number): string {
  if (text.length * 3 <= bytes || byteLength(text) <= bytes) return text;
  let length = 0;
  for (const { segment, index } of segmenter.segment(text)) {
    length += byteLength(segment);
    if (length > bytes) return text.slice(0, index);
  }
  return text;
}

/** Cuts a text into pieces of at most so many bytes, between graphemes; an empty one is one piece. */
export function cut(text: string, bytes: number): string[] {
  const pieces = [clip(text, bytes)];
  for (let at = pieces[0]!.length; at < text.length;) {
    // A grapheme that is too long by itself is cut all the same.
    const piece = clip(text.slice(at), bytes) || text.slice(at, at + Math.floor(bytes / 3));
    pieces.push(piece);
    at += piece.length;
  }
  return pieces;
}

/** How much room a line has for its last parameter, in bytes, behind those before it. */
export function roomFor(source: string, command: string, before: readonly string[]): number {
  return LINE_BYTES - byteLength(`:${[source, command, ...before].join(" ")} :\r\n`);
}

/** The parameters of a line, the last one cut to what the line has room for. */
export function fitLine(source: string, command: string, params: readonly string[]): string[] {
  const before = params.slice(0, -1);
  return [
    ...before,
    ...params.slice(-1).map((text) => clip(text, roomFor(source, command, before))),
  ];
}

/** What is left on a line for a list of words, behind the longest names that can stand before. */
const WORDS_BYTES = 300;

/**
 * Packs words into as few lines as they need, each short enough for a reply.
 *
 * @param bytes how much a line has room for.
 */
export function packWords(words: readonly string[], bytes = WORDS_BYTES): string[] {
  const lines: string[] = [];
  let line = "";
  let length = 0;
  for (const word of words) {
    const size = byteLength(word) + 1;
    if (line !== "" && length + size > bytes + 1) {
      lines.push(line);
      line = "";
      length = 0;
    }
    line += line === "" ? word : ` ${word}`;
    length += size;
  }
  if (line !== "") lines.push(line);
  return lines;
}
