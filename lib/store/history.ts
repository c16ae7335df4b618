/**
 * The port for what was said and what happened: written in order, read in pages.
 *
 * A store knows conversations by a key that the server chooses and never says who may read one.
 * @module
 */

/**
 * Whether a time is one that a clock says which was set. Some machines begin in 1970 or the like, until
 * the network tells them the time; nothing of ours is that old.
 *
 * @param time in milliseconds since 1970.
 */
export function isClockSet(time: number): boolean {
  return time >= Date.UTC(2023, 0, 1);
}

/** Something that was said or that happened, as it is kept. */
export interface HistoryItem {
  /** Its id, unique over all time. */
  readonly msgid: string;
  /**
   * When, in milliseconds since 1970. Items are read in the order of writing, and the time of a
   * later item is never lower than that of an earlier one: a store moves it if the clock went back.
   */
  readonly time: number;
  /** To which conversation it belongs: the folded name of a channel, or the key of a pair. */
  readonly conversation: string;
  /** PRIVMSG or NOTICE; or an event: JOIN, PART, QUIT, KICK, MODE, NICK, TOPIC, REDACT, ... */
  readonly command: string;
  /** Who did it, as `nick!user@host`. */
  readonly source: string;
  /** The account of who did it, if it was logged in. */
  readonly account: string | null;
  /** Whether who did it was marked as a bot. */
  readonly bot: boolean;
  /** The parameters as they went over the wire, the target first. Of several lines: joined by LF. */
  readonly params: readonly string[];
  /** The client-only tags that went with it, in their wire form without `@`; empty for none. */
  readonly tags: string;
  /** Of a message of several lines: for each line but the first, whether it continues the one before. */
  readonly concat: readonly boolean[] | null;
}

/** A place in a conversation. */
export type Position =
  /** Before or after the item with this id, which may have been redacted. */
  | { readonly msgid: string }
  /** Before or after this time, in milliseconds since 1970. */
  | { readonly time: number };

/**
 * Which items are wanted.
 *
 * A page never ends within a millisecond: whoever goes on from the time of its last item would
 * miss the others of that millisecond. So a page has more items than its limit if need be, and is
 * not cut back: clients take a page with fewer items than they asked for as the last one.
 */
export interface Page {
  /** The most items, without the rest of the millisecond that they end in. */
  readonly limit: number;
  /** Whether events are wanted too, or only PRIVMSG and NOTICE. */
  readonly events: boolean;
}

/** A conversation that has something new. */
export interface Activity {
  /** The key of the conversation. */
  readonly conversation: string;
  /** When its latest message was, in milliseconds since 1970. */
  readonly time: number;
}

/** What is searched for. */
export interface SearchQuery {
  /** In these conversations only; undefined never means all. */
  readonly conversations: readonly string[];
  /**
   * Words that all have to be there; the last one may be the start of a word, if it has three
   * letters. Of a start that very many words have, only the latest messages may be found. Empty for all messages of {@linkcode SearchQuery.from}.
   */
  readonly text: string;
  /** Only by this name (folded), if given. */
  readonly from?: string;
  /** Only before this time, exclusive, in milliseconds since 1970. */
  readonly before?: number;
  /** Only after this time, exclusive, in milliseconds since 1970. */
  readonly after?: number;
  /** The most items: the latest ones, as in {@linkcode Page.limit}. */
  readonly limit: number;
}

/** What a store keeps at most; 0 is without end. */
export interface Retention {
  /** Days. */
  readonly days: number;
  /** Items of one conversation, with the places of those that were redacted. */
  readonly perConversation: number;
}

/** Where history is kept. Every list that it gives is in order, the oldest first. */
export interface HistoryStore {
  /**
   * Adds an item behind all others, whose id no other has. It is found by queries at once, and safe
   * after the next {@linkcode commit}.
   *
   * If others are dated more than a minute after it, the clock was ahead when they were written.
   * They are dated again to right before it, a bounded number at a time.
   */
  append(item: HistoryItem): void;
  /**
   * Makes safe what was added. Called before anyone is told that it was accepted; does nothing
   * where there is nothing new. Never throws: a store that can't write says so through the
   * `onFault` that it was opened with, and goes on in memory.
   */
  commit(): void;
  /** The latest items, behind `after` where it is given. */
  latest(conversation: string, after: Position | undefined, page: Page): HistoryItem[];
  /** The items right before a position. Empty where the id is not known. */
  before(conversation: string, position: Position, page: Page): HistoryItem[];
  /** The items right after a position. Empty where the id is not known. */
  after(conversation: string, position: Position, page: Page): HistoryItem[];
  /** The items around a position, itself among them. */
  around(conversation: string, position: Position, page: Page): HistoryItem[];
  /** The items between two positions, neither of them among them; from `from` on towards `to`. */
  between(conversation: string, from: Position, to: Position, page: Page): HistoryItem[];
  /** The item of this id; undefined if it was redacted. */
  find(msgid: string): HistoryItem | undefined;
  /** Whether this id names a place in a conversation: that of an item, redacted or not. */
  hasPlace(conversation: string, msgid: string): boolean;
  /**
   * Of these conversations, those whose latest message is between the times, by that time; with
   * all that have the same time as the last of so many.
   *
   * @param fits which of them count; all, if it is left out.
   */
  targets(
    conversations: readonly string[],
    from: number,
    to: number,
    limit: number,
    fits?: (activity: Activity) => boolean,
  ): Activity[];
  /** The keys of all conversations that start with a text: the pairs of an account, all channels. */
  conversations(prefix: string): string[];
  /** The messages that fit. */
  search(query: SearchQuery): HistoryItem[];
  /**
   * Takes an item out of everything, and its text off the disk. Only its id and its place stay, for
   * as long as the item would have. Returns whether it was there.
   */
  redact(msgid: string): boolean;
  /** Gives a conversation another key, as channels get other names. */
  rename(from: string, to: string): void;
  /**
   * From now on a conversation that gets much longer than so many items is shortened while it is
   * written to. Without that, and what has got too long otherwise, is left to {@linkcode prune}.
   *
   * @param perConversation 0 for any length.
   */
  limit(perConversation: number): void;
  /**
   * Takes out a bounded number of items that are too old or too many. Items that are dated after
   * `now` are dated again, as when something is appended.
   *
   * @returns whether there is more to take out.
   */
  prune(retention: Retention, now: number): boolean;
}
