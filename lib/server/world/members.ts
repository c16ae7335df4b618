/**
 * The members of a channel.
 * @module
 */
import type { Ranks } from "../../irc/modes.ts";
import { packWords, WordLines } from "../delivery/fit_line.ts";
import type { User } from "./user.ts";

/** The members of a channel, for everyone but their owner. */
export interface ReadonlyMembers extends ReadonlyMap<User, Ranks> {
  /**
   * All members, in the order in which they joined. The array only grows: a join adds to its end, a
   * part makes a new one.
   */
  readonly list: readonly User[];
  /**
   * The names of all members in lines. In large channels they are kept, and those of newcomers are
   * added: if 2,000 join at once, putting all names together for each took a fifth of the time.
   *
   * @param form identifies what `nameOf` does: with which prefixes and hosts it writes names.
   */
  names(form: string, nameOf: (user: User, ranks: Ranks) => string): string[];
}

/** From how many members on the names are kept. */
const MANY = 32;

/** The members of a channel with their ranks, in the order in which they joined. */
export class Members extends Map<User, Ranks> {
  #list: User[] | undefined;
  /** By form, the names of the members from the first one on, and of how many. */
  #names: Map<string, { count: number; readonly words: WordLines }> | undefined;

  get list(): readonly User[] {
    return this.#list ??= [...this.keys()];
  }

  names(form: string, nameOf: (user: User, ranks: Ranks) => string): string[] {
    if (this.size < MANY) return packWords([...this].map(([user, ranks]) => nameOf(user, ranks)));
    const { list } = this;
    const all = this.#names ??= new Map();
    const known = all.get(form) ?? { count: 0, words: new WordLines() };
    all.set(form, known);
    for (; known.count < list.length; known.count++) {
      const user = list[known.count]!;
      known.words.add(nameOf(user, this.get(user)!));
    }
    return known.words.lines;
  }

  /** Forgets the names, since one has changed. */
  forgetNames(): void {
    this.#names = undefined;
  }

  override set(user: User, ranks: Ranks): this {
    if (this.has(user)) this.forgetNames();
    else this.#list?.push(user);
    return super.set(user, ranks);
  }

  override delete(user: User): boolean {
    this.#forget();
    return super.delete(user);
  }

  override clear(): void {
    this.#forget();
    super.clear();
  }

  #forget(): void {
    this.#list = undefined;
    this.forgetNames();
  }
}
