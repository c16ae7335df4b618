/**
 * Everyone and every channel on the server: the only place that adds, removes and renames.
 *
 * Nothing here waits, so whatever calls it is a transaction.
 * @module
 */
import { message } from "../irc/message.ts";
import { fold, type Folded, looks } from "../irc/names.ts";
import { OPERATOR } from "../irc/modes.ts";
import { Channel } from "./channel.ts";
import type { Config } from "./config.ts";
import { Delivery, type DeliveryTags, fanout } from "./fanout.ts";
import { TokenBucket } from "./flood.ts";
import type { LogEvent } from "./log_event.ts";
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
}

/** All the state of a server. */
export class World implements WorldInit {
  readonly config: Config;
  readonly name: string;
  readonly version: string;
  readonly startedAt: number;
  readonly runId: string;
  readonly log: (event: LogEvent) => void;
  /** All connections, registered or not. */
  readonly connections = new Set<User>();
  /** The registered users, by name. */
  readonly users = new Map<Folded, User>();
  /** The channels, by name. */
  readonly channels = new Map<Folded, Channel>();
  /** The channel that is always there. */
  readonly lobby: Channel;
  /** The most users that were here at a time. */
  peak = 0;
  /** Who holds a name that looks like this; see {@linkcode looks}. */
  readonly #looks = new Map<string, User>();
  #messages = 0;

  /** Makes a world with nothing but the lobby. */
  constructor(init: WorldInit) {
    this.config = init.config;
    this.name = init.name;
    this.version = init.version;
    this.startedAt = init.startedAt;
    this.runId = init.runId;
    this.log = init.log;
    this.lobby = new Channel(init.config.lobby, init.startedAt);
    this.channels.set(this.lobby.folded, this.lobby);
  }

  /** The registered user of this name. */
  findUser(nick: string): User | undefined {
    return this.users.get(fold(nick));
  }

  /** The channel of this name. */
  findChannel(name: string): Channel | undefined {
    return this.channels.get(fold(name));
  }

  /** Someone other than `asker` whose name is this one or looks like it. */
  holderOf(nick: string, asker: User): User | undefined {
    const same = this.users.get(fold(nick));
    if (same !== undefined && same !== asker) return same;
    for (const key of lookKeys(nick)) {
      const alike = this.#looks.get(key);
      if (alike !== undefined && alike !== asker) return alike;
    }
    return undefined;
  }

  /** Takes in a peer that just connected. */
  connect(peer: Peer, now: number): User {
    const { messagesPerSecond, burst } = this.config.limits;
    const bucket = new TokenBucket({ perSecond: messagesPerSecond, burst }, now);
    const user = new User(peer, bucket, this.config.password === null, now);
    this.connections.add(user);
    this.log({ kind: "connected", address: user.address });
    return user;
  }

  /** Makes a peer a user. The name must be free and checked. */
  register(user: User, nick: string): void {
    user.nick = nick;
    user.registered = true;
    this.#hold(user);
    this.peak = Math.max(this.peak, this.users.size);
    this.log({ kind: "claimed", address: user.address, nick });
  }

  #hold(user: User): void {
    this.users.set(fold(user.nick), user);
    for (const key of lookKeys(user.nick)) this.#looks.set(key, user);
  }

  #release(user: User): void {
    this.users.delete(fold(user.nick));
    for (const key of lookKeys(user.nick)) this.#looks.delete(key);
  }

  /** Gives a registered user another name, which must be free and checked, and tells everyone. */
  rename(user: User, nick: string, now: number): void {
    const delivery = this.from(user, "NICK", [nick], { time: now });
    this.log({ kind: "renamed", address: user.address, nick: user.nick, newNick: nick });
    this.#release(user);
    user.nick = nick;
    this.#hold(user);
    user.deliver(delivery);
    fanout(delivery, this.peers(user), user);
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

  /** Ends all connections. Nobody is told of the others' leaving. */
  close(reason: string, now: number): void {
    for (const user of [...this.connections]) {
      // Whoever comes last has nobody left to tell: a room of thousands closes in no time.
      for (const channel of user.channels) channel.members.clear();
      this.quit(user, reason, now);
    }
  }

  /** The connection of this user is over: as {@linkcode quit}, where it wasn't said before. */
  disconnected(user: User, reason: string, now: number): void {
    if (!user.gone) this.#remove(user, reason, now);
  }

  #remove(user: User, reason: string, now: number): void {
    user.gone = true;
    this.connections.delete(user);
    if (user.registered) {
      fanout(this.from(user, "QUIT", [reason], { time: now }), this.peers(user), user);
      for (const channel of user.channels) this.#leave(user, channel);
      this.#release(user);
    }
    this.log({ kind: "disconnected", address: user.address, nick: user.nick, reason });
  }

  /** Puts a user into a channel, which is made if need be; its creator becomes its operator. */
  join(user: User, name: string, now: number): Channel {
    let channel = this.findChannel(name);
    if (channel === undefined) {
      channel = new Channel(name, now);
      this.channels.set(channel.folded, channel);
      channel.members.set(user, OPERATOR);
    } else {
      channel.members.set(user, 0);
    }
    user.channels.add(channel);
    fanout(this.from(user, "JOIN", [channel.name], { time: now }), channel.members.keys());
    return channel;
  }

  /** Takes a user out of a channel and tells all members, the user too. */
  part(user: User, channel: Channel, reason: string | undefined, now: number): void {
    const params = reason === undefined ? [channel.name] : [channel.name, reason];
    fanout(this.from(user, "PART", params, { time: now }), channel.members.keys());
    this.#leave(user, channel);
  }

  #leave(user: User, channel: Channel): void {
    channel.members.delete(user);
    user.channels.delete(channel);
    if (channel.members.size === 0 && channel !== this.lobby) this.channels.delete(channel.folded);
  }

  /** Sets a channel's topic, an empty one for none, and tells all members. */
  setTopic(user: User, channel: Channel, text: string, now: number): void {
    channel.topic = text === "" ? undefined : { text, by: user.source, at: now };
    fanout(
      this.from(user, "TOPIC", [channel.name, text], { time: now }),
      channel.members.keys(),
    );
  }

  /** The users who share a channel with this one, itself among them, each once. */
  peers(user: User): Iterable<User> {
    if (user.channels.size === 1) {
      for (const channel of user.channels) return channel.members.keys();
    }
    const peers = new Set<User>();
    for (const channel of user.channels) {
      for (const member of channel.members.keys()) peers.add(member);
    }
    return peers;
  }

  /** A message that comes from a user. */
  from(user: User, command: string, params: readonly string[], tags: DeliveryTags): Delivery {
    return new Delivery(message(command, params, { source: user.source }), tags);
  }

  /** A message that comes from the server. */
  fromServer(command: string, params: readonly string[], now: number): Delivery {
    return new Delivery(message(command, params, { source: this.name }), { time: now });
  }

  /** A message id that was never given before, nor by an earlier run. */
  nextMessageId(): string {
    return `${this.runId}-${(this.#messages++).toString(36)}`;
  }
}

function lookKeys(nick: string): readonly string[] {
  const [small, capital] = looks(nick);
  return [`small ${small}`, `capital ${capital}`];
}
