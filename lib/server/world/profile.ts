/**
 * What a user shows of itself: its names, whether it is away, its host.
 * @module
 */
import { announceChange, announceReturn } from "../delivery/announce.ts";
import { forgetName, own } from "./owned.ts";
import type { User } from "./user.ts";
import type { World } from "./world.ts";

/** Sets the user name and real name before registration. */
export function introduce(user: User, username: string, realname: string): void {
  own(user).username = username;
  own(user).realname = realname;
}

/** Marks a user as away, or as back if `away` is undefined, and announces it. */
export function setAway(world: World, user: User, away: string | undefined, now: number): void {
  const changed = away !== user.away;
  own(user).away = away;
  if (!changed || !user.registered) return;
  const change = world.event(user, "AWAY", away === undefined ? [] : [away], now);
  announceChange(world.users, "away-notify", user, change, "others");
}

export function setRealname(world: World, user: User, realname: string, now: number): void {
  own(user).realname = realname;
  const change = world.event(user, "SETNAME", [realname], now);
  announceChange(world.users, "setname", user, change, "all");
}

export function setHost(world: World, user: User, host: string, now: number): void {
  const quit = world.event(user, "QUIT", ["Changing host"], now);
  changeHost(world, user, host, now);
  announceReturn(world, user, quit, now);
}

/** Sets a user's host, and tells those with `chghost`. */
export function changeHost(world: World, user: User, host: string, now: number): void {
  // Others know the user by its old source, so the message comes from that.
  const change = world.event(user, "CHGHOST", [user.username, host], now);
  own(user).host = host;
  forgetName(user);
  announceChange(world.users, "chghost", user, change, "all");
}
