/**
 * What a newcomer is shown of a room who can't ask for it.
 * @module
 */
import type { Channel } from "../channel.ts";
import type { Context } from "../dispatch.ts";
import { readable } from "./access.ts";
import { replay } from "./replay.ts";

/**
 * Shows the last messages of a channel to who has just entered it, unless the client asks for
 * history itself (IRCv3 `draft/chathistory`: then nothing is to be sent unasked).
 *
 * Who comes back after a moment is shown them again: the server can't know what a client still
 * has, and a message twice is better than one that is never seen.
 */
export function showLastMessages(ctx: Context, channel: Channel): void {
  const { user, world, now } = ctx;
  const { onJoin } = world.config.history;
  if (onJoin === 0 || user.caps.has("draft/chathistory")) return;
  const found = readable(world, user, channel.name);
  if (found === undefined) return;
  const page = { limit: onJoin, events: false };
  const items = world.store.history.latest(found.conversation, undefined, page);
  if (items.length === 0) return;
  const dated = user.caps.has("server-time");
  replay(ctx, {
    type: "chathistory",
    params: [channel.name],
    items,
    from: "last",
    readable: new Map([[found.conversation, found]]),
    ...dated ? {} : { mark: (time) => `[${world.init.clockTime(time, now)}]` },
  });
}
