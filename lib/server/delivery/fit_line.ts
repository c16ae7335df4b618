/**
 * Fits text into the 512 bytes of a line.
 * @module
 */
import { byteLength, clip } from "../../text/bytes.ts";
import { LINE_BYTES } from "../../irc/message.ts";

/** The room for the last parameter of a line, in bytes. */
export function roomFor(source: string, command: string, before: readonly string[]): number {
  return LINE_BYTES - byteLength(`:${[source, command, ...before].join(" ")} :\r\n`);
}

/** The parameters of a line, the last one clipped to fit. */
export function fitLine(source: string, command: string, params: readonly string[]): string[] {
  const before = params.slice(0, -1);
  return [
    ...before,
    ...params.slice(-1).map((text) => clip(text, roomFor(source, command, before))),
  ];
}

/** The room for a list of words behind the longest names, in bytes. */
const WORDS_BYTES = 300;

/** Packs words, separated by spaces, into as few lines of at most so many bytes as possible. */
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
