/**
 * Shows the last messages of a channel on joining.
 * @module
 */
import type { HistoryItem } from "../../store/history.ts";
import type { Channel } from "../world/channel.ts";
import type { Context } from "../command.ts";
import type { User } from "../world/user.ts";
import type { World } from "../world/world.ts";
import { readable } from "./access.ts";
import { Composed } from "./last_messages.ts";
import type { Gone } from "./leavers.ts";
import { replay } from "./replay.ts";

/** Reads what a user missed while it was gone. */
function missed(
  { world }: Context,
  channel: Channel,
  limit: number,
  gone: Gone,
): readonly HistoryItem[] {
  const after = gone.at === undefined ? undefined : { time: gone.at };
  return world.store.history.latest(channel.folded, after, { limit, events: false })
    .filter(({ msgid }) => gone.missed(msgid));
}

/**
 * Shows a new member the last messages of a channel, or what it missed since it left. Not if the
 * client asks for history itself (IRCv3 `draft/chathistory` forbids it then), or the user switched
 * it off.
 */
export function showLastMessages(ctx: Context, channel: Channel): void {
  const { user, world, now } = ctx;
  const { onJoin } = world.config.history;
  if (!user.hears || onJoin === 0 || user.caps.has("draft/chathistory") || wantsNone(world, user)) {
    return;
  }
  const found = readable(world, user, channel.name);
  if (found === undefined) return;
  const gone = world.leavers.find(user, channel, now);
  const { items, composed } = gone === undefined
    ? world.channels.lastMessages.of(channel, world.store.history, world.config, now)
    : { items: missed(ctx, channel, onJoin, gone), composed: new Composed() };
  if (items.length === 0) return;
  const what = gone === undefined ? "messages from before you joined" : "messages that you missed";
  replay(ctx, {
    type: "chathistory",
    params: [channel.name],
    items,
    from: "last",
    readable: new Map([[found.conversation, found]]),
    unasked: items.length < onJoin ? what : `the last ${items.length} ${what}`,
  }, composed);
}

/** Whether a user switched it off, with a mode or for its account. */
function wantsNone(world: World, { modes, account }: User): boolean {
  return modes.includes("N") ||
    account !== undefined && world.store.accounts.find(account)?.replays === false;
}
