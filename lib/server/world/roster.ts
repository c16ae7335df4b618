/**
 * The registered users by name and by look-alikes, who watches them (MONITOR), and past users
 * (WHOWAS).
 * @module
 */
import { BoundedSet } from "../../collections/bounded_set.ts";
import { own } from "./owned.ts";
import { looks, wideLooks } from "../../irc/looks.ts";
import { fold, type Folded } from "../../irc/names.ts";
import type { User } from "./user.ts";

/** How many past users are remembered. */
const PAST_USERS = 1000;

/** A past user for WHOWAS: it quit or changed its name. */
export interface PastUser
  extends Pick<User, "nick" | "username" | "host" | "ip" | "realname" | "account"> {
  readonly at: number;
}

export class Roster {
  readonly #users = new Map<Folded, User>();
  /** By what a name looks like; see {@linkcode looks}. */
  readonly #looks = new Map<string, User>();
  /** By what a name looks similar to; see {@linkcode wideLooks}. */
  readonly #similar = new Map<string, Set<User>>();
  readonly #watchers = new Map<Folded, Set<User>>();
  readonly #past = new BoundedSet<PastUser>(PAST_USERS);

  get size(): number {
    return this.#users.size;
  }

  all(): Iterable<User> {
    return this.#users.values();
  }

  find(nick: string): User | undefined {
    return this.#users.get(fold(nick));
  }

  /** A user other than `asker` whose name is this one or looks like it. */
  holderOf(nick: string, asker: User): User | undefined {
    const same = this.find(nick);
    if (same !== undefined && same !== asker) return same;
    for (const look of looks(nick)) {
      const alike = this.#looks.get(look);
      if (alike !== undefined && alike !== asker) return alike;
    }
    return undefined;
  }

  /** The users whose names the owner of this one could object to: equal or similar ones. */
  alike(nick: string): readonly User[] {
    return [...new Set(wideLooks(nick).flatMap((look) => [...this.#similar.get(look) ?? NOBODY]))];
  }

  /** The first of {@linkcode alike} that has had its name for longer than `asker` has its own. */
  elderLike(nick: string, asker: User): User | undefined {
    const alike = new Set(this.alike(nick));
    alike.delete(asker);
    if (alike.size === 0) return undefined;
    // The map is in the order in which they took their names.
    for (const user of this.#users.values()) {
      if (user === asker) return undefined;
      if (alike.has(user)) return user;
    }
    return undefined;
  }

  add(user: User): void {
    this.#users.set(fold(user.nick), user);
    for (const look of looks(user.nick)) this.#looks.set(look, user);
    for (const look of wideLooks(user.nick)) {
      this.#similar.set(look, (this.#similar.get(look) ?? new Set()).add(user));
    }
  }

  /** Removes a user and remembers it for WHOWAS. */
  remove(user: User, now: number): void {
    this.#users.delete(fold(user.nick));
    for (const look of looks(user.nick)) this.#looks.delete(look);
    for (const look of wideLooks(user.nick)) {
      const similar = this.#similar.get(look);
      similar?.delete(user);
      if (similar?.size === 0) this.#similar.delete(look);
    }
    const { nick, username, host, ip, realname, account } = user;
    this.remember({ nick, username, host, ip, realname, account, at: now });
  }

  /** All past users, the oldest first. */
  allPast(): Iterable<PastUser> {
    return this.#past;
  }

  /** Remembers a past user. */
  remember(past: PastUser): void {
    this.#past.add(past);
  }

  /** The past users of this name, the latest first. */
  past(nick: string): PastUser[] {
    const folded = fold(nick);
    return [...this.#past].filter((past) => fold(past.nick) === folded).reverse();
  }

  /** Tells `watcher` from now on when this name comes and goes. */
  watch(watcher: User, nick: string): void {
    const folded = fold(nick);
    own(watcher).monitored.set(folded, nick);
    const watchers = this.#watchers.get(folded) ?? new Set();
    this.#watchers.set(folded, watchers.add(watcher));
  }

  unwatch(watcher: User, folded: Folded): void {
    own(watcher).monitored.delete(folded);
    const watchers = this.#watchers.get(folded);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.#watchers.delete(folded);
  }

  watchersOf(nick: string): ReadonlySet<User> {
    return this.#watchers.get(fold(nick)) ?? NOBODY;
  }
}

const NOBODY: ReadonlySet<User> = new Set();
