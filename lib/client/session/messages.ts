/**
 * Messages, live and old, and who is typing.
 *
 * Source: Modern IRC Client Protocol, "PRIVMSG message"; CTCP `ACTION`; IRCv3 `server-time`,
 * `echo-message`, `batch`, `draft/multiline`, `draft/chathistory`, `+typing`,
 * `draft/message-redaction`.
 * @module
 */
import { actionOf, isCtcp } from "../../irc/ctcp.ts";
import { withoutSecret } from "../input/secret.ts";
import { heardFrom } from "./acquaintances.ts";
import { ctcp } from "./ctcp_requests.ts";
import { type Message, nickOf } from "../../irc/message.ts";
import { ofLogout, ofOwned } from "./own_account.ts";
import type { Batch, Origin } from "./batches.ts";
import { answered, endOfTargets, target as targetOf } from "./catch_up.ts";
import type { SessionContext } from "./context.ts";
import type { Said } from "../events.ts";
import { keyOf } from "./shown_history.ts";
import { takeBack, tell } from "./tell.ts";
import type { Standing } from "./rooms.ts";
import { COMMANDS_SAY } from "../../wording/client.ts";

/** Whether the message comes from us: with user and host, as servers pass it on. */
export function isOwn(ctx: SessionContext, { source }: Message): boolean {
  return source !== undefined && source.includes("!") && nickOf(source) === ctx.nick;
}

/** The server's time of a message, in milliseconds since 1970, if it is valid. */
export function timeTold({ tags }: Message): number | undefined {
  const tag = tags.get("time");
  const time = tag === undefined ? NaN : Date.parse(tag);
  return Number.isNaN(time) ? undefined : time;
}

/** The server's time of a message, else now. */
export function timeOf(ctx: SessionContext, message: Message): number {
  return timeTold(message) ?? ctx.now;
}

export function msgidOf({ tags }: Message): string | null {
  return tags.get("msgid") || tags.get("draft/msgid") || null;
}

/**
 * PRIVMSG and NOTICE.
 *
 * @param batch the batch of old messages that it is in.
 */
export function said(ctx: SessionContext, message: Message, origin: Origin, batch?: Batch): void {
  const spoken = understand(ctx, message);
  if (spoken === undefined) {
    // What comes again after a loss may have been answered.
    if (origin === "live" && !ctx.resume.isRunning) ctcp(ctx, message);
    return;
  }
  if (origin === "found") return found(ctx, message, spoken);
  // Private messages that may not have come.
  const again = origin === "live" && ctx.resume.isRunning && !addressed(ctx, spoken.target);
  const isOld = origin === "old" || again;
  const key = keyOf(message);
  const nth = batch === undefined || key === undefined
    ? undefined
    : msgidOf(message) === null
    ? batch.nthOf(key)
    : 1;
  const isNew = key === undefined || ctx.history.isNew(key, nth);
  const { kind, target, text, own, place } = spoken;
  if (own && origin === "live" && text === ctx.login.hushed) {
    ctx.login.hushed = undefined;
    return;
  }
  const isAnswer = kind === "notice" && spoken.private && !isOld;
  if (isAnswer && (ofLogout(ctx, spoken.from, text) || ofOwned(ctx, spoken.from, text))) return;
  if (isOld) {
    if (batch !== undefined) isNew ? batch.fresh++ : batch.known++;
    if (!isNew) return;
    if (own && kind !== "notice") ctx.delivery.arrived({ target, kind, text });
  } else if (own && kind !== "notice") {
    // What we say to ourselves comes twice: as an echo, and as a message.
    const twice = ctx.enabled.has("echo-message") && ctx.isupport.same(target, ctx.nick);
    if (twice && !isNew) return;
    const accepted = ctx.delivery.echoed({ target, kind, text });
    if (twice && !accepted && msgidOf(message) === null) return;
  }
  if (spoken.private && !spoken.server && kind !== "notice" && origin === "live") {
    heardFrom(ctx, spoken.from);
  }
  const mark = markOf(ctx, message);
  const why = again ? "missed" : isOld ? whyOld(ctx, batch) : undefined;
  const { msgid, time } = mark;
  if (!own && msgid !== null && why !== "asked") {
    ctx.lastHeard.set(ctx.isupport.fold(spoken.place), msgid);
  }
  const shown = own ? withoutSecret(target, text) : text;
  const said = { ...spoken, text: shown, msgid, old: isOld, ...why && { why } };
  const event = { type: "message", ...said, time } as const;
  // A message to some ranks has its position in the whole room.
  tell(ctx, addressed(ctx, target)?.room ?? place, mark, event, isOld);
}

/** A room as a target: all of it, or only some ranks. */
export interface Addressed {
  /** The room, as the server writes it if we know it. */
  readonly room: string;
  readonly only: string | null;
  /** The room with these symbols, to which an answer goes. */
  readonly place: string;
}

/** Parses the target of a message; undefined if it is not a room. */
export function addressed(ctx: SessionContext, target: string): Addressed | undefined {
  // The name of a room may look like a status prefix.
  const status = ctx.rooms.get(target) === undefined ? ctx.isupport.statusOf(target) : "";
  const name = target.slice(status.length);
  if (!ctx.isupport.isRoom(name)) return undefined;
  const room = ctx.rooms.get(name)?.name ?? name;
  return { room, only: status || null, place: status + room };
}

/**
 * The place in which a message to a target waits: the room if it is to one, or to some ranks in
 * one; else the target itself.
 */
export function placeOf(ctx: SessionContext, target: string): string {
  return addressed(ctx, target)?.room ?? target;
}

