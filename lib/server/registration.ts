/**
 * From a connection to a user: what has to be there, and the welcome.
 *
 * Source: Modern IRC Client Protocol, "Connection Registration".
 * @module
 */
import { CHANNEL_MODES, PREFIXES } from "../irc/modes.ts";
import type { Context } from "./dispatch.ts";
import { sendLusers, sendMotd } from "./commands/query.ts";
import { isupportLines } from "./isupport.ts";

/** Registers the peer and welcomes it, if it has sent all that is needed. */
export function tryRegister(ctx: Context): void {
  const { user, world, now } = ctx;
  const { nick, user: named, negotiating, admitted } = user.registration;
  if (user.registered || nick === "" || !named || negotiating) return;
  if (!admitted) {
    ctx.reply("ERR_PASSWDMISMATCH");
    world.quit(user, "The server's password is needed", now);
    return;
  }
  // Someone else may have come in under this name since it was asked for.
  if (!claim(ctx, nick)) {
    user.registration.nick = "";
    return;
  }
  world.register(user, nick);
  welcome(ctx);
}

/**
 * Whether the peer may have this name; if not, it is told why.
 *
 * @param nick a checked name.
 */
export function claim(ctx: Context, nick: string): boolean {
  const holder = ctx.world.holderOf(nick, ctx.user);
  if (holder === undefined) return true;
  const why = ctx.world.findUser(nick) === holder
    ? "Nickname is already in use"
    : `Nickname looks like ${holder.nick}, who is here`;
  ctx.reply("ERR_NICKNAMEINUSE", nick, why);
  return false;
}

function welcome(ctx: Context): void {
  const { world, user } = ctx;
  ctx.reply("RPL_WELCOME", `Welcome to the ${world.config.network} network, ${user.nick}`);
  ctx.reply("RPL_YOURHOST", `Your host is ${world.name}, running ${world.version}`);
  ctx.reply("RPL_CREATED", `This server was started ${new Date(world.startedAt).toUTCString()}`);
  const withParameter = CHANNEL_MODES.filter((mode) => mode.kind !== "flag");
  ctx.reply(
    "RPL_MYINFO",
    world.name,
    world.version.replaceAll(" ", "-"),
    "i",
    letters([...CHANNEL_MODES, ...PREFIXES]),
    letters([...withParameter, ...PREFIXES]),
  );
  for (const tokens of isupportLines(world.config)) ctx.reply("RPL_ISUPPORT", ...tokens);
  sendLusers(ctx);
  sendMotd(ctx);
}

function letters(modes: readonly { readonly letter: string }[]): string {
  return modes.map((mode) => mode.letter).sort().join("");
}
