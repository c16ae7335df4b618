/**
 * Collects the answer to NAMES.
 *
 * Source: Modern IRC Client Protocol, `RPL_NAMREPLY`.
 * @module
 */

/** The most names that are kept; the rest is counted. */
const MOST = 2000;

/** The longest name that is kept, in UTF-16 units; real ones are far shorter. */
const LONGEST = 200;

/** The symbols of ranks, unless the server says otherwise. */
export const USUAL_SYMBOLS = "~&@%+";

/** The users of a room, bounded. */
export class NamesReply {
  readonly #users: string[] = [];
  #more = 0;

  /** Takes a line of names. */
  add(names: string, symbols: string): void {
    for (const item of names.split(" ")) {
      let at = 0;
      while (at < item.length && symbols.includes(item[at]!)) at++;
      // Some servers add `!user@host` unasked.
      const name = item.slice(at).split("!", 1)[0]!;
      if (name === "") continue;
      if (this.#users.length < MOST) this.#users.push(name.slice(0, LONGEST));
      else this.#more++;
    }
  }

  get users(): readonly string[] {
    return this.#users;
  }

  /** How many names were left out. */
  get more(): number {
    return this.#more;
  }
}
