/**
 * The commands of channels: JOIN, PART, TOPIC, NAMES, LIST.
 *
 * Source: Modern IRC Client Protocol, "Channel Operations".
 * @module
 */
import type { Message } from "../../irc/message.ts";
import { prefixesOf } from "../../irc/modes.ts";
import { checkChannel } from "../../irc/names.ts";
import type { Channel } from "../channel.ts";
import type { Command, Context } from "../dispatch.ts";
import { TOPIC_BYTES } from "../isupport.ts";
import { clip, packWords } from "../text.ts";

/** The rows of these commands. */
export const channelCommands: readonly Command[] = [
  {
    name: "JOIN",
    usage: "#room[,#room...]",
    help: "Enters rooms; JOIN 0 leaves all of them.",
    min: 1,
    early: false,
    cost: 1,
    run: join,
  },
  {
    name: "PART",
    usage: "#room[,#room...] [reason]",
    help: "Leaves rooms.",
    min: 1,
    early: false,
    cost: 1,
    run: part,
  },
  {
    name: "TOPIC",
    usage: "#room [text]",
    help: "Shows or sets what a room is about; an empty text clears it.",
    min: 1,
    early: false,
    cost: 1,
    run: topic,
  },
  {
    name: "NAMES",
    usage: "[#room]",
    help: "Shows who is in a room; before you are registered, in the lobby.",
    min: 0,
    // Who wants to enter sees who is there before choosing a name.
    early: true,
    cost: 2,
    run: names,
  },
  {
    name: "LIST",
    usage: "[#room[,#room...]]",
    help: "Shows the rooms, how many are in each and what it is about.",
    min: 0,
    early: false,
    cost: 2,
    run: list,
  },
];

function join(ctx: Context, msg: Message): void {
  const { user } = ctx;
  if (msg.params[0] === "0") {
    for (const channel of [...user.channels]) ctx.world.part(user, channel, undefined, ctx.now);
    return;
  }
  for (const name of msg.params[0]!.split(",")) if (name !== "") joinOne(ctx, name);
}

function joinOne(ctx: Context, asked: string): void {
  const { user, world } = ctx;
  const check = checkChannel(asked);
  if ("fault" in check) {
    return asked.startsWith("#")
      ? ctx.reply("ERR_BADCHANMASK", asked, check.fault)
      : ctx.reply("ERR_NOSUCHCHANNEL", asked);
  }
  const known = world.findChannel(check.name);
  if (known?.members.has(user)) return;
  const { channels, channelsPerUser } = world.config.limits;
  if (channelsPerUser > 0 && user.channels.size >= channelsPerUser) {
    return ctx.reply("ERR_TOOMANYCHANNELS", check.name);
  }
  if (known === undefined && channels > 0 && world.channels.size >= channels) {
    return ctx.reply("ERR_TOOMANYCHANNELS", check.name);
  }
  const channel = world.join(user, check.name, ctx.now);
  if (channel.topic !== undefined) sendTopic(ctx, channel);
  sendNames(ctx, channel);
}

function part(ctx: Context, msg: Message): void {
  for (const name of msg.params[0]!.split(",")) {
    const channel = ownChannel(ctx, name);
    if (channel !== undefined) ctx.world.part(ctx.user, channel, msg.params[1], ctx.now);
  }
}

function topic(ctx: Context, msg: Message): void {
  const [name, text] = msg.params;
  if (text === undefined) {
    const channel = ctx.world.findChannel(name!);
    if (channel === undefined) return ctx.reply("ERR_NOSUCHCHANNEL", name!);
    return sendTopic(ctx, channel);
  }
  const channel = ownChannel(ctx, name!);
  if (channel === undefined) return;
  if (channel.flags.has("t") && !channel.isOperator(ctx.user)) {
    return ctx.reply("ERR_CHANOPRIVSNEEDED", channel.name);
  }
  ctx.world.setTopic(ctx.user, channel, clip(text, TOPIC_BYTES), ctx.now);
}

/** A channel by its name, if the user is in it; if not, it is told. */
function ownChannel(ctx: Context, name: string): Channel | undefined {
  const channel = ctx.world.findChannel(name);
  if (channel === undefined) ctx.reply("ERR_NOSUCHCHANNEL", name);
  else if (!channel.members.has(ctx.user)) ctx.reply("ERR_NOTONCHANNEL", channel.name);
  else return channel;
  return undefined;
}

function sendTopic(ctx: Context, channel: Channel): void {
  const { topic } = channel;
  if (topic === undefined) return ctx.reply("RPL_NOTOPIC", channel.name);
  ctx.reply("RPL_TOPIC", channel.name, topic.text);
  ctx.reply("RPL_TOPICWHOTIME", channel.name, topic.by, `${Math.floor(topic.at / 1000)}`);
}

function names(ctx: Context, msg: Message): void {
  const { user, world } = ctx;
  const asked = msg.params[0];
  if (!user.registered) {
    const channel = asked === undefined ? world.lobby : world.findChannel(asked);
    if (channel !== world.lobby || !user.registration.admitted) {
      return ctx.reply("ERR_NOTREGISTERED");
    }
    return sendNames(ctx, channel);
  }
  if (asked === undefined) return ctx.reply("RPL_ENDOFNAMES", "*");
  // TARGMAX says one; more are passed over, as the token promises.
  const name = asked.split(",", 1)[0]!;
  const channel = world.findChannel(name);
  if (channel === undefined) return ctx.reply("RPL_ENDOFNAMES", name);
  sendNames(ctx, channel);
}

function sendNames(ctx: Context, channel: Channel): void {
  const names: string[] = [];
  for (const [user, ranks] of channel.members) {
    names.push(prefixesOf(ranks).slice(0, 1) + user.nick);
  }
  for (const line of packWords(names)) ctx.reply("RPL_NAMREPLY", "=", channel.name, line);
  ctx.reply("RPL_ENDOFNAMES", channel.name);
}

function list(ctx: Context, msg: Message): void {
  const { world } = ctx;
  const channels = msg.params[0] === undefined
    ? world.channels.values()
    : msg.params[0].split(",").map((name) => world.findChannel(name));
  ctx.reply("RPL_LISTSTART", "Channel");
  for (const channel of channels) {
    if (channel === undefined) continue;
    ctx.reply("RPL_LIST", channel.name, `${channel.members.size}`, channel.topic?.text ?? "");
  }
  ctx.reply("RPL_LISTEND");
}
