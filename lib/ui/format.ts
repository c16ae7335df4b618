/**
 * What happened, as a line of text.
 * @module
 */
import { format as formatDate } from "@std/datetime/format";
import type { ChatEvent, Said } from "../client/events.ts";
import { visible, visibleName } from "./text.ts";

/** Turns milliseconds since 1970 into the time that people read. */
export type Clock = (time: number) => string;

/** The local time of day, such as `23:03:10 PM`. */
export function timeOfDay(time: number): string {
  return formatDate(new Date(time), "HH:mm:ss a");
}

/** The name that stands for a room: the lobby is just "the chat room". */
const ROOM = "the chat room";

/**
 * The line for an event. All that comes from others in it is made harmless.
 *
 * @param clock how times are written.
 * @returns undefined where the event has no line of its own: our own messages, the steps of
 * connecting, and what a front end words itself (users, prompts, the end).
 */
export function formatEvent(event: ChatEvent, clock: Clock = timeOfDay): string | undefined {
  const at = `@ ${clock(event.time)}`;
  switch (event.type) {
    case "message":
      return event.own ? undefined : formatSaid(event, at);
    case "joined":
      return `${visibleName(event.name)} has joined the chat ${at}`;
    case "left":
      return `${visibleName(event.name)} is disconnected from the chat ${at}`;
    case "removed":
      return `${removal(event.by, event.reason)} ${at}`;
    case "renamed":
      return event.own
        ? `Your username is ${visibleName(event.to)} now.`
        : `${visibleName(event.from)} is called ${visibleName(event.to)} now ${at}`;
    case "topic":
      return formatTopic(event.by, visible(event.text), at);
    case "info":
    case "error":
    case "notSent":
      return visible(event.text);
    case "nameRefused":
      return `${sentence(event.reason)}${
        event.keeps === null ? "" : ` You are still ${visibleName(event.keeps)}.`
      }`;
    case "nameBusy":
      return `The username ${visibleName(event.name)} is still held by your lost connection. ` +
        "Waiting until it is free.";
    case "lost":
      return `The connection to the server was lost: ${sentence(event.reason)}`;
    case "retrying":
      return (event.reason === null ? "" : `It cannot be reached: ${sentence(event.reason)} `) +
        `Trying again in ${seconds(event.after)}.`;
    case "dialling":
    case "users":
    case "askName":
    case "entered":
    case "closed":
      return undefined;
    default:
      return event satisfies never;
  }
}

function formatSaid(event: Said, at: string): string {
  const from = event.from === "" ? "the server" : visibleName(event.from);
  const text = visible(event.text);
  switch (event.kind) {
    case "action":
      return `${event.private ? "Privately: " : ""}* ${from} ${text} ${at}`;
    case "notice":
      return `${event.private && !event.server ? "Private notice" : "Notice"} from ${from} ` +
        `${at} >> ${text}`;
    case "privmsg":
      return `${event.private ? "Private message from " : ""}${from} ${at} >> ${text}`;
    default:
      return event.kind satisfies never;
  }
}

function formatTopic(by: string | null, text: string, at: string): string {
  if (by === null) return `The topic of ${ROOM} is: ${text}`;
  const who = by === "" ? "The server" : visibleName(by);
  return text === ""
    ? `${who} took away the topic ${at}`
    : `${who} changed the topic ${at} to: ${text}`;
}

function removal(by: string | null, reason: string): string {
  const why = reason === "" || reason === by ? "" : ` (${visible(reason)})`;
  return by === null
    ? `You are no longer in ${ROOM}${why}. What you say next takes you back.`
    : `${visibleName(by)} removed you from ${ROOM}${why}. What you say next takes you back.`;
}

/** Ends with a full stop, and only one. */
function sentence(text: string): string {
  const shown = visible(text).trim();
  return /[.!?]$/.test(shown) ? shown : `${shown}.`;
}

function seconds(milliseconds: number): string {
  const count = Math.max(1, Math.round(milliseconds / 1000));
  return count === 1 ? "1 second" : `${count} seconds`;
}
