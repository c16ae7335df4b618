import { GRAPHEMES } from "../../text/graphemes.ts";
import { sendable } from "../../text/text.ts";

/** One line of input. */
export interface InputLine {
  /** Its text, fit to be sent. */
  readonly text: string;
  /** Whether it is the rest of an overlong line: never a command. */
  readonly continued: boolean;
}

/** The longest line, in UTF-16 units; longer ones are cut. */
const LONGEST = 64 * 1024;

/**
 * Splits UTF-8 into lines, however the bytes are split over reads. A line ends with LF or CR LF;
 * the last one needs no end. Overlong lines are cut between graphemes, so that they can't fill the
 * memory.
 */
export class InputLines {
  /** It also removes a byte order mark. */
  readonly #decoder = new TextDecoder();
  #held = "";
  #continued = false;

  /** Takes the next bytes. Returns the lines that they complete. */
  push(bytes: Uint8Array): InputLine[] {
    return this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Ends the input. Returns the rest without a line end. */
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

/** The last grapheme boundary before the limit. Only looks at the end. */
function cut(text: string): number {
  const from = LONGEST - 256;
  let at = LONGEST;
  for (const { index } of GRAPHEMES.segment(text.slice(from, LONGEST))) at = from + index;
  return at > from ? at : LONGEST;
}
