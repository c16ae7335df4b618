/**
 * Fitting text into lines.
 * @module
 */

const encoder = new TextEncoder();
const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** How many bytes a text takes in UTF-8. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** The longest start of a text that fits into so many bytes of UTF-8, cut between graphemes. */
export function clip(text: string, bytes: number): string {
  if (text.length * 3 <= bytes || byteLength(text) <= bytes) return text;
  let length = 0;
  for (const { segment, index } of segmenter.segment(text)) {
    length += encoder.encode(segment).length;
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

/** What is left on a line for a list of words, behind the longest names that can stand before. */
const WORDS_BYTES = 300;

/** Packs words into as few lines as they need, each short enough for a reply. */
export function packWords(words: readonly string[]): string[] {
  const lines: string[] = [];
  let line = "";
  let length = 0;
  for (const word of words) {
    const size = encoder.encode(word).length + 1;
    if (line !== "" && length + size > WORDS_BYTES) {
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
