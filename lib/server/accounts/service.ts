/**
 * NickServ as a name: recognising it, and sending notices from it.
 * @module
 */
import { isChannelName, sameName } from "../../irc/names.ts";
import { looksLikeService, SERVICE } from "../../irc/reserved.ts";
import type { User } from "../world/user.ts";
import type { World } from "../world/world.ts";

export function isService(name: string): boolean {
  return sameName(name, SERVICE);
}

/**
 * Whether whoever writes to this name means the service, and may write a password: `NickServ@host`,
 * and names that look like it, which nobody can have.
 */
function meansService(target: string): boolean {
  return !isChannelName(target) && looksLikeService(target.split(/[@!%]/, 1)[0]!);
}

/**
 * Whether a message to these targets, separated by commas, is for the service, and may hold a
 * password. If it is for others too, it is refused.
 */
export function isConfided(targets: string): boolean {
  const names = targets.split(",").filter((name) => name !== "");
  return names.every(meansService) || names.some(isService);
}

/** NickServ as `nick!user@host`. */
export function serviceSource(world: World): string {
  return `${SERVICE}!${SERVICE}@${world.name}`;
}

export function serviceNotice(world: World, user: User, text: string, now: number): void {
  world.notify(user, text, now, serviceSource(world));
}
