/**
 * Formats events as a line of text.
 * @module
 */
import { format as formatDate } from "@std/datetime/format";
import type { AskPassword, ChatEvent, Found, Removed, Said, Topic } from "../client/events.ts";
import { startOf } from "../client/session/split.ts";
import { fold } from "../irc/names.ts";
import { plainText, type Role, type Span } from "./terminal/style.ts";
import { visible, visibleName } from "../text/text.ts";

/** Formats milliseconds since 1970 as a time of day. */
export type Clock = (time: number) => string;

/** The local time of day, such as `23:03:10 PM`. */
export function timeOfDay(time: number): string {
  return formatDate(new Date(time), "HH:mm:ss a");
}

/** Names a room for a reader: if it is the only one, it is "the chat room". */
export type RoomName = (room: string) => string;

const ONLY_ROOM: RoomName = () => "the chat room";

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
      return quiet(`${visibleName(event.name)} has joined the chat ${at}`);
    case "left":
      return quiet(`${visibleName(event.name)} is disconnected from the chat ${at}`);
    case "removed":
      return [
        text(`${removal(event, roomName(event.room))} ${at}. What you say next takes you back.`),
      ];
    case "renamed":
      return event.own
        ? [text(`Your username is ${visibleName(event.to)} now.`)]
        : quiet(`${visibleName(event.from)} is called ${visibleName(event.to)} now ${at}`);
    case "roomRenamed":
      return quiet(
        event.by === ""
          ? `The room ${visible(event.from)} is called ${visible(event.to)} now ${at}`
          : `${visibleName(event.by)} renamed the room ${visible(event.from)} to ` +
            `${visible(event.to)} ${at}`,
      );
    case "topic":
      return topicSpans(event, roomName(event.room), at);
    case "info":
      return [said(event.text)];
    case "error":
      return error(
        visible(event.text) +
          (event.line === undefined ? "" : ` It was: ${visible(startOf(event.line))}`),
      );
    case "notSent":
      return error(visible(event.text));
    case "nameRefused":
      return error(
        `${sentence(event.reason)}${
          event.keeps === null ? "" : ` You are still ${visibleName(event.keeps)}.`
        }`,
      );
    case "nameBusy":
      return [text(
        `The username ${visibleName(event.name)} is still held by your lost connection. ` +
          "Waiting until it is free.",
      )];
    case "lost":
      return error(`The connection to the server was lost: ${sentence(event.reason)}`);
    case "retrying":
      return quiet(
        (event.reason === null ? "" : `It cannot be reached: ${sentence(event.reason)} `) +
          `Trying again in ${seconds(event.after)}.`,
      );
    case "mode":
      return quiet(`${visible(event.text)} ${at}`);
    case "parted":
      return [text(`You have left ${visible(event.room)}.`)];
    case "found":
      return foundSpans(event, at);
    case "redacted":
      return quiet(`${visibleName(event.by)} took back a message ${at}`);
    case "loggedIn":
      return [text(`You are logged in as ${visibleName(event.account)}.`)];
    case "loggedOut":
      return [text("You are logged out.")];
    case "loginFailed":
      return error(
        `Cannot log in as ${visibleName(event.account)}: ${sentence(event.reason)}`,
      );
    case "registered":
      return [text(`The username ${visibleName(event.account)} is yours now.`)];
    case "askPassword":
      return [text(whyPassword(event))];
    case "askInsecure":
      return [text(visible(event.text))];
    case "dialling":
    case "users":
    case "askName":
    case "entered":
    case "typing":
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

/** The receivers of a message to a rank, by its symbol. */
const RANKS: Readonly<Record<string, string>> = {
  "~": "owners",
  "&": "admins",
  "@": "operators",
  "%": "operators and half-operators",
  "+": "operators and those with a voice",
};

/** Introduces a message that not everyone in the room gets; otherwise empty. */
function onlyFor(only: string | null): string {
  return only === null ? "" : `For ${whoOf(only)} only: `;
}

function whoOf(symbols: string): string {
  return RANKS[symbols] ?? `those with ${visible(symbols)}`;
}

/** Who reads a private conversation: one person, or some in a room (`@#room`). */
export function hearers(place: string): string {
  const [, symbols] = /^([^\p{L}\p{N}#&]+|&(?=#))[#&]/u.exec(place) ?? [];
  return symbols === undefined ? "privately" : `for ${whoOf(symbols)} only`;
}

function saidSpans(event: Said, at: string): Span[] {
  const { kind, own, private: alone, only } = event;
  const from = event.from === "" ? text("the server") : name(event.from, own);
  const before = (words: string): Span[] =>
    only === null && words === ""
      ? []
      : [{ text: onlyFor(only), role: "strong" }, { text: words, role: "quiet" }];
  const time: Span = { text: ` ${at} >> `, role: "quiet" };
  switch (kind) {
    case "action":
      return [
        ...before(alone ? "Privately: " : ""),
        text("* "),
        from,
        text(" "),
        said(event.text),
        { text: ` ${at}`, role: "quiet" },
      ];
    case "notice":
      return [
        ...before(`${alone && !event.server ? "Private notice" : "Notice"} from `),
        from,
        time,
        said(event.text),
      ];
    case "privmsg":
      return [...before(alone ? "Private message from " : ""), from, time, said(event.text)];
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
  const where = ` (line ${shown + 1} of ${lines.length})`;
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
  return [place, name(event.from), { text: ` ${at} >> `, role }, ...excerpt(event)];
}

function whyPassword({ account, why }: AskPassword): string {
  const name = visibleName(account);
  const other = "Enter nothing to choose another username.";
  switch (why) {
    case "owned":
      return `The username ${name} belongs to someone. If that is you, enter its password. ${other}`;
    case "wrong":
      return `Enter the password of ${name} again. ${other}`;
    case "required":
      return `If you have an account ${name}, enter its password. ${other}`;
    default:
      return why satisfies never;
  }
}

function topicSpans({ by, text: topic }: Topic, room: string, at: string): Span[] {
  if (by === null) return [text(`The topic of ${visible(room)} is: `), said(topic)];
  const who = by === "" ? text("The server") : name(by);
  return topic === ""
    ? [who, text(` took away the topic ${at}`)]
    : [who, text(` changed the topic ${at} to: `), said(topic)];
}

function removal({ by, reason }: Removed, room: string): string {
  const why = reason === "" || reason === by ? "" : ` (${visible(reason)})`;
  const where = visible(room);
  return by === null
    ? `You are no longer in ${where}${why}`
    : `${visibleName(by)} removed you from ${where}${why}`;
}

/** A text made harmless that ends with one full stop. */
export function sentence(text: string): string {
  const shown = visible(text).trim();
  return /[.!?]$/.test(shown) ? shown : `${shown}.`;
}

/** A duration for a countdown: in whole seconds, rounded up, at least one. */
export function seconds(milliseconds: number): string {
  const count = Math.max(1, Math.ceil(milliseconds / 1000));
  return count === 1 ? "1 second" : `${count} seconds`;
}
