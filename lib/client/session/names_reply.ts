/**
 * Collects the answer to NAMES.
 *
 * Source: Modern IRC Client Protocol, `RPL_NAMREPLY`.
 * @module
 */

/** The most names that are kept; the rest is counted. */
const MOST = 2000;

/** The longest name that is kept, in UTF-16 units. Real ones end long before. */
const LONGEST = 200;

/** What stands before a name to tell a rank, where the server has not said. */
export const USUAL_SYMBOLS = "~&@%+";

/** The users of one room, bounded. */
export class NamesReply {
  readonly #users: string[] = [];
  #more = 0;

  /** Takes one line of names. */
  add(names: string, symbols: string): void {
    for (const item of names.split(" ")) {
      let at = 0;
      while (at < item.length && symbols.includes(item[at]!)) at++;
      // Some servers add `!user@host` even where it was not asked for.
      const name = item.slice(at).split("!", 1)[0]!;
      if (name === "") continue;
      if (this.#users.length < MOST) this.#users.push(name.slice(0, LONGEST));
      else this.#more++;
    }
  }

  /** The names that were kept. */
  get users(): readonly string[] {
    return this.#users;
  }

  /** How many more there were. */
  get more(): number {
    return this.#more;
  }
}
