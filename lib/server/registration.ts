/**
 * From a connection to a user: what has to be there, and the welcome.
 *
 * Source: Modern IRC Client Protocol, "Connection Registration".
 * @module
 */
import { CHANNEL_MODES, PREFIXES, USER_MODES } from "../irc/modes.ts";
import { sendIsupport, sendLusers, sendMotd } from "./about.ts";
import type { Context } from "./dispatch.ts";

/** Registers the peer and welcomes it, if it has sent all that is needed. */
export function tryRegister(ctx: Context): void {
  const { user, world, now } = ctx;
  const { nick, user: named, negotiating, admitted } = user.registration;
  if (user.registered || nick === "" || !named || negotiating) return;
  if (!admitted) {
    ctx.reply("ERR_PASSWDMISMATCH");
    return world.quit(user, "The server's password is needed", now);
  }
  // Someone else may have come in under this name since it was asked for.
  if (!claim(ctx, nick)) {
    user.registration.nick = "";
    return;
  }
  user.nick = nick;
  const ban = world.bans.ofUser(user, now);
  if (ban !== undefined) {
    ctx.reply("ERR_YOUREBANNEDCREEP", `You are banned from this server: ${ban.reason}`);
    user.nick = "";
    return world.quit(user, `Banned: ${ban.reason}`, now);
  }
  world.register(user, nick, now);
  welcome(ctx);
}

/**
 * Whether the peer may have this name; if not, it is told why.
 *
 * @param nick a checked name.
 */
export function claim(ctx: Context, nick: string): boolean {
  const { users } = ctx.world;
  const holder = users.holderOf(nick, ctx.user);
  if (holder === undefined) return true;
  const why = users.find(nick) === holder
    ? "Nickname is already in use"
    : `Nickname looks like ${holder.nick}, who is here`;
  ctx.reply("ERR_NICKNAMEINUSE", nick, why);
  return false;
}

function welcome(ctx: Context): void {
  const { world, user } = ctx;
  const { version, startedAt } = world.init;
  ctx.reply("RPL_WELCOME", `Welcome to the ${world.config.network} network, ${user.nick}`);
  ctx.reply("RPL_YOURHOST", `Your host is ${world.name}, running ${version}`);
  ctx.reply("RPL_CREATED", `This server was started ${new Date(startedAt).toUTCString()}`);
  const withParameter = CHANNEL_MODES.filter((mode) => mode.kind !== "flag");
  ctx.reply(
    "RPL_MYINFO",
    world.name,
    version.replaceAll(" ", "-"),
    letters(USER_MODES),
    letters([...CHANNEL_MODES, ...PREFIXES]),
    letters([...withParameter, ...PREFIXES]),
  );
  sendIsupport(ctx);
  sendLusers(ctx);
  sendMotd(ctx);
}

function letters(modes: readonly { readonly letter: string }[]): string {
  return modes.map((mode) => mode.letter).sort().join("");
}
