/**
 * What a session knows before its first connection, and after the end of one.
 * @module
 */
import { Answers } from "./answers.ts";
import { Batches } from "./batches.ts";
import type { SessionContext, SessionOptions } from "./context.ts";
import { Outbound } from "./outbound.ts";
import { interrupted } from "./catch_up.ts";
import { History } from "./shown_history.ts";
import { Hostmasks } from "./hostmasks.ts";
import { Isupport } from "./isupport.ts";
import { initialLogin, resetLogin } from "./login_state.ts";
import { Rooms } from "./rooms.ts";
import { forgetAgreed } from "./secrecy.ts";
import { TypingOut } from "./typing.ts";

/** The ways out of a session, which are no state. */
export type Ways = "send" | "sendTagged" | "sendRaw" | "request" | "emit" | "end";

/** The state of a session that has no connection yet. */
export function initialState(options: SessionOptions): Omit<SessionContext, Ways> {
  const isupport = new Isupport();
  return {
    now: 0,
    options,
    delivery: new Outbound(),
    isupport,
    rooms: new Rooms(isupport),
    home: options.room,
    batches: new Batches(),
    history: new History(),
    answers: new Answers(),
    typing: new TypingOut(),
    hosts: new Hostmasks(isupport),
    login: initialLogin(options.login),
    secrecy: "open",
    agreed: new Set(),
    doubt: undefined,
    phase: "offline",
    phaseEnds: undefined,
    wanted: options.name,
    asked: false,
    nick: "",
    source: undefined,
    entered: false,
    arrived: false,
    busy: 0,
    finishing: undefined,
    caps: { step: "listing", offered: new Set() },
    silentCaps: false,
    enabled: new Set(),
    capValues: new Map(),
    introduced: false,
    spoke: false,
    names: new Map(),
    topic: undefined,
    away: undefined,
    lostName: undefined,
    rawUntil: 0,
    farewell: undefined,
  };
}

/** The connection is gone: nothing that was on its way comes any more. */
export function disconnect(ctx: SessionContext): void {
  ctx.delivery.reset();
  // What is asked on the way in is asked on; else nobody waits for the answer any more.
  if (ctx.phase !== "asking") ctx.doubt = undefined;
  forgetAgreed(ctx);
  if (ctx.phase !== "over") ctx.phase = "offline";
  ctx.phaseEnds = undefined;
  ctx.names.clear();
  ctx.batches.reset();
  ctx.answers.reset();
  interrupted(ctx);
  ctx.typing.reset();
  resetLogin(ctx.login);
  ctx.topic = undefined;
  ctx.rawUntil = 0;
  for (const room of [...ctx.rooms]) {
    const gone = room.leaving || !room.wanted && !ctx.isupport.same(room.name, ctx.home);
    if (room.leaving) room.wanted = false;
    room.state = "outside";
    room.joinEnds = undefined;
    room.leaving = false;
    ctx.rooms.empty(room);
    if (gone && !ctx.isupport.same(room.name, ctx.home)) ctx.rooms.remove(room);
  }
}
