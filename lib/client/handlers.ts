/**
 * What a session does with each message from the server: one row each.
 *
 * Source: Modern IRC Client Protocol; IRCv3 `server-time`, `echo-message`; CTCP `ACTION`.
 * @module
 */
import { actionOf, isCtcp } from "../irc/ctcp.ts";
import { type Message, nickOf } from "../irc/message.ts";
import { fold } from "../irc/names.ts";
import { cap, nameRefused, namesAnswered, refusedEarly, settle, welcome } from "./handshake.ts";
import type { Context } from "./context.ts";
import { prefixSymbols } from "./names_reply.ts";
import { isRefusal, refused } from "./refusals.ts";

type Handler = (ctx: Context, message: Message) => void;

const HANDLERS: Readonly<Record<string, Handler>> = {
  "001": welcome,
  "005": isupport,
  "301": (ctx, { params }) => {
    ctx.emit({ type: "info", text: `${params[1]} is away: ${params.at(-1)}` });
  },
  "332": (ctx, { params }) => topic(ctx, params[1], params[2]),
  "353": (ctx, { params }) => {
    if (isRoom(ctx, params.at(-2))) ctx.names?.reply.add(params.at(-1) ?? "", ctx.symbols);
  },
  "366": endOfNames,
  "396": (ctx, { params }) => {
    if (ctx.source !== undefined && params[1]) {
      ctx.source = ctx.source.replace(/@.*$|$/s, `@${params[1].replace(/^.*@/s, "")}`);
    }
  },
  "431": nameRefused,
  "432": nameRefused,
  "433": nameRefused,
  "436": nameRefused,
  "437": (ctx, message) => {
    // The same numeric says that a room can't be entered for now.
    if (message.params[1]?.startsWith("#")) refuse(ctx, { ...message, command: "480" });
    else nameRefused(ctx, message);
  },
  "464": password,
  "465": banned,
  CAP: cap,
  ERROR: (ctx, { params }) => {
    ctx.farewell = params[0] ?? "";
  },
  FAIL: (ctx, { params }) => {
    ctx.emit({ type: "error", text: params.at(-1) ?? "", code: params[1] ?? null });
  },
  INVITE: (ctx, { source, params }) => {
    ctx.emit({ type: "info", text: `${nickOf(source ?? "")} invites you to ${params.at(-1)}` });
  },
  JOIN: join,
  KICK: kick,
  NICK: nick,
  NOTICE: said,
  PART: part,
  // To whom the answer goes makes no difference: servers want their own words back.
  PING: (ctx, { params }) => ctx.send("PONG", params[0] ?? ""),
  PONG: (ctx, { params }) => pong(ctx, params.at(-1) ?? ""),
  PRIVMSG: said,
  QUIT: quit,
  TOPIC: (ctx, { source, params }) => topic(ctx, params[0], params[1], nickOf(source ?? "")),
  WARN: (ctx, { params }) => ctx.emit({ type: "info", text: params.at(-1) ?? "" }),
};

/** Handles one message. What it has no row for is passed over, but for errors. */
export function handle(ctx: Context, message: Message): void {
  if (ctx.phase === "offline" || ctx.phase === "over") return;
  const handler = Object.hasOwn(HANDLERS, message.command) ? HANDLERS[message.command] : undefined;
  if (message.source !== undefined && isOwn(ctx, message)) ctx.source = message.source;
  if (handler !== undefined) handler(ctx, message);
  else if (isRefusal(message.command)) refuse(ctx, message);
}

/** Whether the message comes from us, as the server passes it on: with user and host. */
function isOwn(ctx: Context, { source }: Message): boolean {
  return source !== undefined && source.includes("!") && nickOf(source) === ctx.nick;
}

function isRoom(ctx: Context, name: string | undefined): boolean {
  return name !== undefined && fold(name) === fold(ctx.options.room);
}

/** The server's time where it gives one that can be, else now. */
function timeOf(ctx: Context, message: Message): number {
  const tag = message.tags.get("time");
  const time = tag === undefined ? NaN : Date.parse(tag);
  return Number.isNaN(time) ? ctx.now : time;
}

function isupport(ctx: Context, { params }: Message): void {
  for (const token of params) ctx.symbols = prefixSymbols(token) ?? ctx.symbols;
}

function endOfNames(ctx: Context, { params }: Message): void {
  const { names } = ctx;
  if (names === undefined || !isRoom(ctx, params[1])) return;
  namesAnswered(ctx);
  const { users, more } = names.reply;
  ctx.emit({ type: "users", room: ctx.options.room, users, more, why: names.why });
  settle(ctx);
}

function topic(ctx: Context, room = "", text = "", by: string | null = null): void {
  if (isRoom(ctx, room)) ctx.emit({ type: "topic", room, text, by });
}

