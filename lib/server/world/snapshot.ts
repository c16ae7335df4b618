/**
 * The state of a world as plain JSON data, and back: all that the servers of a cluster have in
 * common, besides what their stores keep.
 *
 * What can be derived (who has which name, who counts for which network) is not in it, and neither
 * is what one server has for itself: connections, the pace at which lines may come, SASL exchanges,
 * the time that searches took, failed logins.
 * @module
 */
import type { CapabilityName } from "../../irc/caps.ts";
import type { Ranks } from "../../irc/modes.ts";
import type { Folded } from "../../irc/names.ts";
import type { ChannelState } from "../../store/server_state.ts";
import { networkOf } from "../entry/admission.ts";
import type { HourlyState } from "../entry/hourly.ts";
import type { LeaversState } from "../history/leavers.ts";
import type { RecentState } from "../history/recent.ts";
import { Channel, type Inviter } from "./channel.ts";
import { restore, stateOf } from "./channel_state.ts";
import type { HostBan } from "./host_bans.ts";
import { addChannel, own, ownChannel } from "./owned.ts";
import type { PastUser } from "./roster.ts";
import { NOWHERE, type Sink, type User } from "./user.ts";
import { listed, restoreUser, stateOfUser, type UserState } from "./user_state.ts";
import type { World } from "./world.ts";

/** The state of a world. Users and channels have numbers: their places in these lists. */
export interface WorldState {
  readonly serial: number;
  /** When the last line came, in milliseconds since 1970; null for never. */
  readonly clock: number | null;
  readonly guests: number;
  readonly peak: number;
  readonly hasAdvisedHost: boolean;
  /** The sets of capabilities that users have. */
  readonly caps: readonly (readonly CapabilityName[])[];
  /** In the order in which they connected. */
  readonly users: readonly UserState[];
  /** The registered users, in the order in which they took their names. */
  readonly roster: readonly number[];
  /** The users who wait for their owners, in this order. */
  readonly waiting: readonly number[];
  readonly channels: readonly OpenChannelState[];
  readonly lobby: number;
  readonly renamed: readonly (readonly [name: string, channel: number])[];
  readonly bans: readonly BanState[];
  readonly past: readonly PastUser[];
  readonly recent: RecentState;
  readonly leavers: LeaversState;
  readonly guestTalks: HourlyState;
  readonly signUps: HourlyState;
}

/** A channel, with what the store does not keep of it. */
interface OpenChannelState extends ChannelState {
  readonly saved: boolean;
  readonly renamedAt: number;
  readonly topicChangedAt?: number | undefined;
  /** The number of each member, followed by its ranks. */
  readonly members: readonly number[];
  readonly invited?: readonly (readonly [user: number, by: Inviter])[] | undefined;
}

interface BanState extends Omit<HostBan, "until"> {
  /** Null for never. */
  readonly until: number | null;
}

/** The state of a world; as JSON, the same text on all servers that have done the same. */
export function captureWorld(world: World): WorldState {
  const users = numbered(world.connections);
  const channels = numbered(world.channels.all.values());
  const identities = new Map<symbol, number>();
  // Even numbers are of users, odd ones of channels.
  for (const [user, number] of users) identities.set(user.identity, 2 * number);
  for (const [channel, number] of channels) identities.set(channel.identity, 2 * number + 1);
  const caps = new Map<string, number>();
  const numbers = {
    channel: (channel: Channel) => channels.get(channel)!,
    caps(set: ReadonlySet<CapabilityName>) {
      const text = [...set].join(" ");
      const number = caps.get(text) ?? caps.size;
      caps.set(text, number);
      return number;
    },
  };
  const numberOf = (user: User) => users.get(user)!;
  const states = listed(users.keys(), (user) => stateOfUser(user, world, numbers));
  const { serial, clock } = world.progress;
  return {
    serial,
    clock: clock === -Infinity ? null : clock,
    guests: world.guests,
    peak: world.peak,
    hasAdvisedHost: world.hasAdvisedHost,
    caps: listed(caps.keys(), capabilities),
    users: states,
    roster: listed(world.users.all(), numberOf),
    waiting: listed(world.stays.allWaiting(), numberOf),
    channels: listed(channels.keys(), (channel) => stateOfChannel(channel, numberOf)),
    lobby: numbers.channel(world.channels.lobby),
    renamed: listed(
      world.channels.renamed,
      ([name, channel]) => [name, numbers.channel(channel)],
    ),
    bans: world.bans.all().map((ban) => ({
      ...ban,
      until: ban.until === Infinity ? null : ban.until,
    })),
    past: [...world.users.allPast()],
    recent: world.recent.capture((identity) => identities.get(identity) ?? -1),
    leavers: world.leavers.capture(),
    guestTalks: world.guestTalks.capture(),
    signUps: world.logins.signUps.capture(),
  };
}

