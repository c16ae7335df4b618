/**
 * Tells messages in order, although older ones may come after newer ones.
 * @module
 */
import type { Folded } from "../../irc/names.ts";
import type { Happening } from "../events.ts";
import type { SessionContext } from "./context.ts";
import type { Standing } from "./rooms.ts";

/** The most new messages of a place that wait for the missed ones before them. */
const MOST_HELD = 200;

/**
 * Tells a message. If older messages were requested, new ones wait for them.
 *
 * @param mark its position in the conversation.
 * @param old whether it is one of the older messages.
 */
export function tell(
  ctx: SessionContext,
  place: string,
  mark: Standing,
  event: Happening,
  old: boolean,
) {
  const key = ctx.isupport.fold(place);
  const { held, pending } = ctx.history;
  const before = pending.get(key);
  const waits = !old && (before?.why ?? "asked") !== "asked" && !before?.released;
  if (!waits) {
    // What the server says about itself is in no conversation and in no history.
    if (place !== "") ctx.history.showed(key, mark, old);
    ctx.emit(event);
    return;
  }
  const waiting = held.get(key) ?? [];
  waiting.push({ mark, event });
  held.set(key, waiting);
  if (waiting.length < MOST_HELD) return;
  before!.released = true;
  release(ctx, key);
}

/** A message was taken back: if it still waits, it is dropped. */
export function takeBack({ history }: SessionContext, msgid: string): void {
  for (const [key, waiting] of history.held) {
    history.held.set(key, waiting.filter(({ mark }) => mark.msgid !== msgid));
  }
}

export function release(ctx: SessionContext, key: Folded): void {
  const waiting = ctx.history.held.get(key) ?? [];
  ctx.history.held.delete(key);
  for (const { mark, event } of waiting) {
    ctx.history.showed(key, mark, false);
    ctx.emit(event);
  }
}
