/**
 * From a new connection to the room: capabilities, who is there, a name, the welcome.
 *
 * The users of the room are asked for before registration, so that people see who is there before
 * they choose a name. Our own server answers that; others refuse or keep silent, and then the
 * name is just asked for.
 *
 * Source: Modern IRC Client Protocol, "Connection Registration"; IRCv3 "Client Capability
 * Negotiation".
 * @module
 */
import type { Message } from "../irc/message.ts";
import { userName } from "../irc/names.ts";
import type { Context } from "./context.ts";
import { NamesReply } from "./names_reply.ts";
import { nameFault } from "./refusals.ts";
import { byteLength } from "./split.ts";

/** The capabilities that a session can use. */
const WANTED: ReadonlySet<string> = new Set(["server-time", "message-tags", "echo-message"]);

/** How long the server may take to tell its capabilities and the users, in milliseconds. */
const GREETING_MS = 3000;

/** How long the welcome may take: some servers look up names and idents first. */
const WELCOME_MS = 60_000;

/** How long the room may take. */
const JOIN_MS = 30_000;

/** The longest pause before our own busy name is tried again. */
const BUSY_MS = 15_000;

/** The longest name that is sent to a server, in bytes; they all refuse far shorter ones. */
const NAME_BYTES = 200;

/** Starts on a new connection. */
export function greet(ctx: Context): void {
  ctx.phase = "greeting";
  ctx.phaseEnds = ctx.now + GREETING_MS;
  ctx.caps = { step: "listing", offered: new Set() };
  ctx.enabled.clear();
  ctx.introduced = false;
  ctx.farewell = undefined;
  ctx.source = undefined;
  ctx.names = ctx.arrived ? undefined : { why: "arrived", reply: new NamesReply() };
  if (ctx.silentCaps) ctx.caps = { step: "done", refused: false };
  else ctx.send("CAP", "LS", "302");
  if (ctx.options.password !== undefined) ctx.send("PASS", ctx.options.password);
  if (ctx.names !== undefined) ctx.send("NAMES", ctx.options.room);
  settle(ctx);
}

/** Goes on where all that the greeting waits for is there. */
export function settle(ctx: Context): void {
  if (ctx.phase !== "greeting") return;
  if (ctx.caps.step !== "done" || ctx.names !== undefined) return;
  ctx.arrived = true;
  if (ctx.wanted !== undefined) claim(ctx);
  else ask(ctx);
}

/** The server takes too long: goes on without what has not come. */
export function stopWaiting(ctx: Context): void {
  if (ctx.caps.step !== "done") {
    ctx.caps = { step: "done", refused: false };
    ctx.silentCaps = true;
  }
  ctx.names = undefined;
  settle(ctx);
}

function ask(ctx: Context): void {
  ctx.phase = "asking";
  ctx.phaseEnds = undefined;
  if (ctx.asked) return;
  ctx.asked = true;
  ctx.emit({ type: "askName" });
}

