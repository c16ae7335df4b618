/**
 * Everyone and every channel on the server: the only place that adds, removes and renames.
 *
 * Nothing here waits, so whatever calls it is a transaction.
 * @module
 */
import { own, ownChannel } from "./owned.ts";
import { message } from "../../irc/message.ts";
import { fold } from "../../irc/names.ts";
import { OPERATOR, type Ranks } from "../../irc/modes.ts";
import {
  announceChange,
  announceJoin,
  announceReturn,
  peersOf,
  tellWatchers,
} from "../delivery/announce.ts";
import { isExempt, networkOf, type Newcomers } from "../entry/admission.ts";
import { Burst } from "../delivery/burst.ts";
import type { Channel } from "./channel.ts";
import { rankLetters } from "./channel_state.ts";
import type { Config } from "../settings/config.ts";
import { Composer } from "../delivery/composer.ts";
import { Delivery, fanout } from "../delivery/delivery.ts";
import { TokenBucket } from "../entry/flood.ts";
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
import { Tally } from "./tally.ts";
import { type Peer, type Received, User } from "./user.ts";
import type { WorldInit, WorldStore } from "./world_init.ts";

/** All the state of a server. */
export class World extends Composer {
  /** Where it came from. */
  readonly init: WorldInit;
  /** Where what lasts is kept. */
  readonly store: WorldStore;
  /** Takes what is worth a line in the log. */
  readonly log: (event: LogEvent) => void;
  /** All connections, registered or not. */
  readonly connections = new Set<User>();
  /** How many connections without a name each network has. */
  readonly #newcomers = new Tally();
  /** The registered users. */
  readonly users = new Roster();
  /** The channels, and what of them is kept. */
  readonly channels: Channels;
  /** Who may not use the server. */
  readonly bans: HostBans;
  /** Who proved, or tried to prove, who they are. */
  readonly logins: LoginMemory;
  /** How many private conversations with guests networks began. */
  readonly guestTalks = new Hourly(GUEST_TALKS);
  /** How much networks took by what was looked up for them. */
  readonly heavy = new HeavyWork();
  /** What is said right now. */
  readonly burst: Burst;
  /** The messages of late. */
  readonly recent: RecentMessages;
  /** Who left which channel, and what it had received. */
  readonly leavers: Leavers;
  /** How often each command was used. */
  readonly usage = new Map<string, number>();
  /** The settings; another object after they were read again. */
  config: Config;
  /** The most users that were here at a time. */
  peak = 0;
  /** How many registered users are invisible. */
  invisible = 0;
  /** How many registered users are operators of the server. */
  operators = 0;
  /** Whether everyone is on the way out: nobody is told, and nothing of it is kept. */
  #closing = false;
  #guests = 0;

  /** Makes a world with the lobby, and what the store has kept of channels and bans. */
  constructor(init: WorldInit) {
    super(init.name, init.runId);
    this.init = init;
    this.store = init.store;
    this.log = init.log;
    const { accounts, serverState } = init.store;
    this.logins = new LoginMemory(init.hashes, accounts.version(), init.startedAt);
    this.bans = new HostBans(serverState, init.startedAt);
    this.config = init.config;
    this.recent = new RecentMessages(init.runId);
    this.leavers = new Leavers(serverState, init.runId);
    this.burst = new Burst(init.writer);
    init.writer.before = () => {
      this.burst.settle();
      // Nobody is told what is not safe yet.
      init.store.history.commit();
    };
    this.channels = new Channels(init.store, init.cloak, init.config.lobby, init.startedAt);
  }

  /** Takes in a peer that just connected. */
  connect(peer: Peer, now: number): User {
    const { messagesPerSecond, burst, nickChangesPerMinute } = this.config.limits;
    const allowance = {
      bucket: new TokenBucket({ perSecond: messagesPerSecond, burst }, now),
      nicks: new TokenBucket(
        { perSecond: nickChangesPerMinute / 60, burst: nickChangesPerMinute },
        now,
      ),
    };
    const user = new User(peer, this.init.cloak(peer.host), allowance, this.burst, now);
    this.connections.add(user);
    this.#newcomers.add(networkOf(user.ip));
    this.log({ kind: "connected", address: user.address });
    return user;
  }

