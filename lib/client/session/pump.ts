/**
 * Sends the messages that can be sent now.
 * @module
 */
import { actionText } from "../../irc/ctcp.ts";
import type { SessionContext } from "./context.ts";
import type { Outgoing, Sending } from "./outbound.ts";
import { enter, enterRoom } from "./entering.ts";
import { isRegistered } from "./handshake.ts";
import { placeOf } from "./messages.ts";
import { type BatchLimits, batchLimits } from "./outgoing.ts";
import { roomFor } from "./split.ts";
import type { TypingState } from "./typing.ts";
import { isParam } from "../phrases.ts";

/** The longest host that servers give their users, in bytes; used until ours is known. */
const HOST_BYTES = 63;

/** The longest user name that servers give, in bytes, `~` included. */
const USER_BYTES = 21;

/**
 * The least room for text, in bytes: a server that gives us a very long name must not make us send
 * letter by letter.
 */
const LEAST_BYTES = 64;

/** What the framing of an action adds to its text, in bytes. */
const ACTION_BYTES = actionText("").length;

/** The reference of our batches: only one is open at a time. */
const REFERENCE = "m";

/**
 * Sends what waits and can be sent.
 *
 * @returns whether to leave now: everything that was said is accepted.
 */
export function pump(ctx: SessionContext): boolean {
  const { delivery, now } = ctx;
  // What was sent before the loss may have arrived: the welcome will tell.
  const settled = !ctx.resume.isRunning && (ctx.phase === "inside" || ctx.phase === "outside");
  if (settled) {
    comeBack(ctx);
    const way = {
      room: (item: Outgoing) => bytesFor(ctx, item),
      ready: (target: string) => isReady(ctx, target),
      batch: batchOf(ctx),
      yields: ctx.options.stays === true,
    };
    for (;;) {
      const item = delivery.next(now, way);
      if (item === undefined) break;
      send(ctx, item);
    }
    const soon = ctx.finishing !== undefined || !ctx.enabled.has("echo-message");
    const token = delivery.barrier(now, soon);
    if (token !== undefined) ctx.send("PING", token);
  }
  return ctx.finishing !== undefined && delivery.size === 0 && ctx.phase !== "over";
}

/** The limits of a message of several lines; undefined if the server has none. */
export function batchOf({ enabled, capValues }: SessionContext): BatchLimits | undefined {
  const value = enabled.has("draft/multiline") && enabled.has("batch")
    ? capValues.get("draft/multiline")
    : undefined;
  return value === undefined ? undefined : batchLimits(value);
}

/** Enters a room again from which we were removed, if something waits to be said there. */
function comeBack(ctx: SessionContext): void {
  const waitsFor = (room: string) =>
    ctx.delivery.waitsFor((target) => ctx.isupport.same(placeOf(ctx, target), room));
  if (ctx.rooms.get(ctx.home) === undefined && waitsFor(ctx.home)) enter(ctx);
  for (const room of ctx.rooms) {
    if (room.state === "outside" && waitsFor(room.name)) enterRoom(ctx, room);
  }
}

function isReady(ctx: SessionContext, target: string): boolean {
  const place = placeOf(ctx, target);
  // What was sent before the loss may have arrived: the history will tell.
  if (ctx.history.pending.get(ctx.isupport.fold(place))?.why === "catchUp") return false;
  if (ctx.history.targets !== undefined && !ctx.isupport.isRoom(place)) return false;
  const room = ctx.rooms.get(place);
  return room === undefined || room.state === "inside";
}

function send(ctx: SessionContext, item: Sending): void {
  const { target, kind, text, lines } = item;
  if (lines === undefined) {
    ctx.send("PRIVMSG", target, kind === "action" ? actionText(text) : text);
    return;
  }
  ctx.send("BATCH", `+${REFERENCE}`, "draft/multiline", target);
  for (const line of lines) {
    const tags = new Map([["batch", REFERENCE]]);
    if (line.concat) tags.set("draft/multiline-concat", "");
    ctx.sendTagged(tags, "PRIVMSG", target, line.text);
  }
  ctx.send("BATCH", `-${REFERENCE}`);
}

export function bytesFor(ctx: SessionContext, item: Outgoing): number {
  const { nick, source } = ctx;
  const guess = `${nick}!${"u".repeat(USER_BYTES)}@${"h".repeat(HOST_BYTES)}`;
  const room = roomFor(source ?? guess, "PRIVMSG", item.target);
  return Math.max(LEAST_BYTES, room - (item.kind === "action" ? ACTION_BYTES : 0));
}

/** Tells others that the person is typing, if that is of use and the server passes it on. */
export function tellTyping(ctx: SessionContext, where: string, state: TypingState): void {
  const { isupport } = ctx;
  if (ctx.options.typing === false || !isRegistered(ctx) || !isParam(where)) return;
  if (!ctx.enabled.has("message-tags") || !isupport.passesOn("typing")) return;
  if (where.includes(",") || isupport.same(where, ctx.nick)) return;
  if (isupport.isRoom(where) && ctx.rooms.get(where)?.state !== "inside") return;
  if (!ctx.typing.take(isupport.fold(where), state, ctx.now)) return;
  ctx.sendTagged(new Map([["+typing", state]]), "TAGMSG", where);
}
