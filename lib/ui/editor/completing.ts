/**
 * Choosing among completions.
 * @module
 */
import type { Completion } from "../../client/input/completion.ts";

/** One round of Tab after Tab. */
export class Completing {
  /** How the text was before. */
  readonly text: string;
  /** Where the cursor was before. */
  readonly cursor: number;
  readonly #completion: Completion;
  #index = -1;
  /** Where what is replaced next ends. */
  #end: number;

  /** Starts before the first candidate; there must be one. */
  constructor(text: string, cursor: number, completion: Completion) {
    this.text = text;
    this.cursor = this.#end = cursor;
    this.#completion = completion;
  }

  /** Whether there is only one candidate. */
  get only(): boolean {
    return this.#completion.candidates.length === 1;
  }

  /**
   * The next candidate, or the one before.
   *
   * @returns what to put in place of which part of the text as it stands now.
   */
  next(step: 1 | -1): { from: number; to: number; text: string } {
    const { from, candidates } = this.#completion;
    const count = candidates.length;
    this.#index = this.#index < 0 ? 0 : (this.#index + step + count) % count;
    const candidate = candidates[this.#index]!;
    // The space that is there already will do.
    const text = this.text[this.cursor] === " " ? candidate.replace(/ $/, "") : candidate;
    const to = this.#end;
    this.#end = from + text.length;
    return { from, to, text };
  }
}
