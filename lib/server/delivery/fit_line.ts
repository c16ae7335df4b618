/**
 * Fits text into the 512 bytes of a line.
 * @module
 */
import { byteLength, clip } from "../../text/bytes.ts";
import { LINE_BYTES } from "../../irc/message.ts";

/** The room for the last parameter of a line, in bytes. */
export function roomFor(source: string, command: string, before: readonly string[]): number {
  const around = ":  :\r\n".length + byteLength(source) + byteLength(command);
  return before.reduce((room, word) => room - byteLength(word) - 1, LINE_BYTES - around);
}

/** The parameters of a line, the last one clipped to fit. */
export function fitLine(
  source: string,
  command: string,
  params: readonly string[],
): readonly string[] {
  const text = params.at(-1);
  if (text === undefined) return params;
  const before = params.slice(0, -1);
  const clipped = clip(text, roomFor(source, command, before));
  return clipped === text ? params : [...before, clipped];
}

/** The room for a list of words behind the longest names, in bytes. */
const WORDS_BYTES = 300;

/** Packs words, separated by spaces, into as few lines of at most so many bytes as possible. */
export class WordLines {
  readonly #bytes: number;
  readonly #full: string[] = [];
  #line = "";
  #length = 0;

  constructor(bytes = WORDS_BYTES) {
    this.#bytes = bytes;
  }

  add(word: string): void {
    const size = byteLength(word) + 1;
    if (this.#line !== "" && this.#length + size > this.#bytes + 1) {
      this.#full.push(this.#line);
      this.#line = "";
      this.#length = 0;
    }
    this.#line += this.#line === "" ? word : ` ${word}`;
    this.#length += size;
  }

  get lines(): string[] {
    return this.#line === "" ? [...this.#full] : [...this.#full, this.#line];
  }
}

/** The lines of {@linkcode WordLines} for some words. */
export function packWords(words: Iterable<string>, bytes?: number): string[] {
  const packed = new WordLines(bytes);
  for (const word of words) packed.add(word);
  return packed.lines;
}
