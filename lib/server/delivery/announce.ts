/**
 * Announces changes of a user to those who see it.
 *
 * Source: IRCv3 `extended-join`, `away-notify`, `monitor`, `extended-monitor`, `chghost`.
 * @module
 */
import type { CapabilityName } from "../../irc/caps.ts";
import { message } from "../../irc/message.ts";
import type { Ranks } from "../../irc/modes.ts";
import { NUMERICS } from "../../irc/numerics.ts";
import type { Channel } from "../world/channel.ts";
import { rankLetters } from "../world/channel_state.ts";
import { Delivery, fanout, notify } from "./delivery.ts";
import type { User } from "../world/user.ts";
import type { Roster } from "../world/roster.ts";
import type { Composer } from "./composer.ts";

/** The users who share a channel with this one, itself included, each once. */
export function peersOf(user: User): Iterable<User> {
  if (user.channels.size === 1) {
    for (const channel of user.channels) return channel.members.keys();
  }
  const peers = new Set<User>();
  for (const channel of user.channels) {
    for (const member of channel.members.keys()) peers.add(member);
  }
  return peers;
}

export function sharesChannel(a: User, b: User): boolean {
  for (const channel of a.channels) if (channel.members.has(b)) return true;
  return false;
}

/** A JOIN, with the account and the real name for those with `extended-join`. */
export function joinOf(composer: Composer, user: User, channel: Channel, now: number): Delivery {
  const { source, account, realname } = user;
  const extended = message("JOIN", [channel.name, account ?? "*", realname], { source });
  const tags = composer.tagsOf(user, { now, msgid: composer.nextMessageId() });
  return new Delivery(extended, tags, message("JOIN", [channel.name], { source }));
}

/** Announces a JOIN to some members. */
export function announceJoin(
  composer: Composer,
  user: User,
  channel: Channel,
  to: Iterable<User>,
  now: number,
): void {
  fanout(joinOf(composer, user, channel, now), to);
  announceAway(composer, user, to, now);
}

/** Tells those with `away-notify` that somebody who came in is away. */
export function announceAway(
  composer: Composer,
  user: User,
  to: Iterable<User>,
  now: number,
): void {
  if (user.away === undefined) return;
  notify("away-notify", composer.event(user, "AWAY", [user.away], now), to, user);
}

/**
 * Announces a change of a user to those with a capability who share a channel with it, and to those
 * who watch it with `extended-monitor`.
 */
export function announceChange(
  users: Roster,
  cap: CapabilityName,
  user: User,
  change: Delivery,
  whom: "all" | "others",
): void {
  const interested = new Set(peersOf(user));
  for (const watcher of users.watchersOf(user.nick)) {
    if (watcher.caps.has("extended-monitor")) interested.add(watcher);
  }
  if (whom === "all") interested.add(user);
  notify(cap, change, interested, whom === "others" ? user : undefined);
}

/**
 * Shows a user's new host to those without CHGHOST in its channels: it quits, under the old host,
 * and comes back (IRCv3 chghost, "Fallback").
 */
export function announceReturn(composer: Composer, user: User, quit: Delivery, now: number): void {
  const unaware = (users: Iterable<User>) =>
    [...users].filter((each) => each !== user && !each.caps.has("chghost"));
  fanout(quit, unaware(peersOf(user)));
  for (const channel of user.channels) {
    const members = unaware(channel.members.keys());
    announceJoin(composer, user, channel, members, now);
    announceRanks(composer, user, channel, channel.ranksOf(user), members, now);
  }
}

/** Tells which ranks a member of a channel has from the server, if any. */
export function announceRanks(
  composer: Composer,
  user: User,
  channel: Channel,
  ranks: Ranks,
  to: Iterable<User>,
  now: number,
  except?: User,
): void {
  const letters = rankLetters(ranks);
  if (letters === "") return;
  const params = [channel.name, `+${letters}`, ...Array(letters.length).fill(user.nick)];
  fanout(composer.fromServer("MODE", params, now), to, except);
}

/** Tells those who watch a user's name (MONITOR) whether it is online. */
export function tellWatchers(composer: Composer, users: Roster, user: User, now: number): void {
  const watchers = users.watchersOf(user.nick);
  if (watchers.size === 0) return;
  const here = users.find(user.nick) === user;
  const [code] = here ? NUMERICS.RPL_MONONLINE : NUMERICS.RPL_MONOFFLINE;
  const what = here ? user.source : user.nick;
  fanout(composer.fromServer(code, ["*", what], now), watchers);
}
