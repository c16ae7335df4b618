/**
 * Old messages: which were shown, which are asked for, and none of them twice.
 *
 * Source: IRCv3 `draft/chathistory`, `msgid`.
 * @module
 */
import type { Message } from "../irc/message.ts";
import type { Folded } from "../irc/names.ts";
import type { Context, Happening } from "./context.ts";
import type { Mark } from "./rooms.ts";

/** How many messages a newcomer is shown. */
const FIRST = 20;

/** How many are asked for at once when coming back. */
const PAGE = 100;

/** How many pages are asked for; what was missed beyond them is told to be missing. */
const MOST_PAGES = 5;

/** How many private conversations are caught up with. */
const MOST_TARGETS = 20;

/** How long the server may take before what was typed is sent without waiting, in milliseconds. */
const ANSWER_MS = 5000;

/** How many messages are remembered by what tells them apart; the oldest are forgotten. */
const MOST_SEEN = 5000;

/** Of how many places it is remembered what was shown. */
const MOST_PLACES = 300;

/** Until when a message is compared by its text where the server gives no ids, in UTF-16 units. */
const TEXT_PART = 200;

/** How many new messages of a place wait for the missed ones before them; then they wait no more. */
const MOST_HELD = 200;

/** A request on its way. */
export interface Pending {
  /** For what: one comes in, comes back, or asks for more. */
  readonly why: "enter" | "catchUp" | "asked";
  /** The room or the person. */
  readonly place: string;
  /** How many messages can come. */
  readonly limit: number;
  /** How many answers came before this one. */
  readonly page: number;
  /** When it is given up, in milliseconds since 1970. */
  readonly until: number;
}

/** Something new that is told behind what was missed. */
export interface Held {
  /** Where it stands in its conversation. */
  readonly mark: Mark;
  /** What is told. */
  readonly event: Happening;
}

/** What was shown of a place. */
export interface Shown {
  /** The first message that was shown. */
  first: Mark;
  /** The last one. */
  last: Mark;
}

/** What was shown, and what is on its way. */
export class History {
  readonly #seen = new Set<string>();
  readonly #shown = new Map<Folded, Shown>();
  /** The requests on their way, by place. */
  readonly pending: Map<Folded, Pending> = new Map();
  /** What is told when the missed messages before it are there, by place. */
  readonly held: Map<Folded, Held[]> = new Map();
  /** When the connection was lost, in milliseconds since 1970: what came since was missed. */
  lostAt: number | undefined;
  /** Since when private messages may have been missed, in milliseconds since 1970. */
  missedSince = 0;

