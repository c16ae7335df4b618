/**
 * NickServ as others see it: a name that answers, and is nobody.
 * @module
 */
import { sameName } from "../../irc/names.ts";
import { SERVICE } from "../../irc/reserved.ts";
import type { User } from "../world/user.ts";
import type { World } from "../world/world.ts";

/** Whether a message to this name is for the service. */
export function isService(name: string): boolean {
  return sameName(name, SERVICE);
}

/** The service as `nick!user@host`. */
export function serviceSource(world: World): string {
  return `${SERVICE}!${SERVICE}@${world.name}`;
}

/** Tells a user something in the name of the service. */
export function serviceNotice(world: World, user: User, text: string, now: number): void {
  world.notify(user, text, now, serviceSource(world));
}
