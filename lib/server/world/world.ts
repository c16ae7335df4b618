/**
 * The state of a server, and its one owner: the only place that adds, removes and renames users and
 * channels. Nothing here waits, so each call is a transaction.
 * @module
 */
import { SECOND_MS } from "../../text/duration.ts";
import { addChannel, forgetName, own, ownChannel } from "./owned.ts";
import { fold } from "../../irc/names.ts";
import type { NodeAddress } from "../../irc/node_address.ts";
import { OPERATOR, type Ranks } from "../../irc/modes.ts";
import {
  announceAway,
  announceChange,
  announceRanks,
  joinOf,
  peersOf,
  tellWatchers,
} from "../delivery/announce.ts";
import { isExempt, networkOf, type Newcomers } from "../entry/admission.ts";
import { Burst } from "../delivery/burst.ts";
import type { Channel } from "./channel.ts";
import type { Config } from "../settings/config.ts";
import { Composer } from "../delivery/composer.ts";
import { type Delivery, fanout } from "../delivery/delivery.ts";
import { newAllowance } from "../entry/flood.ts";
import { HeavyWork } from "../entry/heavy_work.ts";
import { GUEST_TALKS, Hourly } from "../entry/hourly.ts";
import { Leavers } from "../history/leavers.ts";
import { keep, keepInEach } from "../history/record.ts";
import { HostBans } from "./host_bans.ts";
import type { LogEvent } from "../log_event.ts";
import { LoginMemory } from "../accounts/login_memory.ts";
import { loadMarkers } from "./read_markers.ts";
import { RecentMessages } from "../history/recent.ts";
import { Channels } from "./channels.ts";
import { Roster } from "./roster.ts";
import { type Parting, Stays } from "./stays.ts";
import { Tally } from "./tally.ts";
import { type Peer, User } from "./user.ts";
import type { WorldInit, WorldStore } from "./world_init.ts";

export class World extends Composer {
  readonly init: WorldInit;
  readonly store: WorldStore;
  readonly log: (event: LogEvent) => void;
  /** All connections, registered or not. */
  readonly connections = new Set<User>();
  /** The unregistered connections of each network. */
  readonly newcomers = new Tally();
  readonly users = new Roster();
  readonly channels: Channels;
  readonly bans: HostBans;
  readonly stays: Stays;
  readonly logins: LoginMemory;
  /** Private conversations with guests, by the network that began them. */
  readonly guestTalks = new Hourly(GUEST_TALKS);
  /** The time that networks used for searching. */
  readonly heavy = new HeavyWork();
  /** What is being said right now. */
  readonly burst: Burst;
  /** The last messages, so that REDACT can check their senders. */
  readonly recent: RecentMessages;
  /** Who left which channel, and what it had received. */
  readonly leavers: Leavers;
  readonly usage = new Map<string, number>();
  /** Replaced as a whole when the configuration is read again. */
  config: Config;
  /** The other servers of this chat. Set by `setNodes`. */
  nodes: readonly NodeAddress[] = [];
  /** The most users at a time so far. */
  peak = 0;
  /** See `adviseHost`. */
  hasAdvisedHost = false;
  invisible = 0;
  operators = 0;
  /** How many messages were said in rooms, and to one person. */
  readonly said = { rooms: 0, persons: 0 };
  /** While the server closes, departures are neither announced nor kept. */
  #closing = false;
  /** How many guest names were made. */
  guests = 0;
  #connected = 0;

  /** Restores channels and bans from the store, and opens the lobby. */
  constructor(init: WorldInit) {
    super(init.name, init.runId);
    this.init = init;
    this.store = init.store;
    this.log = init.log;
    const { accounts, serverState } = init.store;
    this.logins = new LoginMemory(init.hashes, accounts.version(), init.startedAt);
    this.bans = new HostBans(serverState, init.startedAt);
    this.stays = new Stays(init.hashes.random, init.digest);
    this.config = init.config;
    this.recent = new RecentMessages(init.runId);
    this.leavers = new Leavers(serverState, init.runId);
    this.burst = new Burst(init.writer);
    init.writer.before = () => {
      this.burst.settle();
      // Messages are safe on disk before anyone gets them.
      init.store.history.commit();
    };
    this.channels = new Channels(init.store, init.cloak, init.config.lobby, init.startedAt);
  }

