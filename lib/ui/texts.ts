/**
 * The texts that people know this chat by.
 * @module
 */
import type { Said, Users } from "../client/events.ts";
import type { Age } from "./places.ts";
import { visible, visibleName } from "../text/text.ts";

/** What is said at the turning points of a stay. */
export const TEXTS = {
  welcome: "Welcome to the server. ",
  nobody: "*No user found*",
  entered: "You have selected your username. You can now chat with the others.",
  bye: "Thank you for using the chat application. You will be disconnected...",
} as const;

/** What stands above messages that are not of now. */
export const AGES: Readonly<Record<Age, string>> = {
  before: "messages from before you came",
  missed: "messages that you missed",
};

/** What stands above messages of which only the beginning was shown before. */
export const WHOLE = "the whole messages";

/** What stands below them. */
export const NOW = "now";

/**
 * What an old message is.
 *
 * @param cameAt when we first came in, in milliseconds since 1970. It counts only if nobody knows
 * why the message comes: clocks are set.
 */
export function ageOf({ why, time }: Said, cameAt: number): Age {
  if (why === undefined) return time < cameAt ? "before" : "missed";
  return why === "missed" ? "missed" : "before";
}

/** A line that parts what is above from what is below. */
export function rule(text: string): string {
  return `--- ${text} ---`;
}

/** That a room was entered again; `room` is its name, or what stands for it. */
export function againText(room = "the chat room"): string {
  return `You are in ${visible(room)} again.`;
}

/** What is asked; the answer stands behind it. */
export const QUESTIONS = {
  address: "Please enter the server's address: ",
  name: "Please choose a username: ",
  password: "Please enter the password: ",
  accountPassword: "Please enter the password of this username: ",
  newPassword: "Please choose a password: ",
  newPasswordAgain: "Please enter the same password again: ",
  remember: "Remember the password on this computer? yes/no: ",
  trust: "Please type yes or no: ",
  insecure: "Please type yes or no: ",
} as const;

/** Who is in the room: a header, the names, and how many more there are. */
export interface UserList {
  /** The line above. */
  readonly header: string;
  /** The names, harmless; where there are none, a line that says so. */
  readonly names: readonly string[];
  /** The line below; none where the list is whole. */
  readonly rest: readonly string[];
}

/**
 * The list of who is in the room.
 *
 * @param room what stands for it.
 */
export function userList({ users, more, why }: Users, room = "the chat room"): UserList {
  return {
    header: `${why === "arrived" ? TEXTS.welcome : ""}Here are the users in ${room}:`,
    names: users.length === 0 ? [TEXTS.nobody] : users.map(visibleName),
    rest: more === 0 ? [] : [`... and ${more} more`],
  };
}
