/**
 * Who is in a channel.
 * @module
 */
import type { Ranks } from "../../irc/modes.ts";
import type { User } from "./user.ts";

/** The members of a channel, for those who don't change them. */
export interface ReadonlyMembers extends ReadonlyMap<User, Ranks> {
  /** All of them. The list does not change: when someone comes or goes, there is a new one. */
  readonly list: readonly User[];
}

/** The members of a channel with their ranks, in the order in which they came. */
export class Members extends Map<User, Ranks> {
  #list: readonly User[] | undefined;

  /** All of them. The list does not change: when someone comes or goes, there is a new one. */
  get list(): readonly User[] {
    return this.#list ??= [...this.keys()];
  }

  /** As of a map. Who is new makes a new list. */
  override set(user: User, ranks: Ranks): this {
    if (!this.has(user)) this.#list = undefined;
    return super.set(user, ranks);
  }

  /** As of a map. */
  override delete(user: User): boolean {
    this.#list = undefined;
    return super.delete(user);
  }

  /** As of a map. */
  override clear(): void {
    this.#list = undefined;
    super.clear();
  }
}