  connect(peer: Peer, now: number): User {
    const { key = `${++this.#connected}` } = peer;
    const allowance = newAllowance(this.config.limits, now);
    const user = new User(peer, key, this.init.cloak(peer.host), allowance, this.burst, now);
    this.connections.add(user);
    this.newcomers.add(networkOf(user.ip));
    this.log({ kind: "connected", address: user.address });
    return user;
  }

  /** The unregistered connections: all, and those of an address's network. */
  newcomersLike(host: string): Newcomers {
    const all = this.connections.size - this.users.size;
    return { all, ofNetwork: this.newcomers.of(networkOf(host)) };
  }

  /** Registers a user. The name must be checked and free. */
  register(user: User, nick: string, now: number): void {
    own(user).nick = nick;
    own(user).registered = true;
    this.newcomers.remove(networkOf(user.ip));
    this.users.add(user);
    this.peak = Math.max(this.peak, this.users.size);
    this.log({ kind: "claimed", address: user.address, nick });
    tellWatchers(this, this.users, user, now);
  }

  /** Renames a registered user; the name must be free. Returns how many channels were saved. */
  rename(user: User, nick: string, now: number): number {
    const delivery = this.event(user, "NICK", [nick], now);
    this.log({ kind: "renamed", address: user.address, nick: user.nick, newNick: nick });
    const same = fold(nick) === fold(user.nick);
    const { person } = user;
    this.users.remove(user, now);
    if (!same) tellWatchers(this, this.users, user, now);
    own(user).nick = nick;
    forgetName(user);
    this.users.add(user);
    user.deliver(delivery);
    fanout(delivery, peersOf(user), user);
    keepInEach(this.store.history, user.channels, delivery);
    let saved = 0;
    for (const channel of user.channels) {
      if (this.channels.renameOpener(user, channel, person, now)) saved++;
      // After a lost connection the opener's name may be free only now.
      if (this.channels.isOpener(user, channel)) this.#joinRanks(user, channel, now);
    }
    this.#noteGuestName(user, nick);
    if (!same) tellWatchers(this, this.users, user, now);
    return saved;
  }

