/**
 * What was never said or may not have arrived, for the end of a chat.
 * @module
 */
import { mayBeSecret } from "../input/secret.ts";
import type { UnsentItem } from "./outbound.ts";
import { startOf } from "./split.ts";
import { NOT_SENT } from "../../wording/client.ts";

/** The start of an unsent line, for a message; only its command if it holds a password. */
export function named(line: string): string {
  return mayBeSecret(line) ? NOT_SENT.secret(line.trim().split(/\s/u, 1)[0]!) : startOf(line);
}

/** How many lines a text has that are not blank, at least one. */
export function linesIn(text: string): number {
  return Math.max(1, text.split("\n").filter((line) => line.trim() !== "").length);
}

/** Counts the lines that were not said, and keeps the first of them. */
export class Unsaid {
  #count = 0;
  #first = "";

  get count(): number {
    return this.#count;
  }

  add(text: string): void {
    if (this.#count === 0) this.#first = named(text.split("\n", 1)[0]!);
    this.#count += linesIn(text);
  }

  addWaiting(items: readonly UnsentItem[]): void {
    for (const { doubtful, text } of items) if (!doubtful) this.add(text);
  }

  append(other: Unsaid): void {
    if (this.#count === 0) this.#first = other.#first;
    this.#count += other.#count;
  }

  /** A sentence that tells of them; empty if there are none. */
  get text(): string {
    if (this.#count === 0) return "";
    return this.#count === 1 ? NOT_SENT.one(this.#first) : NOT_SENT.many(this.#count, this.#first);
  }
}

/** A sentence about messages that were sent but not accepted; empty if there are none. */
export function doubtfulText(items: readonly UnsentItem[]): string {
  const { length } = items.filter(({ doubtful }) => doubtful);
  return length === 0 ? "" : NOT_SENT.doubtful(length);
}
