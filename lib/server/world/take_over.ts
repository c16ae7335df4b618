/**
 * Continues a user on another connection.
 * @module
 */
import { own } from "./owned.ts";
import { changeHost } from "./profile.ts";
import type { StayKey } from "./stay_key.ts";
import type { User } from "./user.ts";
import type { World } from "./world.ts";

/**
 * Moves a user to the connection of `newcomer`, a peer that has shown its secret. Others see
 * nothing, except that its host changes if the address does.
 */
export function takeOver(
  world: World,
  user: User,
  newcomer: User,
  key: StayKey,
  now: number,
): void {
  const { lost } = user;
  if (lost === undefined) endOther(world, user, newcomer, now);
  world.stays.used(user, key);
  world.dissolve(newcomer, user);
  user.moveTo(newcomer);
  const { person } = user;
  const ownHost = user.host === user.cloak;
  const { ip, cloak, address, secure, isHere } = newcomer;
  Object.assign(own(user), { ip, cloak, address, secure, isHere, silentSince: now });
  // A PING that the lost connection did not answer means nothing here.
  user.pinged = false;
  if (ownHost && user.host !== cloak) changeHost(world, user, cloak, now);
  for (const channel of user.channels) world.channels.renameOpener(user, channel, person, now);
  world.log({ kind: "returned", address, nick: user.nick });
}

/** Ends the connection that a user still has. */
function endOther(world: World, user: User, newcomer: User, now: number): void {
  const reason = "Another connection took over";
  if (user.caps.has("standard-replies")) {
    const text = "Another connection showed your secret, and is you from now on";
    const params = ["RESUME", "TAKEN_OVER", newcomer.host, text];
    user.deliverUnlabelled(world.fromServer("NOTE", params, now));
  }
  user.end(reason, world.goodbye(user, reason, now));
}