function capabilities(text: string): CapabilityName[] {
  return text === "" ? [] : text.split(" ") as CapabilityName[];
}

function numbered<T>(values: Iterable<T>): Map<T, number> {
  const numbers = new Map<T, number>();
  for (const value of values) numbers.set(value, numbers.size);
  return numbers;
}

function stateOfChannel(channel: Channel, numberOf: (user: User) => number): OpenChannelState {
  const { saved, renamedAt, topicChangedAt, members, invited } = channel;
  const flat: number[] = [];
  for (const [user, ranks] of members) flat.push(numberOf(user), ranks);
  const asked = invited.size === 0
    ? undefined
    : listed(invited, ([user, by]) => [numberOf(user), by] as const);
  return { ...stateOf(channel), saved, renamedAt, topicChangedAt, members: flat, invited: asked };
}

/**
 * Gives a new world a state. Its store must be as it was then, and its configuration too.
 *
 * @param sinkOf where the lines of a user go, by its key; nowhere by default.
 */
export function restoreWorld(
  state: WorldState,
  world: World,
  sinkOf: (key: string) => Sink = () => NOWHERE,
): void {
  world.progress = { serial: state.serial, clock: state.clock ?? -Infinity };
  const { guests, peak, hasAdvisedHost } = state;
  Object.assign(world, { guests, peak, hasAdvisedHost });
  const channels = restoreChannels(state, world);
  const users = state.users.map((one) => restoreUser(one, world, state.caps, sinkOf(one.key)));
  for (const [number, user] of users.entries()) {
    addUser(world, user, state.users[number]!, channels);
  }
  for (const number of state.roster) world.users.add(users[number]!);
  for (const number of state.waiting) {
    world.stays.keepWaiting(users[number]!, state.users[number]!.lost!);
  }
  for (const [number, channel] of channels.entries()) {
    const { members, invited = [] } = state.channels[number]!;
    const owned = ownChannel(channel);
    for (let index = 0; index < members.length; index += 2) {
      owned.members.set(users[members[index]!]!, members[index + 1]! as Ranks);
    }
    for (const [user, by] of invited) owned.invited.set(users[user]!, by);
  }
  world.bans.restore(state.bans.map((ban) => ({ ...ban, until: ban.until ?? Infinity })));
  for (const past of state.past) world.users.remember(past);
  const identityOf = (number: number) =>
    (number < 0 ? GONE : (number % 2 === 0 ? users : channels)[number >> 1]!).identity;
  world.recent.restore(state.recent, identityOf);
  world.leavers.restore(state.leavers);
  world.guestTalks.restore(state.guestTalks);
  world.logins.signUps.restore(state.signUps);
}

/** Nobody who is there has its identity. */
const GONE = { identity: Symbol() };

function restoreChannels(state: WorldState, world: World): Channel[] {
  const channels = state.channels.map((one) => {
    const channel = new Channel(one.name, one.createdAt);
    restore(channel, one, (host) => host);
    const { saved, renamedAt, topicChangedAt } = one;
    Object.assign(ownChannel(channel), { saved, renamedAt, topicChangedAt });
    return channel;
  });
  world.channels.restore(channels, channels[state.lobby]!);
  for (const [number, { origin }] of state.channels.entries()) {
    world.channels.setOrigin(channels[number]!, origin ?? undefined);
  }
  for (const [name, number] of state.renamed) {
    world.channels.renamed.set(name as Folded, channels[number]!);
  }
  return channels;
}

function addUser(world: World, user: User, state: UserState, channels: readonly Channel[]): void {
  world.connections.add(user);
  if (!user.registered) world.newcomers.add(networkOf(user.ip));
  for (const letter of state.modes) world.setUserMode(user, letter, true);
  for (const number of state.channels) addChannel(user, channels[number]!);
  for (const number of state.invites ?? []) own(user).invites.add(channels[number]!);
  for (const nick of state.monitored ?? []) world.users.watch(user, nick);
}
