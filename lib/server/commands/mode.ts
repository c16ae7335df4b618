/**
 * MODE.
 *
 * Source: Modern IRC Client Protocol, "MODE message".
 * @module
 */
import type { Message } from "../../irc/message.ts";
import {
  formatModes,
  type ModeChange,
  parseChannelModes,
  parseUserModes,
  USER_MODES,
} from "../../irc/modes.ts";
import { isChannelName } from "../../irc/names.ts";
import type { CommandRows, Context } from "../command.ts";
import { changeChannelModes } from "./mode_change.ts";

export const modeCommands: CommandRows = {
  MODE: {
    usage: "target [modes [parameters]]",
    help:
      "Shows or changes the modes of a room or of yourself. With +N on yourself, you see no old " +
      "messages when you enter a room.",
    min: 1,
    for: "users",
    reads: ({ params }) => params.length < 2,
    run: mode,
  },
};

function mode(ctx: Context, msg: Message): void {
  const [target, letters, ...params] = msg.params;
  if (isChannelName(target!)) channelMode(ctx, target!, letters, params);
  else userMode(ctx, target!, letters);
}

function channelMode(
  ctx: Context,
  target: string,
  letters: string | undefined,
  params: readonly string[],
): void {
  const { user, world } = ctx;
  const channel = world.channels.find(target);
  if (!channel?.isVisibleTo(user)) return ctx.reply("ERR_NOSUCHCHANNEL", target);
  if (letters !== undefined) {
    return changeChannelModes(ctx, channel, parseChannelModes(letters, params));
  }
  ctx.reply("RPL_CHANNELMODEIS", channel.name, ...channel.modes(channel.members.has(user)));
  ctx.reply("RPL_CREATIONTIME", channel.name, `${Math.floor(channel.createdAt / 1000)}`);
}

export function sendUserModes(ctx: Context): void {
  ctx.reply("RPL_UMODEIS", `+${ctx.user.modes}`);
}

function userMode(ctx: Context, target: string, letters: string | undefined): void {
  const { user, world } = ctx;
  const found = world.users.find(target);
  if (found === undefined) return ctx.reply("ERR_NOSUCHNICK", target);
  if (found !== user) return ctx.reply("ERR_USERSDONTMATCH");
  if (letters === undefined) return sendUserModes(ctx);
  const done: ModeChange[] = [];
  let unknown = false;
  for (const change of parseUserModes(letters)) {
    const row = USER_MODES.find((mode) => mode.letter === change.letter);
    if (row === undefined) unknown = true;
    else if (change.add && row.by === "server") continue;
    else if (world.setUserMode(user, change.letter, change.add)) done.push(change);
  }
  for (const params of formatModes(done)) {
    user.deliver(world.event(user, "MODE", [user.nick, ...params], ctx.now));
  }
  if (unknown) ctx.reply("ERR_UMODEUNKNOWNFLAG");
}
