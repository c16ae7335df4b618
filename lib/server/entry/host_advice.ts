/**
 * Tells the person who started the server how to become operator of its lobby.
 * @module
 */
import { SERVICE } from "../../irc/reserved.ts";
import type { Context } from "../command.ts";
import { AUTO_DATA, type Config } from "../settings/config.ts";
import type { Channel } from "../world/channel.ts";
import { isExempt } from "./admission.ts";

const ADVICE = {
  register: `register your name (/register in chat join, /msg ${SERVICE} REGISTER PASSWORD in ` +
    "another program), then ",
  become: (first: string, command: string) =>
    "If you run this server, you can become operator of its lobby: " +
    `${first}type in a shell on this machine: ${command}`,
} as const;

/** Advises the first person from the server's own machine who enters the lobby, if it helps. */
export function adviseHost({ world, user, now }: Context, channel: Channel): void {
  const { config, store: { accounts } } = world;
  if (channel !== world.channels.lobby || !user.isHere || world.hasAdvisedHost) return;
  // Behind a proxy on this machine, everyone seems to be here.
  if (isExempt(config.limits, user.ip)) return;
  world.hasAdvisedHost = true;
  const isPossible = config.data !== null && config.accounts.registration &&
    accounts.trouble === undefined;
  const isNeeded = config.opers.length === 0 && !accounts.list().some(({ oper }) => oper);
  if (!isPossible || !isNeeded) return;
  const first = user.account === undefined ? ADVICE.register : "";
  const command = `chat user op ${inShell(user.account ?? user.nick)}${dataOption(config)}`;
  world.notify(user, ADVICE.become(first, command), now);
}

/** A name as a word in a shell: names may have `|` and backquotes, but no quotes. */
function inShell(name: string): string {
  return /^[\p{L}\p{M}\p{N}_-]+$/u.test(name) ? name : `'${name}'`;
}

/** The option that names the server's data to `chat user`. */
function dataOption({ data }: Config): string {
  if (data === null || data === AUTO_DATA) return "";
  return ` --data ${/^[\w@%+=:,./-]+$/.test(data) ? data : "DIR"}`;
}
