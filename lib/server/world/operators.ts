/**
 * Operators of the server: making and dropping them, and telling them something.
 * @module
 */
import { OPERATOR } from "../../irc/modes.ts";
import { fanout } from "../delivery/delivery.ts";
import { own, ownChannel } from "./owned.ts";
import type { User } from "./user.ts";
import type { World } from "./world.ts";

/** Makes a user an operator of the server and of the lobby, which belongs to them. */
export function setOper(
  world: World,
  user: User,
  name: string,
  by: "password" | "account",
  now: number,
): void {
  own(user).oper = name;
  own(user).operBy = by;
  if (world.setUserMode(user, "o", true)) {
    user.deliver(world.fromServer("MODE", [user.nick, "+o"], now));
  }
  const trouble = world.store.accounts.trouble?.text;
  if (trouble !== undefined) world.notify(user, trouble, now);
  const { lobby } = world.channels;
  const ranks = lobby.members.get(user);
  if (ranks === undefined || ranks & OPERATOR) return;
  ownChannel(lobby).members.set(user, ranks | OPERATOR);
  fanout(world.fromServer("MODE", [lobby.name, "+o", user.nick], now), lobby.members.keys());
}

/** Ends {@linkcode setOper}; the rank in the lobby stays. */
export function dropOper(world: World, user: User, now: number): void {
  world.setUserMode(user, "o", false);
  user.deliver(world.fromServer("MODE", [user.nick, "-o"], now));
}

/** Drops the operators that are no longer in the configuration. */
export function reviewOpers(world: World, now: number): void {
  const { opers } = world.config;
  for (const user of world.users.all()) {
    if (user.operBy !== "password" || opers.some(({ name }) => name === user.oper)) continue;
    dropOper(world, user, now);
  }
}

/** Sends all operators a notice. */
export function tellOperators(world: World, text: string, now: number): void {
  for (const user of world.users.all()) {
    if (user.oper !== undefined) world.notify(user, text, now);
  }
}
