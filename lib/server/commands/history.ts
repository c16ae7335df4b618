/**
 * The commands of what was said before: MARKREAD.
 *
 * Source: IRCv3 `draft/read-marker`.
 * @module
 */
import type { Message } from "../../irc/message.ts";
import { checkNick, fold, isChannelName } from "../../irc/names.ts";
import type { Command, Context } from "../dispatch.ts";

/** The rows of these commands. */
export const historyCommands: readonly Command[] = [
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

/** How many read markers a user has. */
export const MAX_READ_MARKERS = 200;

const TIMESTAMP = /^timestamp=(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)$/;

function markRead(ctx: Context, msg: Message): void {
  const { user, now } = ctx;
  const [target, timestamp] = msg.params;
  if (!target) return ctx.fail("MARKREAD", "NEED_MORE_PARAMS", "Missing parameters");
  const possible = isChannelName(target) || "name" in checkNick(target);
  if (!possible) return invalid(ctx, target);
  if (timestamp === undefined) return sendReadMarker(ctx, target);
  const text = TIMESTAMP.exec(timestamp)?.[1] ?? "";
  const at = Date.parse(text);
  // There are days that only look like one: 30 February would be taken for 2 March.
  if (Number.isNaN(at) || new Date(at).toISOString() !== text) return invalid(ctx, timestamp);
  const key = fold(target);
  const known = user.readMarkers.get(key);
  if (known === undefined && user.readMarkers.size >= MAX_READ_MARKERS) {
    const why = "You have too many read markers";
    return ctx.fail("MARKREAD", "INTERNAL_ERROR", target, why);
  }
  // Nobody has read what is still to come, and what was read stays read.
  user.readMarkers.set(key, Math.max(known ?? 0, Math.min(at, now)));
  sendReadMarker(ctx, target);
}

function invalid(ctx: Context, param: string): void {
  ctx.fail("MARKREAD", "INVALID_PARAMS", param, "Invalid parameters");
}

/** Sends up to where the user has read. */
export function sendReadMarker(ctx: Context, target: string): void {
  const at = ctx.user.readMarkers.get(fold(target));
  const marker = at === undefined ? "*" : `timestamp=${new Date(at).toISOString()}`;
  ctx.send("MARKREAD", target, marker);
}
