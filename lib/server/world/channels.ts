/**
 * The channels, by name, and what of them is kept. Who is in them is the world's.
 * @module
 */
import { HOUR_MS } from "../../text/duration.ts";
import { BoundedMap } from "../../collections/bounded_map.ts";
import { own, ownChannel } from "./owned.ts";
import { fold, type Folded } from "../../irc/names.ts";
import type { Ranks } from "../../irc/modes.ts";
import { Channel, type Inviter } from "./channel.ts";
import { hasOwner, isWorthKeeping, restore, stateOf } from "./channel_state.ts";
import type { Cloak } from "../entry/cloak.ts";
import type { LimitsConfig } from "../settings/config.ts";
import { Tally } from "./tally.ts";
import type { User } from "./user.ts";
import type { WorldStore } from "./world_init.ts";

/** How many invitations of a user count at a time. */
export const MAX_INVITES = 50;

/** How many former names of channels are remembered. */
const MAX_RENAMED = 100;

/** How old it may be that a channel was last used, as far as that is kept, in milliseconds. */
const USED_MS = HOUR_MS;

/** All channels of a server. */
export class Channels {
  /** The channels, by name. */
  readonly all = new Map<Folded, Channel>();
  /** The channel that is always there. */
  readonly lobby: Channel;
  readonly #store: WorldStore;
  /** How many channels each network has opened. */
  readonly #opened = new Tally();
  /** The channels that were renamed and are still there, by each of their former names. */
  readonly #renamed = new BoundedMap<Folded, Channel>(MAX_RENAMED);

  /** Brings back the channels that were kept, and the lobby. */
  constructor(store: WorldStore, cloak: Cloak, lobby: string, now: number) {
    this.#store = store;
    for (const state of store.serverState.channels()) {
      const channel = this.open(state.name, state.createdAt);
      restore(channel, state, cloak);
      this.setOrigin(channel, state.origin ?? undefined);
    }
    this.lobby = this.find(lobby) ?? this.open(lobby, now);
  }

  /** The channel of this name. */
  find(name: string): Channel | undefined {
    return this.all.get(fold(name));
  }

  /** Makes a channel, which must not be there yet. */
  open(name: string, now: number): Channel {
    const channel = new Channel(name, now);
    this.all.set(channel.folded, channel);
    return channel;
  }

  /** How many channels there are that were opened from there. */
  openedFrom(origin: string): number {
    return this.#opened.of(origin);
  }

  /** Notes for which network a channel counts. */
  setOrigin(channel: Channel, origin: string | undefined): void {
    if (channel.origin !== undefined) this.#opened.remove(channel.origin);
    ownChannel(channel).origin = channel === this.lobby ? undefined : origin;
    if (channel.origin !== undefined) this.#opened.add(channel.origin);
  }

