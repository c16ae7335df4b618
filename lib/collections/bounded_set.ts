/**
 * A set with a bound on its values.
 * @module
 */

/** A set that drops the value that was added longest ago if it has too many. */
export class BoundedSet<T> extends Set<T> {
  readonly #most: number;

  constructor(most: number) {
    super();
    this.#most = most;
  }

  /** As `Set.add`; the value counts as the newest. */
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
