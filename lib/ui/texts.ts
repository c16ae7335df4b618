/**
 * Headings of old messages and lists of users, for several front ends.
 * @module
 */
import type { Said, Users } from "../client/events.ts";
import type { Age } from "./places.ts";
import { visibleName } from "../text/text.ts";
import { CLIENT } from "../wording/client.ts";
import { TEXTS } from "../wording/display.ts";

/**
 * The age of an old message.
 *
 * @param cameAt when we first came in, in milliseconds since 1970. It counts only if the reason for
 * the message is unknown: clocks differ.
 */
export function ageOf({ why, time }: Said, cameAt: number): Age {
  if (why === undefined) return time < cameAt ? "before" : "missed";
  return why === "missed" ? "missed" : "before";
}

/** A separating line. */
export function rule(text: string): string {
  return `--- ${text} ---`;
}

/** A list of users. */
interface UserList {
  /** The line above. */
  readonly header: string;
  /** The names, harmless; if there are none, a line that says so. */
  readonly names: readonly string[];
  /** The line below; empty if the list is complete. */
  readonly rest: readonly string[];
}

/** The list of users in a room. `room` is the name that stands for it. */
export function userList({ users, more, why }: Users, room: string = CLIENT.chatRoom): UserList {
  return {
    header: (why === "arrived" ? TEXTS.welcome : "") + TEXTS.users(room),
    names: users.length === 0 ? [TEXTS.nobody] : users.map(visibleName),
    rest: more === 0 ? [] : [TEXTS.more(more)],
  };
}
