/**
 * Requests older messages: on entering, after a loss of the connection, and by `/history`. The
 * person is told about what can't be had.
 *
 * Source: IRCv3 `chathistory`.
 * @module
 */
import type { Folded } from "../../irc/names.ts";
import type { Batch } from "./batches.ts";
import type { SessionContext } from "./context.ts";
import { type Pending } from "./shown_history.ts";
import { release } from "./tell.ts";
import type { Standing } from "./rooms.ts";
import { CLIENT, COMMANDS_SAY, MISSING } from "../../wording/client.ts";

/** How many messages to show on entering. */
const FIRST = 20;

/** How many messages to request at once after a loss. */
const PAGE = 100;

/** The most pages of missed messages; the person is told if there were more. */
const MOST_PAGES = 5;

/** The most pages if the server gives less at once than was requested. */
const MOST_SHORT_PAGES = 25;

/** A page of this length may have been cut by the server for its size, in UTF-16 units. */
const LONG_PAGE = 8192;

/** How many private conversations to request at once. */
const MOST_TARGETS = 20;

/** The most private conversations that wait to be caught up with. */
const MOST_WAITING = 200;

/** How long to wait for the server before sending what was typed, in milliseconds. */
const ANSWER_MS = 5000;

/** The most by which the server's clock and ours may differ, in milliseconds. */
const CLOCK_MS = 60_000;

/** Whether the server stores messages for us. */
export function keepsHistory(ctx: SessionContext): boolean {
  return ctx.enabled.has("draft/chathistory") && ctx.enabled.has("batch");
}

function asksHistory(ctx: SessionContext): boolean {
  return (ctx.options.history ?? false) !== false && keepsHistory(ctx);
}

/**
 * We entered a room: requests what was said before, or was missed.
 *
 * @param mark our own JOIN.
 */
export function entered(ctx: SessionContext, room: string, mark: Standing): void {
  const key = ctx.isupport.fold(room);
  const from = ctx.history.gap(key);
  ctx.history.came(key, mark);
  if (!asksHistory(ctx)) return askPostponed(ctx, (place) => place === key);
  if (from === undefined) ask(ctx, "LATEST", { ...NEW, why: "enter", place: room, limit: FIRST });
  else ask(ctx, "AFTER", { ...NEW, why: "catchUp", place: room, limit: PAGE, from });
}

/** We are registered again: requests the names of private conversations with missed messages. */
export function askTargets(ctx: SessionContext): void {
  const { history } = ctx;
  const { lost } = history;
  history.lost = undefined;
  history.waiting.length = 0;
  if (lost === undefined || !asksHistory(ctx)) {
    return askPostponed(ctx, (place) => !ctx.isupport.isRoom(place));
  }
  // The server's clock may differ from ours and may have been set meanwhile. Messages that were
  // shown already are not shown again.
  const since = Math.min(lost.heard ?? Infinity, lost.at + history.ahead) - CLOCK_MS;
  const to = ctx.now + history.ahead + CLOCK_MS;
  history.missedSince = Math.min(since, to - CLOCK_MS);
  sendTargets(ctx, history.missedSince, to, 0);
}

function sendTargets(ctx: SessionContext, from: number, to: number, pages: number): void {
  const sent = ctx.send(
    "CHATHISTORY",
    "TARGETS",
    `timestamp=${timestamp(from)}`,
    `timestamp=${timestamp(to)}`,
    `${MOST_TARGETS}`,
  );
  if (sent) ctx.history.targets = { to, pages, until: ctx.now + ANSWER_MS };
}

/** Handles the name of a private conversation with missed messages. */
export function target(ctx: SessionContext, name: string): void {
  if (ctx.isupport.isRoom(name)) return;
  const { pending, waiting } = ctx.history;
  if (pending.size < 2 * MOST_TARGETS) askMissed(ctx, name);
  else if (waiting.length < MOST_WAITING) waiting.push(name);
  else tellMissing(ctx, name, MISSING.tooManyConversations);
}

function askMissed(ctx: SessionContext, name: string): void {
  const from = ctx.history.gap(ctx.isupport.fold(name)) ??
    { msgid: null, time: ctx.history.missedSince };
  ask(ctx, "AFTER", { ...NEW, why: "catchUp", place: name, limit: PAGE, from });
}

/** Handles the end of these names, and requests the next ones. */
export function endOfTargets(ctx: SessionContext, { count, last }: Batch): void {
  const { targets } = ctx.history;
  if (targets === undefined) return;
  const isFull = count >= MOST_TARGETS && last !== undefined;
  if (isFull && targets.pages + 1 < MOST_PAGES) {
    return sendTargets(ctx, last.time, targets.to, targets.pages + 1);
  }
  endTargets(ctx, isFull ? MISSING.tooManyNames : undefined);
}