  /** Notes a guest's new name: it may come back under this one or its first. */
  #noteGuestName({ registration: { key } }: User, nick: string): void {
    if (key?.kind !== "invitation" || key.guest === undefined) return;
    const { accounts } = this.store;
    const known = accounts.invitation(key.id)?.guests.find(({ id }) => id === key.guest);
    if (known !== undefined && known.name !== nick) accounts.renameGuest(known.id, nick);
  }

  /**
   * Removes a user from everything, announces why to those in its channels, and closes its
   * connection. Does nothing if the user is gone.
   */
  quit(user: User, reason: string, now: number): void {
    if (user.gone) return;
    user.end(reason, this.goodbye(user, reason, now));
    this.#remove(user, reason, now);
  }

  /**
   * The connection of a user has ended. If the user has a way back, it waits for its owner;
   * otherwise it is removed, as {@linkcode quit} does.
   */
  disconnected(user: User, reason: string, now: number, parting: Parting = {}): void {
    if (user.gone || user.lost !== undefined) return;
    const { heard = user.heard } = parting;
    [own(user).lastSerial, own(user).lastSeen] = [heard.serial, heard.at];
    const ms = this.#closing ? 0 : this.stays.wait(user, reason, this.config.limits, parting, now);
    if (ms === 0) return this.#remove(user, reason, now);
    user.moveTo(undefined);
    const { address, nick } = user;
    this.log({ kind: "lost", address, nick, reason, seconds: Math.ceil(ms / SECOND_MS) });
  }

  /** A connection continues as another user: it is none of its own any more. */
  dissolve(user: User, into: User): void {
    own(user).gone = true;
    own(user).continuesAs = into;
    this.connections.delete(user);
    this.newcomers.remove(networkOf(user.ip));
  }

  #remove(user: User, reason: string, now: number): void {
    own(user).gone = true;
    this.stays.forget(user);
    user.batch = undefined;
    user.readMarkers.clear();
    this.connections.delete(user);
    for (const folded of [...user.monitored.keys()]) this.users.unwatch(user, folded);
    if (!user.registered) this.newcomers.remove(networkOf(user.ip));
    if (user.registered) {
      const quit = this.event(user, "QUIT", [reason], now);
      fanout(quit, peersOf(user), user);
      if (!this.#closing) keepInEach(this.store.history, user.channels, quit);
      // A peer that does not answer may not have received what came after its last line.
      const heard = this.#closing ? this.mark(now) : user.heard;
      for (const channel of [...user.channels]) this.#leave(user, channel, now, heard);
      for (const channel of user.invites) ownChannel(channel).invited.delete(user);
      this.users.remove(user, now);
      tellWatchers(this, this.users, user, now);
      for (const letter of user.modes) this.setUserMode(user, letter, false);
    }
    this.log({ kind: "disconnected", address: user.address, nick: user.nick, reason });
  }

  /** Ends all connections, without announcing that the others leave. */
  close(reason: string, now: number): void {
    this.#closing = true;
    for (const channel of this.channels.all.values()) {
      if (channel.members.size > 0) this.channels.save(channel, now);
    }
    for (const user of [...this.connections]) {
      // Without members to tell, a room of thousands closes in no time.
      for (const channel of user.channels) ownChannel(channel).members.clear();
      this.quit(user, reason, now);
    }
  }

  /**
   * Makes a user join a channel, which is created if needed. Whoever creates a channel, or joins
   * one without members and owners, becomes its operator; an account gets its ranks back. The lobby
   * belongs to the operators of the server.
   */
  join(user: User, name: string, now: number): Channel {
    const known = this.channels.find(name);
    const isFree = known === undefined || this.channels.isFree(known);
    // If accounts can't be read, the channel may belong to one of them.
    const opens = isFree && this.store.accounts.trouble === undefined;
    const channel = known ?? this.channels.open(name, now);
    if (isFree) {
      this.channels.setOrigin(channel, this.originOf(user));
      if (opens) this.channels.setOpener(channel, user);
      if (channel.saved) this.channels.save(channel, now);
    }
    this.channels.forgetInvite(user, channel);
    const crowned = opens || channel === this.channels.lobby && user.oper !== undefined;
    const ranks = this.channels.lastingRanks(user, channel, this.config.limits) |
      (crowned ? OPERATOR : 0);
    const joined = joinOf(this, user, channel, now);
    this.burst.say(channel.members.list, joined);
    ownChannel(channel).members.set(user, ranks);
    addChannel(user, channel);
    user.deliver(joined);
    announceAway(this, user, channel.members.keys(), now);
    keep(this.store.history, channel.folded, joined);
    if (opens) this.channels.keepRanks(user, channel, ranks, this.config.limits, now);
    else announceRanks(this, user, channel, ranks, channel.members.keys(), now, user);
    this.channels.noteUse(channel, now);
    return channel;
  }

  /** The cloak of a user's network: what the store keeps of it. */
  homeOf({ ip }: User): string {
    const network = networkOf(ip);
    return this.init.cloak(network.includes(":") ? `${network}::` : network);
  }

  /** The network that a user's channels count for; undefined if it is exempt. */
  originOf(user: User): string | undefined {
    return isExempt(this.config.limits, user.ip) ? undefined : this.homeOf(user);
  }

  /** Merges the ranks of a member and of the account that it logged in to. */
  #joinRanks(user: User, channel: Channel, now: number): void {
    const had = channel.ranksOf(user);
    const ranks = had | this.channels.lastingRanks(user, channel, this.config.limits);
    ownChannel(channel).members.set(user, ranks);
    announceRanks(this, user, channel, ranks & ~had, channel.members.keys(), now);
    // Server operators have their rank in the lobby only while they are operators.
    if (channel === this.channels.lobby && user.oper !== undefined) return;
    this.channels.keepRanks(user, channel, ranks, this.config.limits, now);
  }

  /** Sets the ranks of a member, and of its account for when it comes back. */
  setRanks(user: User, channel: Channel, ranks: Ranks, now: number): void {
    ownChannel(channel).members.set(user, ranks);
    this.channels.keepRanks(user, channel, ranks, this.config.limits, now);
  }

  /** Removes a user from a channel and announces it to all members, itself included. */
  part(user: User, channel: Channel, reason: string | undefined, now: number): void {
    const params = reason ? [channel.name, reason] : [channel.name];
    this.#tell(channel, this.event(user, "PART", params, now));
    this.#leave(user, channel, now);
  }

  /** Kicks a user from a channel and announces it to all members, itself included. */
  kick(by: User, user: User, channel: Channel, reason: string, now: number): void {
    this.#tell(channel, this.event(by, "KICK", [channel.name, user.nick, reason], now));
    this.#leave(user, channel, now);
  }

  /** Announces an event to all members of a channel, and keeps it. */
  #tell(channel: Channel, event: Delivery): void {
    fanout(event, channel.members.keys());
    keep(this.store.history, channel.folded, event);
  }

  #leave(user: User, channel: Channel, now: number, received = this.mark(now)): void {
    this.leavers.left(user, channel, received);
    // It hears what was said while it was there, and then whatever comes next.
    this.burst.settle();
    ownChannel(channel).members.delete(user);
    own(user).channels.delete(channel);
    // On closing, what lasts is saved already.
    if (channel.members.size === 0 && !(this.#closing && channel.saved)) {
      this.channels.emptied(channel, now);
    }
  }

  /** Sets a channel's topic, or clears it if the text is empty, and announces it. */
  setTopic(user: User, channel: Channel, text: string, now: number): void {
    ownChannel(channel).topic = text === "" ? undefined : { text, by: user.source, at: now };
    ownChannel(channel).topicChangedAt = now;
    this.#tell(channel, this.event(user, "TOPIC", [channel.name, text], now));
    this.channels.save(channel, now);
  }

  /** Announces changes of a channel's modes, and saves them. */
  changedModes(
    by: User,
    channel: Channel,
    lines: readonly (readonly string[])[],
    now: number,
  ): void {
    for (const params of lines) {
      this.#tell(channel, this.event(by, "MODE", [channel.name, ...params], now));
    }
    this.channels.save(channel, now);
  }

  /** Sets or clears a mode of a user. Returns whether it changed. */
  setUserMode(user: User, letter: string, add: boolean): boolean {
    const { modes } = user;
    if (modes.includes(letter) === add) return false;
    own(user).modes = add ? [...modes, letter].sort().join("") : modes.replace(letter, "");
    if (letter === "i") this.invisible += add ? 1 : -1;
    if (letter === "o") this.operators += add ? 1 : -1;
    if (letter === "o" && !add) own(user).oper = own(user).operBy = undefined;
    return true;
  }

  /** Logs a user in to an account, or out if it is undefined, and announces it. */
  setAccount(user: User, account: string | undefined, now: number): void {
    if (account !== user.account) user.readMarkers.clear();
    if (user.account !== undefined) user.formerAccounts.add(fold(user.account));
    own(user).account = account;
    loadMarkers(this.store.serverState, user);
    if (!user.registered) return;
    const change = this.event(user, "ACCOUNT", [account ?? "*"], now);
    announceChange(this.users, "account-notify", user, change, "all");
    for (const channel of user.channels) this.#joinRanks(user, channel, now);
  }

  /** Restarts the times of a user that waits for us: its silence and its time to register. */
  excuse(user: User, now: number): void {
    user.registersFrom = own(user).silentSince = now;
  }

  /** Notes that a line of a user came: it has received what was sent before. */
  heard(user: User, now: number): void {
    this.heardHere(user, now);
    own(user).lastSeen = now;
    own(user).lastSerial = this.serial;
    if (user.unproven) this.stays.proved(user);
    this.clock = now;
  }

  /** Notes that a line came that only this server of several knows of. */
  heardHere(user: User, now: number): void {
    own(user).silentSince = now;
    user.pinged = false;
  }

  /** Whether a user's connection is at this server of several. */
  isHere(user: User): boolean {
    return this.init.isHere?.(user) ?? true;
  }

  nextGuest(): number {
    return ++this.guests;
  }
}
