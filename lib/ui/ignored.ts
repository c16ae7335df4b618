import { fold, type Folded } from "../irc/names.ts";
import { visibleName } from "../text/text.ts";
import { CROWD, HIDDEN } from "../wording/display.ts";

/** The most people who are hidden. */
const MOST = 500;

/** The people who are hidden. */
export class Ignored {
  readonly #names = new Map<Folded, string>();

  /** Of too many names, the last are left out. */
  constructor(names: readonly string[]) {
    for (const name of names.slice(0, MOST)) this.#names.set(fold(name), name);
  }

  get names(): readonly string[] {
    return [...this.#names.values()];
  }

  has(name: string): boolean {
    return this.#names.size > 0 && this.#names.has(fold(name));
  }

  /**
   * Hides somebody, or shows them again; without a name it only lists them. Returns what to tell.
   */
  change(name: string | undefined, lift: boolean): string {
    if (name === undefined) {
      const names = this.names.map(visibleName);
      return names.length === 0 ? HIDDEN.nobody : HIDDEN.list(names.join(CROWD.comma));
    }
    const shown = visibleName(name);
    if (lift) {
      return this.#names.delete(fold(name)) ? HIDDEN.shownAgain(shown) : HIDDEN.notHidden(shown);
    }
    if (this.#names.size >= MOST) return HIDDEN.tooMany(MOST);
    this.#names.set(fold(name), name);
    return HIDDEN.hidden(shown);
  }
}
