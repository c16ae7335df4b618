/**
 * MODE: for now what the modes are.
 *
 * Source: Modern IRC Client Protocol, "MODE message".
 * @module
 */
import type { Message } from "../../irc/message.ts";
import { isChannelName } from "../../irc/names.ts";
import type { Command, Context } from "../dispatch.ts";

/** The row of this command. */
export const modeCommands: readonly Command[] = [
  {
    name: "MODE",
    usage: "target [modes]",
    help: "Shows the modes of a room or of yourself.",
    min: 1,
    early: false,
    cost: 1,
    run: mode,
  },
];

function mode(ctx: Context, msg: Message): void {
  const [target, changes] = msg.params;
  if (isChannelName(target!)) channelMode(ctx, target!, changes);
  else userMode(ctx, target!, changes);
}

function channelMode(ctx: Context, target: string, changes: string | undefined): void {
  const channel = ctx.world.findChannel(target);
  if (channel === undefined) return ctx.reply("ERR_NOSUCHCHANNEL", target);
  if (changes === undefined) {
    ctx.reply("RPL_CHANNELMODEIS", channel.name, channel.modes());
    ctx.reply("RPL_CREATIONTIME", channel.name, `${Math.floor(channel.createdAt / 1000)}`);
  } else if (/^\+?b$/.test(changes)) {
    ctx.reply("RPL_ENDOFBANLIST", channel.name);
  } else {
    ctx.reply("ERR_CHANOPRIVSNEEDED", channel.name);
  }
}

function userMode(ctx: Context, target: string, changes: string | undefined): void {
  const user = ctx.world.findUser(target);
  if (user === undefined) ctx.reply("ERR_NOSUCHNICK", target);
  else if (user !== ctx.user) ctx.reply("ERR_USERSDONTMATCH");
  else if (changes === undefined) ctx.reply("RPL_UMODEIS", "+");
  else ctx.reply("ERR_UMODEUNKNOWNFLAG");
}
