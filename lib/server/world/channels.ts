/**
 * All channels, by name, and which of them the store keeps. The world manages their members.
 * @module
 */
import { HOUR_MS } from "../../text/duration.ts";
import { BoundedMap } from "../../collections/bounded_map.ts";
import { own, ownChannel } from "./owned.ts";
import { fold, type Folded } from "../../irc/names.ts";
import { OPERATOR, type Ranks } from "../../irc/modes.ts";
import { Channel, type Inviter } from "./channel.ts";
import { hasOwner, isWorthKeeping, restore, stateOf } from "./channel_state.ts";
import { isExempt } from "../entry/admission.ts";
import type { Cloak } from "../entry/cloak.ts";
import { LastMessages } from "../history/last_messages.ts";
import type { LimitsConfig } from "../settings/config.ts";
import { Tally } from "./tally.ts";
import type { User } from "./user.ts";
import type { WorldStore } from "./world_init.ts";

/** The most invitations of a user at a time. */
export const MAX_INVITES = 50;

/** How many former names are remembered. */
const MAX_RENAMED = 100;

/** How precise the time of last use is in the store, in milliseconds. */
const USED_MS = HOUR_MS;

export class Channels {
  readonly all = new Map<Folded, Channel>();
  #lobby: Channel;
  readonly #store: WorldStore;
  /** How many channels each network has opened. */
  readonly opened = new Tally();
  readonly lastMessages = new LastMessages();
  /** Renamed channels, by each of their former names. */
  readonly #renamed = new BoundedMap<Folded, Channel>(MAX_RENAMED);

  /** Restores the channels in the store, and the lobby. */
  constructor(store: WorldStore, cloak: Cloak, lobby: string, now: number) {
    this.#store = store;
    for (const state of store.serverState.channels()) {
      const channel = this.open(state.name, state.createdAt);
      restore(channel, state, cloak);
      this.setOrigin(channel, state.origin ?? undefined);
    }
    this.#lobby = this.find(lobby) ?? this.open(lobby, now);
  }

  /** The channel that always exists. */
  get lobby(): Channel {
    return this.#lobby;
  }

  /** Replaces all channels. Their origins are set with {@linkcode setOrigin}. */
  restore(channels: readonly Channel[], lobby: Channel): void {
    for (const channel of this.all.values()) this.setOrigin(channel, undefined);
    this.all.clear();
    this.#lobby = lobby;
    for (const channel of channels) this.all.set(channel.folded, channel);
  }

  /** The former names of channels, in the order in which they are forgotten. */
  get renamed(): Map<Folded, Channel> {
    return this.#renamed;
  }

  /** How many channels have members. */
  get occupied(): number {
    let count = 0;
    for (const { members } of this.all.values()) if (members.size > 0) count++;
    return count;
  }

  find(name: string): Channel | undefined {
    return this.all.get(fold(name));
  }

  /** Creates a channel, which must not exist yet. */
  open(name: string, now: number): Channel {
    const channel = new Channel(name, now);
    this.all.set(channel.folded, channel);
    return channel;
  }

  /** Sets the network that a channel counts for. */
  setOrigin(channel: Channel, origin: string | undefined): void {
    if (channel.origin !== undefined) this.opened.remove(channel.origin);
    ownChannel(channel).origin = channel === this.lobby ? undefined : origin;
    if (channel.origin !== undefined) this.opened.add(channel.origin);
  }

