/**
 * One channel: who is in it, its topic and its modes.
 * @module
 */
import { fold, type Folded } from "../irc/names.ts";
import { OPERATOR, type Ranks } from "../irc/modes.ts";
import type { User } from "./user.ts";

/** What a channel is about. */
export interface Topic {
  /** The text. */
  readonly text: string;
  /** Who set it, as `nick!user@host`. */
  readonly by: string;
  /** When, in milliseconds since 1970. */
  readonly at: number;
}

/** A channel. Its owner is the world. */
export class Channel {
  /** Its name as it was first written. */
  readonly name: string;
  /** Its name as it is compared. */
  readonly folded: Folded;
  /** When it came to be, in milliseconds since 1970. */
  readonly createdAt: number;
  /** Who is in it, with their ranks, in the order in which they came. Changed by the world only. */
  readonly members = new Map<User, Ranks>();
  /** The letters of its flags. */
  readonly flags: Set<string>;
  /** What it is about, if anything. */
  topic: Topic | undefined;

  /** Makes an empty channel. */
  constructor(name: string, now: number) {
    this.name = name;
    this.folded = fold(name);
    this.createdAt = now;
    this.flags = new Set("nt");
  }

  /** Whether this user is one of its operators. */
  isOperator(user: User): boolean {
    return ((this.members.get(user) ?? 0) & OPERATOR) !== 0;
  }

  /** Its modes as RPL_CHANNELMODEIS shows them: `+nt`. */
  modes(): string {
    return `+${[...this.flags].join("")}`;
  }
}
