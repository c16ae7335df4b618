/**
 * Everyone and every channel on the server: the only place that adds, removes and renames.
 *
 * Nothing here waits, so whatever calls it is a transaction.
 * @module
 */
import { message, type Tags } from "../irc/message.ts";
import { fold, type Folded } from "../irc/names.ts";
import { OPERATOR, type Ranks } from "../irc/modes.ts";
import { announceChange, announceJoin, announceReturn, peersOf, tellWatchers } from "./announce.ts";
import { Channel, type Inviter } from "./channel.ts";
import type { Config } from "./config.ts";
import { Delivery, fanout } from "./fanout.ts";
import { TokenBucket } from "./flood.ts";
import { PasswordGuard } from "./guard.ts";
import { HostBans } from "./host_bans.ts";
import type { LogEvent } from "./log_event.ts";
import { RecentMessages } from "./recent.ts";
import { Roster } from "./roster.ts";
import { type Peer, User } from "./user.ts";

/** What the world takes from outside. */
export interface WorldInit {
  /** The settings. */
  readonly config: Config;
  /** The server's name on the wire. */
  readonly name: string;
  /** The program's name and version. */
  readonly version: string;
  /** When the server was started, in milliseconds since 1970. */
  readonly startedAt: number;
  /** A random text that no earlier run had: what message ids start with. */
  readonly runId: string;
  /** Takes what is worth a line in the log. */
  readonly log: (event: LogEvent) => void;
  /** Compares a password of the configuration, which may be a hash, with one that was given. */
  readonly verify: (stored: string, given: string) => Promise<boolean>;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
  /** Reads the configuration again; rejects with what the operator is told. */
  readonly reload: () => Promise<void>;
}

/** All the state of a server. */
export class World {
  /** Where it came from. */
  readonly init: WorldInit;
  /** The server's name on the wire. */
  readonly name: string;
  /** All connections, registered or not. */
  readonly connections = new Set<User>();
  /** The registered users. */
  readonly users = new Roster();
  /** The channels, by name. */
  readonly channels = new Map<Folded, Channel>();
  /** The channel that is always there. */
  readonly lobby: Channel;
  /** Who may not use the server. */
  readonly bans = new HostBans();
  /** Who guessed passwords. */
  readonly guard = new PasswordGuard();
  /** The comparisons of passwords that are under way, by network; its next one comes after. */
  readonly verifying = new Map<string, Promise<unknown>>();
  /** The messages of late. */
  readonly recent = new RecentMessages();
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
  /** The channels that were renamed and are still there, by each of their former names. */
  readonly #renamed = new Map<Folded, Channel>();
  #serial = 0;

  /** Makes a world with nothing but the lobby. */
  constructor(init: WorldInit) {
    this.init = init;
    this.name = init.name;
    this.config = init.config;
    this.lobby = new Channel(init.config.lobby, init.startedAt);
    this.channels.set(this.lobby.folded, this.lobby);
  }

  /** Takes what is worth a line in the log. */
  log(event: LogEvent): void {
    this.init.log(event);
  }

  /** The channel of this name. */
  findChannel(name: string): Channel | undefined {
    return this.channels.get(fold(name));
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
    const user = new User(peer, allowance, this.config.password === null, now);
    this.connections.add(user);
    this.log({ kind: "connected", address: user.address });
    return user;
  }

  /** Makes a peer a user. The name must be free and checked. */
  register(user: User, nick: string, now: number): void {
    user.nick = nick;
    user.registered = true;
    this.users.add(user);
    this.peak = Math.max(this.peak, this.users.size);
    this.log({ kind: "claimed", address: user.address, nick });
    tellWatchers(this, user, now);
  }

  /** Gives a registered user another name, which must be free and checked, and tells everyone. */
  rename(user: User, nick: string, now: number): void {
    const delivery = this.event(user, "NICK", [nick], now);
    this.log({ kind: "renamed", address: user.address, nick: user.nick, newNick: nick });
    const same = fold(nick) === fold(user.nick);
    this.users.remove(user, now);
    if (!same) tellWatchers(this, user, now);
    user.nick = nick;
    this.users.add(user);
    user.deliver(delivery);
    fanout(delivery, peersOf(user), user);
    if (!same) tellWatchers(this, user, now);
  }

  /**
   * Takes a user out of everything, tells those who shared a channel with it, and ends its
   * connection. Does nothing where the user is gone already.
   *
   * @param reason what the others are told.
   */
  quit(user: User, reason: string, now: number): void {
    if (user.gone) return;
    const error = message("ERROR", [`Closing link: ${user.host} (${reason})`]);
    user.end(reason, new Delivery(error, { time: now }));
    this.#remove(user, reason, now);
  }

