/**
 * The port for channels, bans, read markers and departures.
 * @module
 */

export interface ChannelState {
  /** As it was first written. */
  readonly name: string;
  /** Milliseconds since 1970, as are all times here. */
  readonly createdAt: number;
  /** The letters of its flag modes. */
  readonly flags: string;
  /** The key of mode `k`; null for none. */
  readonly key: string | null;
  /** How many members it takes; null for no limit. */
  readonly limit: number | null;
  readonly topic: { readonly text: string; readonly by: string; readonly at: number } | null;
  /** The entries of its list modes. */
  readonly lists: readonly {
    readonly letter: string;
    readonly mask: string;
    readonly by: string;
    readonly at: number;
  }[];
  /** Accounts with ranks, as mode letters. */
  readonly ranks: readonly { readonly account: string; readonly letters: string }[];
  readonly usedAt: number;
  /** A word that stands for the network that opened it; null if it counts for none. */
  readonly origin: string | null;
  /** A word that stands for the person who opened it without an account; null if unknown. */
  readonly opener: string | null;
  /**
   * Whether it was saved by a version that knows cloaks, so that no mask was made of an address.
   */
  readonly cloaked: boolean;
}

/** A server ban (KLINE, DLINE). */
export interface ServerBan {
  /** `user` for a mask of user and host, `address` for addresses. */
  readonly kind: string;
  readonly mask: string;
  readonly reason: string;
  readonly by: string;
  readonly at: number;
  /** When it ends; null for never. */
  readonly until: number | null;
}

/** How many departures of an account are kept. */
export const MOST_DEPARTURES = 100;

/** Keeps the state of a server. Changes are safe after the next `commit` of the history. */
export interface StateStore {
  channels(): ChannelState[];
  /** Saves a channel by its folded name, replacing its earlier state. */
  saveChannel(folded: string, state: ChannelState): void;
  forgetChannel(folded: string): void;
  /** The bans that have not ended. */
  bans(now: number): ServerBan[];
  /** Saves a ban, replacing one of the same kind and mask. */
  saveBan(ban: ServerBan): void;
  forgetBan(kind: string, mask: string): void;
  /** Up to when an account has read, by folded target. */
  readMarkers(account: string): Map<string, number>;
  saveReadMarker(account: string, target: string, at: number): void;
  forgetReadMarkers(account: string): void;
  /** Up to when an account received what was said in the channels that it left, by folded name. */
  departures(account: string): Map<string, number>;
  /** Saves that an account left a channel; the latest {@linkcode MOST_DEPARTURES} are kept. */
  saveDeparture(account: string, channel: string, at: number): void;
  forgetDepartures(account: string): void;
  /** Forgets all departures before a time. */
  pruneDepartures(before: number): void;
}
