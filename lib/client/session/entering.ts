/**
 * Enters rooms, and regains our name.
 *
 * Source: Modern IRC Client Protocol, "JOIN message"; IRCv3 `monitor`.
 * @module
 */
import type { Listing, SessionContext } from "./context.ts";
import type { Room } from "./rooms.ts";
import { byteLength } from "../../text/bytes.ts";

/** How long the answer to JOIN may take, in milliseconds. */
const JOIN_MS = 30_000;

/** The most bytes of names in one JOIN. */
const JOIN_BYTES = 300;

/** The longest pause before trying again to regain a name, in milliseconds. */
const REGAIN_MS = 60_000;

/** How often to try, unless the server can tell when the name is free (MONITOR). */
const REGAIN_TRIES = 20;

/** The most answers to NAMES that can be awaited. */
const MOST_LISTINGS = 200;

/** An answer to NAMES will come. */
export function expectNames(ctx: SessionContext, room: string, why: Listing["why"]): void {
  if (ctx.names.size < MOST_LISTINGS) {
    ctx.names.set(ctx.isupport.fold(room), { why, users: [], more: 0 });
  }
}

/** Tries again to regain our name from somebody. */
export function regain(ctx: SessionContext): void {
  const { lostName } = ctx;
  if (lostName === undefined) return;
  if (lostName.tries++ >= REGAIN_TRIES) {
    ctx.lostName = undefined;
    return;
  }
  // MONITOR is faster than trying again and again.
  if (lostName.tries === 1 && ctx.isupport.monitor > 0) ctx.send("MONITOR", "+", lostName.name);
  ctx.send("NICK", lostName.name);
  lostName.tryAt = ctx.now + Math.min(REGAIN_MS, 2000 * 2 ** Math.min(lostName.tries, 10));
}

/** Sends JOIN for all rooms that we want to be in, the first one first. */
export function enterAll(ctx: SessionContext): void {
  const home = ctx.rooms.get(ctx.home);
  const others = [...ctx.rooms].filter((room) => room !== home && room.wanted);
  const leaves = home !== undefined && !home.wanted && others.length > 0;
  if (ctx.home === "" || leaves) ctx.enterPhase("outside");
  else enter(ctx);
  let names: string[] = [];
  let keys: string[] = [];
  const flush = () => {
    const given = keys.length > 0 ? [keys.join(",")] : [];
    if (names.length > 0) ctx.send("JOIN", names.join(","), ...given);
    [names, keys] = [[], []];
  };
  // Keys belong to the first names of the list.
  for (const room of others.toSorted((a, b) => Number(!a.key) - Number(!b.key))) {
    if (byteLength([...names, ...keys, room.name, room.key ?? ""].join(",")) > JOIN_BYTES) flush();
    joining(ctx, room);
    names.push(room.name);
    if (room.key !== undefined) keys.push(room.key);
  }
  flush();
}

/** Sends JOIN for the first room. */
export function enter(ctx: SessionContext): void {
  enterRoom(ctx, ctx.rooms.add(ctx.home));
}

export function enterRoom(ctx: SessionContext, room: Room): void {
  joining(ctx, room);
  if (ctx.isupport.same(room.name, ctx.home)) {
    ctx.enterPhase("joining", JOIN_MS);
    room.key ??= ctx.options.key;
    room.joinEnds = undefined;
  }
  ctx.send("JOIN", room.name, ...(room.key === undefined ? [] : [room.key]));
}

function joining(ctx: SessionContext, room: Room): void {
  room.state = "joining";
  room.seat = "requested";
  room.leaving = false;
  room.wanted = true;
  room.joinEnds = ctx.now + JOIN_MS;
  expectNames(ctx, room.name, "entered");
}