  /** How many connections have no name yet, in all and of the network of an address. */
  newcomersLike(host: string): Newcomers {
    const all = this.connections.size - this.users.size;
    return { all, ofNetwork: this.#newcomers.of(networkOf(host)) };
  }

  /** Notes what a peer says of itself before it is registered. */
  introduce(user: User, username: string, realname: string): void {
    own(user).username = username;
    own(user).realname = realname;
  }

  /** Makes a peer a user. The name must be free and checked. */
  register(user: User, nick: string, now: number): void {
    own(user).nick = nick;
    own(user).registered = true;
    this.#newcomers.remove(networkOf(user.ip));
    this.users.add(user);
    this.peak = Math.max(this.peak, this.users.size);
    this.log({ kind: "claimed", address: user.address, nick });
    tellWatchers(this, this.users, user, now);
  }

  /** Gives a registered user another name, which must be free and checked, and tells everyone. */
  rename(user: User, nick: string, now: number): void {
    const delivery = this.event(user, "NICK", [nick], now);
    this.log({ kind: "renamed", address: user.address, nick: user.nick, newNick: nick });
    const same = fold(nick) === fold(user.nick);
    this.users.remove(user, now);
    if (!same) tellWatchers(this, this.users, user, now);
    own(user).nick = nick;
    this.users.add(user);
    user.deliver(delivery);
    fanout(delivery, peersOf(user), user);
    keepInEach(this.store.history, user.channels, delivery);
    this.#noteGuestName(user, nick);
    if (!same) tellWatchers(this, this.users, user, now);
  }

  /** Notes the name that a guest took: it may come back under it, or under the first one. */
  #noteGuestName({ registration: { key } }: User, nick: string): void {
    if (key?.kind !== "invitation" || key.guest === undefined) return;
    const { accounts } = this.store;
    const known = accounts.invitation(key.id)?.guests.find(({ id }) => id === key.guest);
    if (known !== undefined && known.name !== nick) accounts.renameGuest(known.id, nick);
  }

  /**
   * Takes a user out of everything, tells those who shared a channel with it, and ends its
   * connection. Does nothing where the user is gone already.
   *
   * @param reason what the others are told.
   */
  quit(user: User, reason: string, now: number): void {
    if (user.gone) return;
    const error = message("ERROR", [`Closing link: ${user.ip} (${reason})`]);
    user.end(reason, new Delivery(error, { time: now }));
    this.#remove(user, reason, now);
  }

  /** The connection of this user is over: as {@linkcode quit}, where it wasn't said before. */
  disconnected(user: User, reason: string, now: number): void {
    if (!user.gone) this.#remove(user, reason, now);
  }

  #remove(user: User, reason: string, now: number): void {
    own(user).gone = true;
    user.batch = undefined;
    user.readMarkers.clear();
    this.connections.delete(user);
    for (const folded of [...user.monitored.keys()]) this.users.unwatch(user, folded);
    if (!user.registered) this.#newcomers.remove(networkOf(user.ip));
    if (user.registered) {
      const quit = this.event(user, "QUIT", [reason], now);
      fanout(quit, peersOf(user), user);
      if (!this.#closing) keepInEach(this.store.history, user.channels, quit);
      // Who does not answer may not have received what was sent since it was last heard.
      const heard = this.#closing ? this.#mark(now) : user.heard;
      for (const channel of [...user.channels]) this.#leave(user, channel, now, heard);
      for (const channel of user.invites) ownChannel(channel).invited.delete(user);
      this.users.remove(user, now);
      tellWatchers(this, this.users, user, now);
      for (const letter of [...user.modes]) this.setUserMode(user, letter, false);
    }
    this.log({ kind: "disconnected", address: user.address, nick: user.nick, reason });
  }

