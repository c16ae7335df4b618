/**
 * Renames of conversations that the file does not have yet, because it can't be written. Whoever
 * may read what is under a key now may not read what the file still has under it.
 * @module
 */

/** How many are remembered. Of more, the oldest are lost, and the keys in the file count again. */
const MAX_RENAMES = 1000;

/** The pending renames, in order. */
export class Renames {
  readonly #renames: (readonly [from: string, to: string])[] = [];

  get size(): number {
    return this.#renames.length;
  }

  add(from: string, to: string): void {
    this.#renames.push([from, to]);
    if (this.#renames.length > MAX_RENAMES) this.#renames.shift();
  }

  all(): readonly (readonly [from: string, to: string])[] {
    return this.#renames;
  }

  clear(): void {
    this.#renames.length = 0;
  }

  /** The present key of a conversation that has this key in the file. */
  present(key: string): string {
    return this.#renames.reduce((now, [from, to]) => now === from ? to : now, key);
  }

  /** The keys of a conversation in the file: several if some were merged. */
  inFile(key: string): readonly string[] {
    const keys = new Set([key]);
    for (const [from, to] of this.#renames.toReversed()) {
      keys.delete(from);
      if (keys.has(to)) keys.add(from);
    }
    return [...keys];
  }
}
