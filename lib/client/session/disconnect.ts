/**
 * The end of a connection.
 * @module
 */
import type { SessionContext } from "./context.ts";
import { interrupted } from "./catch_up.ts";
import { leaveLater } from "./resuming.ts";
import { forgetAgreed } from "./secrecy.ts";

/** Forgets everything about a connection that is gone: no answer comes any more. */
export function disconnect(ctx: SessionContext): void {
  ctx.delivery.reset();
  // Questions from before the login stay open; nobody waits for the answer to others.
  if (ctx.phase !== "asking") ctx.doubt = undefined;
  forgetAgreed(ctx);
  ctx.enterPhase(ctx.phase === "over" ? "over" : "offline");
  ctx.names.clear();
  ctx.batches.reset();
  ctx.answers.reset();
  interrupted(ctx);
  ctx.typing.reset();
  ctx.login.reset();
  ctx.topic = undefined;
  ctx.rawUntil = 0;
  ctx.dropHeld();
  ctx.resume.step = "none";
  ctx.resume.until = undefined;
  for (const room of [...ctx.rooms]) {
    const isHome = ctx.isupport.same(room.name, ctx.home);
    const gone = !isHome && (room.leaving || !room.wanted);
    if (room.leaving) {
      room.wanted = false;
      leaveLater(ctx, room);
    }
    ctx.rooms.close(room);
    if (gone) ctx.rooms.remove(room);
  }
}
