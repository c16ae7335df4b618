/**
 * Requests capabilities.
 *
 * Source: IRCv3 "Client Capability Negotiation".
 * @module
 */
import type { Message } from "../../irc/message.ts";
import { RESUME } from "../../irc/resume.ts";
import type { SessionContext } from "./context.ts";
import { GREETING_MS, settle } from "./handshake.ts";
import { offersMechanisms } from "./login.ts";

/** Requested one by one, so that the refusal of another capability can't cost them. */
const BASIC: ReadonlySet<string> = new Set(["echo-message", "message-tags", "server-time"]);

/** The capabilities that every session can use. */
const WANTED: ReadonlySet<string> = new Set([
  "away-notify",
  RESUME,
  "batch",
  "chghost",
  "draft/channel-rename",
  "draft/message-redaction",
  "echo-message",
  "extended-join",
  "invite-notify",
  "message-tags",
  "multi-prefix",
  "server-time",
  "setname",
  "standard-replies",
]);

/** The capabilities for options of the session. */
const WANTED_FOR: Readonly<Record<"multiline" | "history" | "login", ReadonlySet<string>>> = {
  multiline: new Set(["draft/multiline"]),
  history: new Set(["draft/chathistory", "draft/search", "soju.im/search"]),
  login: new Set(["draft/account-registration", "sasl"]),
};

function isWanted(ctx: SessionContext, name: string): boolean {
  const { multiline, history, login } = ctx.options;
  return WANTED.has(name) || multiline === true && WANTED_FOR.multiline.has(name) ||
    history === true && WANTED_FOR.history.has(name) ||
    history === "missed" && ctx.entered && name === "draft/chathistory" ||
    login !== undefined && WANTED_FOR.login.has(name);
}

/** `CAP * LS|ACK|NAK|NEW|DEL ...` */
export function cap(ctx: SessionContext, message: Message): void {
  const verb = (message.params[1] ?? "").toUpperCase();
  const list = (message.params.at(-1) ?? "").split(" ").filter((item) => item !== "");
  if (verb === "LS") {
    ctx.answersCap = true;
    ctx.silences = 0;
    if (ctx.caps.step !== "listing") return;
    ctx.caps.hasBegun = true;
    if (ctx.phase === "greeting") ctx.enterPhase("greeting", GREETING_MS);
    for (const item of list) offer(ctx, item, ctx.caps.offered);
    if (message.params[2] !== "*") request(ctx, ctx.caps.offered);
  } else if (verb === "NEW") {
    const news = new Set<string>();
    for (const item of list) offer(ctx, item, news);
    for (const name of news) if (!ctx.enabled.has(name)) ctx.send("CAP", "REQ", name);
  } else if (verb === "NAK" && list.length > 1) {
    // The server refuses all because of one.
    for (const name of list.filter((name) => isWanted(ctx, name))) ctx.send("CAP", "REQ", name);
  } else if (verb === "ACK" || verb === "NAK" || verb === "DEL") {
    for (const item of list) {
      const name = item.replace(/^-/, "");
      const on = verb === "ACK" && name === item;
      if (on && isWanted(ctx, name)) ctx.enabled.add(name);
      else ctx.enabled.delete(name);
      if (ctx.caps.step === "requesting") ctx.caps.pending.delete(name);
    }
    if (ctx.caps.step === "requesting" && ctx.caps.pending.size === 0) {
      ctx.caps = { step: "done", refused: false };
    }
  }
  settle(ctx);
}

/** `name` or `name=value`, as it is offered. */
function offer(ctx: SessionContext, item: string, to: Set<string>): void {
  const at = item.indexOf("=");
  const name = at < 0 ? item : item.slice(0, at);
  if (!isWanted(ctx, name)) return;
  to.add(name);
  const value = at < 0 ? "" : item.slice(at + 1, at + 200);
  ctx.capValues.set(name, value);
  if (name === "sasl") offersMechanisms(ctx, value.split(","));
}

/**
 * Requests the basic capabilities one by one, so that a server which refuses one still grants the
 * others, and all others in one line, since servers that throttle count lines.
 */
function request(ctx: SessionContext, offered: ReadonlySet<string>): void {
  for (const name of offered) if (BASIC.has(name)) ctx.send("CAP", "REQ", name);
  const others = [...offered].filter((name) => !BASIC.has(name));
  if (others.length > 0) ctx.send("CAP", "REQ", others.join(" "));
  ctx.caps = offered.size > 0
    ? { step: "requesting", pending: new Set(offered) }
    : { step: "done", refused: false };
}

/**
 * Handles an error before the name was sent: it answers CAP or NAMES. Most servers say which; if
 * not, it is the first one without an answer, since servers answer in order.
 */
export function refusedEarly(ctx: SessionContext, message: Message): void {
  const about = message.params.slice(0, -1).map((param) => param.toUpperCase());
  const ofCap = about.includes("CAP") || ctx.caps.step === "listing" && !about.includes("NAMES");
  if (ofCap) ctx.caps = { step: "done", refused: true };
  else namesAnswered(ctx);
  settle(ctx);
}

/**
 * NAMES was answered. Servers answer in order and CAP was sent first, so a server that has not
 * answered CAP does not know it.
 */
export function namesAnswered(ctx: SessionContext): void {
  ctx.names.delete(ctx.isupport.fold(ctx.home));
  if (ctx.caps.step !== "listing" || ctx.caps.hasBegun) return;
  ctx.caps = { step: "done", refused: false };
  ctx.answersCap = false;
}
