/**
 * Commands about the connection itself: CAP, PASS, NICK, USER, PING, PONG, QUIT, ERROR.
 *
 * Source: Modern IRC Client Protocol, "Connection Messages"; IRCv3 "Client Capability Negotiation".
 * @module
 */
import type { CapabilityName } from "../../irc/caps.ts";
import type { Message } from "../../irc/message.ts";
import { checkNick, sameName, userName } from "../../irc/names.ts";
import { RESUME } from "../../irc/resume.ts";
import { offeredCapabilities, withValue } from "../entry/capabilities.ts";
import type { CommandRows, Context, Outcome } from "../command.ts";
import { checkKey, isAdmitted, isOpen } from "../entry/door.ts";
import { expel } from "../entry/expel.ts";
import { REALNAME_BYTES } from "../entry/isupport_tokens.ts";
import { channelThatBans, makeWay } from "../accounts/ownership.ts";
import { claim, sendSecret, tryRegister } from "../entry/registration.ts";
import { stsValue } from "../entry/sts.ts";
import { clip } from "../../text/bytes.ts";
import { packWords, roomFor } from "../delivery/fit_line.ts";
import { introduce } from "../world/profile.ts";
import type { DoorKey } from "../world/user.ts";

export const sessionCommands: CommandRows = {
  CAP: {
    usage: "LS [302] | LIST | REQ :capabilities | END",
    help: "Negotiates extensions of the protocol.",
    min: 1,
    for: "peers",
    reads: ({ params: [subcommand] }) => subcommand?.toUpperCase() === "LIST",
    issues: true,
    run: cap,
  },
  PASS: {
    usage: "password",
    help: "Gives the server's password. Comes before NICK and USER.",
    min: 1,
    for: "peers",
    secret: true,
    run: pass,
  },
  NICK: {
    usage: "name",
    help: "Chooses or changes your name.",
    for: "peers",
    cost: 2,
    issues: true,
    run: nick,
  },
  USER: {
    usage: "user 0 * :real name",
    help: "Sets your user name and real name. Sent once, when connecting.",
    min: 4,
    for: "peers",
    issues: true,
    run: user,
  },
  PING: {
    usage: "token",
    help: "Asks for a PONG with the same token.",
    min: 1,
    for: "peers",
    cost: 0.5,
    reads: true,
    run: ping,
  },
  PONG: {
    usage: "token",
    help: "Answers a PING.",
    for: "peers",
    cost: 0.25,
    reads: true,
    // Any line shows that the peer is still there.
    run: () => {},
  },
  QUIT: {
    usage: "[reason]",
    help: "Leaves the server.",
    for: "peers",
    run: quit,
  },
  ERROR: {
    usage: "text",
    help: "Ignored: only servers send it.",
    for: "peers",
    reads: true,
    run: () => {},
  },
};

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
  const offered = offeredCapabilities(ctx.world.config);
  if (user.capVersion < 302) return sendOneLine(ctx, "LS", [...offered.keys()]);
  user.setCap("cap-notify", true);
  const sts = stsValue(ctx.world.config, user.secure);
  const words = [...offered].map(withValue);
  sendCaps(ctx, "LS", sts === undefined ? words : [...words, `sts=${sts}`]);
}

function capList(ctx: Context): void {
  const { user } = ctx;
  if (user.capVersion >= 302) sendCaps(ctx, "LIST", [...user.caps]);
  else sendOneLine(ctx, "LIST", [...user.caps]);
}

/** Sends one line, as before version 302: names that don't fit are left out. */
function sendOneLine(ctx: Context, subcommand: string, names: readonly string[]): void {
  const before = [ctx.user.target, subcommand];
  const [line = ""] = packWords(names, roomFor(ctx.world.name, "CAP", before));
  ctx.send("CAP", ...before, line);
}

/** Sends as many lines as needed, all but the last marked with `*` (version 302). */
function sendCaps(ctx: Context, subcommand: string, names: readonly string[]): void {
  const lines = packWords(names);
  const last = lines.pop() ?? "";
  for (const line of lines) ctx.send("CAP", ctx.user.target, subcommand, "*", line);
  ctx.send("CAP", ctx.user.target, subcommand, last);
}

