/**
 * Queries about the server: MOTD, LUSERS, VERSION, ADMIN, TIME, STATS, HELP, INFO, LINKS.
 *
 * Source: Modern IRC Client Protocol, "Server Queries and Commands".
 * @module
 */
import { fitsMask } from "../../irc/masks.ts";
import type { Message } from "../../irc/message.ts";
import { fold } from "../../irc/names.ts";
import type { CommandRow, CommandRows, Context } from "../command.ts";
import { sendIsupport, sendLusers, sendMotd } from "../entry/about.ts";
import { networkName } from "../entry/network_name.ts";
import { DAY_MS, MINUTE_MS } from "../../text/duration.ts";
import { packWords } from "../delivery/fit_line.ts";

export const queryCommands: CommandRows = {
  MOTD: {
    usage: "[server]",
    help: "Shows the message of the day.",
    for: "users",
    cost: 2,
    reads: true,
    run: here(sendMotd),
  },
  LUSERS: {
    usage: "",
    help: "Shows how many users are online.",
    for: "users",
    cost: 2,
    reads: true,
    run: sendLusers,
  },
  VERSION: {
    usage: "[server]",
    help: "Shows the version of this server and what it supports.",
    for: "users",
    cost: 2,
    reads: true,
    run: here(version),
  },
  ADMIN: {
    usage: "[server]",
    help: "Shows who runs this server.",
    for: "users",
    reads: true,
    run: here(admin),
  },
  TIME: {
    usage: "[server]",
    help: "Shows the server's time.",
    for: "users",
    reads: true,
    run: here(time),
  },
  STATS: {
    usage: "u | m | o | k [server]",
    help: "Shows the uptime (u), the use of commands (m), the operators (o) or the bans (k).",
    min: 1,
    for: "users",
    cost: 2,
    reads: true,
    run: here(stats, 1),
  },
  HELP: {
    usage: "[command]",
    help: "Explains a command, or lists all commands.",
    for: "users",
    reads: true,
    run: help,
  },
  INFO: {
    usage: "[server]",
    help: "Shows information about this program.",
    for: "users",
    cost: 2,
    reads: true,
    run: here(info),
  },
  LINKS: {
    usage: "",
    help: "Lists the servers of this network, which is only this one.",
    for: "users",
    reads: true,
    run: links,
  },
};

/** A query that may name a server as a parameter: any other than this one is refused. */
function here(run: CommandRow["run"], at = 0): CommandRow["run"] {
  return (ctx, msg) => {
    const { name, users } = ctx.world;
    const target = msg.params[at];
    const isHere = target === undefined || fitsMask(fold(target), fold(name)) ||
      users.find(target) !== undefined;
    if (isHere) run(ctx, msg);
    else ctx.reply("ERR_NOSUCHSERVER", target);
  };
}

function version(ctx: Context): void {
  const { name, init, config } = ctx.world;
  ctx.reply("RPL_VERSION", init.version.replaceAll(" ", "-"), name, config.description);
  sendIsupport(ctx);
}

function admin(ctx: Context): void {
  const { name, config } = ctx.world;
  ctx.reply("RPL_ADMINME", name);
  ctx.reply("RPL_ADMINLOC1", networkName(config));
  ctx.reply("RPL_ADMINLOC2", config.description);
  ctx.reply("RPL_ADMINEMAIL", "Ask for an operator in the lobby");
}

function time(ctx: Context): void {
  ctx.reply("RPL_TIME", ctx.world.name, new Date(ctx.now).toUTCString());
}

function stats(ctx: Context, msg: Message): void {
  // By code points: half of a surrogate pair would not be UTF-8.
  const [letter = "*"] = msg.params[0] ?? "";
  STATS.get(letter)?.(ctx);
  ctx.reply("RPL_ENDOFSTATS", letter);
}

const STATS: ReadonlyMap<string, (ctx: Context) => void> = new Map([
  ["u", statsUptime],
  ["m", statsCommands],
  ["o", statsOperators],
  ["k", statsBans],
]);

function statsUptime(ctx: Context): void {
  const up = ctx.now - ctx.world.init.startedAt;
  const days = Math.floor(up / DAY_MS);
  const clock = new Date(up - days * DAY_MS).toISOString().slice(11, 19);
  ctx.reply("RPL_STATSUPTIME", `Server Up ${days} days ${clock}`);
}

function statsCommands(ctx: Context): void {
  for (const [name, count] of ctx.world.usage) ctx.reply("RPL_STATSCOMMANDS", name, `${count}`);
}

function statsOperators(ctx: Context): void {
  if (ctx.user.oper === undefined) return ctx.reply("ERR_NOPRIVILEGES");
  for (const { name } of ctx.world.config.opers) ctx.reply("RPL_STATSOLINE", "O", "*", "*", name);
}

function statsBans(ctx: Context): void {
  if (ctx.user.oper === undefined) return ctx.reply("ERR_NOPRIVILEGES");
  for (const { kind, mask, reason, until } of ctx.world.bans.list(ctx.now)) {
    const left = until === Infinity ? "0" : `${Math.ceil((until - ctx.now) / MINUTE_MS)}`;
    ctx.reply("RPL_STATSKLINE", kind === "KLINE" ? "K" : "D", mask, left, reason);
  }
}

function help(ctx: Context, msg: Message): void {
  const topic = (msg.params[0] ?? "*").toUpperCase();
  if (topic === "*") {
    ctx.reply("RPL_HELPSTART", topic, "For help on one of these commands, type HELP and its name");
    const names = [...ctx.commands.keys()].sort();
    for (const line of packWords(names)) ctx.reply("RPL_HELPTXT", topic, line);
    return ctx.reply("RPL_ENDOFHELP", topic, "End of /HELP");
  }
  const command = ctx.commands.get(topic);
  if (command === undefined) return ctx.reply("ERR_HELPNOTFOUND", topic);
  ctx.reply("RPL_HELPSTART", topic, `${command.name} ${command.usage}`.trim());
  ctx.reply("RPL_HELPTXT", topic, command.help);
  ctx.reply("RPL_ENDOFHELP", topic, "End of /HELP");
}

function info(ctx: Context): void {
  const { version, startedAt } = ctx.world.init;
  const lines = [
    version,
    "A chat room for everyone on your network, in one program",
    `Online since ${new Date(startedAt).toUTCString()}`,
  ];
  for (const line of lines) ctx.reply("RPL_INFO", line);
  ctx.reply("RPL_ENDOFINFO");
}

function links(ctx: Context): void {
  const { name, config } = ctx.world;
  ctx.reply("RPL_LINKS", name, name, `0 ${config.description}`);
  ctx.reply("RPL_ENDOFLINKS", "*");
}