  /** Ends all connections. Nobody is told of the others' leaving. */
  close(reason: string, now: number): void {
    this.#closing = true;
    for (const channel of this.channels.all.values()) {
      if (channel.members.size > 0) this.channels.save(channel, now);
    }
    for (const user of [...this.connections]) {
      // Whoever comes last has nobody left to tell: a room of thousands closes in no time.
      for (const channel of user.channels) ownChannel(channel).members.clear();
      this.quit(user, reason, now);
    }
  }

  /**
   * Puts a user into a channel, which is made if need be, and tells all members. Who opens a
   * channel becomes its operator, and so does who enters an empty one that nobody owns; who has
   * ranks there by account gets them back. The lobby belongs to the operators of the server.
   */
  join(user: User, name: string, now: number): Channel {
    const known = this.channels.find(name);
    const isFree = known === undefined || this.channels.isFree(known);
    // If nobody can tell which accounts there are, the room may be one that some of them run.
    const opens = isFree && this.store.accounts.trouble === undefined;
    const channel = known ?? this.channels.open(name, now);
    if (isFree) {
      this.channels.setOrigin(channel, this.originOf(user));
      if (channel.saved) this.channels.save(channel, now);
    }
    this.channels.forgetInvite(user, channel);
    const crowned = opens || channel === this.channels.lobby && user.oper !== undefined;
    const ranks = this.channels.accountRanks(user, channel) | (crowned ? OPERATOR : 0);
    ownChannel(channel).members.set(user, ranks);
    own(user).channels.add(channel);
    const told = announceJoin(this, user, channel, channel.members.keys(), now);
    keep(this.store.history, channel.folded, told);
    if (opens) this.channels.keepRanks(user, channel, ranks, this.config.limits, now);
    else this.#tellRanks(user, channel, ranks, now, user);
    this.channels.noteUse(channel, now);
    return channel;
  }

  /** What stands for the network of a user where it is kept: its cloak. */
  homeOf({ ip }: User): string {
    const network = networkOf(ip);
    return this.init.cloak(network.includes(":") ? `${network}::` : network);
  }

  /** What stands for a user among those who opened channels; undefined if it is exempt. */
  originOf(user: User): string | undefined {
    return isExempt(this.config.limits, user.ip) ? undefined : this.homeOf(user);
  }

