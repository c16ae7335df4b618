/**
 * Fitting text into lines.
 * @module
 */
import { byteLength, clip } from "../../text/bytes.ts";
import { LINE_BYTES } from "../../irc/message.ts";

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