/** Accepts all of a request or nothing (IRCv3 Capability Negotiation, "The CAP REQ subcommand"). */
function capReq(ctx: Context, params: readonly string[]): void {
  const { user } = ctx;
  if (!user.registered) user.registration.negotiating = true;
  const offered = offeredCapabilities(ctx.world.config);
  const asked = params.join(" ").trim();
  const changes = asked.split(/ +/).filter((item) => item !== "").map((item) => {
    const off = item.startsWith("-");
    const name = off ? item.slice(1) : item;
    return { cap: [...offered.keys()].find((cap) => cap === name), on: !off };
  });
  // `cap-notify` is implied and can't be switched off from version 302 on.
  const mayEnd = (cap: CapabilityName) => cap !== "cap-notify" || user.capVersion < 302;
  const allowed = changes.every(({ cap, on }) => cap !== undefined && (on || mayEnd(cap)));
  if (!allowed) return ctx.send("CAP", user.target, "NAK", asked);
  for (const { cap, on } of changes) user.setCap(cap!, on);
  ctx.send("CAP", user.target, "ACK", asked);
  if (!user.caps.has(RESUME)) ctx.world.stays.forget(user);
  else if (changes.some(({ cap }) => cap === RESUME)) sendSecret(ctx);
}

function capEnd(ctx: Context): void {
  ctx.user.registration.negotiating = false;
  tryRegister(ctx);
}

function pass(ctx: Context, msg: Message): void {
  const { user, world } = ctx;
  if (user.registered) return ctx.reply("ERR_ALREADYREGISTERED");
  if (isOpen(world.config)) return;
  ctx.defer(async () => await checkKey(ctx, msg.params[0]!) ?? null, knocked);
}

/** A peer has shown what lets it in, or nothing. */
const knocked: Outcome<DoorKey | null> = {
  name: "knocked",
  run: ({ user }, key) => user.registration.key = key ?? undefined,
};

export const passOutcomes = [knocked];

/**
 * What a new name costs for each channel that is saved with it, as the user opened it: a hundred with
 * full lists take 40 ms and 7 MB.
 */
const SAVED_COST = 0.1;

function nick(ctx: Context, msg: Message): void {
  const { user, world } = ctx;
  const asked = msg.params[0] ?? "";
  if (asked === "") return ctx.reply("ERR_NONICKNAMEGIVEN");
  const check = checkNick(asked);
  if ("fault" in check) return ctx.reply("ERR_ERRONEUSNICKNAME", asked, check.fault);
  if (!user.registered) {
    // Its owner may still log in, and a peer that may not enter must not learn which names are in
    // use. So tryRegister decides this later.
    const owner = world.store.accounts.ownerOf(check.name);
    const later = !isAdmitted(world, user) || owner.kind !== "nobody";
    if (!later && !claim(ctx, check.name)) return;
    user.registration.nick = check.name;
    return tryRegister(ctx);
  }
  if (!claim(ctx, check.name) || check.name === user.nick) return;
  const banned = sameName(check.name, user.nick) ? undefined : channelThatBans(user);
  if (banned !== undefined) return ctx.reply("ERR_BANONCHAN", check.name, banned.name);
  if (!user.allowance.nicks.tryTake(ctx.now)) {
    return ctx.reply(
      "ERR_ERRONEUSNICKNAME",
      asked,
      "You are changing your name too often: wait a moment",
    );
  }
  makeWay(world, user, check.name, ctx.now);
  ctx.charged += world.rename(user, check.name, ctx.now) * SAVED_COST;
  const ban = world.bans.ofUser(user, ctx.now);
  if (ban !== undefined) expel(world, user, ban, ctx.now);
}

function user(ctx: Context, msg: Message): void {
  const { user } = ctx;
  if (user.registered || user.registration.user) return ctx.reply("ERR_ALREADYREGISTERED");
  const [name, , , realname] = msg.params;
  if (name === "" || realname === "") return ctx.reply("ERR_NEEDMOREPARAMS", "USER");
  introduce(user, `~${userName(name!)}`, clip(realname!, REALNAME_BYTES));
  user.registration.user = true;
  tryRegister(ctx);
}

function ping(ctx: Context, msg: Message): void {
  const token = msg.params[0]!;
  if (token === "") return ctx.reply("ERR_NOORIGIN");
  ctx.send("PONG", ctx.world.name, token);
}

function quit(ctx: Context, msg: Message): void {
  const reason = clip(msg.params[0] ?? "", REASON_BYTES);
  ctx.world.quit(ctx.user, `Quit: ${reason}`.trimEnd(), ctx.now);
}

const REASON_BYTES = 300;
