/**
 * WHOIS, WHOWAS, USERHOST, ISON, AWAY, SETNAME, MONITOR.
 *
 * Source: Modern IRC Client Protocol, "User-Based Queries", "Optional Messages"; IRCv3 `monitor`,
 * `setname`, `pre-away`, `bot-mode`.
 * @module
 */
import type { Message } from "../../irc/message.ts";
import { checkNick, fold } from "../../irc/names.ts";
import { SERVICE } from "../../irc/reserved.ts";
import type { CommandRows, Context } from "../command.ts";
import { AWAY_BYTES, MAX_MONITORED, REALNAME_BYTES } from "../entry/isupport_tokens.ts";
import { isService, serviceSource } from "../accounts/service.ts";
import { clip } from "../../text/bytes.ts";
import { packWords } from "../delivery/fit_line.ts";
import { prefixesFor } from "../world/channel.ts";
import { setAway, setRealname } from "../world/profile.ts";
import type { User } from "../world/user.ts";

export const userCommands: CommandRows = {
  WHOIS: {
    usage: "name",
    help: "Shows information about a user.",
    for: "users",
    reads: true,
    run: whois,
  },
  WHOWAS: {
    usage: "name [count]",
    help: "Shows information about a user who has left.",
    for: "users",
    reads: true,
    run: whowas,
  },
  USERHOST: {
    usage: "name [name...]",
    help: "Shows the hosts of up to five users.",
    min: 1,
    for: "users",
    reads: true,
    run: userhost,
  },
  ISON: {
    usage: "name [name...]",
    help: "Shows which of these users are online.",
    min: 1,
    for: "users",
    reads: true,
    run: ison,
  },
  AWAY: {
    usage: "[text]",
    help: "Marks you as away, with a reason. Without a text, marks you as back.",
    for: "peers",
    run: away,
  },
  SETNAME: {
    usage: ":real name",
    help: "Changes your real name.",
    min: 1,
    for: "users",
    cost: 2,
    run: setname,
  },
  MONITOR: {
    usage: "+ name[,name...] | - name[,name...] | C | L | S",
    help: "Tells you when these users come online or leave.",
    min: 1,
    for: "users",
    reads: ({ params: [subcommand] }) => /^[LS]$/i.test(subcommand ?? ""),
    run: monitor,
  },
};

function whois(ctx: Context, msg: Message): void {
  // The first of two parameters names a server, or a user on it; there is only this one.
  const asked = (msg.params[1] ?? msg.params[0])?.split(",", 1)[0];
  if (!asked) return ctx.reply("ERR_NONICKNAMEGIVEN");
  const user = ctx.world.users.find(asked);
  if (isService(asked)) describeService(ctx);
  else if (user === undefined) ctx.reply("ERR_NOSUCHNICK", asked);
  else describe(ctx, user);
  ctx.reply("RPL_ENDOFWHOIS", user?.nick ?? asked);
}

function describeService(ctx: Context): void {
  const { name, config } = ctx.world;
  ctx.reply(
    "RPL_WHOISUSER",
    SERVICE,
    SERVICE,
    name,
    "*",
    "Manages accounts. Send it HELP for a list of commands",
  );
  ctx.reply("RPL_WHOISSERVER", SERVICE, name, config.description);
}

function describe(ctx: Context, user: User): void {
  const { world, now } = ctx;
  const { nick } = user;
  // Some lines are only for the user itself and for operators of the server.
  const open = user === ctx.user || ctx.user.oper !== undefined;
  ctx.reply("RPL_WHOISUSER", nick, user.username, user.host, "*", user.realname);
  const rooms = [...user.channels].filter((channel) =>
    open || channel.members.has(ctx.user) || !channel.flags.has("s") && !user.modes.includes("i")
  ).map((channel) => prefixesFor(ctx.user, channel.ranksOf(user)) + channel.name);
  for (const line of packWords(rooms)) ctx.reply("RPL_WHOISCHANNELS", nick, line);
  ctx.reply("RPL_WHOISSERVER", nick, world.name, world.config.description);
  if (user.oper !== undefined) ctx.reply("RPL_WHOISOPERATOR", nick);
  if (user.account !== undefined) ctx.reply("RPL_WHOISACCOUNT", nick, user.account);
  if (user.modes.includes("B")) ctx.reply("RPL_WHOISBOT", nick);
  if (user.secure) ctx.reply("RPL_WHOISSECURE", nick);
  if (open) {
    ctx.reply("RPL_WHOISACTUALLY", nick, `${user.username}@${user.ip}`, user.ip);
    ctx.reply("RPL_WHOISMODES", nick, `is using modes +${user.modes}`);
  }
  if (user.away !== undefined) ctx.reply("RPL_AWAY", nick, user.away);
  const idle = Math.floor((now - user.lastSpoke) / 1000);
  ctx.reply("RPL_WHOISIDLE", nick, `${idle}`, `${Math.floor(user.connectedAt / 1000)}`);
}

