/**
 * KICK, INVITE, RENAME.
 *
 * Source: Modern IRC Client Protocol, "Channel Operations"; IRCv3 `invite-notify`,
 * `draft/channel-rename`.
 * @module
 */
import { SECOND_MS } from "../../text/duration.ts";
import type { Message } from "../../irc/message.ts";
import { OPERATOR } from "../../irc/modes.ts";
import { asciiLower, checkChannel } from "../../irc/names.ts";
import { announceJoin } from "../delivery/announce.ts";
import { type Channel, MODERATOR } from "../world/channel.ts";
import { type CommandRows, Context } from "../command.ts";
import { notify } from "../delivery/delivery.ts";
import { KICK_BYTES, MAX_TARGETS } from "../entry/isupport_tokens.ts";
import { clip } from "../../text/bytes.ts";
import { ownChannel, showChannel } from "./membership.ts";
import type { User } from "../world/user.ts";

export const moderationCommands: CommandRows = {
  KICK: {
    usage: "#room name[,name...] [reason]",
    help: "Removes users from a room.",
    min: 2,
    for: "users",
    run: kick,
  },
  INVITE: {
    usage: "[name #room]",
    help: "Invites a user to a room. Without parameters, lists your invitations.",
    for: "users",
    reads: ({ params }) => params.length === 0,
    run: invite,
  },
  RENAME: {
    usage: "#room #new-name [reason]",
    help: "Renames a room.",
    min: 2,
    for: "users",
    cost: 4,
    run: rename,
  },
};

/** Takes one channel and several users, or as many channels as users. */
function kick(ctx: Context, msg: Message): void {
  const [names = "", targets = "", comment] = msg.params;
  const channels = names.split(",");
  const nicks = targets.split(",").slice(0, MAX_TARGETS);
  if (channels.length > 1 && channels.length !== targets.split(",").length) {
    return ctx.reply("ERR_NEEDMOREPARAMS", "KICK");
  }
  const reason = clip(comment || ctx.user.nick, KICK_BYTES);
  nicks.forEach((nick, index) => {
    const name = channels[channels.length > 1 ? index : 0]!;
    if (nick !== "") kickOne(ctx, name, nick, reason);
  });
}

function kickOne(ctx: Context, name: string, nick: string, reason: string): void {
  const { user, world } = ctx;
  const channel = ownChannel(ctx, name);
  if (channel === undefined) return;
  if (!channel.hasRank(user, MODERATOR)) return ctx.reply("ERR_CHANOPRIVSNEEDED", channel.name);
  const target = world.users.find(nick);
  if (target === undefined || !channel.members.has(target)) {
    return ctx.reply("ERR_USERNOTINCHANNEL", nick, channel.name);
  }
  // Half-operators can't kick operators.
  if (channel.ranksOf(target) >= OPERATOR && !channel.hasRank(user, OPERATOR)) {
    return ctx.reply("ERR_CHANOPRIVSNEEDED", channel.name);
  }
  world.kick(user, target, channel, reason, ctx.now);
}

function invite(ctx: Context, msg: Message): void {
  const { user, world } = ctx;
  const [nick, name] = msg.params;
  if (nick === undefined) {
    for (const channel of user.invites) ctx.reply("RPL_INVITELIST", channel.name);
    return ctx.reply("RPL_ENDOFINVITELIST");
  }
  if (name === undefined) return ctx.reply("ERR_NEEDMOREPARAMS", "INVITE");
  const channel = ownChannel(ctx, name);
  if (channel === undefined) return;
  const target = world.users.find(nick);
  if (target === undefined) return ctx.reply("ERR_NOSUCHNICK", nick);
  if (channel.members.has(target)) {
    return ctx.reply("ERR_USERONCHANNEL", target.nick, channel.name);
  }
  if (channel.flags.has("i") && !channel.hasRank(user, MODERATOR)) {
    return ctx.reply("ERR_CHANOPRIVSNEEDED", channel.name);
  }
  world.channels.invite(target, channel, channel.hasRank(user, MODERATOR) ? "moderator" : "member");
  ctx.reply("RPL_INVITING", target.nick, channel.name);
  const told = world.event(user, "INVITE", [target.nick, channel.name], ctx.now);
  target.deliver(told);
  notify("invite-notify", told, channel.members.keys(), user);
  if (target.away !== undefined) ctx.reply("RPL_AWAY", target.nick, target.away);
}

/** The least time between two renames of a channel, in milliseconds: each is a lot to announce. */
const RENAME_MS = 10 * SECOND_MS;

function rename(ctx: Context, msg: Message): void {
  const { user, world } = ctx;
  const [name, asked, reason = ""] = msg.params;
  const channel = ownChannel(ctx, name!);
  if (channel === undefined) return;
  if (!channel.hasRank(user, OPERATOR)) return ctx.reply("ERR_CHANOPRIVSNEEDED", channel.name);
  const check = checkChannel(asked!);
  if (channel === world.channels.lobby || "fault" in check) {
    const why = "fault" in check ? check.fault : "The lobby cannot be renamed";
    return ctx.fail("RENAME", "CANNOT_RENAME", channel.name, asked!, why);
  }
  const holder = world.channels.find(check.name);
  if (holder !== undefined && holder !== channel) {
    const why = "The channel name is already taken";
    return ctx.fail("RENAME", "CHANNEL_NAME_IN_USE", channel.name, check.name, why);
  }
  if (ctx.now - channel.renamedAt < RENAME_MS) {
    const why = "This channel was renamed recently: try again in a moment";
    return ctx.fail("RENAME", "CANNOT_RENAME", channel.name, check.name, why);
  }
  announceRename(ctx, channel, check.name, clip(reason, KICK_BYTES));
}

/**
 * Announces a new name. Clients without RENAME see everyone leave the old channel and enter the new
 * one.
 */
function announceRename(ctx: Context, channel: Channel, name: string, reason: string): void {
  const { user, world, commands, now } = ctx;
  const old = channel.name;
  const sameToAll = asciiLower(old) === asciiLower(name);
  world.channels.rename(channel, name, now);
  const unaware: User[] = [];
  const told = world.event(user, "RENAME", [old, name, reason], now);
  for (const member of channel.members.keys()) {
    if (member.caps.has("draft/channel-rename")) {
      member.deliver(told);
    } else if (!sameToAll) {
      member.deliver(world.event(member, "PART", reason ? [old, reason] : [old], now));
      announceJoin(world, member, channel, [member], now);
      unaware.push(member);
    }
  }
  for (const member of unaware) showChannel(new Context(commands, world, member, now), channel);
}
