/**
 * Commands of server operators: OPER, KILL, WALLOPS, REHASH, CHGHOST, and the bans KLINE, UNKLINE,
 * DLINE, UNDLINE.
 *
 * Source: Modern IRC Client Protocol, "Operator Messages"; IRCv3 `chghost`.
 * @module
 */
import { parseAddress } from "../../irc/addresses.ts";
import type { Message } from "../../irc/message.ts";
import { clip } from "../../text/bytes.ts";
import { parseDuration } from "../../text/duration.ts";
import type { CommandRows, Context, Outcome } from "../command.ts";
import { fanout } from "../delivery/delivery.ts";
import { expel } from "../entry/expel.ts";
import { fitsBan, type HostBan, MAX_HOST_BANS, readBanMask } from "../world/host_bans.ts";
import { KICK_BYTES } from "../entry/isupport_tokens.ts";
import { explainLock, verifySlowly } from "../accounts/compare.ts";
import { setHost } from "../world/profile.ts";
import { setOper } from "../world/operators.ts";

const NOTICES = {
  noReason: "No reason given",
  reloaded: "The configuration was reloaded",
  notReloaded: (why: string) => `The configuration was not changed. ${why}`,
  badHost: (host: string) =>
    `${host} is not a valid host: only letters, digits and . : / - are allowed`,
  hostIsAddress: (host: string) =>
    `${host} is not a valid host: it would be mistaken for the user's address`,
  newHost: (nick: string, host: string) => `The host of ${nick} is now ${host}`,
  bansYou: (mask: string) => `${mask} would ban you too`,
  tooMany: (mask: string) => `${mask} was not added: the server already has ${MAX_HOST_BANS} bans`,
  added: (kind: string, mask: string, reason: string, temporary: boolean) =>
    `Added a ${temporary ? "temporary " : ""}${kind} for ${mask}: ${reason}`,
  removed: (kind: string, mask: string) => `Removed the ${kind} for ${mask}`,
  noBan: (kind: string, mask: string) => `There is no ${kind} for ${mask}`,
} as const;

export const operatorCommands: CommandRows = {
  OPER: {
    usage: "name password",
    help: "Makes you an operator of the server.",
    min: 2,
    for: "users",
    cost: 2,
    secret: true,
    run: oper,
  },
  KILL: {
    usage: "name [reason]",
    help: "Disconnects a user.",
    min: 1,
    for: "operators",
    run: kill,
  },
  WALLOPS: {
    usage: ":text",
    help: "Sends a message to all users with mode +w.",
    min: 1,
    for: "operators",
    run: wallops,
  },
  REHASH: {
    usage: "",
    help: "Reads the configuration file again.",
    for: "operators",
    cost: 2,
    // The server reads its own files, and passes on what all must know.
    secret: true,
    run: rehash,
  },
  CHGHOST: {
    usage: "name host",
    help: "Changes the host that others see for a user.",
    min: 2,
    for: "operators",
    run: chghost,
  },
  KLINE: {
    usage: "[duration] [nick!]user@host[/bits] :reason",
    help: "Bans users by name and host, for minutes or a time like 1d2h30m, or permanently.",
    min: 2,
    for: "operators",
    run: (ctx, msg) => ban(ctx, msg, "KLINE"),
  },
  UNKLINE: {
    usage: "[nick!]user@host[/bits]",
    help: "Removes a KLINE.",
    min: 1,
    for: "operators",
    run: (ctx, msg) => unban(ctx, msg, "KLINE"),
  },
  DLINE: {
    usage: "[duration] address[/bits] :reason",
    help: "Bans an address or a range, for minutes or a time like 1d2h30m, or permanently.",
    min: 2,
    for: "operators",
    run: (ctx, msg) => ban(ctx, msg, "DLINE"),
  },
  UNDLINE: {
    usage: "address[/bits]",
    help: "Removes a DLINE.",
    min: 1,
    for: "operators",
    run: (ctx, msg) => unban(ctx, msg, "DLINE"),
  },
};

/** Compared if there are no operators, so that the time of the answer tells nothing. */
const NOBODY = "\0";

/** How much of an operator's name is compared for the login guard, in bytes. */
const OPER_NAME_BYTES = 90;

