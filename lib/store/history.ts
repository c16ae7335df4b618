/**
 * The port for history: messages and events, written in order, read in pages.
 *
 * A store knows conversations by a key that the server chooses. It does not know who may read them.
 * @module
 */

/**
 * Whether a clock (in milliseconds since 1970) was set: some machines start in 1970 or the like.
 */
export function isClockSet(time: number): boolean {
  return time >= Date.UTC(2023, 0, 1);
}

/** A message or an event, as it is kept. */
export interface HistoryItem {
  /** Unique over all time. */
  readonly msgid: string;
  /**
   * Milliseconds since 1970. Items are read in the order of writing, and their times never
   * decrease: a store corrects them if the clock went back.
   */
  readonly time: number;
  /** The key of its conversation: the folded name of a channel, or the key of a pair. */
  readonly conversation: string;
  /** PRIVMSG or NOTICE; or an event: JOIN, PART, QUIT, KICK, MODE, NICK, TOPIC, REDACT, ... */
  readonly command: string;
  /** The author, as `nick!user@host`. */
  readonly source: string;
  /** The account of the author, if logged in. */
  readonly account: string | null;
  /** Whether the author was marked as a bot. */
  readonly bot: boolean;
  /**
   * The parameters as on the wire, the target first. Lines of a multiline message are joined by LF.
   */
  readonly params: readonly string[];
  /** The client-only tags in wire form, without `@`; empty for none. */
  readonly tags: string;
  /** Of a multiline message: for each line but the first, whether it continues the one before. */
  readonly concat: readonly boolean[] | null;
}

export type Position =
  /** Before or after the item with this id, which may be redacted. */
  | { readonly msgid: string }
  /** Before or after this time, in milliseconds since 1970. */
  | { readonly time: number };

/**
 * Which items are wanted.
 *
 * A page never ends within a millisecond: a client that goes on from the time of its last item
 * would miss the others of that millisecond. So a page may have more items than its limit. It is
 * not cut back, because clients take a short page for the last one.
 */
export interface Page {
  /** The most items, not counting the rest of the last millisecond. */
  readonly limit: number;
  /** Whether events are wanted too, not only PRIVMSG and NOTICE. */
  readonly events: boolean;
}

/** The latest message of a conversation. */
export interface Activity {
  readonly conversation: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

export interface SearchQuery {
  readonly conversations: readonly string[];
  /**
   * Words that must all occur. The last one may be the start of a word, if it has three letters; if
   * very many words start like it, perhaps only the latest messages are found. Empty for all
   * messages of {@linkcode SearchQuery.from}.
   */
  readonly text: string;
  /** Only messages by this folded name. */
  readonly from?: string;
  /** Only messages before this time, exclusive, in milliseconds since 1970. */
  readonly before?: number;
  /** Only messages after this time, exclusive, in milliseconds since 1970. */
  readonly after?: number;
  /** The most items, the latest ones, as in {@linkcode Page.limit}. */
  readonly limit: number;
}

/** How much a store keeps; 0 for no limit. */
export interface Retention {
  readonly days: number;
  /** Items of one conversation, counting what is left of redacted ones. */
  readonly perConversation: number;
}

/** Keeps history. All lists are in order, the oldest first. */
export interface HistoryStore {
  /** Another number whenever queries for messages may find others; events don't count. */
  readonly changes: number;
  /**
   * Adds an item after all others, with a new id. Queries find it at once; it is safe after the
   * next {@linkcode commit}.
   *
   * If other items are dated more than a minute after it, the clock was ahead when they were
   * written. They are dated again to right before it, a bounded number at a time.
   */
  append(item: HistoryItem): void;
  /**
   * Makes safe what was added. Called before anyone is told that it was accepted; does nothing if
   * there is nothing new. Never throws: a store that can't write reports it through the `onFault`
   * that it was opened with, and continues in memory.
   */
  commit(): void;
  /** The latest items, after a position if one is given. */
  latest(conversation: string, after: Position | undefined, page: Page): HistoryItem[];
  /** The items right before a position. Empty if the id is unknown. */
  before(conversation: string, position: Position, page: Page): HistoryItem[];
  /** The items right after a position. Empty if the id is unknown. */
  after(conversation: string, position: Position, page: Page): HistoryItem[];
  /** The items around a position, including the one at the position. */
  around(conversation: string, position: Position, page: Page): HistoryItem[];
  /** The items between two positions, both exclusive, starting at `from`. */
  between(conversation: string, from: Position, to: Position, page: Page): HistoryItem[];
  /** The item of this id; undefined if it was redacted. */
  find(msgid: string): HistoryItem | undefined;
  /** Whether this id names an item in a conversation, redacted or not. */
  hasPlace(conversation: string, msgid: string): boolean;
  /**
   * Those of the conversations whose latest message is between two times, by that time; with all
   * that have the same time as the last one within the limit.
   *
   * @param fits which conversations count; all by default.
   */
  targets(
    conversations: readonly string[],
    from: number,
    to: number,
    limit: number,
    fits?: (activity: Activity) => boolean,
  ): Activity[];
  /**
   * The keys of all conversations that start with a text: the pairs of an account, all channels.
   */
  conversations(prefix: string): string[];
  search(query: SearchQuery): HistoryItem[];
  /** Whether a conversation has an item, redacted or not. */
  knows(conversation: string): boolean;
  /**
   * Erases what an item says, and who said it. Only its id and place stay. Returns whether it
   * existed.
   */
  redact(msgid: string): boolean;
  /** Changes the key of a conversation, when a channel is renamed. */
  rename(from: string, to: string): void;
  /**
   * Sets how long a conversation may get; 0 for any length. One that gets much longer is shortened
   * while it is written to; the rest is left to {@linkcode prune}.
   */
  limit(perConversation: number): void;
  /**
   * Removes a bounded number of items that are too old or too many, and dates items again as
   * {@linkcode append} does. Returns whether there is more to remove.
   */
  prune(retention: Retention, now: number): boolean;
  /**
   * For servers that are one: what is too old at this time is found no more, except by
   * {@linkcode conversations}. All of them call it at the same moment of their common order, so
   * that none finds what others have removed.
   */
  expire(retention: Retention, now: number): void;
}
