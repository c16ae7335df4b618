/**
 * What the server says when we take over our own stay.
 *
 * Source: docs/protocol.md, "The way back".
 * @module
 */
import type { Message } from "../../irc/message.ts";
import { watchAgain } from "./acquaintances.ts";
import { askTargets } from "./catch_up.ts";
import type { SessionContext } from "./context.ts";
import { enterRoom } from "./entering.ts";
import { settle } from "./handshake.ts";
import { forgetSecret, keepSecret } from "./resuming.ts";
import { dropUnsent, isHome, outside } from "./room_events.ts";
import type { Room } from "./rooms.ts";
import { word } from "../phrases.ts";
import { NOT_SENT, RESUMED } from "../../wording/client.ts";

/** How long the welcome may take, in milliseconds. */
const WELCOME_MS = 30_000;

/** `RESUME TOKEN secret` and `RESUME SUCCESS name`. */
export function resumption(ctx: SessionContext, { params }: Message): void {
  const [verb = "", value = ""] = params;
  const { resume } = ctx;
  if (verb === "SUCCESS" && resume.step === "shown") {
    resume.step = "accepted";
    resume.until = ctx.now + WELCOME_MS;
    ctx.enterPhase("resuming");
    ctx.introduced = true;
  } else if (verb === "TOKEN" && keepSecret(ctx, value) && resume.isRunning) complete(ctx);
}

/** FAIL RESUME, another error, or no answer: goes on as if there was no secret. */
export function resumeFailed(ctx: SessionContext): void {
  forgetSecret(ctx);
  if (ctx.phase !== "resuming") return;
  ctx.enterPhase("greeting");
  settle(ctx);
}

/** 001 of a stay that goes on. */
export function welcomeBack(ctx: SessionContext, message: Message): void {
  const { resume, nick: before } = ctx;
  const chosen = ctx.wanted === before ? undefined : ctx.wanted;
  const name = message.params[0] || before;
  // Who went on in another tab, or loaded the page again, had no connection here before.
  const isNew = before === "";
  if (!isNew) ctx.inform(ctx.host === undefined ? RESUMED.back : RESUMED.elsewhere(ctx.host));
  ctx.enterPhase("joining", WELCOME_MS);
  ctx.nick = ctx.wanted = name;
  ctx.asked = ctx.undecided = false;
  ctx.login.asking = undefined;
  ctx.busy = 0;
  if (resume.lostName !== undefined) {
    const isBack = ctx.isupport.same(name, resume.lostName);
    ctx.lostName = isBack ? undefined : { name: resume.lostName, tries: 0, tryAt: ctx.now + 1000 };
  } else if (!isNew && name !== before) {
    // The server changed it meanwhile, or its answer to NICK was lost.
    ctx.emit({ type: "renamed", from: before, to: name, own: true, rooms: [] });
  }
  if (chosen !== undefined && chosen !== name) ctx.send("NICK", chosen);
}

/** The welcome is complete: says and asks what had to wait. */
function complete(ctx: SessionContext): void {
  const { resume } = ctx;
  resume.step = "done";
  resume.until = undefined;
  for (const room of [...ctx.rooms]) {
    if (room.state === "inside") continue;
    if (room.seat === "taken") removedMeanwhile(ctx, room);
    else if (room.seat === "requested" && room.wanted) enterRoom(ctx, room);
  }
  resume.left.clear();
  if (ctx.phase === "joining" && ctx.rooms.get(ctx.home)?.state !== "joining") {
    ctx.enterPhase("outside");
  }
  if (ctx.away !== resume.away) ctx.send("AWAY", ...(ctx.away === undefined ? [] : [ctx.away]));
  watchAgain(ctx);
  askTargets(ctx);
  ctx.letGo();
}

/** The stay is no longer in a room: as after a KICK, but nobody told us. */
function removedMeanwhile(ctx: SessionContext, room: Room): void {
  outside(ctx, room);
  room.wanted = isHome(ctx, room.name);
  ctx.emit({ type: "removed", room: room.name, by: null, reason: RESUMED.meanwhile });
  // What was typed before the person knew would take them back there at once.
  if (ctx.options.stays === true) dropUnsent(ctx, room, NOT_SENT.notInRoom(room.name));
}

/** `NOTE RESUME TAKEN_OVER host`: somebody else showed our secret. Returns whether it is that. */
export function takenOver(ctx: SessionContext, { params }: Message): boolean {
  const [command, code, host = ""] = params;
  if (command !== "RESUME" || code !== "TAKEN_OVER") return false;
  ctx.refuse(RESUMED.takenOver(params.length > 3 ? word(host) : ""));
  return true;
}
