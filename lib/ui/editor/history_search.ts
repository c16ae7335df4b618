/**
 * Searching what was written before, while one types what to look for.
 * @module
 */
import type { InputHistory } from "./input_history.ts";
import { settled } from "./motions.ts";
import { graphemes } from "../../text/graphemes.ts";

/** The longest that is searched for, in UTF-16 units. */
const LONGEST_QUERY = 200;

/** One search, from the newest text to older ones. */
export class HistorySearch {
  readonly #history: InputHistory;
  #query = "";
  #found: ReturnType<InputHistory["find"]>;

  /** Starts with nothing to look for. */
  constructor(history: InputHistory) {
    this.#history = history;
  }

  /** What is searched for. */
  get query(): string {
    return this.#query;
  }

  /** What was found. */
  get match(): string | undefined {
    return this.#found?.text;
  }

  /** The number of what was found. */
  get index(): number {
    return this.#found?.index ?? this.#history.size;
  }

  /** Where in it the query stands: between graphemes. */
  get at(): number {
    return this.#found === undefined ? 0 : settled(this.#found.text, this.#found.at);
  }

  /** What stands in front of what was found. */
  get prompt(): string {
    if (this.#query === "") return "search: ";
    return this.#found === undefined ? `not found "${this.#query}" ` : `search "${this.#query}": `;
  }

  /** Looks for more. */
  type(text: string): void {
    if (this.#query.length + text.length > LONGEST_QUERY) return;
    this.#query += text;
    this.#found = this.#history.find(this.#query, this.index, -1) ?? this.#newest();
  }

  /** Looks for less. Returns whether there was anything to take away. */
  erase(): boolean {
    if (this.#query === "") return false;
    this.#query = graphemes(this.#query).slice(0, -1).join("");
    this.#found = this.#query === "" ? undefined : this.#newest();
    return true;
  }

  /** Goes on to the next one that is older, or newer. Returns whether there is one. */
  next(step: 1 | -1): boolean {
    if (this.#found === undefined) return false;
    const { index, text } = this.#found;
    const next = this.#history.find(this.#query, index + step, step, text);
    this.#found = next ?? this.#found;
    return next !== undefined;
  }

  #newest(): ReturnType<InputHistory["find"]> {
    return this.#history.find(this.#query, this.#history.size - 1, -1);
  }
}
