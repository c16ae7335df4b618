/**
 * Texts that several front ends show.
 * @module
 */
import type { Said, Users } from "../client/events.ts";
import type { Age } from "./places.ts";
import { visible, visibleName } from "../text/text.ts";

export const TEXTS = {
  welcome: "Welcome to the server. ",
  nobody: "*No user found*",
  entered: "You have selected your username. You can now chat with the others.",
  bye: "Thank you for using the chat application. You will be disconnected...",
} as const;

/** The headings of old messages. */
export const AGES: Readonly<Record<Age, string>> = {
  before: "messages from before you came",
  missed: "messages that you missed",
};

/** The heading of messages that were shortened before. */
export const WHOLE = "the whole messages";

/** The heading after old messages. */
export const NOW = "now";

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

/** Tells that a room was entered again; `room` is its name, or what stands for it. */
export function againText(room = "the chat room"): string {
  return `You are in ${visible(room)} again.`;
}

/** The prompts. */
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
export function userList({ users, more, why }: Users, room = "the chat room"): UserList {
  return {
    header: `${why === "arrived" ? TEXTS.welcome : ""}Here are the users in ${room}:`,
    names: users.length === 0 ? [TEXTS.nobody] : users.map(visibleName),
    rest: more === 0 ? [] : [`... and ${more} more`],
  };
}