/** Why a name can't even be sent; the server judges the rest. */
export function unsendable(name: string): string | undefined {
  if (name === "") return "A username cannot be empty";
  if (/[\p{Z}\t]/u.test(name)) return "A username cannot contain spaces";
  if (/\p{C}/u.test(name)) return "A username cannot contain invisible characters";
  if (/^[:#&@+]|[!@,]/.test(name)) {
    return `A username cannot contain "${/[:#&@+!,]/.exec(name)![0]}"`;
  }
  if (byteLength(name) > NAME_BYTES) return "This username is too long";
  return undefined;
}

/** Sends the name that is wanted, and what registration needs besides. */
export function claim(ctx: Context): void {
  const name = ctx.wanted;
  if (name === undefined) return ask(ctx);
  const reason = unsendable(name);
  if (reason !== undefined) {
    ctx.wanted = undefined;
    ctx.emit({ type: "nameRefused", name, reason, keeps: null });
    return ask(ctx);
  }
  ctx.phase = "claiming";
  ctx.phaseEnds = ctx.now + WELCOME_MS;
  ctx.send("NICK", name);
  if (ctx.introduced) return;
  ctx.introduced = true;
  ctx.send("USER", userName(name), "0", "*", name);
  // A server that was only slow to list its capabilities still waits for this.
  if (ctx.caps.step !== "done" || !ctx.caps.refused) ctx.send("CAP", "END");
}

/** `CAP * LS|ACK|NAK|NEW|DEL ...` */
export function cap(ctx: Context, message: Message): void {
  const verb = (message.params[1] ?? "").toUpperCase();
  const list = (message.params.at(-1) ?? "").split(" ").filter((item) => item !== "");
  if (verb === "LS") {
    if (ctx.caps.step !== "listing") return;
    for (const item of list) {
      const name = item.split("=", 1)[0]!;
      if (WANTED.has(name)) ctx.caps.offered.add(name);
    }
    if (message.params[2] !== "*") request(ctx, ctx.caps.offered);
  } else if (verb === "ACK" || verb === "NAK" || verb === "DEL") {
    for (const item of list) {
      const name = item.replace(/^-/, "");
      const on = verb === "ACK" && name === item;
      if (on && WANTED.has(name)) ctx.enabled.add(name);
      else ctx.enabled.delete(name);
      if (ctx.caps.step === "requesting") ctx.caps.pending.delete(name);
    }
    if (ctx.caps.step === "requesting" && ctx.caps.pending.size === 0) {
      ctx.caps = { step: "done", refused: false };
    }
  }
  settle(ctx);
}

/** One request each: a server that refuses one of them still gives the others. */
function request(ctx: Context, offered: ReadonlySet<string>): void {
  for (const name of offered) ctx.send("CAP", "REQ", name);
  ctx.caps = offered.size > 0
    ? { step: "requesting", pending: new Set(offered) }
    : { step: "done", refused: false };
}

/**
 * An error before the name was sent: it answers CAP or NAMES. Most servers say which; where they
 * don't, it is the first of the two that has no answer yet, since servers answer in order.
 */
export function refusedEarly(ctx: Context, message: Message): void {
  const about = message.params.slice(0, -1).map((param) => param.toUpperCase());
  const ofCap = about.includes("CAP") || ctx.caps.step === "listing" && !about.includes("NAMES");
  if (ofCap) ctx.caps = { step: "done", refused: true };
  else namesAnswered(ctx);
  settle(ctx);
}

/**
 * NAMES is answered, one way or the other. CAP was sent before it, and servers answer in order:
 * one that has kept silent about CAP does not know it.
 */
export function namesAnswered(ctx: Context): void {
  ctx.names = undefined;
  if (ctx.caps.step !== "listing" || ctx.caps.offered.size > 0) return;
  ctx.caps = { step: "done", refused: false };
  ctx.silentCaps = true;
}

/** 001: registered. */
export function welcome(ctx: Context, message: Message): void {
  ctx.nick = message.params[0] ?? ctx.wanted ?? "";
  ctx.wanted = ctx.nick;
  ctx.asked = false;
  ctx.busy = 0;
  enter(ctx);
}

/** Asks to be let into the room. */
export function enter(ctx: Context): void {
  ctx.phase = "joining";
  ctx.phaseEnds = ctx.now + JOIN_MS;
  ctx.names = { why: "entered", reply: new NamesReply() };
  ctx.send("JOIN", ctx.options.room);
}

/** 431, 432, 433, 436, 437: the name can't be had. */
export function nameRefused(ctx: Context, message: Message): void {
  const { command, params } = message;
  const said = params.at(-1) ?? "";
  const registered = ctx.phase === "inside" || ctx.phase === "outside" || ctx.phase === "joining";
  if (registered) {
    const name = (params.length > 2 ? params[1] : undefined) ?? "";
    const reason = nameFault(command, name, said);
    ctx.emit({ type: "nameRefused", name, reason, keeps: ctx.nick });
    return;
  }
  if (ctx.phase !== "claiming") return;
  const name = ctx.wanted ?? "";
  if (ctx.entered && name === ctx.nick && command !== "431" && command !== "432") {
    busy(ctx, name);
    return;
  }
  ctx.wanted = undefined;
  ctx.emit({ type: "nameRefused", name, reason: nameFault(command, name, said), keeps: null });
  ask(ctx);
}

/** Most likely the server has not noticed yet that our last connection is gone. */
function busy(ctx: Context, name: string): void {
  if (ctx.busy === 0) ctx.emit({ type: "nameBusy", name });
  ctx.phase = "nameBusy";
  ctx.phaseEnds = ctx.now + Math.min(BUSY_MS, 1000 * 2 ** ctx.busy);
  ctx.busy++;
}