  /** Whether who enters a channel now becomes its operator: nobody is in it or owns it. */
  isFree(channel: Channel): boolean {
    return channel !== this.lobby && channel.members.size === 0 &&
      !hasOwner(channel, (account) => this.#store.accounts.mayExist(account));
  }

  /** The last one has left a channel: it goes, or what lasts of it is kept. */
  emptied(channel: Channel, now: number): void {
    if (channel === this.lobby) return;
    if (isWorthKeeping(channel)) this.save(channel, now);
    else this.forget(channel);
  }

  /** Takes an empty channel away, and whatever is kept of its state. */
  forget(channel: Channel): void {
    this.all.delete(channel.folded);
    this.setOrigin(channel, undefined);
    if (channel.saved) this.#store.serverState.forgetChannel(channel.folded);
    ownChannel(channel).saved = false;
    for (const [name, renamed] of this.#renamed) {
      if (renamed === channel) this.#renamed.delete(name);
    }
    for (const invited of [...channel.invited.keys()]) this.forgetInvite(invited, channel);
  }

  /** Keeps the state of a channel that is in use or was just changed, if it is worth keeping. */
  save(channel: Channel, now: number): void {
    if (isWorthKeeping(channel)) {
      ownChannel(channel).usedAt = now;
      ownChannel(channel).saved = true;
      this.#store.serverState.saveChannel(channel.folded, stateOf(channel));
    } else if (channel.saved) {
      ownChannel(channel).saved = false;
      this.#store.serverState.forgetChannel(channel.folded);
    }
  }

  /** Notes that a channel is used: it is kept the longer. Returns whether that was news. */
  noteUse(channel: Channel, now: number): boolean {
    // The clock may have been ahead when it was used last.
    const news = channel.saved && Math.abs(now - channel.usedAt) >= USED_MS;
    if (news) this.save(channel, now);
    return news;
  }

  /** The channel that once had this name, if it is still there under another one. */
  formerly(name: string): Channel | undefined {
    return this.#renamed.get(fold(name));
  }

  /** Gives a channel another name, which must be free and checked. Telling is the caller's. */
  rename(channel: Channel, name: string, now: number): void {
    const old = channel.folded;
    this.all.delete(old);
    ownChannel(channel).name = name;
    ownChannel(channel).folded = fold(name);
    ownChannel(channel).renamedAt = now;
    this.all.set(channel.folded, channel);
    this.#renamed.delete(channel.folded);
    if (old !== channel.folded) {
      if (channel.saved) this.#store.serverState.forgetChannel(old);
      this.#store.history.rename(old, channel.folded);
      this.#renamed.set(old, channel);
    }
    this.save(channel, now);
  }

  /** Sets or unsets a flag. Telling is the caller's, and so it is of these. */
  setFlag(channel: Channel, letter: string, add: boolean): void {
    const { flags } = ownChannel(channel);
    if (add) flags.add(letter);
    else flags.delete(letter);
  }

  /** Sets the word that one needs to enter; undefined for none. */
  setKey(channel: Channel, key: string | undefined): void {
    ownChannel(channel).key = key;
  }

  /** Limits the number of members; undefined for no limit. */
  setLimit(channel: Channel, limit: number | undefined): void {
    ownChannel(channel).limit = limit;
  }

  /** Notes that a user may enter a channel; it is forgotten when the user has, or either goes. */
  invite(user: User, channel: Channel, by: Inviter): void {
    // Of a user's invitations only the newest count, so that nobody can pile them up.
    for (const oldest of user.invites) {
      if (user.invites.has(channel) || user.invites.size < MAX_INVITES) break;
      this.forgetInvite(user, oldest);
    }
    own(user).invites.add(channel);
    if (channel.invited.get(user) !== "moderator") ownChannel(channel).invited.set(user, by);
  }

  /** Ends {@linkcode invite}. */
  forgetInvite(user: User, channel: Channel): void {
    if (ownChannel(channel).invited.delete(user)) own(user).invites.delete(channel);
  }

  /** The ranks that a user has in a channel by its account. */
  accountRanks(user: User, channel: Channel): Ranks {
    if (user.account === undefined) return 0;
    return channel.accounts.get(fold(user.account))?.ranks ?? 0;
  }

  /** Gives the account of a user these ranks, so that it has them again when it comes back. */
  keepRanks(
    { account }: User,
    channel: Channel,
    ranks: Ranks,
    { listEntries, channelsPerUser }: LimitsConfig,
    now: number,
  ): void {
    if (account === undefined) return;
    const key = fold(account);
    const known = channel.accounts.get(key);
    if ((known?.ranks ?? 0) === ranks) return;
    // Nobody can own all the names that there are.
    const tooMany = known === undefined &&
      (listEntries > 0 && channel.accounts.size >= listEntries ||
        channelsPerUser > 0 && this.#ownedBy(key) >= channelsPerUser);
    if (tooMany) return;
    this.#setRanks(channel, account, ranks, now);
  }

  #setRanks(channel: Channel, account: string, ranks: Ranks, now: number): void {
    const { accounts } = ownChannel(channel);
    if (ranks === 0) accounts.delete(fold(account));
    else accounts.set(fold(account), { account, ranks });
    this.save(channel, now);
  }

  /** In how many channels an account has ranks. */
  #ownedBy(account: Folded): number {
    let count = 0;
    for (const { accounts } of this.all.values()) if (accounts.has(account)) count++;
    return count;
  }

  /** Takes a rank from an account that isn't there. Returns its name, if it had it. */
  takeRank(channel: Channel, account: string, rank: Ranks, now: number): string | undefined {
    const known = channel.accounts.get(fold(account));
    if (known === undefined || (known.ranks & rank) === 0) return undefined;
    this.#setRanks(channel, known.account, known.ranks & ~rank, now);
    return known.account;
  }

  /** Takes the ranks from accounts that are no more. */
  forgetRanksOfNobody(channel: Channel, exists: (account: string) => boolean, now: number): void {
    let changed = false;
    for (const [key, { account }] of channel.accounts) {
      if (exists(account)) continue;
      ownChannel(channel).accounts.delete(key);
      changed = true;
    }
    if (!changed) return;
    const gone = channel.members.size === 0 && channel !== this.lobby && !isWorthKeeping(channel);
    if (gone) this.forget(channel);
    else this.save(channel, now);
  }
}