function join(ctx: Context, message: Message): void {
  const room = message.params[0];
  if (room === undefined || !isRoom(ctx, room)) return;
  const time = timeOf(ctx, message);
  const name = nickOf(message.source ?? "");
  if (name !== ctx.nick) {
    ctx.emit({ type: "joined", name, room, time });
    return;
  }
  const again = ctx.entered;
  ctx.phase = "inside";
  ctx.phaseEnds = undefined;
  ctx.entered = true;
  ctx.emit({ type: "entered", room, name, again, time });
}

function part(ctx: Context, message: Message): void {
  const [room, reason = ""] = message.params;
  if (isRoom(ctx, room)) gone(ctx, message, nickOf(message.source ?? ""), "part", null, reason);
}

function kick(ctx: Context, message: Message): void {
  const [room, name = "", reason = ""] = message.params;
  if (!isRoom(ctx, room)) return;
  gone(ctx, message, name, "kick", nickOf(message.source ?? ""), reason);
}

function quit(ctx: Context, message: Message): void {
  const name = nickOf(message.source ?? "");
  if (name !== ctx.nick) gone(ctx, message, name, "quit", null, message.params[0] ?? "");
}

function gone(
  ctx: Context,
  message: Message,
  name: string,
  how: "part" | "quit" | "kick",
  by: string | null,
  reason: string,
): void {
  const time = timeOf(ctx, message);
  if (name !== ctx.nick) {
    ctx.emit({ type: "left", name, how, by, reason, time });
    return;
  }
  ctx.phase = "outside";
  ctx.phaseEnds = undefined;
  ctx.emit({ type: "removed", room: ctx.options.room, by, reason, time });
}

function nick(ctx: Context, message: Message): void {
  const from = nickOf(message.source ?? "");
  const to = message.params[0] ?? "";
  if (to === "") return;
  const own = from === ctx.nick;
  if (own) {
    ctx.nick = to;
    ctx.wanted = to;
    ctx.source = ctx.source?.replace(/^[^!@]*/, () => to);
  }
  ctx.emit({ type: "renamed", from, to, own, time: timeOf(ctx, message) });
}

/** PRIVMSG and NOTICE. */
function said(ctx: Context, message: Message): void {
  const [target = "", raw = ""] = message.params;
  const from = nickOf(message.source ?? "");
  const own = isOwn(ctx, message);
  let kind: "privmsg" | "notice" | "action" = message.command === "NOTICE" ? "notice" : "privmsg";
  let text = raw;
  if (isCtcp(raw)) {
    const action = actionOf(raw);
    // Other CTCP asks for version, time and the like: nothing that a person said.
    if (action === undefined || kind === "notice") return;
    text = action;
    kind = "action";
  }
  if (own && kind !== "notice") ctx.delivery.echoed({ target, kind, text });
  const server = message.source === undefined || !message.source.includes("!");
  const time = timeOf(ctx, message);
  const secret = !own && !/^[^\p{L}\p{N}]?[#&]/u.test(target);
  ctx.emit({ type: "message", kind, from, target, text, private: secret, server, own, time });
}

function pong(ctx: Context, token: string): void {
  const accepted = ctx.delivery.answered(token);
  if (ctx.enabled.has("echo-message")) return;
  for (const { target, kind, text } of accepted) {
    const base = { type: "message", private: false, server: false, own: true } as const;
    ctx.emit({ ...base, kind, from: ctx.nick, target, text });
  }
}

/** How servers say that they don't know CAP, or don't answer NAMES before registration. */
const EARLY: ReadonlySet<string> = new Set("400 403 410 421 442 451 461 462 481".split(" "));

/** An error numeric that has no row of its own. */
function refuse(ctx: Context, message: Message): void {
  if (ctx.phase === "greeting" || ctx.phase === "asking") {
    if (EARLY.has(message.command)) refusedEarly(ctx, message);
    return;
  }
  // 421, 451: answers to what the greeting asked for, come late. 422: no message of the day.
  if (ctx.phase === "claiming" || ctx.phase === "nameBusy" || message.command === "422") return;
  const refusal = refused(message.command, message.params, ctx.phase === "joining");
  if (refusal.join) {
    ctx.end({ kind: "refused", reason: refusal.text });
    return;
  }
  if (refusal.target !== undefined) ctx.delivery.refused(refusal.target);
  ctx.emit({ type: "error", text: refusal.text, code: message.command });
}

function password(ctx: Context, message: Message): void {
  if (ctx.phase !== "greeting" && ctx.phase !== "asking" && ctx.phase !== "claiming") {
    refuse(ctx, message);
    return;
  }
  ctx.end({
    kind: "refused",
    reason: ctx.options.password === undefined
      ? "The server wants a password. Give it with --password-file FILE."
      : "The server does not accept this password.",
  });
}

function banned(ctx: Context, { params }: Message): void {
  const said = params.at(-1) ?? "";
  ctx.end({ kind: "refused", reason: `You are banned from this server: ${said}` });
}