function whowas(ctx: Context, msg: Message): void {
  const { world } = ctx;
  const [asked, count = ""] = msg.params;
  if (!asked) return ctx.reply("ERR_NONICKNAMEGIVEN");
  const past = world.users.past(asked);
  if (past.length === 0) ctx.reply("ERR_WASNOSUCHNICK", asked);
  const most = Number(count) > 0 ? Number(count) : past.length;
  for (const { nick, username, host, ip, realname, account, at } of past.slice(0, most)) {
    ctx.reply("RPL_WHOWASUSER", nick, username, host, "*", realname);
    if (ctx.user.oper !== undefined) ctx.reply("RPL_WHOISACTUALLY", nick, `${username}@${ip}`, ip);
    if (account !== undefined) ctx.reply("RPL_WHOISACCOUNT", nick, account);
    ctx.reply("RPL_WHOISSERVER", nick, world.name, new Date(at).toUTCString());
  }
  ctx.reply("RPL_ENDOFWHOWAS", asked);
}

function userhost(ctx: Context, msg: Message): void {
  const found = msg.params.slice(0, 5).map((nick) => ctx.world.users.find(nick));
  const shown = found.filter((user) => user !== undefined).map((user) => {
    const oper = user.oper === undefined ? "" : "*";
    const away = user.away === undefined ? "+" : "-";
    return `${user.nick}${oper}=${away}${user.username}@${user.host}`;
  });
  ctx.reply("RPL_USERHOST", shown.join(" "));
}

function ison(ctx: Context, msg: Message): void {
  const asked = msg.params.flatMap((param) => param.split(" "));
  const here = asked.map((nick) => isService(nick) ? SERVICE : ctx.world.users.find(nick)?.nick)
    .filter((nick) => nick !== undefined);
  ctx.reply("RPL_ISON", here.join(" "));
}

function away(ctx: Context, msg: Message): void {
  const { user, world } = ctx;
  if (!user.registered && !user.caps.has("draft/pre-away")) return ctx.reply("ERR_NOTREGISTERED");
  const text = clip(msg.params[0] ?? "", AWAY_BYTES);
  setAway(world, user, text === "" ? undefined : text, ctx.now);
  ctx.reply(text === "" ? "RPL_UNAWAY" : "RPL_NOWAWAY");
}

function setname(ctx: Context, msg: Message): void {
  const realname = msg.params[0]!;
  if (realname.trim() === "" || clip(realname, REALNAME_BYTES) !== realname) {
    return ctx.fail("SETNAME", "INVALID_REALNAME", "Realname is not valid");
  }
  setRealname(ctx.world, ctx.user, realname, ctx.now);
}

function monitor(ctx: Context, msg: Message): void {
  const [subcommand = "", names = ""] = msg.params;
  MONITOR_SUBCOMMANDS.get(subcommand.toUpperCase())?.(
    ctx,
    names.split(",").filter((name) => name !== ""),
  );
}

const MONITOR_SUBCOMMANDS: ReadonlyMap<string, (ctx: Context, names: readonly string[]) => void> =
  new Map([
    ["+", monitorAdd],
    ["-", ({ user, world }, names) => {
      for (const name of names) world.users.unwatch(user, fold(name));
    }],
    ["C", ({ user, world }) => {
      for (const folded of [...user.monitored.keys()]) world.users.unwatch(user, folded);
    }],
    ["L", (ctx) => {
      for (const line of packList(ctx.user.monitored.values())) ctx.reply("RPL_MONLIST", line);
      ctx.reply("RPL_ENDOFMONLIST");
    }],
    ["S", (ctx) => sendStatus(ctx, [...ctx.user.monitored.values()])],
  ]);

function monitorAdd(ctx: Context, names: readonly string[]): void {
  const { user, world } = ctx;
  const added: string[] = [];
  for (const [index, name] of names.entries()) {
    if (!("name" in checkNick(name)) || user.monitored.has(fold(name))) continue;
    if (user.monitored.size >= MAX_MONITORED) {
      ctx.reply("ERR_MONLISTFULL", `${MAX_MONITORED}`, names.slice(index).join(","));
      break;
    }
    world.users.watch(user, name);
    added.push(name);
  }
  sendStatus(ctx, added);
}

function sendStatus(ctx: Context, names: readonly string[]): void {
  const online: string[] = [];
  const offline: string[] = [];
  for (const name of names) {
    const user = ctx.world.users.find(name);
    if (isService(name)) online.push(serviceSource(ctx.world));
    else if (user === undefined) offline.push(name);
    else online.push(user.source);
  }
  for (const line of packList(online)) ctx.reply("RPL_MONONLINE", line);
  for (const line of packList(offline)) ctx.reply("RPL_MONOFFLINE", line);
}

function packList(names: Iterable<string>): string[] {
  return packWords([...names]).map((line) => line.replaceAll(" ", ","));
}
