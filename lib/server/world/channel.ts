/**
 * One channel: who is in it, its topic and its modes.
 * @module
 */
import { atLeast, HALF_OPERATOR, prefixesOf, type Ranks, VOICE } from "../../irc/modes.ts";
import { fold, type Folded } from "../../irc/names.ts";
import { Members, type ReadonlyMembers } from "./members.ts";
import type { User } from "./user.ts";
import { type Likeness, speaksOf, type UserMask } from "./user_mask.ts";

/** What a channel is about. */
export interface ChannelTopic {
  /** The text. */
  readonly text: string;
  /** Who set it, as `nick!user@host`. */
  readonly by: string;
  /** When, in milliseconds since 1970. */
  readonly at: number;
}

/** One entry of a list of a channel: a ban, an exception, an invitation. */
export interface ListEntry {
  /** Whom it speaks of. */
  readonly mask: UserMask;
  /** Who made it, as `nick!user@host`. */
  readonly by: string;
  /** When, in milliseconds since 1970. */
  readonly at: number;
}

/** The letters of a channel's lists. */
export type ListLetter = "b" | "e" | "I";

/** The letters of all lists of a channel. */
export const LIST_LETTERS: readonly ListLetter[] = ["b", "e", "I"];

/** The flags of a channel that was just opened. */
export const NEW_CHANNEL_FLAGS: readonly string[] = ["n", "t"];

/** The ranks of an account, which it has whenever it is there. */
export interface AccountRanks {
  /** Its name. */
  readonly account: string;
  /** Its ranks. */
  readonly ranks: Ranks;
}

/** Why someone may not speak in a channel or enter it. */
export type Obstacle = "outside" | "banned" | "moderated" | "unregistered" | "ctcp";

/** By whom someone was invited: a member, or one of those who run the channel. */
export type Inviter = "member" | "moderator";

/** A channel. The world changes it: see `owned.ts`. */
export class Channel {
  /** What tells it from all others, whatever its name. */
  readonly identity = Symbol();
  /** Its name as it was first written. */
  readonly name: string;
  /** Its name as it is compared. */
  readonly folded: Folded;
  /** When it came to be, in milliseconds since 1970. */
  readonly createdAt: number;
  /** Who is in it. */
  readonly members: ReadonlyMembers = new Members();
  /** Who was invited and has not come yet, and by whom. */
  readonly invited: ReadonlyMap<User, Inviter> = new Map();
  /** The letters of its flags. */
  readonly flags: ReadonlySet<string> = new Set(NEW_CHANNEL_FLAGS);
  /** Its lists, each by the folded mask. */
  readonly lists: Readonly<Record<ListLetter, Map<Folded, ListEntry>>> = {
    b: new Map(),
    e: new Map(),
    I: new Map(),
  };
  /** The accounts with ranks that last. */
  readonly accounts: ReadonlyMap<Folded, AccountRanks> = new Map();
  /** When it was last used, as far as that is kept, in milliseconds since 1970. */
  readonly usedAt: number;
  /** Whether its state is kept. */
  readonly saved: boolean = false;
  /** What stands for the network that opened it; undefined if it counts for none. */
  readonly origin: string | undefined;
  /** When it was last given another name, in milliseconds since 1970. */
  readonly renamedAt: number = 0;
  /** The word that one needs to enter, if any. */
  readonly key: string | undefined;
  /** How many members it takes, if it is limited. */
  readonly limit: number | undefined;
  /** What it is about, if anything. */
  readonly topic: ChannelTopic | undefined;
  /** When its topic was last changed or cleared, in milliseconds since 1970. */
  readonly topicChangedAt: number | undefined;

  constructor(name: string, now: number) {
    this.name = name;
    this.folded = fold(name);
    this.createdAt = this.usedAt = now;
  }

  /** The ranks of a user; none for who is not in it. */
  ranksOf(user: User): Ranks {
    return this.members.get(user) ?? 0;
  }

  /** Whether a user has this rank or a higher one; operators of the server have it where they are. */
  hasRank(user: User, rank: Ranks): boolean {
    return atLeast(this.ranksOf(user), rank) || user.oper !== undefined && this.members.has(user);
  }

  /** Whether a user may know of it: it is not secret, or the user is in it. */
  isVisibleTo(user: User): boolean {
    return !this.flags.has("s") || this.members.has(user);
  }

  /** Whether a user needs no invitation. */
  isInvited(user: User): boolean {
    return this.#holds("I", false, user.likeness());
  }

  /** Whether a user may not enter or speak: it is banned, and not excepted. */
  isBanned(user: User): boolean {
    return this.lists.b.size > 0 && this.#isBanned(user.likeness());
  }

  #isBanned(who: Likeness): boolean {
    return this.#holds("b", false, who) && !this.#holds("e", false, who);
  }

  /** Whether a user may enter but not speak: a quiet ban fits, and no exception. */
  #isQuieted(who: Likeness): boolean {
    return this.#holds("b", true, who) && !this.#holds("e", false, who) &&
      !this.#holds("e", true, who);
  }

  /** Whether an entry of one of its lists speaks of somebody. */
  #holds(letter: ListLetter, quiet: boolean, who: Likeness): boolean {
    for (const { mask } of this.lists[letter].values()) {
      if (mask.quiet === quiet && speaksOf(mask, who)) return true;
    }
    return false;
  }

  /** Puts an entry into one of its lists. */
  list(letter: ListLetter, mask: UserMask, by: string, at: number): void {
    this.lists[letter].set(mask.key, { mask, by, at });
  }

  /** What keeps a user from saying something here, if anything. */
  obstacle(user: User, isCtcp: boolean): Obstacle | undefined {
    if (this.flags.has("C") && isCtcp) return "ctcp";
    const ranks = this.members.get(user);
    if (ranks === undefined && this.flags.has("n")) return "outside";
    if (atLeast(ranks ?? 0, VOICE)) return undefined;
    if (this.flags.has("m")) return "moderated";
    if (this.flags.has("M") && user.account === undefined) return "unregistered";
    return this.isSilenced(user) ? "banned" : undefined;
  }

  /** Whether a ban or a quiet ban keeps a user from speaking, if it has no rank that lets it. */
  isSilenced(user: User): boolean {
    if (this.lists.b.size === 0) return false;
    const who = user.likeness();
    return this.#isBanned(who) || this.#isQuieted(who);
  }

  /**
   * Its modes as RPL_CHANNELMODEIS shows them: `+klnt key 10`.
   *
   * @param showKey whether the key is told; else `*` stands for it.
   */
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

/** The symbols of ranks as a user sees them: all with `multi-prefix`, else the highest. */
export function prefixesFor({ caps }: User, ranks: Ranks): string {
  const prefixes = prefixesOf(ranks);
  return caps.has("multi-prefix") ? prefixes : prefixes.slice(0, 1);
}

/** The least rank that may run the channel's lists, kick and invite. */
export const MODERATOR: Ranks = HALF_OPERATOR;
