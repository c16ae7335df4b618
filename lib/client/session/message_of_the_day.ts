/**
 * The message of the day: shown on entering, and on `/motd`.
 *
 * Source: Modern IRC Client Protocol, "MOTD message".
 * @module
 */
import type { Message } from "../../irc/message.ts";
import type { SessionContext } from "./context.ts";
import { decide } from "./handshake.ts";
import { CLIENT } from "../../wording/client.ts";

/** The most lines, and the longest line in UTF-16 units; further ones are left out. */
const MOST_LINES = 500;
const LONGEST = 600;

/** 375: it begins. */
export function start(ctx: SessionContext): void {
  ctx.motd.lines = [];
}

/** 372: a line, after `- `. */
export function line({ motd }: SessionContext, { params }: Message): void {
  const text = (params.at(-1) ?? "").replace(/^- ?/, "").trimEnd();
  if (motd.lines.length < MOST_LINES) motd.lines.push(text.slice(0, LONGEST));
}

/** 376: tells it, unless it was told on an earlier connection and nobody asked for it. */
export function end(ctx: SessionContext): void {
  decide(ctx, false);
  const { motd } = ctx;
  const first = motd.lines.findIndex((line) => line !== "");
  const text = motd.lines.slice(first, motd.lines.findLastIndex((line) => line !== "") + 1).join(
    "\n",
  );
  motd.lines = [];
  if (first < 0 || !motd.asked && text === motd.told) return;
  ctx.emit({ type: "motd", text, asked: motd.asked });
  motd.told = text;
  motd.asked = false;
}

/** 422: there is none. */
export function none(ctx: SessionContext): void {
  decide(ctx, false);
  if (ctx.motd.asked) ctx.inform(CLIENT.noMotd);
  ctx.motd.asked = false;
}
