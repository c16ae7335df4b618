/**
 * What was written before.
 * @module
 */

/** How many texts are kept; the oldest ones are forgotten. */
const TEXTS = 500;

/** How long they may be together, in UTF-16 units. */
const LENGTH = 1024 * 1024;

/** A text that was found. */
export interface HistoryMatch {
  /** Its number, counted from the oldest. */
  readonly index: number;
  /** The text itself. */
  readonly text: string;
  /** Where in it the search word stands. */
  readonly at: number;
}

/** The texts that were sent; one walks among them with the text that is not sent yet. */
export class InputHistory {
  #texts: string[] = [];
  #length = 0;
  /** Where one stands; behind the last text where nothing was called back. */
  #index = 0;
  /** What the texts were changed to without being sent, the unfinished one included. */
  readonly #changed = new Map<number, string>();

  /** Keeps a text, unless it is the last one again. */
  remember(text: string): void {
    if (text.trim() !== "" && text !== this.#texts.at(-1)) {
      this.#texts.push(text);
      this.#length += text.length;
      while (this.#texts.length > TEXTS || this.#length > LENGTH) {
        this.#length -= this.#texts.shift()?.length ?? 0;
      }
    }
    this.reset();
  }

  /** Goes back to the end, where nothing is called back and nothing unfinished. */
  reset(): void {
    this.#index = this.#texts.length;
    this.#changed.clear();
  }

  /**
   * Walks to another text.
   *
   * @param steps how far, negative into the past.
   * @param current what stands in the editor now; it is kept there.
   * @returns `undefined` where there is nothing more.
   */
  move(steps: number, current: string): string | undefined {
    const last = this.#texts.length;
    return this.go(Math.max(0, Math.min(last, this.#index + steps)), current);
  }

  /** As {@linkcode move}, to the text with this number. */
  go(index: number, current: string): string | undefined {
    if (index === this.#index) return undefined;
    if (current === this.#texts[this.#index]) this.#changed.delete(this.#index);
    else this.#changed.set(this.#index, current);
    this.#index = index;
    return this.#changed.get(index) ?? this.#texts[index] ?? "";
  }

  /**
   * Looks for a text that has a word in it, in any case of its letters.
   *
   * @param from the number where the search starts.
   * @param step 1 or -1: towards the newest or the oldest.
   * @param except a text that is not looked for.
   */
  find(word: string, from: number, step: 1 | -1, except?: string): HistoryMatch | undefined {
    const wanted = word.toLowerCase();
    for (let index = from; index >= 0 && index < this.#texts.length; index += step) {
      const text = this.#texts[index]!;
      const at = text.toLowerCase().indexOf(wanted);
      if (at >= 0 && text !== except) return { index, text, at: Math.min(at, text.length) };
    }
    return undefined;
  }

  /** How many texts there are. */
  get size(): number {
    return this.#texts.length;
  }
}
