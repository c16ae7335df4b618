import { foldLoosely } from "../../irc/names.ts";
import { GRAPHEMES } from "../../text/graphemes.ts";

/** How many texts are kept; the oldest ones are forgotten. */
const TEXTS = 500;

/** Their length together, in UTF-16 units. */
const LENGTH = 1024 * 1024;

/** A found text. */
interface HistoryMatch {
  /** Its number, counted from the oldest. */
  readonly index: number;
  readonly text: string;
  /** The position of the word in it. */
  readonly at: number;
}

/** The sent texts, and the unsent one, which can be walked through. */
export class InputHistory {
  #texts: string[] = [];
  #length = 0;
  /** The current text; after the last one if nothing was recalled. */
  #index = 0;
  /** Unsent changes to the texts, and the unfinished text. */
  readonly #changed = new Map<number, string>();

  /** Keeps a text, unless it repeats the last one. */
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

  /** Goes back to the end and forgets all changes. */
  reset(): void {
    this.#index = this.#texts.length;
    this.#changed.clear();
  }

  /**
   * Walks to another text, and keeps the current one. Returns undefined if there is nothing more.
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
   * Finds a text with a word in it; case, accents and normal forms make no difference.
   *
   * @param from the number to start at.
   * @param step 1 or -1: towards the newest or the oldest.
   * @param except a text to skip.
   */
  find(word: string, from: number, step: 1 | -1, except?: string): HistoryMatch | undefined {
    const wanted = foldLoosely(word);
    for (let index = from; index >= 0 && index < this.#texts.length; index += step) {
      const text = this.#texts[index]!;
      const at = foldLoosely(text).indexOf(wanted);
      if (at >= 0 && text !== except) return { index, text, at: unfolded(text, at) };
    }
    return undefined;
  }

  get size(): number {
    return this.#texts.length;
  }
}

/** The index in a text of an index in its folded form. */
function unfolded(text: string, at: number): number {
  let folded = 0;
  for (const { segment, index } of GRAPHEMES.segment(text)) {
    folded += foldLoosely(segment).length;
    if (folded > at) return index;
  }
  return text.length;
}
