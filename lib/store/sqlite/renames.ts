/**
 * The other keys of conversations that the file does not know yet, because it can't be written.
 * Whoever may read what is under a key now may not read what the file still has under it.
 * @module
 */

/** How many are remembered; then the oldest are lost, and the file's keys count again. */
const MAX_RENAMES = 1000;

/** Which conversations got other keys, in order, and could not be written yet. */
export class Renames {
  readonly #renames: (readonly [from: string, to: string])[] = [];

  /** How many there are. */
  get size(): number {
    return this.#renames.length;
  }

  /** Adds one, the latest. */
  add(from: string, to: string): void {
    this.#renames.push([from, to]);
    if (this.#renames.length > MAX_RENAMES) this.#renames.shift();
  }

  /** All of them as from and to, in the order in which they are to be written. */
  all(): readonly (readonly [from: string, to: string])[] {
    return this.#renames;
  }

  /** They are written. */
  clear(): void {
    this.#renames.length = 0;
  }

  /** The key by now of a conversation that has this one in the file. */
  present(key: string): string {
    return this.#renames.reduce((now, [from, to]) => now === from ? to : now, key);
  }

  /** The keys that a conversation has in the file: several where some were put together. */
  inFile(key: string): readonly string[] {
    const keys = new Set([key]);
    for (const [from, to] of this.#renames.toReversed()) {
      keys.delete(from);
      if (keys.has(to)) keys.add(from);
    }
    return [...keys];
  }
}
