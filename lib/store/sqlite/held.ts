/**
 * Items that are not in the file yet.
 * @module
 */
import { MemoryHistory } from "../memory/history.ts";
import type { Row } from "../order.ts";

/** Holds items until they are written. They are made searchable only when somebody asks for one. */
export class HeldItems {
  readonly #most: number;
  readonly #indexed: MemoryHistory;
  /** The items that came after those in `#indexed`. */
  #fresh: Row[] = [];
  /** How many items were added since it was empty. */
  #added = 0;

  /** @param most how many items it holds, and up to a quarter more. Then the oldest are lost. */
  constructor(most: number) {
    this.#most = most;
    this.#indexed = new MemoryHistory({ perConversation: most, total: most });
  }

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

  /**
   * Everything that is held, for queries, redaction and renaming. Items must be added here only.
   */
  history(): MemoryHistory {
    for (const row of this.#fresh) this.#indexed.add(row);
    this.#fresh = [];
    return this.#indexed;
  }

  add(row: Row): void {
    this.#fresh.push(row);
    this.#added++;
    if (this.size > this.#most) this.history();
  }

  clear(): void {
    this.#indexed.clear();
    this.#fresh = [];
    this.#added = 0;
  }
}
