/**
 * Fitting text into lines.
 * @module
 */

const encoder = new TextEncoder();
const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The longest start of a text that fits into so many bytes of UTF-8, cut between graphemes. */
export function clip(text: string, bytes: number): string {
  if (text.length * 3 <= bytes) return text;
  let length = 0;
  for (const { segment, index } of segmenter.segment(text)) {
    length += encoder.encode(segment).length;
    if (length > bytes) return text.slice(0, index);
  }
  return text;
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
