/**
 * MARKREAD: shows and moves read markers.
 *
 * Source: IRCv3 `draft/read-marker`.
 * @module
 */
import type { Message } from "../../irc/message.ts";
import { checkNick, fold, isChannelName } from "../../irc/names.ts";
import type { Context } from "../command.ts";
import { timeOf } from "../history/timestamp.ts";
import { markerOf, MAX_READ_MARKERS } from "../world/read_markers.ts";
import type { User } from "../world/user.ts";
import type { World } from "../world/world.ts";

export function markRead(ctx: Context, msg: Message): void {
  const { user, world, now } = ctx;
  const [target, asked] = msg.params;
  if (!target) return ctx.fail("MARKREAD", "NEED_MORE_PARAMS", "Missing parameters");
  if (!isChannelName(target) && "fault" in checkNick(target)) return invalid(ctx, target);
  if (asked === undefined) return sendReadMarker(ctx, target);
  const at = timeOf(asked);
  if (at === undefined) return invalid(ctx, asked);
  if (!setMarker(world, user, target, at, now)) {
    return ctx.fail("MARKREAD", "INTERNAL_ERROR", target, "You have too many read markers");
  }
  sendReadMarker(ctx, target);
}

function invalid(ctx: Context, param: string): void {
  ctx.fail("MARKREAD", "INVALID_PARAMS", param, "Invalid parameters");
}

export function sendReadMarker(ctx: Context, target: string): void {
  ctx.send("MARKREAD", target, markerOf(ctx.user, target, ctx.now));
}

/**
 * Moves a marker forward, and shows it to all sessions of the same account. A marker never moves
 * back, nor into the future. Returns false if the user has too many.
 */
function setMarker(world: World, user: User, target: string, at: number, now: number): boolean {
  const key = fold(target);
  const known = user.readMarkers.get(key);
  if (known === undefined && user.readMarkers.size >= MAX_READ_MARKERS) return false;
  // A marker in the future was set while the clock was ahead.
  const moved = Math.max(Math.min(known ?? 0, now), Math.min(at, now));
  user.readMarkers.set(key, moved);
  const { account } = user;
  if (account === undefined || moved === known) return true;
  world.store.serverState.saveReadMarker(account, key, moved);
  for (const other of world.users.all()) {
    if (other === user || other.account !== account) continue;
    if (!other.readMarkers.has(key) && other.readMarkers.size >= MAX_READ_MARKERS) continue;
    other.readMarkers.set(key, moved);
    if (!other.caps.has("draft/read-marker")) continue;
    other.deliver(world.fromServer("MARKREAD", [target, markerOf(other, target, now)], now));
  }
  return true;
}
