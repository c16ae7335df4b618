/**
 * A set that holds only so many values.
 * @module
 */

/** A set that drops the value that was added longest ago for each one that it has no room for. */
export class BoundedSet<T> extends Set<T> {
  readonly #most: number;

  /** Makes an empty one that has room for so many values. */
  constructor(most: number) {
    super();
    this.#most = most;
  }

  /** As of a set; the value counts as the newest. */
  override add(value: T): this {
    this.delete(value);
    super.add(value);
    for (const oldest of this) {
      if (this.size <= this.#most) break;
      this.delete(oldest);
    }
    return this;
  }
}
