/**
 * The port for what the server keeps besides history and accounts: the state of channels, bans,
 * read markers.
 * @module
 */

/** What lasts of a channel. */
export interface ChannelState {
  /** Its name as it was first written. */
  readonly name: string;
  /** When it came to be, in milliseconds since 1970. */
  readonly createdAt: number;
  /** The letters of its flags. */
  readonly flags: string;
  /** The word that one needs to enter; null for none. */
  readonly key: string | null;
  /** How many members it takes; null where it is not limited. */
  readonly limit: number | null;
  /** What it is about; null for nothing. */
  readonly topic: { readonly text: string; readonly by: string; readonly at: number } | null;
  /** Its lists: the letter of the list and the entry. */
  readonly lists: readonly {
    readonly letter: string;
    readonly mask: string;
    readonly by: string;
    readonly at: number;
  }[];
  /** The accounts that run it, and their ranks as mode letters. */
  readonly ranks: readonly { readonly account: string; readonly letters: string }[];
  /** When it was last used, in milliseconds since 1970. */
  readonly usedAt: number;
  /** What stands for the network that opened it; null if it counts for none. */
  readonly origin: string | null;
  /** Whether it was kept by a version that knows cloaks: of its masks none was made of an address. */
  readonly cloaked: boolean;
}

/** A ban from the server (KLINE, DLINE). */
export interface ServerBan {
  /** `user` for a mask of user and host, `address` for addresses. */
  readonly kind: string;
  /** Whom it speaks of. */
  readonly mask: string;
  /** Why. */
  readonly reason: string;
  /** Who made it. */
  readonly by: string;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  /** When it ends; null for never. */
  readonly until: number | null;
}

/** How many departures of an account are kept. */
export const MOST_DEPARTURES = 100;

/** Where that is kept. Changes are safe after the next `commit` of the history. */
export interface StateStore {
  /** All channels. */
  channels(): ChannelState[];
  /** Keeps the state of a channel, by its folded name, over what was kept before. */
  saveChannel(folded: string, state: ChannelState): void;
  /** Forgets a channel. */
  forgetChannel(folded: string): void;
  /** All bans that have not ended. */
  bans(now: number): ServerBan[];
  /** Keeps a ban, over an earlier one of the same kind and mask. */
  saveBan(ban: ServerBan): void;
  /** Forgets a ban. */
  forgetBan(kind: string, mask: string): void;
  /** Up to where an account has read, by folded target, in milliseconds since 1970. */
  readMarkers(account: string): Map<string, number>;
  /** Keeps a read marker. */
  saveReadMarker(account: string, target: string, at: number): void;
  /** Forgets the read markers of an account. */
  forgetReadMarkers(account: string): void;
  /**
   * Up to when an account had received what was said in the channels that it left, by folded name,
   * in milliseconds since 1970.
   */
  departures(account: string): Map<string, number>;
  /** Keeps that an account left a channel; of one account, the latest {@linkcode MOST_DEPARTURES}. */
  saveDeparture(account: string, channel: string, at: number): void;
  /** Forgets the departures of an account. */
  forgetDepartures(account: string): void;
  /** Forgets all departures before a time. */
  pruneDepartures(before: number): void;
}
