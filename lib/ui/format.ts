/**
 * Formats events as a line of text.
 * @module
 */
import { format as formatDate } from "@std/datetime/format";
import type {
  AskPassword,
  ChatEvent,
  Found,
  Left,
  Removed,
  Said,
  Topic,
} from "../client/events.ts";
import { startOf } from "../client/session/split.ts";
import { fold } from "../irc/names.ts";
import { plainText, type Role, type Span } from "./spans.ts";
import { visible, visibleName } from "../text/text.ts";
import { CLIENT, DURATION } from "../wording/client.ts";
import { EVENTS, MESSAGES } from "../wording/display.ts";

/** Formats milliseconds since 1970 as a time of day. */
export type Clock = (time: number) => string;

/** The local time of day, such as `23:03:10 PM`. */
export function timeOfDay(time: number): string {
  return formatDate(new Date(time), "HH:mm:ss a");
}

/** Names a room for a reader: if it is the only one, it is "the chat room". */
export type RoomName = (room: string) => string;

const ONLY_ROOM: RoomName = () => CLIENT.chatRoom;

/**
 * The line for an event. Text from others is made harmless.
 *
 * @param clock formats times.
 * @returns undefined if the event has no line of its own: our own messages, the steps of
 * connecting, and what a front end words itself (users, prompts, the end).
 */
export function formatEvent(
  event: ChatEvent,
  clock: Clock = timeOfDay,
  roomName: RoomName = ONLY_ROOM,
): string | undefined {
  if (event.type === "message" && event.own && !event.old) return undefined;
  const spans = eventSpans(event, clock, roomName);
  return spans === undefined ? undefined : plainText(spans);
}

/** As {@linkcode formatEvent}, in pieces that may look different, and with our own messages. */
export function eventSpans(
  event: ChatEvent,
  clock: Clock,
  roomName: RoomName = ONLY_ROOM,
): Span[] | undefined {
  const at = `@ ${clock(event.time)}`;
  switch (event.type) {
    case "message":
      return saidSpans(event, at);
    case "joined":
      return quiet(EVENTS.joined(visibleName(event.name), at));
    case "left":
      return quiet(leaving(event, at));
    case "gone":
      return quiet(EVENTS.gone(visibleName(event.name)));
    case "removed":
      return [text(removal(event, roomName(event.room), at))];
    case "renamed":
      return event.own
        ? [text(EVENTS.youRenamed(visibleName(event.to)))]
        : quiet(EVENTS.renamed(visibleName(event.from), visibleName(event.to), at));
    case "roomRenamed":
      return quiet(
        event.by === ""
          ? EVENTS.roomRenamed(visible(event.from), visible(event.to), at)
          : EVENTS.roomRenamedBy(
            visibleName(event.by),
            visible(event.from),
            visible(event.to),
            at,
          ),
      );
    case "topic":
      return topicSpans(event, roomName(event.room), at);
    case "info":
      return [said(event.text)];
    case "error":
      return error(
        event.line === undefined
          ? visible(event.text)
          : EVENTS.refusedLine(visible(event.text), visible(startOf(event.line))),
      );
    case "notSent":
      return error(visible(event.text));
    case "nameRefused":
      return error(
        event.keeps === null
          ? sentence(event.reason)
          : EVENTS.nameKept(sentence(event.reason), visibleName(event.keeps)),
      );
    case "nameBusy":
      return [text(EVENTS.nameBusy(visibleName(event.name)))];
    case "lost":
      return error(EVENTS.lost(sentence(event.reason)));
    case "retrying":
      return quiet(
        (event.reason === null ? "" : `${EVENTS.unreachable(sentence(event.reason))} `) +
          EVENTS.retrying(seconds(event.after)),
      );
    case "mode":
      return quiet(`${visible(event.text)} ${at}`);
    case "parted":
      return [text(EVENTS.parted(visible(event.room)))];
    case "found":
      return foundSpans(event, at);
    case "redacted":
      return quiet(EVENTS.redactedAt(visibleName(event.by), at));
    case "reacted":
      if (!event.given) return undefined;
      return quiet(EVENTS.reacted(visibleName(event.from), visible(event.text), at));
    case "loggedIn":
      return [text(EVENTS.loggedIn(visibleName(event.account)))];
    case "loggedOut":
      return [text(EVENTS.loggedOut)];
    case "loginFailed":
      return error(
        EVENTS.loginFailed(visibleName(event.account), sentence(event.reason)),
      );
    case "registered":
      return [text(EVENTS.registered(visibleName(event.account)))];
    case "askPassword":
      return [text(whyPassword(event))];
    case "askInsecure":
      return [text(visible(event.text))];
    case "dialling":
    case "users":
    case "askName":
    case "entered":
    case "typing":
    case "motd":
    case "askKey":
    case "away":
    case "closed":
      return undefined;
    default:
      return event satisfies never;
  }
}

function text(text: string): Span {
  return { text, role: "text" };
}

function said(words: string): Span {
  return { text: visible(words), role: "said" };
}

function quiet(text: string): Span[] {
  return [{ text, role: "quiet" }];
}

function error(text: string): Span[] {
  return [{ text, role: "error" }];
}

function name(name: string, own = false): Span {
  return { text: visibleName(name), role: own ? "own" : "name" };
}

