/**
 * Who may read what was said.
 * @module
 */
import { isChannelName } from "../../irc/names.ts";
import type { User } from "../world/user.ts";
import type { World } from "../world/world.ts";
import { PAIR_PREFIX, pairKey, partnerIn } from "./record.ts";

/** A conversation that a user may read. */
export interface Readable {
  /** Its key. */
  readonly conversation: string;
  /** How the user knows it: the channel, or the name of the other one. */
  readonly name: string;
  /**
   * From when on, in milliseconds since 1970: whoever registers a name that belonged to someone
   * else before doesn't get to read that one's messages.
   */
  readonly since: number;
}

/**
 * What a user may read under a name. Of what it may not read, it can't find out whether it is
 * there.
 *
 * @param target a channel that it is in and not banned from; or, if it is logged in, an account or
 * someone without one.
 */
export function readable(world: World, user: User, target: string): Readable | undefined {
  if (isChannelName(target)) {
    const channel = world.channels.find(target);
    if (!channel?.members.has(user) || channel.isBanned(user)) return undefined;
    return { conversation: channel.folded, name: channel.name, since: 0 };
  }
  const { account } = user;
  if (account === undefined) return undefined;
  const present = world.users.find(target);
  const known = present?.account ?? world.store.accounts.find(target)?.name ?? present?.nick;
  const conversation = pairKey(account, known ?? target);
  // Of one without an account who is gone there is no more than what was said.
  const isKept = known !== undefined ||
    world.store.history.conversations(conversation).includes(conversation);
  if (!isKept) return undefined;
  return { conversation, name: present?.nick ?? known ?? target, since: sinceOf(world, account) };
}

/** All that a user may read, by key. */
export function allReadable(world: World, user: User): Map<string, Readable> {
  const all = new Map<string, Readable>();
  for (const channel of user.channels) {
    const found = readable(world, user, channel.name);
    if (found !== undefined) all.set(found.conversation, found);
  }
  const { account } = user;
  if (account === undefined) return all;
  const since = sinceOf(world, account);
  for (const conversation of world.store.history.conversations(PAIR_PREFIX)) {
    const partner = partnerIn(conversation, account);
    if (partner === undefined) continue;
    const name = world.store.accounts.find(partner)?.name ??
      world.users.find(partner)?.nick ?? partner;
    all.set(conversation, { conversation, name, since });
  }
  return all;
}

/** If the account can't be read any more, nothing tells what was said before it was made. */
function sinceOf(world: World, account: string): number {
  return world.store.accounts.find(account)?.createdAt ?? Infinity;
}
