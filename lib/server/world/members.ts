/**
 * The members of a channel.
 * @module
 */
import type { Ranks } from "../../irc/modes.ts";
import type { User } from "./user.ts";

/** The members of a channel, for everyone but their owner. */
export interface ReadonlyMembers extends ReadonlyMap<User, Ranks> {
  /** All members. The array never changes: each join or part makes a new one. */
  readonly list: readonly User[];
}

/** The members of a channel with their ranks, in the order in which they joined. */
export class Members extends Map<User, Ranks> {
  #list: readonly User[] | undefined;

  get list(): readonly User[] {
    return this.#list ??= [...this.keys()];
  }

  override set(user: User, ranks: Ranks): this {
    if (!this.has(user)) this.#list = undefined;
    return super.set(user, ranks);
  }

  override delete(user: User): boolean {
    this.#list = undefined;
    return super.delete(user);
  }

  override clear(): void {
    this.#list = undefined;
    super.clear();
  }
}
