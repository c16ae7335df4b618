/**
 * The commands that only ask: MOTD, LUSERS, WHO, WHOIS.
 *
 * Source: Modern IRC Client Protocol, "Server Queries and Commands", "User-Based Queries".
 * @module
 */
import { fitsMask } from "../../irc/masks.ts";
import type { Message } from "../../irc/message.ts";
import { prefixesOf } from "../../irc/modes.ts";
import { fold, isChannelName } from "../../irc/names.ts";
import type { Channel } from "../channel.ts";
import type { Command, Context } from "../dispatch.ts";
import { packWords } from "../text.ts";
import type { User } from "../user.ts";

/** The rows of these commands. */
export const queryCommands: readonly Command[] = [
  {
    name: "MOTD",
    usage: "",
    help: "Shows the message of the day.",
    min: 0,
    early: false,
    cost: 2,
    run: (ctx) => sendMotd(ctx),
  },
  {
    name: "LUSERS",
    usage: "",
    help: "Shows how many are here.",
    min: 0,
    early: false,
    cost: 2,
    run: (ctx) => sendLusers(ctx),
  },
  {
    name: "WHO",
    usage: "#room | name | mask",
    help: "Shows who is in a room, or whose name fits a mask such as A*.",
    min: 1,
    early: false,
    cost: 2,
    run: who,
  },
  {
    name: "WHOIS",
    usage: "name",
    help: "Shows what is known of a user.",
    min: 0,
    early: false,
    cost: 1,
    run: whois,
  },
];

/** Sends the message of the day, or that there is none. */
export function sendMotd(ctx: Context): void {
  const { motd } = ctx.world.config;
  if (motd === null) return ctx.reply("ERR_NOMOTD");
  ctx.reply("RPL_MOTDSTART", `- ${ctx.world.name} Message of the day -`);
  for (const line of motd.split(/\r?\n/)) ctx.reply("RPL_MOTD", `- ${line}`);
  ctx.reply("RPL_ENDOFMOTD");
}

/** Sends how many users and channels there are. */
export function sendLusers(ctx: Context): void {
  const { world } = ctx;
  const users = world.users.size;
  ctx.reply("RPL_LUSERCLIENT", `There are ${users} users and 0 invisible on 1 servers`);
  ctx.reply("RPL_LUSEROP", "0");
  ctx.reply("RPL_LUSERUNKNOWN", `${world.connections.size - users}`);
  ctx.reply("RPL_LUSERCHANNELS", `${world.channels.size}`);
  ctx.reply("RPL_LUSERME", `I have ${users} clients and 0 servers`);
  const counts = [`${users}`, `${world.peak}`] as const;
  const text = `users ${users}, max ${world.peak}`;
  ctx.reply("RPL_LOCALUSERS", ...counts, `Current local ${text}`);
  ctx.reply("RPL_GLOBALUSERS", ...counts, `Current global ${text}`);
}

function who(ctx: Context, msg: Message): void {
  const { world } = ctx;
  const mask = msg.params[0]!;
  if (isChannelName(mask)) {
    const channel = world.findChannel(mask);
    for (const user of channel?.members.keys() ?? []) sendWho(ctx, user, channel);
  } else {
    const folded = fold(mask);
    for (const [name, user] of world.users) {
      if (fitsMask(folded, name)) sendWho(ctx, user, undefined);
    }
  }
  ctx.reply("RPL_ENDOFWHO", mask);
}

function sendWho(ctx: Context, user: User, channel: Channel | undefined): void {
  const ranks = prefixesOf(channel?.members.get(user) ?? 0).slice(0, 1);
  ctx.reply(
    "RPL_WHOREPLY",
    channel?.name ?? "*",
    user.username,
    user.host,
    ctx.world.name,
    user.nick,
    `H${ranks}`,
    `0 ${user.realname}`,
  );
}

function whois(ctx: Context, msg: Message): void {
  const { world, now } = ctx;
  // With two parameters the first names a server, and there is only this one.
  const asked = msg.params[1] ?? msg.params[0];
  if (!asked) return ctx.reply("ERR_NONICKNAMEGIVEN");
  const user = world.findUser(asked);
  if (user === undefined) {
    ctx.reply("ERR_NOSUCHNICK", asked);
    return ctx.reply("RPL_ENDOFWHOIS", asked);
  }
  const { nick } = user;
  ctx.reply("RPL_WHOISUSER", nick, user.username, user.host, "*", user.realname);
  const rooms = [...user.channels].map((channel) =>
    prefixesOf(channel.members.get(user) ?? 0).slice(0, 1) + channel.name
  );
  for (const line of packWords(rooms)) ctx.reply("RPL_WHOISCHANNELS", nick, line);
  ctx.reply("RPL_WHOISSERVER", nick, world.name, world.config.description);
  const idle = Math.floor((now - user.lastSpoke) / 1000);
  ctx.reply("RPL_WHOISIDLE", nick, `${idle}`, `${Math.floor(user.connectedAt / 1000)}`);
  ctx.reply("RPL_ENDOFWHOIS", nick);
}
