/**
 * The commands of what was said before: CHATHISTORY, SEARCH, MARKREAD.
 *
 * Source: IRCv3 `draft/chathistory`, `draft/read-marker`; soju's `soju.im/search`.
 * @module
 */
import type { Message } from "../../irc/message.ts";
import { checkNick, isChannelName } from "../../irc/names.ts";
import type { Command, Context } from "../dispatch.ts";
import { timed } from "../heavy_work.ts";
import { chatHistory } from "../history/chathistory.ts";
import { search } from "../history/search.ts";
import { parseTimestamp } from "../history/timestamp.ts";
import { markerOf, setMarker } from "../world/read_markers.ts";

/** The rows of these commands. */
export const historyCommands: readonly Command[] = [
  {
    name: "CHATHISTORY",
    usage: "LATEST|BEFORE|AFTER|AROUND target place N | BETWEEN target place place N | " +
      "TARGETS time time N",
    help: "Shows what was said before; a place is msgid=ID or timestamp=TIME, for LATEST also *.",
    // With fewer it says itself what is missing.
    min: 1,
    for: "users",
    cost: 1,
    run: timed(chatHistory),
  },
  {
    name: "SEARCH",
    usage: "text=words;in=target;from=name;after=time;before=time;limit=N",
    help: "Finds messages that were said before; what is not needed is left out.",
    min: 1,
    for: "users",
    cost: 4,
    run: timed(search),
  },
  {
    name: "MARKREAD",
    usage: "target [timestamp=YYYY-MM-DDThh:mm:ss.sssZ]",
    help: "Shows or sets up to where you have read.",
    min: 0,
    for: "users",
    cost: 0.5,
    run: markRead,
  },
];

function markRead(ctx: Context, msg: Message): void {
  const { user, world, now } = ctx;
  const [target, asked] = msg.params;
  if (!target) return ctx.fail("MARKREAD", "NEED_MORE_PARAMS", "Missing parameters");
  const possible = isChannelName(target) || "name" in checkNick(target);
  if (!possible) return invalid(ctx, target);
  if (asked === undefined) return sendReadMarker(ctx, target);
  const at = asked.startsWith("timestamp=")
    ? parseTimestamp(asked.slice("timestamp=".length))
    : undefined;
  if (at === undefined) return invalid(ctx, asked);
  if (!setMarker(world, user, target, at, now)) {
    const why = "You have too many read markers";
    return ctx.fail("MARKREAD", "INTERNAL_ERROR", target, why);
  }
  sendReadMarker(ctx, target);
}

function invalid(ctx: Context, param: string): void {
  ctx.fail("MARKREAD", "INVALID_PARAMS", param, "Invalid parameters");
}

/** Sends up to where the user has read. */
export function sendReadMarker(ctx: Context, target: string): void {
  ctx.send("MARKREAD", target, markerOf(ctx.user, target, ctx.now));
}
