/**
 * What was cut out and can be put back.
 * @module
 */

/** How many pieces are kept; the oldest ones go. */
const PIECES = 16;

/** The pieces that were cut out last. */
export class KillRing {
  #pieces: string[] = [];

  /**
   * Keeps a piece.
   *
   * @param joined whether it was cut right after the one before, and belongs to it.
   * @param before whether it stood before that one.
   */
  kill(text: string, joined: boolean, before: boolean): void {
    const last = joined ? this.#pieces.pop() ?? "" : "";
    this.#pieces.push(before ? text + last : last + text);
    if (this.#pieces.length > PIECES) this.#pieces.shift();
  }

  /** The piece that comes back next. */
  get top(): string | undefined {
    return this.#pieces.at(-1);
  }

  /** Puts the piece on top below all others, and returns the next one. */
  rotate(): string | undefined {
    const top = this.#pieces.pop();
    if (top !== undefined) this.#pieces.unshift(top);
    return this.top;
  }

  /** All that is kept. */
  get pieces(): readonly string[] {
    return this.#pieces;
  }
}
