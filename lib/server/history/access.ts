/**
 * Who may read which conversations.
 * @module
 */
import { isChannelName } from "../../irc/names.ts";
import type { User } from "../world/user.ts";
import type { World } from "../world/world.ts";
import { PAIR_PREFIX, pairKey, partnerIn } from "./record.ts";

export interface Readable {
  readonly conversation: string;
  /** The channel, or the other user's name. */
  readonly name: string;
  /**
   * Only messages since then, in milliseconds since 1970: a new owner of a name must not read the
   * messages of an earlier one.
   */
  readonly since: number;
}

/**
 * The conversation that a user may read under the name of a channel that it is in, or, if it is
 * logged in, of another user or account. Undefined if it may not, whether it exists or not.
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
  // The only trace of a guest who is gone is its conversation.
  const isKept = known !== undefined ||
    world.store.history.conversations(conversation).includes(conversation);
  if (!isKept) return undefined;
  return { conversation, name: present?.nick ?? known ?? target, since: sinceOf(world, account) };
}

/** All conversations that a user may read, by key. */
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

/** If the account can't be read, its age is unknown, and nothing may be read. */
function sinceOf(world: World, account: string): number {
  return world.store.accounts.find(account)?.createdAt ?? Infinity;
}