function oper(ctx: Context, msg: Message): void {
  const { world } = ctx;
  const [name = "", password = ""] = msg.params;
  const { opers } = world.config;
  const stored = opers.find((oper) => oper.name === name)?.password;
  const instead = opers[0]?.password ?? NOBODY;
  const key = `operator ${clip(name, OPER_NAME_BYTES)}`;
  ctx.wait(() => verifySlowly(ctx, key, stored, password, instead), (verdict) => {
    if (verdict.kind === "locked") notice(ctx, explainLock(verdict.ms));
    // The configuration may have been read again meanwhile.
    const still = world.config.opers.some((oper) => oper.name === name && oper.password === stored);
    if (verdict.kind !== "right" || !still) return ctx.reply("ERR_PASSWDMISMATCH");
    ctx.apply(opered, name);
  });
}

/** A user has proved to be the operator of this name. */
const opered: Outcome<string> = {
  name: "opered",
  run(ctx, name) {
    const { user, world, now } = ctx;
    const isKnown = world.config.opers.some((oper) => oper.name === name);
    if (!isKnown) return ctx.reply("ERR_PASSWDMISMATCH");
    setOper(world, user, name, "password", now);
    ctx.reply("RPL_YOUREOPER");
  },
};

export const operOutcomes = [opered];

function kill(ctx: Context, msg: Message): void {
  const { user, world, now } = ctx;
  const [nick = "", comment = ""] = msg.params;
  const target = world.users.find(nick);
  if (target === undefined) return ctx.reply("ERR_NOSUCHNICK", nick);
  const reason = clip(comment, KICK_BYTES) || NOTICES.noReason;
  target.deliver(world.event(user, "KILL", [target.nick, reason], now));
  world.quit(target, `Killed (${user.nick} (${reason}))`, now);
}

function wallops(ctx: Context, msg: Message): void {
  const { user, world, now } = ctx;
  const text = msg.params[0]!;
  if (text === "") return ctx.reply("ERR_NEEDMOREPARAMS", "WALLOPS");
  const listeners = [...world.users.all()].filter((each) => each.modes.includes("w"));
  fanout(world.event(user, "WALLOPS", [text], now), listeners);
}

function rehash(ctx: Context): void {
  ctx.reply("RPL_REHASHING", "configuration");
  const reload = () =>
    ctx.world.init.reload().then(
      () => NOTICES.reloaded,
      (error) => NOTICES.notReloaded(error instanceof Error ? error.message : `${error}`),
    );
  ctx.wait(reload, (text) => notice(ctx, text));
}

function chghost(ctx: Context, msg: Message): void {
  const [nick = "", host = ""] = msg.params;
  const target = ctx.world.users.find(nick);
  if (target === undefined) return ctx.reply("ERR_NOSUCHNICK", nick);
  if (!/^[A-Za-z0-9][A-Za-z0-9.:/-]{0,62}$/.test(host)) {
    return notice(ctx, NOTICES.badHost(host));
  }
  if (parseAddress(host) !== undefined) {
    return notice(ctx, NOTICES.hostIsAddress(host));
  }
  setHost(ctx.world, target, host, ctx.now);
  notice(ctx, NOTICES.newHost(target.nick, host));
}

function ban(ctx: Context, msg: Message, kind: HostBan["kind"]): void {
  const { user, world, now } = ctx;
  const duration = parseDuration(msg.params[0]!);
  const [asked = "", text = ""] = msg.params.slice(duration === undefined ? 0 : 1);
  const reason = clip(text, KICK_BYTES) || NOTICES.noReason;
  const until = duration === undefined || duration === 0 ? Infinity : now + duration;
  const read = readBanMask(asked, kind);
  if (typeof read === "string") return notice(ctx, read);
  const mask = read.text;
  if (fitsBan(read, user)) return notice(ctx, NOTICES.bansYou(mask));
  if (!world.bans.add({ mask, kind, reason, by: user.source, at: now, until })) {
    return notice(ctx, NOTICES.tooMany(mask));
  }
  notice(ctx, NOTICES.added(kind, mask, reason, until !== Infinity));
  for (const each of [...world.connections]) {
    const found = each === user ? undefined : world.bans.ofUser(each, now);
    if (found !== undefined) expel(world, each, found, now);
  }
}

function unban(ctx: Context, msg: Message, kind: HostBan["kind"]): void {
  const mask = msg.params[0]!;
  const removed = ctx.world.bans.remove(mask, kind, ctx.now) !== undefined;
  notice(ctx, removed ? NOTICES.removed(kind, mask) : NOTICES.noBan(kind, mask));
}

function notice(ctx: Context, text: string): void {
  ctx.send("NOTICE", ctx.user.nick, text);
}