  /** The connection of this user is over: as {@linkcode quit}, where it wasn't said before. */
  disconnected(user: User, reason: string, now: number): void {
    if (!user.gone) this.#remove(user, reason, now);
  }

  #remove(user: User, reason: string, now: number): void {
    user.gone = true;
    user.batch = undefined;
    user.readMarkers.clear();
    this.connections.delete(user);
    for (const folded of [...user.monitored.keys()]) this.users.unwatch(user, folded);
    if (user.registered) {
      fanout(this.event(user, "QUIT", [reason], now), peersOf(user), user);
      for (const channel of [...user.channels]) this.#leave(user, channel);
      for (const channel of user.invites) channel.invited.delete(user);
      this.users.remove(user, now);
      tellWatchers(this, user, now);
      for (const letter of [...user.modes]) this.setUserMode(user, letter, false);
    }
    this.log({ kind: "disconnected", address: user.address, nick: user.nick, reason });
  }

  /** Ends all connections. Nobody is told of the others' leaving. */
  close(reason: string, now: number): void {
    for (const user of [...this.connections]) {
      // Whoever comes last has nobody left to tell: a room of thousands closes in no time.
      for (const channel of user.channels) channel.members.clear();
      this.quit(user, reason, now);
    }
  }

  /**
   * Puts a user into a channel, which is made if need be, and tells all members. The creator
   * becomes its operator; the lobby belongs to the operators of the server.
   */
  join(user: User, name: string, now: number): Channel {
    let channel = this.findChannel(name);
    let ranks: Ranks = channel === this.lobby && user.oper !== undefined ? OPERATOR : 0;
    if (channel === undefined) {
      channel = new Channel(name, now);
      this.channels.set(channel.folded, channel);
      ranks = OPERATOR;
    }
    this.forgetInvite(user, channel);
    channel.members.set(user, ranks);
    user.channels.add(channel);
    announceJoin(this, user, channel, channel.members.keys(), now);
    if (channel === this.lobby && ranks > 0) {
      const change = this.fromServer("MODE", [channel.name, "+o", user.nick], now);
      fanout(change, channel.members.keys(), user);
    }
    return channel;
  }

  /** Takes a user out of a channel and tells all members, the user too. */
  part(user: User, channel: Channel, reason: string | undefined, now: number): void {
    const params = reason ? [channel.name, reason] : [channel.name];
    fanout(this.event(user, "PART", params, now), channel.members.keys());
    this.#leave(user, channel);
  }

  /** Puts a user out of a channel and tells all members, the user too. */
  kick(by: User, user: User, channel: Channel, reason: string, now: number): void {
    const kick = this.event(by, "KICK", [channel.name, user.nick, reason], now);
    fanout(kick, channel.members.keys());
    this.#leave(user, channel);
  }

  #leave(user: User, channel: Channel): void {
    channel.members.delete(user);
    user.channels.delete(channel);
    if (channel.members.size > 0 || channel === this.lobby) return;
    this.channels.delete(channel.folded);
    for (const [name, renamed] of this.#renamed) {
      if (renamed === channel) this.#renamed.delete(name);
    }
    for (const invited of [...channel.invited.keys()]) this.forgetInvite(invited, channel);
  }

  /** Notes that a user may enter a channel; it is forgotten when the user has, or either goes. */
  invite(user: User, channel: Channel, by: Inviter): void {
    // Of a user's invitations only the newest count, so that nobody can pile them up.
    for (const oldest of user.invites) {
      if (user.invites.has(channel) || user.invites.size < MAX_INVITES) break;
      this.forgetInvite(user, oldest);
    }
    user.invites.add(channel);
    if (channel.invited.get(user) !== "moderator") channel.invited.set(user, by);
  }

  /** Ends {@linkcode invite}. */
  forgetInvite(user: User, channel: Channel): void {
    user.invites.delete(channel);
    channel.invited.delete(user);
  }

  /** Sets a channel's topic, an empty one for none, and tells all members. */
  setTopic(user: User, channel: Channel, text: string, now: number): void {
    channel.topic = text === "" ? undefined : { text, by: user.source, at: now };
    channel.topicChangedAt = now;
    fanout(this.event(user, "TOPIC", [channel.name, text], now), channel.members.keys());
  }

  /** The channel that once had this name, if it is still there under another one. */
  formerly(name: string): Channel | undefined {
    return this.#renamed.get(fold(name));
  }

  /** Gives a channel another name, which must be free and checked. Telling is the caller's. */
  renameChannel(channel: Channel, name: string): void {
    const old = channel.folded;
    this.channels.delete(old);
    channel.rename(name);
    this.channels.set(channel.folded, channel);
    this.#renamed.delete(channel.folded);
    if (old !== channel.folded) this.#renamed.set(old, channel);
    for (const oldest of this.#renamed.keys()) {
      if (this.#renamed.size <= MAX_RENAMED) break;
      this.#renamed.delete(oldest);
    }
  }

  /** Sets or unsets a mode of a user. Returns whether that changed anything. */
  setUserMode(user: User, letter: string, add: boolean): boolean {
    if (user.modes.has(letter) === add) return false;
    if (add) user.modes.add(letter);
    else user.modes.delete(letter);
    if (letter === "i") this.invisible += add ? 1 : -1;
    if (letter === "o") this.operators += add ? 1 : -1;
    if (letter === "o" && !add) user.oper = undefined;
    return true;
  }

  /** Makes a user an operator of the server, and of the lobby, which belongs to them. */
  setOper(user: User, name: string, now: number): void {
    user.oper = name;
    if (this.setUserMode(user, "o", true)) {
      user.deliver(this.fromServer("MODE", [user.nick, "+o"], now));
    }
    const ranks = this.lobby.members.get(user);
    if (ranks === undefined || ranks & OPERATOR) return;
    this.lobby.members.set(user, ranks | OPERATOR);
    const told = this.fromServer("MODE", [this.lobby.name, "+o", user.nick], now);
    fanout(told, this.lobby.members.keys());
  }

  /** Takes over settings. Who is no operator under them is none any more. */
  configure(config: Config, now: number): void {
    this.config = config;
    for (const user of this.users.all()) {
      if (user.oper === undefined || config.opers.some(({ name }) => name === user.oper)) continue;
      this.setUserMode(user, "o", false);
      user.deliver(this.fromServer("MODE", [user.nick, "-o"], now));
    }
  }

  /** Marks a user as away, or back, and tells who wants to know. */
  setAway(user: User, away: string | undefined, now: number): void {
    const changed = away !== user.away;
    user.away = away;
    if (!changed || !user.registered) return;
    const change = this.event(user, "AWAY", away === undefined ? [] : [away], now);
    announceChange(this, "away-notify", user, change, "others");
  }

  /** Changes what a user says of itself, and tells who wants to know. */
  setRealname(user: User, realname: string, now: number): void {
    user.realname = realname;
    const change = this.event(user, "SETNAME", [realname], now);
    announceChange(this, "setname", user, change, "all");
  }

  /** Logs a user in to an account, or out, and tells who wants to know. */
  setAccount(user: User, account: string | undefined, now: number): void {
    user.account = account;
    if (!user.registered) return;
    const change = this.event(user, "ACCOUNT", [account ?? "*"], now);
    announceChange(this, "account-notify", user, change, "all");
  }

  /** Changes the host that others see, and tells who wants to know. */
  setHost(user: User, host: string, now: number): void {
    // The others know the user by its old source: it is what the message comes from.
    const change = this.event(user, "CHGHOST", [user.username, host], now);
    const quit = this.event(user, "QUIT", ["Changing host"], now);
    user.host = host;
    announceChange(this, "chghost", user, change, "all");
    announceReturn(this, user, quit, now);
  }

  /** A message of a user that others may refer to: it gets an id. */
  event(user: User, command: string, params: readonly string[], now: number): Delivery {
    return this.from(user, command, params, { now, msgid: this.nextMessageId() });
  }

  /** A message that comes from a user. */
  from(user: User, command: string, params: readonly string[], tags: FromTags): Delivery {
    const { now, msgid, client } = tags;
    const { account, source } = user;
    const bot = user.modes.has("B");
    return new Delivery(message(command, params, { source }), {
      time: now,
      msgid,
      account,
      bot,
      client,
    });
  }

  /** A message that comes from the server. */
  fromServer(command: string, params: readonly string[], now: number): Delivery {
    return new Delivery(message(command, params, { source: this.name }), { time: now });
  }

  /** A message id that was never given before, nor by an earlier run. */
  nextMessageId(): string {
    return `${this.init.runId}-${this.nextSerial()}`;
  }

  /** A short text that was never given before in this run. */
  nextSerial(): string {
    return (this.#serial++).toString(36);
  }
}

/** The tags of a message that comes from a user. */
export interface FromTags {
  /** When it is sent, in milliseconds since 1970. */
  readonly now: number;
  /** Its id. */
  readonly msgid?: string;
  /** The tags that the user put on it. */
  readonly client?: Tags;
}

/** How many invitations of a user count at a time. */
export const MAX_INVITES = 50;

/** How many former names of channels are remembered. */
const MAX_RENAMED = 100;
