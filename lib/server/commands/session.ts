/**
 * The commands of a connection's own life: CAP, PASS, NICK, USER, PING, PONG, QUIT.
 *
 * Source: Modern IRC Client Protocol, "Connection Messages"; IRCv3 "Client Capability Negotiation".
 * @module
 */
import { CAPABILITIES, type CapabilityName } from "../../irc/caps.ts";
import type { Message } from "../../irc/message.ts";
import { checkNick, userName } from "../../irc/names.ts";
import type { Command, Context } from "../dispatch.ts";
import { claim, tryRegister } from "../registration.ts";

/** The rows of these commands. */
export const sessionCommands: readonly Command[] = [
  {
    name: "CAP",
    usage: "LS [302] | LIST | REQ :capabilities | END",
    help: "Agrees with the server on extensions of the protocol.",
    min: 1,
    early: true,
    cost: 1,
    run: cap,
  },
  {
    name: "PASS",
    usage: "password",
    help: "Gives the server's password, before NICK and USER.",
    min: 1,
    early: true,
    cost: 1,
    run: pass,
  },
  {
    name: "NICK",
    usage: "name",
    help: "Claims a name, or changes it.",
    min: 0,
    early: true,
    cost: 2,
    run: nick,
  },
  {
    name: "USER",
    usage: "user 0 * :real name",
    help: "Says who you are, once, when connecting.",
    min: 4,
    early: true,
    cost: 1,
    run: user,
  },
  {
    name: "PING",
    usage: "token",
    help: "Asks for a PONG with the same token.",
    min: 1,
    early: true,
    cost: 0.5,
    run: ping,
  },
  {
    name: "PONG",
    usage: "token",
    help: "Answers a PING.",
    min: 0,
    early: true,
    cost: 0.25,
    // That the line came in is all that counts.
    run: () => {},
  },
  {
    name: "QUIT",
    usage: "[reason]",
    help: "Leaves the server.",
    min: 0,
    early: true,
    cost: 1,
    run: quit,
  },
];

function cap(ctx: Context, msg: Message): void {
  const subcommand = msg.params[0]!.toUpperCase();
  const run = CAP_SUBCOMMANDS.get(subcommand);
  if (run === undefined) ctx.reply("ERR_INVALIDCAPCMD", msg.params[0]!);
  else run(ctx, msg.params.slice(1));
}

const CAP_SUBCOMMANDS: ReadonlyMap<string, (ctx: Context, params: readonly string[]) => void> =
  new Map([
    ["LS", capLs],
    ["LIST", capList],
    ["REQ", capReq],
    ["END", capEnd],
  ]);

function capLs(ctx: Context, [version]: readonly string[]): void {
  const { user } = ctx;
  if (!user.registered) user.registration.negotiating = true;
  user.capVersion = Math.max(user.capVersion, parseInt(version ?? "", 10) || 301);
  if (user.capVersion >= 302) user.setCap("cap-notify", true);
  ctx.send("CAP", user.target, "LS", CAPABILITIES.map((cap) => cap.name).join(" "));
}

function capList(ctx: Context): void {
  ctx.send("CAP", ctx.user.target, "LIST", [...ctx.user.caps].join(" "));
}

/** All of the request or nothing of it (IRCv3 Capability Negotiation, "The CAP REQ subcommand"). */
function capReq(ctx: Context, params: readonly string[]): void {
  const { user } = ctx;
  if (!user.registered) user.registration.negotiating = true;
  const asked = params.join(" ").trim();
  const changes = asked.split(/ +/).filter((item) => item !== "").map((item) => {
    const off = item.startsWith("-");
    const name = off ? item.slice(1) : item;
    return { cap: CAPABILITIES.find((cap) => cap.name === name)?.name, on: !off };
  });
  const allowed = changes.every(({ cap, on }) => cap !== undefined && (on || mayEnd(ctx, cap)));
  if (!allowed) return ctx.send("CAP", user.target, "NAK", asked);
  for (const { cap, on } of changes) user.setCap(cap!, on);
  ctx.send("CAP", user.target, "ACK", asked);
}

/** From version 302 on `cap-notify` is implied and can't be switched off. */
function mayEnd(ctx: Context, cap: CapabilityName): boolean {
  return cap !== "cap-notify" || ctx.user.capVersion < 302;
}

function capEnd(ctx: Context): void {
  ctx.user.registration.negotiating = false;
  tryRegister(ctx);
}

function pass(ctx: Context, msg: Message): void {
  const { user, world } = ctx;
  if (user.registered) return ctx.reply("ERR_ALREADYREGISTERED");
  const { password } = world.config;
  user.registration.admitted = password === null || sameSecret(password, msg.params[0]!);
}

/** Compares in a time that tells nothing of where two texts of one length differ. */
function sameSecret(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < b.length; at++) {
    difference |= a.charCodeAt(at % a.length) ^ b.charCodeAt(at);
  }
  return difference === 0;
}

function nick(ctx: Context, msg: Message): void {
  const { user, world } = ctx;
  const asked = msg.params[0] ?? "";
  if (asked === "") return ctx.reply("ERR_NONICKNAMEGIVEN");
  const check = checkNick(asked);
  if ("fault" in check) return ctx.reply("ERR_ERRONEUSNICKNAME", asked, check.fault);
  if (!claim(ctx, check.name)) return;
  if (user.registered) {
    if (check.name !== user.nick) world.rename(user, check.name, ctx.now);
    return;
  }
  user.registration.nick = check.name;
  tryRegister(ctx);
}

function user(ctx: Context, msg: Message): void {
  const { user } = ctx;
  if (user.registered || user.registration.user) return ctx.reply("ERR_ALREADYREGISTERED");
  const [name, , , realname] = msg.params;
  if (name === "") return ctx.reply("ERR_NEEDMOREPARAMS", "USER");
  user.username = `~${userName(name!)}`;
  user.realname = realname!;
  user.registration.user = true;
  tryRegister(ctx);
}

function ping(ctx: Context, msg: Message): void {
  const token = msg.params[0]!;
  if (token === "") return ctx.reply("ERR_NOORIGIN");
  ctx.send("PONG", ctx.world.name, token);
}

function quit(ctx: Context, msg: Message): void {
  const reason = msg.params[0];
  ctx.world.quit(ctx.user, reason ? `Quit: ${reason}` : "Quit", ctx.now);
}
