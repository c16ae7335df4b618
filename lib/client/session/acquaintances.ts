/**
 * The people of private conversations: if one of them leaves, whoever takes the name is somebody
 * else, and must not get what is typed for the first one.
 *
 * Source: IRCv3 `monitor`.
 * @module
 */
import type { SessionContext } from "./context.ts";
import { dropTo } from "./drop_unsent.ts";
import { word } from "../phrases.ts";
import { withoutSecret } from "../input/secret.ts";
import { NOT_SENT } from "../../wording/client.ts";

/** The most people whom MONITOR is asked about. */
const MOST_WATCHED = 50;

/** The most names on one line, so that it fits. */
const MOST_AT_ONCE = 10;

/**
 * A person is named on purpose: by opening a conversation or in `/msg`. Whoever has that name now is
 * meant.
 */
export function meet(ctx: SessionContext, name: string): void {
  if (ctx.isupport.isRoom(name) || ctx.isupport.statusOf(name) !== "") return;
  const key = ctx.isupport.fold(name);
  ctx.people.gone.delete(key);
  if (ctx.people.known.has(key)) return;
  if (ctx.rooms.of(name).length > 0) ctx.people.known.set(key, name);
  else watch(ctx, name);
}

/** Somebody writes to us. */
export function heardFrom(ctx: SessionContext, name: string): void {
  const key = ctx.isupport.fold(name);
  if (ctx.people.gone.has(key) || ctx.people.known.has(key)) return;
  ctx.people.known.set(key, name);
  if (ctx.rooms.of(name).length === 0) watch(ctx, name);
}

/** Asks the server to tell when somebody leaves whom we see in no room. */
function watch(ctx: SessionContext, name: string): void {
  const { watched } = ctx.people;
  const most = Math.min(ctx.isupport.monitor, MOST_WATCHED);
  if (watched.size >= most || watched.has(ctx.isupport.fold(name))) return;
  if (ctx.send("MONITOR", "+", name)) watched.add(ctx.isupport.fold(name));
}

/** Somebody left a room: if it was the last one that we share, the server has to tell the rest. */
export function outOfSight(ctx: SessionContext, name: string): void {
  if (ctx.people.known.has(ctx.isupport.fold(name)) && ctx.rooms.of(name).length === 0) {
    watch(ctx, name);
  }
}

/** 730: somebody whom we watch is there. */
export function present(ctx: SessionContext, name: string): void {
  const key = ctx.isupport.fold(name);
  if (ctx.people.watched.has(key) && !ctx.people.gone.has(key)) ctx.people.known.set(key, name);
}

/** Somebody left the server, or changed their name so that somebody else can take it. */
export function left(ctx: SessionContext, name: string): void {
  const key = ctx.isupport.fold(name);
  if (!ctx.people.known.delete(key)) return;
  ctx.people.gone.add(key);
  ctx.emit({ type: "gone", name });
  const isMeant = (target: string) => ctx.isupport.same(target, name);
  dropTo(ctx, isMeant, NOT_SENT.hasLeft(word(name)));
}

/** Somebody has another name: the conversation goes with them. */
export function renamed(ctx: SessionContext, from: string, to: string): void {
  const { known, gone } = ctx.people;
  if (!known.delete(ctx.isupport.fold(from))) return;
  known.set(ctx.isupport.fold(to), to);
  gone.delete(ctx.isupport.fold(to));
}

/** Asks again about everybody, on a new connection. */
export function watchAgain(ctx: SessionContext): void {
  const { watched, known } = ctx.people;
  watched.clear();
  const most = Math.min(ctx.isupport.monitor, MOST_WATCHED, MOST_AT_ONCE);
  const names = [...known].slice(-most);
  if (most === 0 || names.length === 0) return;
  for (const [key] of names) watched.add(key);
  ctx.send("MONITOR", "+", names.map(([, name]) => name).join(","));
}

/** The server knows nobody of this name: somebody else may come with it. */
export function absent(ctx: SessionContext, name: string): void {
  const key = ctx.isupport.fold(name);
  ctx.people.known.delete(key);
  ctx.people.gone.add(key);
}

/**
 * Whether a line is for whoever has the name of its place now. If the person has left since the
 * conversation was opened, it is not sent, and that is told.
 */
export function isMeant(ctx: SessionContext, place: string, line: string): boolean {
  if (!ctx.people.gone.has(ctx.isupport.fold(place))) return true;
  const text = NOT_SENT.gone(word(place));
  ctx.emit({ type: "notSent", line: withoutSecret(place, line), text });
  return false;
}
