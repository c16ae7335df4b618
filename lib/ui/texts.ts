/**
 * Headings of old messages and lists of users, for several front ends.
 * @module
 */
import type {
  Away,
  MessageOfTheDay,
  Reacted,
  Redacted,
  Said,
  Topic,
  Users,
} from "../client/events.ts";
import { sameName } from "../irc/names.ts";
import { dateOf } from "./clock.ts";
import type { Clock } from "./format.ts";
import type { Span } from "./spans.ts";
import type { Age } from "./places.ts";
import { visible, visibleName } from "../text/text.ts";
import { CLIENT } from "../wording/client.ts";
import { EVENTS, TEXTS } from "../wording/display.ts";

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
  readonly people: readonly { readonly symbol: string; readonly name: string }[];
  /** The line below; empty if the list is complete. */
  readonly rest: readonly string[];
}

/**
 * The list of users in a room. `room` is the name that stands for it. The list before a username is
 * chosen has bare names.
 */
export function userList(event: Users, room: string = CLIENT.chatRoom): UserList {
  const { users, more, why, operators, voiced } = event;
  const symbols = why === "arrived" ? new Map<string, string>() : new Map([
    ...(voiced ?? []).map((name) => [name, "+"] as const),
    ...(operators ?? []).map((name) => [name, "@"] as const),
  ]);
  return {
    header: (why === "arrived" ? TEXTS.welcome : "") + TEXTS.users(room),
    people: users.length === 0
      ? [{ symbol: "", name: TEXTS.nobody }]
      : users.map((name) => ({ symbol: symbols.get(name) ?? "", name: visibleName(name) })),
    rest: more === 0 ? [] : [TEXTS.more(more)],
  };
}

/** A message of the day with more lines is shortened on entering. */
const MOTD_LINES = 8;

/** The message of the day: a heading, its lines, harmless, and how to see the rest. */
export function motdLines({ text, asked }: MessageOfTheDay) {
  const lines = text.split("\n").map(visible);
  const shown = asked || lines.length <= MOTD_LINES ? lines : lines.slice(0, MOTD_LINES - 1);
  const left = lines.length - shown.length;
  const rest = left === 0 ? [] : [EVENTS.motdMore(left.toLocaleString("en-US"))];
  return { header: EVENTS.motd, lines: shown, rest };
}

/** The text for somebody who went away, or is back. */
export function awayText({ name, reason, time }: Away, clock: Clock): string {
  const [who, at] = [visibleName(name), `@ ${clock(time)}`];
  if (reason === null) return EVENTS.back(who, at);
  return reason === "" ? EVENTS.away(who, at) : EVENTS.awayBecause(who, visible(reason), at);
}

/**
 * The text for a message that was taken back, with its author and time, if they are still known.
 */
export function redactedText(
  { by }: Redacted,
  message: { readonly from: string; readonly time: number } | undefined,
  clock: Clock,
): string {
  const who = visibleName(by);
  if (message === undefined) return EVENTS.redacted(who);
  const { from, time } = message;
  return sameName(from, by)
    ? EVENTS.redactedOwn(who, clock(time))
    : EVENTS.redactedOf(who, visibleName(from), `@ ${clock(time)}`);
}

/** The text for a reaction to a message, whose author may be known. */
export function reactionText(
  { from, text, time }: Reacted,
  author: string | undefined,
  clock: Clock,
): string {
  const [who, what, at] = [visibleName(from), visible(text), `@ ${clock(time)}`];
  return author === undefined
    ? EVENTS.reacted(who, what, at)
    : EVENTS.reactedTo(who, what, visibleName(author), at);
}

/** Who set the topic and when, as far as known; follows the topic. */
export function topicSource({ setBy, setAt }: Topic): Span[] {
  if (setBy === null) return [];
  const by = visibleName(setBy);
  const text = setAt === null ? EVENTS.topicSource(by) : EVENTS.topicSourceDate(by, dateOf(setAt));
  return [{ text, role: "quiet" }];
}
