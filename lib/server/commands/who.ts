/**
 * WHO, with the fields of WHOX.
 *
 * Source: Modern IRC Client Protocol, "WHO message"; IRCv3 WHOX.
 * @module
 */
import { fitsMask } from "../../irc/masks.ts";
import type { Message } from "../../irc/message.ts";
import { fold, isChannelName } from "../../irc/names.ts";
import { sharesChannel } from "../delivery/announce.ts";
import { type Channel, prefixesFor } from "../world/channel.ts";
import type { CommandRows, Context } from "../command.ts";
import { timed } from "./timed.ts";
import { ReplyBudget } from "./reply_budget.ts";
import type { User } from "../world/user.ts";

export const whoCommands: CommandRows = {
  WHO: {
    usage: "[#room | name | mask] [o] [%fields[,token]]",
    help:
      "Lists the users in a room, or those that match a mask such as A*; with o, only operators.",
    for: "users",
    cost: 2,
    reads: true,
    run: timed(who),
  },
};

/** What is asked about each user: the fields of WHOX; undefined for the classic reply. */
interface Query {
  readonly fields: ReadonlySet<string> | undefined;
  readonly token: string;
  readonly operatorsOnly: boolean;
}

function who(ctx: Context, msg: Message): void {
  const { world, user } = ctx;
  const [mask = "*", options = ""] = msg.params;
  const query = parseOptions(options);
  const budget = new ReplyBudget(ctx);
  if (isChannelName(mask)) {
    const channel = world.channels.find(mask);
    if (channel?.isVisibleTo(user)) {
      const inside = channel.members.has(user);
      for (const member of channel.members.keys()) {
        if (!inside && !isVisible(ctx, member)) continue;
        if (!budget.take(member.realname.length)) break;
        show(ctx, member, channel, query);
      }
    }
  } else {
    for (const found of find(ctx, mask)) {
      if (!budget.take(found.realname.length)) break;
      show(ctx, found, commonChannel(ctx, found), query);
    }
  }
  budget.explain("WHO");
  ctx.reply("RPL_ENDOFWHO", mask);
}

function parseOptions(options: string): Query {
  const [flags = "", extended] = options.split("%", 2);
  const [fields = "", token = ""] = extended?.split(",", 2) ?? [];
  return {
    fields: extended === undefined ? undefined : new Set(fields),
    token: /^\d{1,3}$/.test(token) ? token : "0",
    operatorsOnly: flags.includes("o"),
  };
}

/** The user of this name, even if it is invisible; otherwise the visible ones that match a mask. */
function find(ctx: Context, mask: string): Iterable<User> {
  const { world } = ctx;
  const exact = world.users.find(mask);
  if (exact !== undefined) return [exact];
  const folded = fold(mask === "0" ? "*" : mask);
  const fits = (user: User) => {
    const { nick, username, host, realname, account = "", ip } = user;
    const texts = [nick, username, host, realname, account, ...isOpenTo(ctx, user) ? [ip] : []];
    return texts.some((text) => fitsMask(folded, fold(text)));
  };
  return [...world.users.all()].filter((user) => isVisible(ctx, user) && fits(user));
}

function isVisible({ user }: Context, other: User): boolean {
  return other === user || !other.modes.includes("i") || user.oper !== undefined ||
    sharesChannel(user, other);
}

/** Whether the asker may see the address of a user: its own, or any if it is an operator. */
function isOpenTo({ user }: Context, other: User): boolean {
  return other === user || user.oper !== undefined;
}

/** A channel of a user that the asker may know of. */
function commonChannel({ user }: Context, other: User): Channel | undefined {
  for (const channel of other.channels) {
    if (channel.members.has(user) || !channel.flags.has("s") && !other.modes.includes("i")) {
      return channel;
    }
  }
  return undefined;
}

function show(ctx: Context, user: User, channel: Channel | undefined, query: Query): void {
  if (query.operatorsOnly && user.oper === undefined) return;
  const { world, now } = ctx;
  const flags = (user.away === undefined ? "H" : "G") +
    (user.oper === undefined ? "" : "*") +
    (user.modes.includes("B") ? "B" : "") +
    prefixesFor(ctx.user, channel?.ranksOf(user) ?? 0);
  const name = channel?.name ?? "*";
  const { fields, token } = query;
  if (fields === undefined) {
    const { username, host, nick, realname } = user;
    const last = `0 ${realname}`.trimEnd();
    return ctx.reply("RPL_WHOREPLY", name, username, host, world.name, nick, flags, last);
  }
  const values: readonly (readonly [field: string, value: () => string])[] = [
    ["t", () => token],
    ["c", () => name],
    ["u", () => user.username],
    ["i", () => isOpenTo(ctx, user) ? user.ip : "255.255.255.255"],
    ["h", () => user.host],
    ["s", () => world.name],
    ["n", () => user.nick],
    ["f", () => flags],
    ["d", () => "0"],
    ["l", () => `${Math.floor((now - user.lastSpoke) / 1000)}`],
    ["a", () => user.account ?? "0"],
    ["o", () => "n/a"],
    ["r", () => user.realname],
  ];
  ctx.reply(
    "RPL_WHOSPCRPL",
    ...values.filter(([field]) => fields.has(field)).map(([, value]) => value()),
  );
}
