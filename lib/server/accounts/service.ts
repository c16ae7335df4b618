/**
 * NickServ as others see it: a name that answers, and is nobody.
 * @module
 */
import { message } from "../../irc/message.ts";
import { sameName } from "../../irc/names.ts";
import { SERVICE } from "../../irc/reserved.ts";
import { Delivery } from "../delivery/delivery.ts";
import type { User } from "../world/user.ts";
import { cut } from "../../text/bytes.ts";
import type { World } from "../world/world.ts";

/** What is left on a line for a text, behind the longest names. */
const TEXT_BYTES = 300;

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
  for (const piece of cut(text, TEXT_BYTES)) {
    const notice = message("NOTICE", [user.target, piece], { source: serviceSource(world) });
    user.deliver(new Delivery(notice, { time: now }));
  }
}