/** No further names are requested. If some may be missing, `why` says why. */
function endTargets(ctx: SessionContext, why?: string): void {
  const { isupport, history } = ctx;
  history.targets = undefined;
  const waiting = new Set(history.waiting.map((name) => isupport.fold(name)));
  history.missedNothing((place) => !isupport.isRoom(place) && !waiting.has(place));
  askPostponed(ctx, (place) => !isupport.isRoom(place) && !waiting.has(place));
  // Without an account no private messages are stored.
  if (why !== undefined && ctx.login.account !== undefined) {
    ctx.inform(MISSING.private(why));
  }
}

/**
 * Requests older messages; after what is requested there already, or soon by itself, so that no
 * answer is mistaken.
 */
export function askOlder(ctx: SessionContext, place: string, count: number): void {
  const key = ctx.isupport.fold(place);
  const { pending, postponed, targets, waiting } = ctx.history;
  const isComing = ctx.isupport.isRoom(place)
    ? ctx.rooms.get(place)?.state === "joining"
    : targets !== undefined || waiting.some((name) => ctx.isupport.same(name, place));
  if (isComing || pending.has(key)) {
    postponed.set(key, { place, count });
    return;
  }
  const from = ctx.history.shown(key)?.first;
  const command = from === undefined ? "LATEST" : "BEFORE";
  ask(ctx, command, { ...NEW, why: "asked", place, limit: count, from });
}

/** Requests the older messages that had to wait in these places. */
function askPostponed(ctx: SessionContext, where: (place: Folded) => boolean): void {
  for (const [key, { place, count }] of [...ctx.history.postponed]) {
    if (!where(key)) continue;
    ctx.history.postponed.delete(key);
    if (keepsHistory(ctx)) askOlder(ctx, place, count);
    else ctx.fail(COMMANDS_SAY.noAnswer, place);
  }
}

const NEW = {
  from: undefined,
  byId: false,
  again: false,
  pages: 0,
  messages: 0,
  meets: false,
  until: 0,
};

function ask(ctx: SessionContext, command: "LATEST" | "BEFORE" | "AFTER", request: Pending): void {
  const { place, from, again } = request;
  const { chathistory, byMsgid } = ctx.isupport;
  const limit = chathistory === 0 ? request.limit : Math.min(request.limit, chathistory);
  const byId = from !== undefined && from.msgid !== null && byMsgid &&
    /^[^\s\0]{1,200}$/.test(from.msgid) && !(again && request.byId);
  // Several messages can have the same time: all of them come, but none is shown twice.
  const time = from === undefined || command === "AFTER" ? from?.time ?? 0 : from.time + 1;
  const at = from === undefined
    ? "*"
    : byId
    ? `msgid=${from.msgid}`
    : `timestamp=${timestamp(time)}`;
  const key = ctx.isupport.fold(place);
  if (!ctx.send("CHATHISTORY", command, place, at, `${limit}`)) return settled(ctx, key);
  ctx.history.pending.set(key, { ...request, limit, byId, until: ctx.now + ANSWER_MS });
}

/** Handles the end of an answer. */
export function answered(ctx: SessionContext, batch: Batch): void {
  const key = ctx.isupport.fold(batch.params[0] ?? "");
  const pending = ctx.history.pending.get(key);
  if (pending === undefined) return;
  ctx.history.goesOn(ctx.now + ANSWER_MS);
  const next: Pending = {
    ...pending,
    pages: pending.pages + 1,
    messages: pending.messages + batch.count,
    meets: pending.meets || batch.known > 0,
  };
  switch (pending.why) {
    case "enter":
      return settled(ctx, key);
    case "catchUp":
      return missedCame(ctx, key, next, batch);
    case "asked":
      return olderCame(ctx, key, next, batch);
    default:
      pending.why satisfies never;
  }
}

function missedCame(
  ctx: SessionContext,
  key: Folded,
  pending: Pending,
  { count, length, last }: Batch,
) {
  const isFull = count >= pending.limit;
  if (last !== undefined && (isFull || length >= LONG_PAGE)) {
    const mayAsk = pending.messages < MOST_PAGES * pending.limit &&
      pending.pages < MOST_SHORT_PAGES;
    const isNext = last.msgid !== pending.from?.msgid || last.time !== pending.from?.time;
    if (mayAsk && isNext) return ask(ctx, "AFTER", { ...pending, byId: false, from: last });
    ctx.inform(MISSING.more, pending.place);
  } else if (pending.again && !pending.meets) {
    tellMissing(ctx, pending.place, MISSING.unknownLast);
  }
  ctx.history.caughtUp(key, pending.released ? undefined : last);
  settled(ctx, key);
}