function whyOld(ctx: SessionContext, batch: Batch | undefined): Said["why"] {
  const place = ctx.isupport.fold(batch?.params[0] ?? "");
  const pending = ctx.history.pending.get(place);
  return pending && WHY[pending.why];
}

const WHY = { enter: "entered", catchUp: "missed", asked: "asked" } as const;

type Spoken = Omit<Said, "type" | "time" | "msgid" | "old" | "why">;

/** The fields of a message; undefined if no person said it. */
function understand(ctx: SessionContext, message: Message): Spoken | undefined {
  const [target = "", raw = ""] = message.params;
  const from = nickOf(message.source ?? "");
  const own = isOwn(ctx, message);
  let kind: Said["kind"] = message.command === "NOTICE" ? "notice" : "privmsg";
  let text = raw;
  if (isCtcp(raw)) {
    const action = actionOf(raw);
    // Other CTCP asks for version, time and the like.
    if (action === undefined || kind === "notice") return undefined;
    text = action;
    kind = "action";
  }
  const server = message.source === undefined || !message.source.includes("!");
  const to = addressed(ctx, target);
  // Operators of a server can write to all of its users: `$*`, `$$*.example`.
  const isForAll = target.startsWith("$");
  const isPrivate = !own && to === undefined && !isForAll;
  const place = to?.place ?? (isForAll ? "" : own ? target : server ? "" : from);
  const only = to?.only ?? null;
  return { kind, from, target, text, private: isPrivate, server, own, place, only };
}

function found(
  ctx: SessionContext,
  message: Message,
  { kind, from, text, place, only }: Spoken,
): void {
  const { search } = ctx.answers;
  if (search === undefined) return;
  search.found++;
  const [time, msgid] = [timeOf(ctx, message), msgidOf(message)];
  ctx.emit({ type: "found", query: search.query, place, from, kind, text, msgid, only, time });
}

/** TAGMSG: somebody is typing. */
export function tagged(ctx: SessionContext, message: Message, origin: Origin): void {
  const state = message.tags.get("+typing") ?? message.tags.get("+draft/typing");
  if (state === undefined || origin !== "live" || isOwn(ctx, message)) return;
  if (!message.source?.includes("!")) return;
  const [target = ""] = message.params;
  const name = nickOf(message.source);
  const to = addressed(ctx, target);
  if (to !== undefined && ctx.rooms.get(to.room) === undefined) return;
  const place = to?.place ?? name;
  ctx.emit({ type: "typing", name, place, active: state === "active" });
}

/** REDACT: somebody takes back a message. */
export function redacted(ctx: SessionContext, message: Message): void {
  const [target = "", msgid = ""] = message.params;
  const by = nickOf(message.source ?? "");
  const place = addressed(ctx, target)?.place ?? (isOwn(ctx, message) ? target : by);
  takeBack(ctx, msgid);
  ctx.emit({ type: "redacted", place, msgid, by, time: timeOf(ctx, message) });
}

/**
 * Handles what belongs to a batch.
 *
 * @param handle handles the messages that come out of it.
 * @returns whether the message belonged to a batch.
 */
export function batched(
  ctx: SessionContext,
  message: Message,
  handle: (message: Message, batch: Batch) => void,
): boolean {
  if (message.command === "BATCH") {
    const mark = message.params[0] ?? "";
    if (mark.startsWith("+")) {
      const { lines, outer } = ctx.batches.start(message);
      if (lines !== undefined) outer?.add(markOf(ctx, message));
    } else if (mark.startsWith("-")) end(ctx, message, handle);
    return true;
  }
  const batch = ctx.batches.of(message);
  if (batch === undefined) return false;
  const { length } = message.params.at(-1) ?? "";
  if (batch.lines !== undefined) {
    batch.lines.add(message);
    if (batch.outer !== undefined) batch.outer.length += length;
  } else {
    batch.add(markOf(ctx, message));
    batch.length += length;
    handle(message, batch);
  }
  return true;
}

function end(
  ctx: SessionContext,
  message: Message,
  handle: (message: Message, batch: Batch) => void,
) {
  const batch = ctx.batches.end(message);
  if (batch === undefined) return;
  const whole = batch.lines?.whole;
  if (whole !== undefined) handle(whole, batch.outer ?? batch);
  if (batch.origin === "found" && batch.lines === undefined) endOfSearch(ctx);
  if (/chathistory$/.test(batch.type)) answered(ctx, batch);
  if (batch.type === "draft/chathistory-targets") endOfTargets(ctx, batch);
}

/** The position of a message in its conversation. */
function markOf(ctx: SessionContext, message: Message): Standing {
  return { msgid: msgidOf(message), time: timeOf(ctx, message) };
}

function endOfSearch(ctx: SessionContext): void {
  const { search } = ctx.answers;
  if (search === undefined) return;
  ctx.answers.search = undefined;
  if (search.found > 0) return;
  ctx.inform(COMMANDS_SAY.foundNothing(search.query), search.place);
}

/** Handles a message in a batch of old ones: only what was said, nothing that changes the state. */
export function handleOld(ctx: SessionContext, message: Message, batch: Batch): void {
  const { command, params } = message;
  if (command === "PRIVMSG" || command === "NOTICE") said(ctx, message, batch.origin, batch);
  else if (command === "CHATHISTORY" && batch.origin === "targets") {
    const time = Date.parse(params[2] ?? "");
    if (!Number.isNaN(time)) batch.last = { msgid: null, time };
    targetOf(ctx, params[1] ?? "");
  }
}
