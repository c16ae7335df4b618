/**
 * A map that holds only so many entries.
 * @module
 */

/** A map that drops the entry that was set longest ago for each one that it has no room for. */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #most: number;

  /** Makes an empty one that has room for so many entries. */
  constructor(most: number) {
    super();
    this.#most = most;
  }

  /** As of a map; the entry counts as the newest. */
  override set(key: K, value: V): this {
    this.delete(key);
    super.set(key, value);
    for (const oldest of this.keys()) {
      if (this.size <= this.#most) break;
      this.delete(oldest);
    }
    return this;
  }
}
