/**
 * What a session does when the server refuses something.
 * @module
 */
import type { Message } from "../../irc/message.ts";
import { accountRequired, excused, noService } from "./own_account.ts";
import { forgetPerson } from "./replies.ts";
import { refusedEarly } from "./capability_requests.ts";
import type { SessionContext } from "./context.ts";
import { enter, enterRoom } from "./entering.ts";
import { isRegistered, nameRefused } from "./handshake.ts";
import { refused as historyRefused } from "./catch_up.ts";
import { refused } from "./refusals.ts";
import { dropUnsent, isHome, outside, rename } from "./room_events.ts";
import type { Room } from "./rooms.ts";

/** How servers say that they don't know CAP, or don't answer NAMES before registration. */
const EARLY: ReadonlySet<string> = new Set("400 403 410 421 442 451 461 462 481".split(" "));

/** An error numeric that has no row of its own. */
export function refuse(ctx: SessionContext, message: Message): void {
  if (ctx.phase === "greeting" || ctx.phase === "asking") {
    if (EARLY.has(message.command)) refusedEarly(ctx, message);
    return;
  }
  // 421, 451: answers to what the greeting asked for, come late. 422: no message of the day.
  if (
    ctx.phase === "claiming" || ctx.phase === "loggingIn" || ctx.phase === "nameBusy" ||
    message.command === "422"
  ) return;
  if (message.command === "421" && noService(ctx, message)) return;
  const { command, params } = message;
  const about = params.length > 2 ? params[1] ?? "" : "";
  const room = ctx.rooms.get(about);
  // Some servers leave out which room it is; then it can only be the first one.
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
    // That we type need not reach anybody.
    if (ctx.typing.refused(ctx.isupport.fold(refusal.target), ctx.now)) return;
  }
  const text = asked ? `There is nobody called ${about} here.` : refusal.text;
  const place = room?.name ?? unsent?.target;
  const where = place === undefined ? {} : { place };
  const what = unsent === undefined ? {} : { line: unsent.text };
  ctx.emit({ type: "error", text, code: command, ...where, ...what });
}

/** A room does not let us in. Where it is the only one, a program has no use in going on. */
export function shutOut(
  ctx: SessionContext,
  room: Room | undefined,
  reason: string,
  advice: string,
  code: string | null,
): void {
  const others = [...ctx.rooms].some((other) => other !== room && other.state !== "outside");
  const alone = !others && ctx.options.stays !== true;
  if (room === undefined || isHome(ctx, room.name) && alone) {
    ctx.end({ kind: "refused", reason });
    return;
  }
  outside(ctx, room);
  room.wanted = false;
  room.key = undefined;
  const text = advice === "" ? reason : `${reason} ${advice}`;
  ctx.emit({ type: "error", text, code, place: room.name });
  dropUnsent(ctx, room, `You are not in ${room.name}`);
  if (!room.entered && !isHome(ctx, room.name)) ctx.rooms.remove(room);
}

/** 437: the same numeric says that a name, or a room, can't be had for now. */
export function unavailable(ctx: SessionContext, message: Message): void {
  if (ctx.isupport.isRoom(message.params[1] ?? "")) refuse(ctx, message);
  else nameRefused(ctx, message);
}

/** 464: the server's password. */
export function password(ctx: SessionContext, message: Message): void {
  if (ctx.phase !== "greeting" && ctx.phase !== "asking" && ctx.phase !== "claiming") {
    refuse(ctx, message);
    return;
  }
  ctx.end({
    kind: "refused",
    reason: ctx.options.password === undefined
      ? "The server wants a password. Give it with --password-file FILE."
      : "The server does not accept this password.",
    wants: "password",
  });
}

/** 465: we may not be here at all. */
export function bannedHere(ctx: SessionContext, { params }: Message): void {
  const said = params.at(-1) ?? "";
  ctx.end({ kind: "refused", reason: `You are banned from this server: ${said}` });
}

/** 470: one room leads to another, into which the server brings us. */
export function forwarded(ctx: SessionContext, { params }: Message): void {
  const [, from = "", to = ""] = params;
  const room = ctx.rooms.get(from);
  if (room?.state !== "joining" || !ctx.isupport.isRoom(to) || ctx.isupport.same(from, to)) return;
  ctx.inform(`${from} leads to ${to} on this server.`);
  // There are other people than those it was meant for.
  dropUnsent(ctx, room, `${from} leads to ${to}`);
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
      if (isHome(ctx, about.name)) enter(ctx);
      else enterRoom(ctx, about);
      return;
    }
    return shutOut(ctx, about, `Cannot enter the room ${about.name}: ${params.at(-1)}.`, "", code);
  }
  if (command === "BATCH" && /^MULTILINE_/.test(code) && ctx.delivery.refusedBatch()) {
    // It is sent again, line by line, as to any server that knows nothing of batches.
    ctx.enabled.delete("draft/multiline");
    return;
  }
  const text = `The server says: ${params.at(-1) ?? ""}`;
  ctx.emit({ type: "error", text, code: params[1] ?? null });
}
