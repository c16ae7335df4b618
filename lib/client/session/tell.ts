/**
 * Tells what was said, in its order.
 * @module
 */
import type { Folded } from "../../irc/names.ts";
import type { Happening } from "../events.ts";
import type { SessionContext } from "./context.ts";
import type { Standing } from "./rooms.ts";

/** How many new messages of a place wait for the missed ones before them; then they wait no more. */
const MOST_HELD = 200;

/**
 * Tells what was said, in its order: if older messages are on their way, what is new comes behind
 * them.
 *
 * @param mark where it stands in its conversation.
 * @param old whether it is one of those older messages.
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
    // What the server says of itself is in no conversation, and in no history.
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

/** A message is taken back: if it still waits to be told, it is not. */
export function takeBack({ history }: SessionContext, msgid: string): void {
  for (const [key, waiting] of history.held) {
    history.held.set(key, waiting.filter(({ mark }) => mark.msgid !== msgid));
  }
}

/** Tells what is new in a place. */
export function release(ctx: SessionContext, key: Folded): void {
  const waiting = ctx.history.held.get(key) ?? [];
  ctx.history.held.delete(key);
  for (const { mark, event } of waiting) {
    ctx.history.showed(key, mark, false);
    ctx.emit(event);
  }
}