/** Introduces a message that not everyone in the room gets; otherwise empty. */
function onlyFor(only: string | null): string {
  return only === null ? "" : MESSAGES.onlyFor(whoOf(only));
}

function whoOf(symbols: string): string {
  return MESSAGES.ranks[symbols] ?? MESSAGES.otherRank(visible(symbols));
}

/** Who reads a private conversation: one person, or some in a room (`@#room`). */
export function hearers(place: string): string {
  const [, symbols] = /^([^\p{L}\p{N}#&]+|&(?=#))[#&]/u.exec(place) ?? [];
  return symbols === undefined ? MESSAGES.hearersPrivate : MESSAGES.hearersOnly(whoOf(symbols));
}

function saidSpans(event: Said, at: string): Span[] {
  const { kind, own, private: alone, only } = event;
  const from = event.from === "" ? text(MESSAGES.server) : name(event.from, own);
  const toAll = event.place === "" && !event.server && !own ? MESSAGES.toAll : "";
  const before = (words: string): Span[] =>
    only === null && words === "" && toAll === ""
      ? []
      : [{ text: toAll + onlyFor(only), role: "strong" }, { text: words, role: "quiet" }];
  const time: Span = { text: MESSAGES.time(at), role: "quiet" };
  switch (kind) {
    case "action":
      return [
        ...before(alone ? MESSAGES.privately : ""),
        text("* "),
        from,
        text(" "),
        said(event.text),
        { text: ` ${at}`, role: "quiet" },
      ];
    case "notice":
      return [
        ...before(alone && !event.server ? MESSAGES.privateNotice : MESSAGES.notice),
        from,
        time,
        said(event.text),
      ];
    case "privmsg":
      return [...before(alone ? MESSAGES.privateMessage : ""), from, time, said(event.text)];
    default:
      return kind satisfies never;
  }
}

/** Up to this many lines, a found message is shown whole. */
const FOUND_LINES = 5;

/** A found message; of a long one the line with a match, or else the first. */
function excerpt({ text, query }: Found): Span[] {
  const lines = text.split("\n");
  if (lines.length <= FOUND_LINES) return [said(text)];
  const words = fold(query).split(/\s+/u);
  const at = lines.findIndex((line) => words.some((word) => fold(line).includes(word)));
  const shown = Math.max(0, at);
  const where = MESSAGES.lineOf(shown + 1, lines.length);
  return [said(lines[shown]!), { text: where, role: "quiet" }];
}

function foundSpans(event: Found, at: string): Span[] {
  const role: Role = "quiet";
  const place: Span = { text: `${visibleName(event.place)}: ${onlyFor(event.only)}`, role };
  if (event.kind === "action") {
    return [
      ...[place, text("* "), name(event.from), text(" "), said(event.text)],
      { text: ` ${at}`, role },
    ];
  }
  return [place, name(event.from), { text: MESSAGES.time(at), role }, ...excerpt(event)];
}

function whyPassword({ account, why }: AskPassword): string {
  const name = visibleName(account);
  switch (why) {
    case "owned":
      return EVENTS.passwordOwned(name);
    case "wrong":
      return EVENTS.passwordWrong(name);
    case "required":
      return EVENTS.passwordRequired(name);
    default:
      return why satisfies never;
  }
}

function topicSpans({ by, text: topic }: Topic, room: string, at: string): Span[] {
  if (by === null) return [text(EVENTS.topic(visible(room))), said(topic)];
  const who = by === "" ? text(EVENTS.server) : name(by);
  return topic === ""
    ? [who, text(EVENTS.topicRemoved(at))]
    : [who, text(EVENTS.topicChanged(at)), said(topic)];
}

function removal({ by, reason }: Removed, room: string, at: string): string {
  const why = reason === "" || reason === by ? "" : EVENTS.why(visible(reason));
  const where = visible(room);
  return by === null
    ? EVENTS.youRemoved(where, why, at)
    : EVENTS.youRemovedBy(visibleName(by), where, why, at);
}

/** Somebody left, in which way, and why, if a reason was given. */
function leaving({ name, how, by, reason }: Left, at: string): string {
  const who = visibleName(name);
  if (how === "kick") {
    const why = reason === "" || reason === by ? "" : EVENTS.why(visible(reason));
    return by === null
      ? EVENTS.removed(who, why, at)
      : EVENTS.removedBy(who, visibleName(by), why, at);
  }
  const given = how === "quit" ? reason.replace(/^Quit:? ?/, "") : reason;
  const why = given === "" || given === name || SAYS_NOTHING.test(given)
    ? ""
    : EVENTS.why(visible(given));
  return how === "part" ? EVENTS.leftRoom(who, at, why) : EVENTS.left(who, at, why);
}

/** The reasons that programs and servers give if a person gave none. */
const SAYS_NOTHING =
  /^(?:leaving\.?|client quit|connection (?:closed|reset by peer)|remote host closed the connection)$/i;

/** A text made harmless that ends with one full stop. */
export function sentence(text: string): string {
  const shown = visible(text).trim();
  return /[.!?]$/.test(shown) ? shown : `${shown}.`;
}

/** A duration for a countdown: in whole seconds, rounded up, at least one. */
export function seconds(milliseconds: number): string {
  return DURATION.second(Math.max(1, Math.ceil(milliseconds / 1000)));
}
