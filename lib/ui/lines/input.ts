/**
 * Bytes that are typed or piped in, as lines.
 * @module
 */
import { GRAPHEMES } from "../../text/graphemes.ts";
import { sendable } from "../../text/text.ts";

/** One line of input. */
export interface InputLine {
  /** Its text, fit to be sent. */
  readonly text: string;
  /** Whether it is the rest of a line that was too long to be kept whole: never a command. */
  readonly continued: boolean;
}

/** Where a line without an end is cut, in UTF-16 units. */
const LONGEST = 64 * 1024;

/**
 * Cuts UTF-8 into lines. How the bytes were split over reads makes no difference: not within a
 * character, nor within CR LF. A line end is LF or CR LF; the last line needs none. A line without
 * an end is handed over in long pieces, cut between graphemes, so that it can't fill the memory.
 */
export class InputLines {
  /** It also takes away a byte order mark. */
  readonly #decoder = new TextDecoder();
  #held = "";
  #continued = false;

  /** Takes the next bytes. Returns the lines that they complete. */
  push(bytes: Uint8Array): InputLine[] {
    return this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The input is over. Returns what was left without a line end. */
  end(): InputLine[] {
    const lines = this.#take(this.#decoder.decode());
    if (this.#held !== "") lines.push(this.#line(this.#held));
    this.#held = "";
    return lines;
  }

  #take(text: string): InputLine[] {
    const pieces = text.split("\n");
    const lines: InputLine[] = [];
    pieces.forEach((piece, index) => {
      this.#held += piece;
      while (this.#held.length > LONGEST) {
        const at = cut(this.#held);
        lines.push(this.#line(this.#held.slice(0, at)));
        this.#held = this.#held.slice(at);
        this.#continued = true;
      }
      if (index === pieces.length - 1) return;
      lines.push(this.#line(this.#held));
      this.#held = "";
      this.#continued = false;
    });
    return lines;
  }

  #line(text: string): InputLine {
    return { text: sendable(text.replace(/\r$/, "")), continued: this.#continued };
  }
}

/** The last grapheme boundary before the limit. Only the end is looked at. */
function cut(text: string): number {
  const from = LONGEST - 256;
  let at = LONGEST;
  for (const { index } of GRAPHEMES.segment(text.slice(from, LONGEST))) at = from + index;
  return at > from ? at : LONGEST;
}