  /** Whether a message was shown before. From here on it was. */
  isNew(key: string): boolean {
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    if (this.#seen.size > MOST_SEEN) this.#seen.delete(this.#seen.values().next().value!);
    return true;
  }

  /** A message of a place was shown. */
  showed(place: Folded, mark: Mark): void {
    const known = this.#shown.get(place);
    const shown = known ?? { first: mark, last: mark };
    if (known !== undefined && mark.time < known.first.time) shown.first = mark;
    if (known !== undefined && mark.time >= known.last.time) shown.last = mark;
    this.#shown.delete(place);
    this.#shown.set(place, shown);
    if (this.#shown.size > MOST_PLACES) this.#shown.delete(this.#shown.keys().next().value!);
  }

  /** The first and the last message that was shown of a place. */
  shown(place: Folded): Readonly<Shown> | undefined {
    return this.#shown.get(place);
  }

  /** When a request is given up, in milliseconds since 1970. */
  get wakeAt(): number | undefined {
    let first: number | undefined;
    for (const { until } of this.pending.values()) first = Math.min(first ?? until, until);
    return first;
  }
}

/** What tells a message from all others; undefined where nothing does. */
export function keyOf(received: Message): string | undefined {
  const msgid = received.tags.get("msgid") ?? received.tags.get("draft/msgid");
  if (msgid) return `id ${msgid.slice(0, TEXT_PART)}`;
  const time = received.tags.get("time");
  if (!time) return undefined;
  const [target = "", text = ""] = received.params;
  return `${time.slice(0, 40)} ${received.source?.slice(0, TEXT_PART)} ${
    target.slice(0, TEXT_PART)
  } ${text.slice(0, TEXT_PART)}`;
}

/**
 * Tells what was said, in its order: where older messages are on their way, what is new comes
 * behind them.
 *
 * @param mark where it stands in its conversation.
 * @param old whether it is one of those older messages.
 */
export function tell(ctx: Context, place: string, mark: Mark, event: Happening, old: boolean) {
  const key = ctx.isupport.fold(place);
  const { held, pending } = ctx.history;
  const waits = !old && (pending.get(key)?.why ?? "asked") !== "asked";
  if (!waits) {
    // What the server says of itself is in no conversation, and in no history.
    if (place !== "") ctx.history.showed(key, mark);
    ctx.emit(event);
    return;
  }
  const waiting = held.get(key) ?? [];
  waiting.push({ mark, event });
  held.set(key, waiting);
  if (waiting.length >= MOST_HELD) settled(ctx, key);
}

/** Nothing older is waited for in a place: what is new is told. */
function settled(ctx: Context, key: Folded): void {
  ctx.history.pending.delete(key);
  const waiting = ctx.history.held.get(key) ?? [];
  ctx.history.held.delete(key);
  for (const { mark, event } of waiting) {
    ctx.history.showed(key, mark);
    ctx.emit(event);
  }
}

/** Gives up requests that have taken too long; all of them where no time is given. */
export function giveUp(ctx: Context, now = Infinity): void {
  for (const [key, { until }] of [...ctx.history.pending]) if (now >= until) settled(ctx, key);
}

/** Whether the server keeps old messages for us. */
export function keepsHistory(ctx: Context): boolean {
  return ctx.enabled.has("draft/chathistory") && ctx.enabled.has("batch");
}

/** We are in a room: asks for what was said before, or was missed. */
export function entered(ctx: Context, room: string): void {
  if (ctx.options.history !== true || !keepsHistory(ctx)) return;
  const shown = ctx.history.shown(ctx.isupport.fold(room));
  if (shown === undefined) ask(ctx, "enter", room, FIRST, 0, "LATEST", "*");
  else ask(ctx, "catchUp", room, PAGE, 0, "AFTER", selector(ctx, shown.last));
}

/** We are back after a loss: asks with whom there were private conversations meanwhile. */
export function askTargets(ctx: Context): void {
  const { lostAt } = ctx.history;
  ctx.history.lostAt = undefined;
  if (lostAt === undefined || ctx.options.history !== true || !keepsHistory(ctx)) return;
  // The server's clock may differ from ours; what was shown already is not shown again.
  const from = new Date(lostAt - 60_000).toISOString();
  const to = new Date(ctx.now + 60_000).toISOString();
  ctx.send("CHATHISTORY", "TARGETS", `timestamp=${from}`, `timestamp=${to}`, `${MOST_TARGETS}`);
  ctx.history.missedSince = lostAt - 60_000;
}

/** One of the private conversations that had something new. */
export function target(ctx: Context, name: string): void {
  if (ctx.isupport.isRoom(name) || ctx.history.pending.size >= 2 * MOST_TARGETS) return;
  const shown = ctx.history.shown(ctx.isupport.fold(name));
  const since: Mark = shown?.last ?? { msgid: null, time: ctx.history.missedSince };
  ask(ctx, "catchUp", name, PAGE, 0, "AFTER", selector(ctx, since));
}

/** Asks for so many messages that are older than those shown. */
export function askOlder(ctx: Context, place: string, count: number): void {
  const shown = ctx.history.shown(ctx.isupport.fold(place));
  if (shown === undefined) ask(ctx, "asked", place, count, 0, "LATEST", "*");
  else ask(ctx, "asked", place, count, 0, "BEFORE", selector(ctx, shown.first));
}

/** All of an answer is there. */
export function answered(ctx: Context, place: string, count: number): void {
  const key = ctx.isupport.fold(place);
  const pending = ctx.history.pending.get(key);
  if (pending === undefined) return;
  if (pending.why === "asked" && count === 0) {
    ctx.emit({ type: "info", text: "There are no older messages.", place: pending.place });
  }
  const more = pending.why === "catchUp" && count >= pending.limit;
  const last = ctx.history.shown(key)?.last;
  if (more && last !== undefined && pending.page + 1 < MOST_PAGES) {
    ask(ctx, "catchUp", place, pending.limit, pending.page + 1, "AFTER", selector(ctx, last));
    return;
  }
  if (more) {
    const text = "More was said while you were away than is shown here.";
    ctx.emit({ type: "info", text, place: pending.place });
  }
  settled(ctx, key);
}

/**
 * The server refuses a request: `FAIL CHATHISTORY code subcommand target ... :text`.
 *
 * @returns whether nobody has to be told.
 */
export function refused(ctx: Context, params: readonly string[]): boolean {
  let quiet = true;
  const about = params.slice(2, -1).map((param) => ctx.isupport.fold(param));
  const named = about.filter((key) => ctx.history.pending.has(key));
  // Where the server does not say which one it means, none is waited for any longer.
  for (const key of named.length > 0 ? named : [...ctx.history.pending.keys()]) {
    if (ctx.history.pending.get(key)?.why === "asked") quiet = false;
    settled(ctx, key);
  }
  return quiet;
}

function selector(ctx: Context, { msgid, time }: Mark): string {
  const usable = msgid !== null && ctx.isupport.byMsgid && /^[^\s\0]{1,200}$/.test(msgid);
  return usable ? `msgid=${msgid}` : `timestamp=${new Date(time).toISOString()}`;
}

function ask(
  ctx: Context,
  why: Pending["why"],
  place: string,
  count: number,
  page: number,
  command: "LATEST" | "BEFORE" | "AFTER",
  from: string,
): void {
  const { chathistory } = ctx.isupport;
  const limit = chathistory === 0 ? count : Math.min(count, chathistory);
  if (!ctx.send("CHATHISTORY", command, place, from, `${limit}`)) return;
  const until = ctx.now + ANSWER_MS;
  ctx.history.pending.set(ctx.isupport.fold(place), { why, place, limit, page, until });
}
