/**
 * What was to be said and was not, for the end of a chat.
 * @module
 */
import { mayBeSecret } from "../input/commands.ts";
import { startOf } from "./split.ts";

/** A line that was not said, as it is named: its start, or only its command if it holds a password. */
export function named(line: string): string {
  return mayBeSecret(line) ? `${line.trim().split(/\s/u, 1)[0]} ...` : startOf(line);
}

/** Counts messages, and keeps the first of them. */
export class Unsaid {
  #count = 0;
  #first = "";

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** Adds one. */
  add(text: string): void {
    if (this.#count++ === 0) this.#first = named(text);
  }

  /** Adds those of another one, which come behind these. */
  append(other: Unsaid): void {
    if (this.#count === 0) this.#first = other.#first;
    this.#count += other.#count;
  }

  /** Tells of them: a sentence; empty if there are none. */
  get text(): string {
    if (this.#count === 0) return "";
    return this.#count === 1
      ? `1 line was not said: ${this.#first}`
      : `${this.#count} lines were not said; the first of them is: ${this.#first}`;
  }
}
