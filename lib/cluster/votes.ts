/**
 * Finds out whether this node has something else than most of the others.
 * @module
 */

export class Votes {
  /** The nodes that had something else when they were compared last. */
  readonly #others = new Set<string>();

  /**
   * Notes whether a node has the same as this one.
   *
   * @param alive the names of all nodes that are there.
   * @returns whether this one must stop: most differ from it, or half of them do, among them the first
   * by name.
   */
  isOutvoted(node: string, isSame: boolean, alive: readonly string[]): boolean {
    if (isSame) this.#others.delete(node);
    else this.#others.add(node);
    if (isSame) return false;
    const against = alive.filter((each) => this.#others.has(each));
    const most = 2 * against.length - alive.length;
    return most > 0 || most === 0 && this.#others.has(alive.toSorted()[0]!);
  }
}
