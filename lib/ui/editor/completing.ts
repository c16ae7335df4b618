import type { Completion } from "../../client/input/completion.ts";

/** One round of Tab after Tab. */
export class Completing {
  /** The text before the completion. */
  readonly text: string;
  /** The cursor before the completion. */
  readonly cursor: number;
  readonly #completion: Completion;
  #index = -1;
  /** The end of the part that is replaced next. */
  #end: number;

  /** Starts before the first candidate; there must be one. */
  constructor(text: string, cursor: number, completion: Completion) {
    this.text = text;
    this.cursor = cursor;
    this.#end = completion.to;
    this.#completion = completion;
  }

  get only(): boolean {
    return this.#completion.candidates.length === 1;
  }

  /** Moves to another candidate. Returns the part of the text to replace, and its replacement. */
  next(step: 1 | -1): { from: number; to: number; text: string } {
    const { from, candidates } = this.#completion;
    const count = candidates.length;
    this.#index = this.#index < 0 ? 0 : (this.#index + step + count) % count;
    const text = candidates[this.#index]!;
    const to = this.#end;
    this.#end = from + text.length;
    return { from, to, text };
  }
}
