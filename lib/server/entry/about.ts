/**
 * The welcome's numerics about the server: ISUPPORT, MOTD, LUSERS.
 *
 * Source: Modern IRC Client Protocol, "Connection Registration", "LUSERS", "MOTD message".
 * @module
 */
import type { Context } from "../command.ts";
import { isupportLines } from "./isupport_tokens.ts";
import { sendNodes } from "../world/nodes.ts";
import { cut } from "../../text/bytes.ts";

/** The room for a line of the MOTD behind the longest names, in bytes. */
const MOTD_BYTES = 320;

export function sendIsupport(ctx: Context): void {
  const { user, world, now } = ctx;
  for (const tokens of isupportLines(world.config)) ctx.reply("RPL_ISUPPORT", ...tokens);
  sendNodes(world, user, now);
}

export function sendMotd(ctx: Context): void {
  const { motd } = ctx.world.config;
  if (motd === null) return ctx.reply("ERR_NOMOTD");
  ctx.reply("RPL_MOTDSTART", `- ${ctx.world.name} Message of the day -`);
  for (const line of motd.split(/\r?\n|\r/)) {
    for (const piece of cut(line, MOTD_BYTES)) ctx.reply("RPL_MOTD", `- ${piece}`.trimEnd());
  }
  ctx.reply("RPL_ENDOFMOTD");
}

export function sendLusers(ctx: Context): void {
  const { world } = ctx;
  const users = world.users.size;
  const { invisible, operators } = world;
  const visible = users - invisible;
  ctx.reply(
    "RPL_LUSERCLIENT",
    `There are ${visible} users and ${invisible} invisible on 1 servers`,
  );
  ctx.reply("RPL_LUSEROP", `${operators}`);
  ctx.reply("RPL_LUSERUNKNOWN", `${world.connections.size - users}`);
  ctx.reply("RPL_LUSERCHANNELS", `${world.channels.occupied}`);
  ctx.reply("RPL_LUSERME", `I have ${users} clients and 0 servers`);
  const counts = [`${users}`, `${world.peak}`] as const;
  const text = `users ${users}, max ${world.peak}`;
  ctx.reply("RPL_LOCALUSERS", ...counts, `Current local ${text}`);
  ctx.reply("RPL_GLOBALUSERS", ...counts, `Current global ${text}`);
}
