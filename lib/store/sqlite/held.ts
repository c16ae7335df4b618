/**
 * Items that are not in the file yet.
 * @module
 */
import { MemoryHistory } from "../memory/history.ts";
import type { Row } from "../order.ts";

/**
 * Holds items until they are written. Mostly that is before anybody asks for one, so they are put
 * where they can be asked for only when somebody does.
 */
export class HeldItems {
  readonly #most: number;
  readonly #indexed: MemoryHistory;
  /** What came after what is in `#indexed`. */
  #fresh: Row[] = [];
  /** How many were added since it was empty. */
  #added = 0;

  /**
   * Makes an empty one.
   *
   * @param most how many items it holds; up to a quarter more for a while. Then the oldest are lost.
   */
  constructor(most: number) {
    this.#most = most;
    this.#indexed = new MemoryHistory({ perConversation: most, total: most });
  }

  /** How many items there are. */
  get size(): number {
    return this.#indexed.size + this.#fresh.length;
  }

  /** How many items were lost since it was empty. */
  get lost(): number {
    return this.#added - this.size;
  }

  /** All rows, in the order in which they were added. */
  rows(): Row[] {
    return [...this.#indexed.rows(), ...this.#fresh];
  }

  /** All that is held, to be asked for, redacted and renamed; items are added here only. */
  history(): MemoryHistory {
    for (const row of this.#fresh) this.#indexed.add(row);
    this.#fresh = [];
    return this.#indexed;
  }

  /** Adds an item at its place. */
  add(row: Row): void {
    this.#fresh.push(row);
    this.#added++;
    if (this.size > this.#most) this.history();
  }

  /** Forgets everything. */
  clear(): void {
    this.#indexed.clear();
    this.#fresh = [];
    this.#added = 0;
  }
}
