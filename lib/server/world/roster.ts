/**
 * Who holds which name, who looks like whom, who watches whom, and who was here.
 * @module
 */
import { BoundedSet } from "../../collections/bounded_set.ts";
import { own } from "./owned.ts";
import { looks, wideLooks } from "../../irc/looks.ts";
import { fold, type Folded } from "../../irc/names.ts";
import type { User } from "./user.ts";

/** How many users that are gone are remembered (WHOWAS). */
const PAST_USERS = 1000;

/** A user that is gone, or had another name, as WHOWAS shows it. */
export interface PastUser
  extends Pick<User, "nick" | "username" | "host" | "ip" | "realname" | "account"> {
  /** When it went, in milliseconds since 1970. */
  readonly at: number;
}

/** The registered users, by name. */
export class Roster {
  readonly #users = new Map<Folded, User>();
  /** Who holds a name that looks like this; see {@linkcode looks}. */
  readonly #looks = new Map<string, User>();
  /** Who holds a name that looks similar to this; see {@linkcode wideLooks}. */
  readonly #similar = new Map<string, Set<User>>();
  readonly #watchers = new Map<Folded, Set<User>>();
  readonly #past = new BoundedSet<PastUser>(PAST_USERS);

  /** How many there are. */
  get size(): number {
    return this.#users.size;
  }

  /** All of them. */
  all(): Iterable<User> {
    return this.#users.values();
  }

  /** The user of this name. */
  find(nick: string): User | undefined {
    return this.#users.get(fold(nick));
  }

  /** Someone other than `asker` whose name is this one or looks like it. */
  holderOf(nick: string, asker: User): User | undefined {
    const same = this.find(nick);
    if (same !== undefined && same !== asker) return same;
    for (const look of looks(nick)) {
      const alike = this.#looks.get(look);
      if (alike !== undefined && alike !== asker) return alike;
    }
    return undefined;
  }

  /** Everyone whose name an owner of this one could mind: it is the same or looks similar. */
  alike(nick: string): readonly User[] {
    return [...new Set(wideLooks(nick).flatMap((look) => [...this.#similar.get(look) ?? NOBODY]))];
  }

  /**
   * Someone whose name an owner of this one could mind, and who has had it for longer than `asker`
   * has its own.
   */
  elderLike(nick: string, asker: User): User | undefined {
    const alike = new Set(this.alike(nick));
    alike.delete(asker);
    if (alike.size === 0) return undefined;
    // They stand in the order in which they took their names.
    for (const user of this.#users.values()) {
      if (user === asker) return undefined;
      if (alike.has(user)) return user;
    }
    return undefined;
  }

  /** Enters a user under its name. */
  add(user: User): void {
    this.#users.set(fold(user.nick), user);
    for (const look of looks(user.nick)) this.#looks.set(look, user);
    for (const look of wideLooks(user.nick)) {
      this.#similar.set(look, (this.#similar.get(look) ?? new Set()).add(user));
    }
  }

  /** Takes a user out, and remembers it. */
  remove(user: User, now: number): void {
    this.#users.delete(fold(user.nick));
    for (const look of looks(user.nick)) this.#looks.delete(look);
    for (const look of wideLooks(user.nick)) {
      const similar = this.#similar.get(look);
      similar?.delete(user);
      if (similar?.size === 0) this.#similar.delete(look);
    }
    const { nick, username, host, ip, realname, account } = user;
    this.#past.add({ nick, username, host, ip, realname, account, at: now });
  }

  /** Who had this name, the last one first. */
  past(nick: string): PastUser[] {
    const folded = fold(nick);
    return [...this.#past].filter((past) => fold(past.nick) === folded).reverse();
  }

  /** From now on `watcher` is told when this name comes and goes. */
  watch(watcher: User, nick: string): void {
    const folded = fold(nick);
    own(watcher).monitored.set(folded, nick);
    const watchers = this.#watchers.get(folded) ?? new Set();
    this.#watchers.set(folded, watchers.add(watcher));
  }

  /** Ends {@linkcode watch}. */
  unwatch(watcher: User, folded: Folded): void {
    own(watcher).monitored.delete(folded);
    const watchers = this.#watchers.get(folded);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.#watchers.delete(folded);
  }

  /** Who watches this name. */
  watchersOf(nick: string): ReadonlySet<User> {
    return this.#watchers.get(fold(nick)) ?? NOBODY;
  }
}

const NOBODY: ReadonlySet<User> = new Set();