function olderCame(
  ctx: SessionContext,
  key: Folded,
  pending: Pending,
  { count, fresh, first }: Batch,
) {
  if (first !== undefined) ctx.history.readBack(key, first);
  const isDone = count === 0 || fresh > 0 || pending.pages >= MOST_PAGES;
  if (!isDone && first !== undefined) {
    // All of these were shown before: continues before them.
    const isStuck = first.time === pending.from?.time;
    const from = isStuck && !pending.byId ? { msgid: null, time: first.time - 1 } : first;
    return ask(ctx, "BEFORE", { ...pending, byId: false, again: false, from });
  }
  // If more was asked for, the next answer tells.
  const isLast = !ctx.history.postponed.has(key);
  if (fresh === 0 && isLast) ctx.inform(COMMANDS_SAY.noOlder, pending.place);
  settled(ctx, key);
}

/**
 * Handles `FAIL CHATHISTORY code subcommand target ... :text`.
 *
 * @returns whether the person need not be told.
 */
export function refused(ctx: SessionContext, params: readonly string[]): boolean {
  const [, code = "", subcommand = ""] = params;
  const why = sentence(params.at(-1) ?? "");
  if (ctx.history.targets !== undefined && subcommand.toUpperCase() === "TARGETS") {
    endTargets(ctx, why);
    return true;
  }
  const about = params.slice(2, -1).map((param) => ctx.isupport.fold(param));
  const { pending } = ctx.history;
  // Servers answer in order, so by default it is the first request.
  const [key] = about.filter((key) => pending.has(key)).concat(...pending.keys());
  const request = key === undefined ? undefined : pending.get(key);
  if (key === undefined || request === undefined) return false;
  if (request.byId && !request.again && code !== "INVALID_TARGET") {
    askAgain(ctx, key, request);
    return true;
  }
  const { place } = request;
  if (request.why === "asked") {
    ctx.emit({ type: "error", text: CLIENT.serverSays(params.at(-1) ?? ""), code, place });
  } else {
    if (request.why === "catchUp") tellMissing(ctx, place, why);
    else ctx.inform(MISSING.notShown(why), place);
    ctx.history.caughtUp(key);
  }
  settled(ctx, key);
  return true;
}

/** Requests by time instead of an id that the server does not know. */
function askAgain(ctx: SessionContext, key: Folded, request: Pending): void {
  if (request.why === "asked") return ask(ctx, "BEFORE", { ...request, again: true });
  const recent = ctx.history.shown(key)?.recent ?? [];
  const from = request.from!;
  const time = Math.min(from.time, ...recent.map(({ time }) => time)) - 1;
  ask(ctx, "AFTER", { ...request, again: true, from: { msgid: null, time } });
}

/** Tells the person that messages may be missing, and why. */
function tellMissing(ctx: SessionContext, place: string, why: string): void {
  const text = ctx.isupport.isRoom(place)
    ? MISSING.inRoom(place, why)
    : MISSING.withPerson(place, why);
  ctx.emit({ type: "info", text, place });
}

function sentence(text: string): string {
  const words = text.trim().slice(0, 300) || MISSING.noReason;
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

/** No older messages are awaited in a place: tells the new ones. */
function settled(ctx: SessionContext, key: Folded): void {
  ctx.history.pending.delete(key);
  release(ctx, key);
  askPostponed(ctx, (place) => place === key);
  const next = ctx.history.waiting.shift();
  if (next !== undefined) askMissed(ctx, next);
}

/** Gives up requests that have taken too long, and says so. */
export function giveUp(ctx: SessionContext, now: number): void {
  const { history } = ctx;
  if (now >= (history.targets?.until ?? Infinity)) endTargets(ctx, MISSING.noAnswer);
  for (const [key, { until, why, place }] of [...history.pending]) {
    if (now < until) continue;
    if (why === "catchUp") {
      tellMissing(ctx, place, MISSING.noAnswer);
      history.caughtUp(key);
    } else if (why === "asked") {
      ctx.fail(COMMANDS_SAY.noAnswer, place);
    }
    settled(ctx, key);
  }
}

/** The connection is gone: what was requested is requested again on the next one. */
export function interrupted(ctx: SessionContext): void {
  const { history } = ctx;
  history.missing();
  history.targets = undefined;
  history.waiting.length = 0;
  const pending = [...history.pending];
  history.pending.clear();
  for (const [key, { why, place, limit }] of pending) {
    const more = history.postponed.get(key)?.count ?? 0;
    if (why !== "catchUp") history.postponed.set(key, { place, count: limit + more });
    release(ctx, key);
  }
}

function timestamp(time: number): string {
  return new Date(Math.min(Math.max(time, 0), LAST_TIME)).toISOString();
}

/** The last time that the protocol can write: the end of the year 9999. */
const LAST_TIME = 253_402_300_799_999;
