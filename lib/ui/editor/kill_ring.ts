/**
 * The kill ring: cut pieces of text that can be put back.
 * @module
 */

/** How many pieces are kept; the oldest ones are dropped. */
const PIECES = 16;

export class KillRing {
  #pieces: string[] = [];

  /**
   * Keeps a piece.
   *
   * @param joined whether it was cut right after the previous one, and belongs to it.
   * @param before whether it stood before that one.
   */
  kill(text: string, joined: boolean, before: boolean): void {
    const last = joined ? this.#pieces.pop() ?? "" : "";
    this.#pieces.push(before ? text + last : last + text);
    if (this.#pieces.length > PIECES) this.#pieces.shift();
  }

  /** The piece to put back next. */
  get top(): string | undefined {
    return this.#pieces.at(-1);
  }

  /** Moves the top piece to the bottom. Returns the new top. */
  rotate(): string | undefined {
    const top = this.#pieces.pop();
    if (top !== undefined) this.#pieces.unshift(top);
    return this.top;
  }

  get pieces(): readonly string[] {
    return this.#pieces;
  }
}
