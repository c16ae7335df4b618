import type { InputHistory } from "./input_history.ts";
import { settled } from "./motions.ts";
import { graphemes } from "../../text/graphemes.ts";
import { SCREEN } from "../../wording/display.ts";

/** The longest query, in UTF-16 units. */
const LONGEST_QUERY = 200;

/** One search, from the newest text to older ones. */
export class HistorySearch {
  readonly #history: InputHistory;
  #query = "";
  #found: ReturnType<InputHistory["find"]>;

  constructor(history: InputHistory) {
    this.#history = history;
  }

  get query(): string {
    return this.#query;
  }

  /** The found text. */
  get match(): string | undefined {
    return this.#found?.text;
  }

  /** The number of the found text. */
  get index(): number {
    return this.#found?.index ?? this.#history.size;
  }

  /** The position of the query in it, between graphemes. */
  get at(): number {
    return this.#found === undefined ? 0 : settled(this.#found.text, this.#found.at);
  }

  /** What is shown before the found text. */
  get prompt(): string {
    if (this.#query === "") return SCREEN.search;
    return this.#found === undefined ? SCREEN.notFound(this.#query) : SCREEN.found(this.#query);
  }

  /** Adds to the query. */
  type(text: string): void {
    if (this.#query.length + text.length > LONGEST_QUERY) return;
    this.#query += text;
    this.#found = this.#history.find(this.#query, this.index, -1) ?? this.#newest();
  }

  /** Deletes the last character of the query. Returns whether there was any. */
  erase(): boolean {
    if (this.#query === "") return false;
    this.#query = graphemes(this.#query).slice(0, -1).join("");
    this.#found = this.#query === "" ? undefined : this.#newest();
    return true;
  }

  /** Goes to the next older or newer match. Returns whether there is one. */
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
