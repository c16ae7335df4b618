/**
 * Who is away from the keyboard.
 *
 * Source: IRCv3 `away-notify`, WHOX.
 * @module
 */
import { type Message, nickOf } from "../../irc/message.ts";
import type { SessionContext } from "./context.ts";
import type { Users } from "../events.ts";
import { timeOf } from "./messages.ts";
import type { Member, Room } from "./rooms.ts";

/** Tells the answers to our WHO from those to a line that the person typed. */
const TOKEN = "77";

/** Larger rooms are not asked about: the answer is a line for each member. */
const MOST_MEMBERS = 200;

/** The shortest time between two questions, in milliseconds: many rooms are entered at once. */
const PAUSE_MS = 2000;

/** The symbols of those who run a room. */
const OPERATORS = "~&@%";

/** AWAY: somebody goes away from the keyboard, or is back. */
export function away(ctx: SessionContext, message: Message): void {
  const name = nickOf(message.source ?? "");
  const reason = message.params[0] || null;
  const rooms = ctx.rooms.of(name);
  for (const room of rooms) ctx.rooms.member(room, name)!.away = reason !== null;
  if (name === ctx.nick || rooms.length === 0) return;
  const where = rooms.map((room) => room.name);
  ctx.emit({ type: "away", name, rooms: where, reason, time: timeOf(ctx, message) });
}

/**
 * We entered a room: asks who is away, if the server tells changes from then on, and for the hosts,
 * of which masks are made.
 */
export function askAway(ctx: SessionContext, room: Room): void {
  if (ctx.options.stays !== true || !ctx.isupport.whox || !ctx.enabled.has("away-notify")) return;
  if (room.members.size < 2 || room.members.size > MOST_MEMBERS) return;
  const { answers, now } = ctx;
  if (answers.awayAskedAt !== undefined && now - answers.awayAskedAt < PAUSE_MS) return;
  answers.awayAskedAt = now;
  ctx.send("WHO", room.name, `%tcuhnf,${TOKEN}`);
}

/** 354: token, room, user, host, name, and flags that begin with G if they are away ("gone"). */
export function whoFound(ctx: SessionContext, { params }: Message): void {
  const [, token, where, user = "", host = "", name = "", flags = ""] = params;
  const room = token === TOKEN ? ctx.rooms.get(where) : undefined;
  const member = room === undefined ? undefined : ctx.rooms.member(room, name);
  if (member === undefined) return;
  member.away = flags.startsWith("G");
  ctx.hosts.saw(`${name}!${user}@${host}`);
}

/** Who runs a room, who may speak in it if it is moderated, and who is known to be away. */
export function marksOf(
  ctx: SessionContext,
  room: Room,
): Pick<Users, "operators" | "voiced" | "away"> {
  const members = [...room.members.values()];
  const named = (isMeant: (member: Member) => boolean) =>
    members.filter(isMeant).map(({ name }) => name);
  return {
    operators: named(({ ranks }) => OPERATORS.includes(ctx.isupport.symbolOf(ranks) || " ")),
    voiced: named(({ ranks }) => ctx.isupport.symbolOf(ranks) === "+"),
    away: named(({ name, away }) => name === ctx.nick ? ctx.away !== undefined : away),
  };
}
