/**
 * A set of owned names that also finds names that look like them.
 * @module
 */
import { wideLooks } from "../irc/looks.ts";
import { fold, type Folded } from "../irc/names.ts";

/** Owned names. Some may look like each other, because the rules were different once. */
export class OwnedNames {
  readonly #names = new Map<Folded, string>();
  readonly #alike = new Map<string, readonly string[]>();

  constructor(names: Iterable<string> = []) {
    for (const name of names) this.add(name);
  }

  all(): Iterable<string> {
    return this.#names.values();
  }

  get size(): number {
    return this.#names.size;
  }

  /** Whether exactly this name is owned. */
  has(name: string): boolean {
    return this.#names.has(fold(name));
  }

  /** The owned name that a name equals or looks like. */
  ownerOf(name: string): string | undefined {
    const same = this.#names.get(fold(name));
    if (same !== undefined || this.#names.size === 0) return same;
    for (const look of wideLooks(name)) {
      const alike = this.#alike.get(look);
      if (alike !== undefined) return alike[0];
    }
    return undefined;
  }

  add(name: string): void {
    this.remove(name);
    this.#names.set(fold(name), name);
    for (const look of wideLooks(name)) {
      this.#alike.set(look, [...this.#alike.get(look) ?? [], name]);
    }
  }

  /** Returns whether it was there. */
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
