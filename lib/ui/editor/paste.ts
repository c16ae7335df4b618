import { sendable } from "../../text/text.ts";

/** A pasted tab: its column is not known to the readers. */
const TAB = "    ";

/**
 * The first of the characters that stand for blocks. They are unassigned for good, and no mark or
 * joiner joins them to a grapheme (UAX #29: they break as controls do).
 */
const FIRST = 0xe0f00;

/** The most blocks at the same time. */
const BLOCKS = 256;

const MARKS = /[\u{e0f00}-\u{e0fff}]/gu;

/**
 * Text that can be sent: without control characters and sequences, tabs as spaces, nothing that
 * could be taken for a block.
 *
 * @param text lines that end in `\n`; those stay.
 */
export function cleaned(text: string): string {
  const lines = text.replace(MARKS, "\ufffd").replaceAll("\t", TAB).split("\n");
  return lines.map(sendable).join("\n");
}

/** A text without empty lines at its start and end. */
export function withoutEmptyEnds(text: string): string {
  const lines = text.split("\n");
  const isFull = (line: string) => line.trim() !== "";
  const first = lines.findIndex(isFull);
  if (lines.length === 1 || first < 0) return lines.length === 1 ? text : "";
  return lines.slice(first, lines.findLastIndex(isFull) + 1).join("\n");
}

/** Pasted lines, each paste as one character within a text. */
export class PasteBlocks {
  readonly #blocks = new Map<string, string>();

  /** Keeps lines and returns their character; undefined if all are used. */
  add(text: string): string | undefined {
    for (let index = 0; index < BLOCKS; index++) {
      const mark = String.fromCodePoint(FIRST + index);
      if (this.#blocks.has(mark)) continue;
      this.#blocks.set(mark, text);
      return mark;
    }
    return undefined;
  }

  /** How many lines a character stands for; undefined for any other character. */
  lines(mark: string): number | undefined {
    return this.#blocks.get(mark)?.split("\n").length;
  }

  /** The characters in a text that stand for blocks, in order. */
  in(text: string): string[] {
    return text.match(MARKS) ?? [];
  }

  /** The text with the lines in place. */
  whole(text: string): string {
    return text.replace(MARKS, (mark) => this.#blocks.get(mark) ?? "");
  }

  /** The text without the blocks. */
  without(text: string): string {
    return text.replace(MARKS, "");
  }

  /** Forgets all blocks except those in these texts. */
  retain(texts: readonly string[]): void {
    const used = new Set(texts.flatMap((text) => this.in(text)));
    for (const mark of this.#blocks.keys()) if (!used.has(mark)) this.#blocks.delete(mark);
  }
}
