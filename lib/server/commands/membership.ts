/**
 * JOIN, PART, TOPIC, NAMES, LIST.
 *
 * Source: Modern IRC Client Protocol, "Channel Operations"; IRCv3 `multi-prefix`,
 * `userhost-in-names`, `no-implicit-names`.
 * @module
 */
import type { Message } from "../../irc/message.ts";
import { CHANNEL_BYTES, checkChannel, isChannelName } from "../../irc/names.ts";
import type { NumericName } from "../../irc/numerics.ts";
import { channelsShare } from "../entry/admission.ts";
import { sharesChannel } from "../delivery/announce.ts";
import type { Ranks } from "../../irc/modes.ts";
import { type Channel, MODERATOR, prefixesFor } from "../world/channel.ts";
import type { CommandRows, Context } from "../command.ts";
import { isAdmitted } from "../entry/door.ts";
import { adviseHost } from "../entry/host_advice.ts";
import { timed } from "./timed.ts";
import { showLastMessages } from "../history/on_join.ts";
import { TOPIC_BYTES } from "../entry/isupport_tokens.ts";
import { listFilter } from "./list_filter.ts";
import { sendReadMarker } from "./mark_read.ts";
import { ReplyBudget } from "./reply_budget.ts";
import { clip } from "../../text/bytes.ts";
import { packWords } from "../delivery/fit_line.ts";
import { abandonOldest } from "../world/tidy.ts";
import type { User } from "../world/user.ts";

export const channelCommands: CommandRows = {
  JOIN: {
    usage: "#room[,#room...] [key[,key...]]",
    help: "Enters rooms. JOIN 0 leaves all of them.",
    min: 1,
    for: "users",
    run: join,
  },
  PART: {
    usage: "#room[,#room...] [reason]",
    help: "Leaves rooms.",
    min: 1,
    for: "users",
    run: part,
  },
  TOPIC: {
    usage: "#room [text]",
    help: "Shows or sets the topic of a room. An empty text clears it.",
    min: 1,
    for: "users",
    reads: ({ params }) => params.length < 2,
    run: topic,
  },
  NAMES: {
    usage: "[#room]",
    help: "Shows who is in a room. Before registration, shows the lobby.",
    // Newcomers can see who is in the lobby before they choose a name.
    for: "peers",
    cost: 2,
    reads: true,
    run: timed(names),
  },
  LIST: {
    usage: "[#room[,#room...]] [condition[,condition...]]",
    help: "Lists the rooms. Conditions: *mask*, !*mask*, >users, <users, C>minutes, T<minutes.",
    for: "users",
    cost: 2,
    reads: true,
    run: timed(list),
  },
};

function join(ctx: Context, msg: Message): void {
  const { user } = ctx;
  const [names = "", keys = ""] = msg.params;
  if (names === "0") {
    for (const channel of [...user.channels]) ctx.world.part(user, channel, undefined, ctx.now);
    return;
  }
  const key = keys.split(",");
  // Each channel costs as much as in a JOIN of its own.
  ctx.charged += names.split(",").length - 1;
  names.split(",").forEach((name, index) => {
    if (name !== "") joinOne(ctx, name, key[index]);
  });
}

function joinOne(ctx: Context, asked: string, key: string | undefined): void {
  const { user, world } = ctx;
  const check = checkChannel(asked);
  if ("fault" in check) {
    // Modern IRC has no numeric for a name that is too long.
    return isChannelName(asked) && clip(asked, CHANNEL_BYTES) === asked
      ? ctx.reply("ERR_BADCHANMASK", asked, check.fault)
      : ctx.reply("ERR_NOSUCHCHANNEL", asked);
  }
  const known = world.channels.find(check.name);
  if (known?.members.has(user)) return;
  const moved = known === undefined ? newNameFor(ctx, check.name) : undefined;
  if (moved !== undefined) {
    if (user.caps.has("draft/channel-rename")) {
      return ctx.fail("JOIN", "CHANNEL_RENAMED", check.name, moved, "The channel has been renamed");
    }
    ctx.reply("ERR_LINKCHANNEL", check.name, moved);
    return joinOne(ctx, moved, key);
  }
  const { channelsPerUser } = world.config.limits;
  if (channelsPerUser > 0 && user.channels.size >= channelsPerUser) {
    return ctx.reply("ERR_TOOMANYCHANNELS", check.name);
  }
  const lack = known === undefined ? lackOfRoom(ctx) : undefined;
  if (lack !== undefined) return ctx.reply("ERR_UNAVAILRESOURCE", check.name, lack);
  const refusal = known && refusalOf(known, user, key);
  if (refusal === "ERR_NEEDREGGEDNICK") {
    return ctx.reply(refusal, check.name, "Cannot join channel (+R): log in to an account first");
  }
  if (refusal !== undefined) return ctx.reply(refusal, known!.name);
  const channel = world.join(user, check.name, ctx.now);
  showChannel(ctx, channel);
  showLastMessages(ctx, channel);
  adviseHost(ctx, channel);
}

/** Why the user can't open another channel; undefined if it can. May forget an unused one. */
function lackOfRoom({ world, user }: Context): string | undefined {
  const { limits } = world.config;
  const origin = world.originOf(user);
  const most = channelsShare(limits);
  if (most > 0 && origin !== undefined && world.channels.opened.of(origin) >= most) {
    if (!abandonOldest(world, origin)) return "Too many rooms have been opened from your address";
  }
  const isFull = limits.channels > 0 && world.channels.all.size >= limits.channels;
  if (isFull && !abandonOldest(world, undefined)) {
    return "The server has reached its limit of rooms";
  }
  return undefined;
}

