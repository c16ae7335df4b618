/**
 * Names that are owned, and what looks like them.
 * @module
 */
import { wideLooks } from "../irc/looks.ts";
import { fold, type Folded } from "../irc/names.ts";

/** Names that belong to someone. Some may look like each other: rules were other ones once. */
export class OwnedNames {
  readonly #names = new Map<Folded, string>();
  readonly #alike = new Map<string, readonly string[]>();

  /** Makes one of some names. */
  constructor(names: Iterable<string> = []) {
    for (const name of names) this.add(name);
  }

  /** All of them. */
  all(): Iterable<string> {
    return this.#names.values();
  }

  /** How many there are. */
  get size(): number {
    return this.#names.size;
  }

  /** Whether this very name is owned. */
  has(name: string): boolean {
    return this.#names.has(fold(name));
  }

  /** The owned name that a name is, or that it looks like. */
  ownerOf(name: string): string | undefined {
    const same = this.#names.get(fold(name));
    if (same !== undefined || this.#names.size === 0) return same;
    for (const look of wideLooks(name)) {
      const alike = this.#alike.get(look);
      if (alike !== undefined) return alike[0];
    }
    return undefined;
  }

  /** Adds one. */
  add(name: string): void {
    this.remove(name);
    this.#names.set(fold(name), name);
    for (const look of wideLooks(name)) {
      this.#alike.set(look, [...this.#alike.get(look) ?? [], name]);
    }
  }

  /** Takes one out. Returns whether it was there. */
  remove(name: string): boolean {
    const folded = fold(name);
    const known = this.#names.get(folded);
    if (known === undefined) return false;
    this.#names.delete(folded);
    for (const look of wideLooks(known)) {
      const others = (this.#alike.get(look) ?? []).filter((other) => other !== known);
      if (others.length === 0) this.#alike.delete(look);
      else this.#alike.set(look, others);
    }
    return true;
  }
}
