/**
 * Counting what is there, by whom it comes from.
 * @module
 */

/** How much there is of each of some things. It holds only what there is any of. */
export class Tally {
  readonly #counts = new Map<string, number>();

  /** How much there is of one. */
  of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  /** There is one more. */
  add(key: string): void {
    this.#counts.set(key, this.of(key) + 1);
  }

  /** There is one less. */
  remove(key: string): void {
    const left = this.of(key) - 1;
    if (left > 0) this.#counts.set(key, left);
    else this.#counts.delete(key);
  }
}
