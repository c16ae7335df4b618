/**
 * Handles what the server refuses.
 * @module
 */
import type { Message } from "../../irc/message.ts";
import { absent } from "./acquaintances.ts";
import { accountRequired, excused, noService } from "./own_account.ts";
import { forgetPerson } from "./replies.ts";
import { refusedEarly } from "./capability_requests.ts";
import type { Phase, SessionContext } from "./context.ts";
import { enterRoom } from "./entering.ts";
import { isRegistered, nameRefused } from "./handshake.ts";
import { refused as historyRefused } from "./catch_up.ts";
import { refused } from "./refusals.ts";
import { resumeFailed } from "./resumed.ts";
import { dropUnsent, isHome, outside, rename } from "./room_events.ts";
import type { Room } from "./rooms.ts";
import { withoutSecret } from "../input/secret.ts";
import { CLIENT, NOT_SENT } from "../../wording/client.ts";
import { REFUSED } from "../../wording/refused.ts";

/** The numerics by which servers refuse CAP, or NAMES before registration. */
const EARLY: ReadonlySet<string> = new Set("400 403 410 421 442 451 461 462 481".split(" "));

/** Handles an error numeric that has no handler of its own. */
export function refuse(ctx: SessionContext, message: Message): void {
  if (ctx.phase === "greeting" || ctx.phase === "asking") {
    if (EARLY.has(message.command)) refusedEarly(ctx, message);
    return;
  }
  if (ctx.phase === "resuming") return resumeFailed(ctx);
  // 421 and 451 answer the greeting, late.
  if (ctx.phase === "claiming" || ctx.phase === "loggingIn" || ctx.phase === "nameBusy") return;
  if (message.command === "421" && noService(ctx, message)) return;
  const { command, params } = message;
  const about = params.length > 2 ? params[1] ?? "" : "";
  const room = ctx.rooms.get(about);
  // Some servers leave out the room; then it can only be the first one.
  const joining = room === undefined
    ? ctx.phase === "joining" && !ctx.isupport.isRoom(about)
    : room.state === "joining";
  const refusal = refused(command, params, joining);
  if (refusal.join) {
    shutOut(ctx, room ?? ctx.rooms.get(ctx.home), refusal.text, refusal.advice, command);
    return;
  }
  const bare = (target: string) => target.slice(ctx.isupport.statusOf(target).length);
  const unsent = refusal.target === undefined
    ? undefined
    : ctx.delivery.refused(refusal.target, bare);
  const asked = forgetPerson(ctx, about) && command === "401";
  if (refusal.target !== undefined && unsent === undefined && !asked) {
    // A refusal of TAGMSG: nobody needs to know.
    if (ctx.typing.refused(ctx.isupport.fold(refusal.target), ctx.now)) return;
  }
  if (command === "401" && unsent !== undefined) absent(ctx, unsent.target);
  const text = asked ? REFUSED.noPersonHere(about) : refusal.text;
  const place = room?.name ?? unsent?.target;
  const where = place === undefined ? {} : { place };
  const what = unsent === undefined ? {} : { line: withoutSecret(unsent.target, unsent.text) };
  ctx.emit({ type: "error", text, code: command, ...where, ...what });
}

/** A room can't be entered. If it is the only one, that is the end for a program. */
export function shutOut(
  ctx: SessionContext,
  room: Room | undefined,
  reason: string,
  advice: string,
  code: string | null,
): void {
  const others = [...ctx.rooms].some((other) => other !== room && other.state !== "outside");
  const alone = !others && ctx.options.stays !== true;
  if (room === undefined || isHome(ctx, room.name) && alone) return ctx.refuse(reason);
  outside(ctx, room);
  room.wanted = false;
  room.key = undefined;
  const asks = code === "475" && ctx.options.stays === true;
  const text = advice === "" || asks ? reason : `${reason} ${advice}`;
  ctx.emit({ type: "error", text, code, place: room.name });
  dropUnsent(ctx, room, NOT_SENT.notInRoom(room.name));
  if (asks) ctx.emit({ type: "askKey", room: room.name });
  if (!room.entered && !isHome(ctx, room.name)) ctx.rooms.remove(room);
}

/** 437: a name, or a room, can't be had for now. */
export function unavailable(ctx: SessionContext, message: Message): void {
  if (ctx.isupport.isRoom(message.params[1] ?? "")) refuse(ctx, message);
  else nameRefused(ctx, message);
}

/** 464: the server's password is missing or wrong. */
export function password(ctx: SessionContext, message: Message): void {
  const entering: readonly Phase[] = ["greeting", "resuming", "asking", "claiming"];
  if (!entering.includes(ctx.phase)) return refuse(ctx, message);
  ctx.end({
    kind: "refused",
    reason: ctx.options.password === undefined
      ? `${REFUSED.needsPassword} ${REFUSED.passwordFile}`
      : REFUSED.wrongPassword,
    wants: "password",
  });
}

/** 465: we are banned from the server. */
export function bannedHere(ctx: SessionContext, { params }: Message): void {
  const said = (params.at(-1) ?? "").replace(/^You are banned from this server[-:.]? */i, "");
  ctx.refuse(REFUSED.bannedFromServer(said));
}

/** 470: a room forwards to another one. */
export function forwarded(ctx: SessionContext, { params }: Message): void {
  const [, from = "", to = ""] = params;
  const room = ctx.rooms.get(from);
  if (room?.state !== "joining" || !ctx.isupport.isRoom(to) || ctx.isupport.same(from, to)) return;
  ctx.inform(CLIENT.redirected(from, to));
  // What waits was meant for other people.
  dropUnsent(ctx, room, NOT_SENT.redirected(from, to));
  const home = isHome(ctx, room.name);
  const known = ctx.rooms.get(to);
  if (known !== undefined) {
    ctx.rooms.remove(room);
    if (!home) return;
    ctx.home = known.name;
    if (known.state === "inside") ctx.enterPhase("inside");
    return;
  }
  ctx.rooms.rename(room, to);
  if (home) ctx.home = to;
}

/** FAIL: `FAIL command code context ... :text`. */
export function failed(ctx: SessionContext, { params }: Message): void {
  const [command = "", code = ""] = params;
  if (command === "RESUME") return resumeFailed(ctx);
  if (command === "CHATHISTORY" && historyRefused(ctx, params)) return;
  if (code === "ACCOUNT_REQUIRED" && !isRegistered(ctx)) {
    return accountRequired(ctx, params.at(-1) ?? "");
  }
  if (command === "AUTHENTICATE" && excused(ctx, params)) return;
  if (command === "REGISTER") ctx.login.registering = undefined;
  if (command === "SEARCH") ctx.answers.search = undefined;
  const about = ctx.rooms.get(params[2]);
  if (command === "JOIN" && about?.state === "joining") {
    if (code === "CHANNEL_RENAMED" && rename(ctx, about, params[3] ?? "", "", "")) {
      return enterRoom(ctx, about);
    }
    const reason = REFUSED.cannotEnter(about.name, params.at(-1) ?? "");
    return shutOut(ctx, about, reason, "", code);
  }
  if (command === "BATCH" && /^MULTILINE_/.test(code) && ctx.delivery.refusedBatch()) {
    // It is sent again, line by line.
    ctx.enabled.delete("draft/multiline");
    return;
  }
  const text = CLIENT.serverSays(params.at(-1) ?? "");
  ctx.emit({ type: "error", text, code: params[1] ?? null });
}
