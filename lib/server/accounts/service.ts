/**
 * NickServ as a name: recognising it, and sending notices from it.
 * @module
 */
import { sameName } from "../../irc/names.ts";
import { SERVICE } from "../../irc/reserved.ts";
import type { User } from "../world/user.ts";
import type { World } from "../world/world.ts";

export function isService(name: string): boolean {
  return sameName(name, SERVICE);
}

/** NickServ as `nick!user@host`. */
export function serviceSource(world: World): string {
  return `${SERVICE}!${SERVICE}@${world.name}`;
}

export function serviceNotice(world: World, user: User, text: string, now: number): void {
  world.notify(user, text, now, serviceSource(world));
}