/** The new name of a channel that was renamed, unless the user may not see it or is in it. */
function newNameFor({ world, user }: Context, name: string): string | undefined {
  const channel = world.channels.formerly(name);
  return channel?.isVisibleTo(user) && !channel.members.has(user) ? channel.name : undefined;
}

/**
 * Why a user may not enter a channel; undefined if it may. An invitation from a moderator overrides
 * everything. Operators of the server may always enter a kept channel without members: otherwise
 * nobody could enter an invite-only one.
 */
function refusalOf(channel: Channel, user: User, key: string | undefined): NumericName | undefined {
  if (channel.invited.get(user) === "moderator") return undefined;
  if (channel.members.size === 0 && user.oper !== undefined) return undefined;
  if (channel.isBanned(user)) return "ERR_BANNEDFROMCHAN";
  if (channel.flags.has("R") && user.account === undefined) return "ERR_NEEDREGGEDNICK";
  if (channel.flags.has("i") && !channel.isInvited(user)) return "ERR_INVITEONLYCHAN";
  if (channel.key !== undefined && channel.key !== key) return "ERR_BADCHANNELKEY";
  if (channel.limit !== undefined && channel.members.size >= channel.limit) {
    return "ERR_CHANNELISFULL";
  }
  return undefined;
}

/** Sends a member the topic, its read marker and the names. */
export function showChannel(ctx: Context, channel: Channel): void {
  if (!ctx.user.hears) return;
  if (channel.topic !== undefined) sendTopic(ctx, channel);
  if (ctx.user.caps.has("draft/read-marker")) sendReadMarker(ctx, channel.name);
  if (ctx.user.caps.has("no-implicit-names")) return;
  sendNames(ctx, channel);
}

function part(ctx: Context, msg: Message): void {
  const [names, reason] = msg.params;
  for (const name of names!.split(",")) {
    const channel = name === "" ? undefined : ownChannel(ctx, name);
    if (channel !== undefined) {
      ctx.world.part(ctx.user, channel, reason && clip(reason, TOPIC_BYTES), ctx.now);
    }
  }
}

function topic(ctx: Context, msg: Message): void {
  const [name, text] = msg.params;
  const { user } = ctx;
  if (text === undefined) {
    const channel = ctx.world.channels.find(name!);
    if (!channel?.isVisibleTo(user)) return ctx.reply("ERR_NOSUCHCHANNEL", name!);
    return sendTopic(ctx, channel);
  }
  const channel = ownChannel(ctx, name!);
  if (channel === undefined) return;
  if (channel.flags.has("t") && !channel.hasRank(user, MODERATOR)) {
    return ctx.reply("ERR_CHANOPRIVSNEEDED", channel.name);
  }
  const clipped = clip(text, TOPIC_BYTES);
  if (clipped !== (channel.topic?.text ?? "")) {
    ctx.world.setTopic(user, channel, clipped, ctx.now);
  }
}

/** The channel of this name if the user is in it; if not, replies with an error. */
export function ownChannel(ctx: Context, name: string): Channel | undefined {
  const channel = ctx.world.channels.find(name);
  if (!channel?.isVisibleTo(ctx.user)) ctx.reply("ERR_NOSUCHCHANNEL", name);
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
    const channel = asked === undefined ? world.channels.lobby : world.channels.find(asked);
    const allowed = channel === world.channels.lobby && isAdmitted(world, user);
    return allowed ? sendNames(ctx, channel) : ctx.reply("ERR_NOTREGISTERED");
  }
  if (asked === undefined) return ctx.reply("RPL_ENDOFNAMES", "*");
  // TARGMAX allows one name; more are ignored.
  const name = asked.split(",", 1)[0]!;
  const channel = world.channels.find(name);
  if (!channel?.isVisibleTo(user)) return ctx.reply("RPL_ENDOFNAMES", name);
  sendNames(ctx, channel);
}

/** Sends the members that the user may see. */
function sendNames(ctx: Context, channel: Channel): void {
  const symbol = channel.flags.has("s") ? "@" : "=";
  for (const line of nameLines(channel, ctx.user)) {
    ctx.reply("RPL_NAMREPLY", symbol, channel.name, line);
  }
  ctx.reply("RPL_ENDOFNAMES", channel.name);
}

/**
 * The names of the members that a user may see, in lines, with the prefixes and hosts that its
 * capabilities ask for.
 */
function nameLines({ members }: Channel, viewer: User): string[] {
  const { caps } = viewer;
  const withHosts = caps.has("userhost-in-names");
  const nameOf = (member: User, ranks: Ranks) =>
    prefixesFor(viewer, ranks) + (withHosts ? member.source : member.nick);
  if (members.has(viewer)) return members.names(`${withHosts} ${caps.has("multi-prefix")}`, nameOf);
  const visible = [...members].filter(([member]) =>
    !member.modes.includes("i") || sharesChannel(member, viewer)
  );
  return packWords(visible.map(([member, ranks]) => nameOf(member, ranks)));
}

function list(ctx: Context, msg: Message): void {
  const { world, user, now } = ctx;
  const filter = listFilter(msg.params, now);
  const budget = new ReplyBudget(ctx);
  ctx.reply("RPL_LISTSTART", "Channel");
  for (
    const channel of filter.named?.map((name) => world.channels.find(name)) ??
      world.channels.all.values()
  ) {
    // The lobby always exists; others without members are not listed either.
    if (!channel?.isVisibleTo(user) || channel.members.size === 0 || !filter.fits(channel)) {
      continue;
    }
    const topic = channel.topic?.text ?? "";
    if (!budget.take(channel.name.length + topic.length)) break;
    ctx.reply("RPL_LIST", channel.name, `${channel.members.size}`, topic);
  }
  budget.explain("LIST");
  ctx.reply("RPL_LISTEND");
}
