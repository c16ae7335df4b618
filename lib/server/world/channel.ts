/**
 * A channel: its members, topic, modes and lists.
 * @module
 */
import { atLeast, HALF_OPERATOR, prefixesOf, type Ranks, VOICE } from "../../irc/modes.ts";
import { fold, type Folded } from "../../irc/names.ts";
import { Members, type ReadonlyMembers } from "./members.ts";
import type { User } from "./user.ts";
import { type Likeness, speaksOf, type UserMask } from "./user_mask.ts";

export interface ChannelTopic {
  readonly text: string;
  /** `nick!user@host`. */
  readonly by: string;
  readonly at: number;
}

/** An entry of a list of a channel: a ban, an exception, an invitation exception. */
export interface ListEntry {
  readonly mask: UserMask;
  /** Who set it, as `nick!user@host`. */
  readonly by: string;
  readonly at: number;
}

export type ListLetter = "b" | "e" | "I";

export const LIST_LETTERS: readonly ListLetter[] = ["b", "e", "I"];

/** The flags of a new channel. */
export const NEW_CHANNEL_FLAGS: readonly string[] = ["n", "t"];

/** The ranks that an account gets whenever it joins. */
export interface AccountRanks {
  readonly account: string;
  readonly ranks: Ranks;
}

/** Why a user can't speak in a channel. */
export type Obstacle = "outside" | "banned" | "moderated" | "unregistered" | "ctcp";

/** Who invited a user: an ordinary member, or one with the rank {@linkcode MODERATOR}. */
export type Inviter = "member" | "moderator";

/** A channel. Only the world changes it: see `owned.ts`. */
export class Channel {
  /** Identifies it, whatever its name. */
  readonly identity = Symbol();
  readonly name: string;
  readonly folded: Folded;
  readonly createdAt: number;
  readonly members: ReadonlyMembers = new Members();
  /** The users who were invited and have not joined yet, and who invited them. */
  readonly invited: ReadonlyMap<User, Inviter> = new Map();
  /** The letters of its flags. */
  readonly flags: ReadonlySet<string> = new Set(NEW_CHANNEL_FLAGS);
  /** Its lists, by folded mask. */
  readonly lists: Readonly<Record<ListLetter, Map<Folded, ListEntry>>> = {
    b: new Map(),
    e: new Map(),
    I: new Map(),
  };
  /** The accounts with lasting ranks. */
  readonly accounts: ReadonlyMap<Folded, AccountRanks> = new Map();
  /** When it was last used, to the hour, in milliseconds since 1970. */
  readonly usedAt: number;
  /** Whether its state is in the store. */
  readonly saved: boolean = false;
  /** The cloak of the network that opened it; undefined if it counts for none. */
  readonly origin: string | undefined;
  /** The person who opened it without an account, as `User.person`. */
  readonly opener: string | undefined;
  readonly renamedAt: number = 0;
  /** The key for joining. */
  readonly key: string | undefined;
  /** The most members. */
  readonly limit: number | undefined;
  readonly topic: ChannelTopic | undefined;
  /** When its topic was last set or cleared, in milliseconds since 1970. */
  readonly topicChangedAt: number | undefined;

  constructor(name: string, now: number) {
    this.name = name;
    this.folded = fold(name);
    this.createdAt = this.usedAt = now;
  }

  /** The ranks of a user; 0 if it is not a member. */
  ranksOf(user: User): Ranks {
    return this.members.get(user) ?? 0;
  }

  /** Whether a user has this rank or a higher one. Server operators have all in their channels. */
  hasRank(user: User, rank: Ranks): boolean {
    return atLeast(this.ranksOf(user), rank) || user.oper !== undefined && this.members.has(user);
  }

  /** Whether a user may know of it: it is not secret, or the user is a member. */
  isVisibleTo(user: User): boolean {
    return !this.flags.has("s") || this.members.has(user);
  }

  /** Whether an invitation exception (`+I`) matches a user. */
  isInvited(user: User): boolean {
    return this.#holds("I", false, user.likeness());
  }

  /** Whether a ban matches a user, and no exception: then it can't join or speak. */
  isBanned(user: User): boolean {
    return this.lists.b.size > 0 && this.#isBanned(user.likeness());
  }

  #isBanned(who: Likeness): boolean {
    return this.#holds("b", false, who) && !this.#holds("e", false, who);
  }

  /** Whether a quiet ban matches a user, and no exception: then it can join but not speak. */
  #isQuieted(who: Likeness): boolean {
    return this.#holds("b", true, who) && !this.#holds("e", false, who) &&
      !this.#holds("e", true, who);
  }

  #holds(letter: ListLetter, quiet: boolean, who: Likeness): boolean {
    for (const { mask } of this.lists[letter].values()) {
      if (mask.quiet === quiet && speaksOf(mask, who, letter === "b")) return true;
    }
    return false;
  }

  /** Adds an entry to a list. */
  list(letter: ListLetter, mask: UserMask, by: string, at: number): void {
    this.lists[letter].set(mask.key, { mask, by, at });
  }

  /** Why a user can't speak here; undefined if it can. */
  obstacle(user: User, isCtcp: boolean): Obstacle | undefined {
    if (this.flags.has("C") && isCtcp) return "ctcp";
    const ranks = this.members.get(user);
    if (ranks === undefined && this.flags.has("n")) return "outside";
    if (atLeast(ranks ?? 0, VOICE)) return undefined;
    if (this.flags.has("m")) return "moderated";
    if (this.flags.has("M") && user.account === undefined) return "unregistered";
    return this.isSilenced(user) ? "banned" : undefined;
  }

  /** Whether a ban or a quiet ban keeps a user without rank from speaking. */
  isSilenced(user: User): boolean {
    if (this.lists.b.size === 0) return false;
    const who = user.likeness();
    return this.#isBanned(who) || this.#isQuieted(who);
  }

  /** Its modes for RPL_CHANNELMODEIS: `+klnt key 10`, with `*` for a key that is not shown. */
  modes(showKey: boolean): string[] {
    let letters = "+";
    const params: string[] = [];
    if (this.key !== undefined) {
      letters += "k";
      params.push(showKey ? this.key : "*");
    }
    if (this.limit !== undefined) {
      letters += "l";
      params.push(`${this.limit}`);
    }
    return [letters + [...this.flags].sort().join(""), ...params];
  }
}

/** The symbols of ranks for a viewer: all with `multi-prefix`, otherwise the highest. */
export function prefixesFor({ caps }: User, ranks: Ranks): string {
  const prefixes = prefixesOf(ranks);
  return caps.has("multi-prefix") ? prefixes : prefixes.slice(0, 1);
}

/** The least rank that may kick, invite, and change the lists and the topic. */
export const MODERATOR: Ranks = HALF_OPERATOR;