  /** Tells the members of a channel which ranks the server gave to one of them. */
  #tellRanks(user: User, channel: Channel, ranks: Ranks, now: number, except?: User): void {
    const letters = rankLetters(ranks);
    if (letters === "") return;
    const params = [channel.name, `+${letters}`, ...Array(letters.length).fill(user.nick)];
    fanout(this.fromServer("MODE", params, now), channel.members.keys(), except);
  }

  /** Who logs in gets the ranks of the account, and the account those that its owner has. */
  #joinRanks(user: User, channel: Channel, now: number): void {
    const had = channel.ranksOf(user);
    const ranks = had | this.channels.accountRanks(user, channel);
    ownChannel(channel).members.set(user, ranks);
    this.#tellRanks(user, channel, ranks & ~had, now);
    // Operators of the server have theirs in the lobby only while they are that.
    if (channel === this.channels.lobby && user.oper !== undefined) return;
    this.channels.keepRanks(user, channel, ranks, this.config.limits, now);
  }

  /** Gives a member these ranks, and its account, so that it has them again when it comes back. */
  setRanks(user: User, channel: Channel, ranks: Ranks, now: number): void {
    ownChannel(channel).members.set(user, ranks);
    this.channels.keepRanks(user, channel, ranks, this.config.limits, now);
  }

  /** Takes a user out of a channel and tells all members, the user too. */
  part(user: User, channel: Channel, reason: string | undefined, now: number): void {
    const params = reason ? [channel.name, reason] : [channel.name];
    this.#tell(channel, this.event(user, "PART", params, now));
    this.#leave(user, channel, now);
  }

  /** Puts a user out of a channel and tells all members, the user too. */
  kick(by: User, user: User, channel: Channel, reason: string, now: number): void {
    this.#tell(channel, this.event(by, "KICK", [channel.name, user.nick, reason], now));
    this.#leave(user, channel, now);
  }

  /** Tells all members of a channel what happened in it, and keeps it. */
  #tell(channel: Channel, event: Delivery): void {
    fanout(event, channel.members.keys());
    keep(this.store.history, channel.folded, event);
  }

  /** Up to what was sent until now. */
  #mark(at: number): Received {
    return { serial: this.serial, at };
  }

  #leave(user: User, channel: Channel, now: number, received = this.#mark(now)): void {
    this.leavers.left(user, channel, received);
    ownChannel(channel).members.delete(user);
    own(user).channels.delete(channel);
    // When all go at once, what lasts is kept already.
    if (channel.members.size === 0 && !(this.#closing && channel.saved)) {
      this.channels.emptied(channel, now);
    }
  }

  /** Sets a channel's topic, an empty one for none, and tells all members. */
  setTopic(user: User, channel: Channel, text: string, now: number): void {
    ownChannel(channel).topic = text === "" ? undefined : { text, by: user.source, at: now };
    ownChannel(channel).topicChangedAt = now;
    this.#tell(channel, this.event(user, "TOPIC", [channel.name, text], now));
    this.channels.save(channel, now);
  }

  /** Tells all members of a channel how its modes were changed, and keeps that. */
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

  /** Sets or unsets a mode of a user. Returns whether that changed anything. */
  setUserMode(user: User, letter: string, add: boolean): boolean {
    if (user.modes.has(letter) === add) return false;
    if (add) own(user).modes.add(letter);
    else own(user).modes.delete(letter);
    if (letter === "i") this.invisible += add ? 1 : -1;
    if (letter === "o") this.operators += add ? 1 : -1;
    if (letter === "o" && !add) own(user).oper = own(user).operBy = undefined;
    return true;
  }

  /** Marks a user as away, or back, and tells who wants to know. */
  setAway(user: User, away: string | undefined, now: number): void {
    const changed = away !== user.away;
    own(user).away = away;
    if (!changed || !user.registered) return;
    const change = this.event(user, "AWAY", away === undefined ? [] : [away], now);
    announceChange(this.users, "away-notify", user, change, "others");
  }

  /** Changes what a user says of itself, and tells who wants to know. */
  setRealname(user: User, realname: string, now: number): void {
    own(user).realname = realname;
    const change = this.event(user, "SETNAME", [realname], now);
    announceChange(this.users, "setname", user, change, "all");
  }

  /** Logs a user in to an account, or out, and tells who wants to know. */
  setAccount(user: User, account: string | undefined, now: number): void {
    if (account !== user.account) user.readMarkers.clear();
    own(user).account = account;
    loadMarkers(this.store.serverState, user);
    if (!user.registered) return;
    const change = this.event(user, "ACCOUNT", [account ?? "*"], now);
    announceChange(this.users, "account-notify", user, change, "all");
    for (const channel of user.channels) this.#joinRanks(user, channel, now);
  }

  /** Changes the host that others see, and tells who wants to know. */
  setHost(user: User, host: string, now: number): void {
    // The others know the user by its old source: it is what the message comes from.
    const change = this.event(user, "CHGHOST", [user.username, host], now);
    const quit = this.event(user, "QUIT", ["Changing host"], now);
    own(user).host = host;
    announceChange(this.users, "chghost", user, change, "all");
    announceReturn(this, user, quit, now);
  }

  /** Excuses a user that waits for us: its silence and its time to register count from now on. */
  excuse(user: User, now: number): void {
    user.registersFrom = own(user).lastSeen = now;
  }

  /** Notes that a user was heard: it has received what was sent before that. */
  heard(user: User, now: number): void {
    own(user).lastSeen = now;
    user.pinged = false;
    own(user).lastSerial = this.serial;
    this.setClock(now);
  }

  /** A number for the name of someone who has none of its own. */
  nextGuest(): number {
    return ++this.#guests;
  }
}
