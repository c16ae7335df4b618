/**
 * Takes over our own stay after the connection was lost, by the secret that the server gave: same
 * name, same rooms, and nobody else notices.
 *
 * The secret is spent by the first line that we send on the new connection, and the server gives
 * the next one at the end of the welcome. So nothing is sent between `RESUME` and that: if the
 * connection breaks meanwhile, the same secret still counts.
 *
 * Source: docs/protocol.md, "The way back".
 * @module
 */
import { RESUME } from "../../irc/resume.ts";
import type { SessionContext } from "./context.ts";
import { SAFETY } from "./doubt.ts";
import type { Room } from "./rooms.ts";

/** How long the server may take to accept or refuse the secret, in milliseconds. */
const VERDICT_MS = 5000;

/** The rest of a line, printable and without spaces. */
const SECRET = /^(?!:)[\x21-\x7e]{1,100}$/;

/** Shows the secret to the server, if there is one and it may be. Returns whether to wait. */
export function resumeFirst(ctx: SessionContext): boolean {
  const { resume, secrecy } = ctx;
  const { secret } = resume;
  if (secret === undefined || !ctx.enabled.has(RESUME)) return false;
  if (SAFETY[secrecy] < SAFETY[secret.secrecy]) return false;
  ctx.enterPhase("resuming", VERDICT_MS);
  resume.step = "shown";
  ctx.send("RESUME", secret.token);
  ctx.hold();
  return true;
}

/** `RESUME TOKEN secret`, also the next one. Returns whether it is a secret. */
export function keepSecret({ resume, secrecy, enabled }: SessionContext, token: string): boolean {
  if (!enabled.has(RESUME) || !SECRET.test(token)) return false;
  resume.secret = { token, secrecy };
  return true;
}

/** The person wants to enter a room, but there is no connection. */
export function requestLater({ resume, isupport }: SessionContext, room: Room): void {
  room.seat = "requested";
  resume.left.delete(isupport.fold(room.name));
}

/** A room is left, but the server may not learn it any more: then it is told when we are back. */
export function leaveLater({ resume, isupport }: SessionContext, room: Room): void {
  if (room.seat !== "none") resume.left.add(isupport.fold(room.name));
  room.seat = "none";
}

/** The secret is of no use any more. */
export function forgetSecret(ctx: SessionContext): void {
  ctx.resume.secret = ctx.resume.until = undefined;
  ctx.resume.step = "none";
  ctx.letGo();
}