  /** Whether the next to join becomes operator: the channel has no members and no owner. */
  isFree(channel: Channel): boolean {
    return channel !== this.lobby && channel.members.size === 0 &&
      !hasOwner(channel, (account) => this.#store.accounts.mayExist(account));
  }

  /** The last member left: keeps the state of a channel, or forgets it. */
  emptied(channel: Channel, now: number): void {
    if (channel === this.lobby) return;
    if (isWorthKeeping(channel)) this.save(channel, now);
    else this.forget(channel);
  }

  /** Deletes an empty channel and its state in the store. */
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

  /** Saves the state of a channel that was used or changed, if it is worth keeping. */
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

  /**
   * Notes that a channel is in use, so that it is kept for longer. Returns whether it was saved.
   */
  noteUse(channel: Channel, now: number): boolean {
    // The clock may have been ahead at its last use.
    const news = channel.saved && Math.abs(now - channel.usedAt) >= USED_MS;
    if (news) this.save(channel, now);
    return news;
  }

  /** The channel that once had this name, if it still exists. */
  formerly(name: string): Channel | undefined {
    return this.#renamed.get(fold(name));
  }

  /** The names that a channel had, and that no other has now. */
  formerNames(channel: Channel): string[] {
    return [...this.#renamed].flatMap(([name, renamed]) =>
      renamed === channel && !this.all.has(name) ? [name] : []
    );
  }

  /** Renames a channel. The name must be checked and free. The caller announces it. */
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

  /** Sets or clears a flag. The caller announces this, and the next two. */
  setFlag(channel: Channel, letter: string, add: boolean): void {
    const { flags } = ownChannel(channel);
    if (add) flags.add(letter);
    else flags.delete(letter);
  }

  /** Sets the key; undefined for none. */
  setKey(channel: Channel, key: string | undefined): void {
    ownChannel(channel).key = key;
  }

  /** Sets the most members; undefined for no limit. */
  setLimit(channel: Channel, limit: number | undefined): void {
    ownChannel(channel).limit = limit;
  }

  /** Allows a user to join, until it has joined, or it or the channel is gone. */
  invite(user: User, channel: Channel, by: Inviter): void {
    // Only the newest invitations of a user count, so that they can't pile up.
    for (const oldest of user.invites) {
      if (user.invites.has(channel) || user.invites.size < MAX_INVITES) break;
      this.forgetInvite(user, oldest);
    }
    own(user).invites.add(channel);
    if (channel.invited.get(user) !== "moderator") ownChannel(channel).invited.set(user, by);
  }

  forgetInvite(user: User, channel: Channel): void {
    if (ownChannel(channel).invited.delete(user)) own(user).invites.delete(channel);
  }

  /** The ranks of a user by its account, or because it opened the channel. */
  lastingRanks(user: User, channel: Channel, limits: LimitsConfig): Ranks {
    // The address may be exempt only since then: see `setOpener`.
    const opened = channel.opener === user.person && !isExempt(limits, user.ip);
    return (opened ? OPERATOR : 0) | this.#accountRanks(user, channel);
  }

  #accountRanks({ account }: User, channel: Channel): Ranks {
    return account === undefined ? 0 : channel.accounts.get(fold(account))?.ranks ?? 0;
  }

  /** Notes who opened a channel without an account, unless somebody did so before. */
  setOpener(channel: Channel, { person, account }: User): void {
    // Behind an exempt address there may be many: one of them could take the other's name.
    if (account !== undefined || channel.origin === undefined) return;
    ownChannel(channel).opener ??= person;
  }

  /** Whether a user opened a channel under this name. */
  isOpener({ person }: User, channel: Channel): boolean {
    return channel.opener === person;
  }

  /** Notes the new name of a user who opened a channel as `before`. Returns whether it was saved. */
  renameOpener({ person }: User, channel: Channel, before: string, now: number): boolean {
    if (channel.opener !== before || person === before) return false;
    ownChannel(channel).opener = person;
    if (channel.saved) this.save(channel, now);
    return channel.saved;
  }

  /** Gives a user's account these ranks, so that it gets them again when it comes back. */
  keepRanks(
    { account, person }: User,
    channel: Channel,
    ranks: Ranks,
    { listEntries, channelsPerUser }: LimitsConfig,
    now: number,
  ): void {
    const isOpener = channel.opener === person;
    // Whoever lost the rank does not get it back; an account is better known than a person.
    if (isOpener && !(ranks & OPERATOR)) this.#forgetOpener(channel, now);
    if (account === undefined) return;
    const key = fold(account);
    const known = channel.accounts.get(key);
    if ((known?.ranks ?? 0) === ranks) return;
    // Nobody can own all names.
    const tooMany = known === undefined &&
      (listEntries > 0 && channel.accounts.size >= listEntries ||
        channelsPerUser > 0 && this.#ownedBy(key) >= channelsPerUser);
    if (tooMany) return;
    if (isOpener) ownChannel(channel).opener = undefined;
    this.#setRanks(channel, account, ranks, now);
  }

  #forgetOpener(channel: Channel, now: number): void {
    ownChannel(channel).opener = undefined;
    if (channel.saved) this.save(channel, now);
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

  /**
   * Takes a rank from an absent user: from the account of this name, or from the opener. Returns
   * the name, if it had that rank.
   */
  takeRank(channel: Channel, name: string, rank: Ranks, now: number): string | undefined {
    const opened = rank === OPERATOR && channel.opener?.startsWith(`${fold(name)}!`);
    if (opened) this.#forgetOpener(channel, now);
    const known = channel.accounts.get(fold(name));
    if (known === undefined || (known.ranks & rank) === 0) return opened ? name : undefined;
    this.#setRanks(channel, known.account, known.ranks & ~rank, now);
    return known.account;
  }

  /** Takes the ranks from accounts that don't exist any more. */
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
