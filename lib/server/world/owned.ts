/**
 * Users and channels as their owner changes them; their fields are readonly to everyone else. Only
 * files of this folder may import this: a lint rule checks that.
 * @module
 */
import type { Ranks } from "../../irc/modes.ts";
import type { Folded } from "../../irc/names.ts";
import type { AccountRanks, Channel, ChannelTopic, Inviter } from "./channel.ts";
import type { Members } from "./members.ts";
import type { User } from "./user.ts";

export type OwnedUser = User & {
  nick: string;
  username: string;
  ip: string;
  cloak: string;
  address: string;
  secure: boolean;
  isHere: boolean;
  host: string;
  realname: string;
  account: string | undefined;
  away: string | undefined;
  oper: string | undefined;
  operBy: User["operBy"];
  registered: boolean;
  gone: boolean;
  lost: User["lost"];
  unproven: boolean;
  continuesAs: User | undefined;
  lastSeen: number;
  silentSince: number;
  lastSerial: number;
  channels: Set<Channel>;
  modes: string;
  readonly invites: Set<Channel>;
  readonly monitored: Map<Folded, string>;
};

export type OwnedChannel = Channel & {
  name: string;
  folded: Folded;
  usedAt: number;
  saved: boolean;
  origin: string | undefined;
  opener: string | undefined;
  renamedAt: number;
  key: string | undefined;
  limit: number | undefined;
  topic: ChannelTopic | undefined;
  topicChangedAt: number | undefined;
  readonly members: Members & Map<User, Ranks>;
  readonly invited: Map<User, Inviter>;
  readonly flags: Set<string>;
  readonly accounts: Map<Folded, AccountRanks>;
};

export function own(user: User): OwnedUser {
  return user as OwnedUser;
}

export function ownChannel(channel: Channel): OwnedChannel {
  return channel as OwnedChannel;
}

/** Notes that a user is in a channel. */
export function addChannel(user: User, channel: Channel): void {
  // Those who are in none share one empty set.
  if (user.channels.size === 0) own(user).channels = new Set();
  own(user).channels.add(channel);
}

/** Notes in a user's channels that its name or host has changed. */
export function forgetName(user: User): void {
  for (const channel of user.channels) ownChannel(channel).members.forgetNames();
}
