/**
 * Announces changes of a user to those who see it.
 *
 * Source: IRCv3 `extended-join`, `away-notify`, `monitor`, `extended-monitor`, `chghost`.
 * @module
 */
import type { CapabilityName } from "../../irc/caps.ts";
import { PREFIXES } from "../../irc/modes.ts";
import { NUMERICS } from "../../irc/numerics.ts";
import type { Channel } from "../world/channel.ts";
import { type Delivery, fanout, notify } from "./delivery.ts";
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

/**
 * Announces a JOIN in the form of each user's capabilities. Returns the extended one, for the
 * history.
 */
export function announceJoin(
  composer: Composer,
  user: User,
  channel: Channel,
  to: Iterable<User>,
  now: number,
): Delivery {
  const msgid = composer.nextMessageId();
  const extended = [channel.name, user.account ?? "*", user.realname];
  const long = composer.from(user, "JOIN", extended, { now, msgid });
  const short = composer.from(user, "JOIN", [channel.name], { now, msgid });
  const away = user.away === undefined ? undefined : composer.event(user, "AWAY", [user.away], now);
  for (const member of to) {
    member.deliver(member.caps.has("extended-join") ? long : short);
    if (away !== undefined && member !== user && member.caps.has("away-notify")) {
      member.deliver(away);
    }
  }
  return long;
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
    const ranks = PREFIXES.filter(({ bit }) => channel.ranksOf(user) & bit);
    if (ranks.length === 0) continue;
    const letters = ranks.map(({ letter }) => letter).join("");
    const params = [channel.name, `+${letters}`, ...ranks.map(() => user.nick)];
    fanout(composer.fromServer("MODE", params, now), members);
  }
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
