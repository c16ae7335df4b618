/**
 * Changes the modes of a channel.
 *
 * Source: Modern IRC Client Protocol, "MODE message", "Channel Modes".
 * @module
 */
import {
  CHANNEL_MODES,
  type ChannelMode,
  formatModes,
  type ModeChange,
  type ModeKind,
  type Prefix,
  PREFIXES,
} from "../../irc/modes.ts";
import type { NumericName } from "../../irc/numerics.ts";
import type { Channel, ListLetter } from "../world/channel.ts";
import type { Context } from "../command.ts";
import { KEY_BYTES } from "../entry/isupport_tokens.ts";
import { clip } from "../../text/bytes.ts";
import { isOfAddress, parseMask } from "../world/user_mask.ts";

const LIST_NUMERICS: Readonly<Record<ListLetter, readonly [entry: NumericName, end: NumericName]>> =
  {
    b: ["RPL_BANLIST", "RPL_ENDOFBANLIST"],
    e: ["RPL_EXCEPTLIST", "RPL_ENDOFEXCEPTLIST"],
    I: ["RPL_INVEXLIST", "RPL_ENDOFINVEXLIST"],
  };

/** The longest mask in a list, in bytes: it must fit on a reply. */
const MASK_BYTES = 100;

/**
 * Makes those changes that the user may make, and announces them to the members. Replies to the
 * others with errors, to a lack of rank only once.
 */
export function changeChannelModes(
  ctx: Context,
  channel: Channel,
  changes: readonly ModeChange[],
): void {
  const done: ModeChange[] = [];
  const shown = new Set<string>();
  let refused = false;
  for (const change of changes) {
    const { letter, param } = change;
    const row = CHANNEL_MODES.find((mode) => mode.letter === letter) ??
      PREFIXES.find((prefix) => prefix.letter === letter);
    if (row === undefined) {
      if (!shown.has(letter)) ctx.reply("ERR_UNKNOWNMODE", letter);
      shown.add(letter);
    } else if ("kind" in row && row.kind === "list" && param === undefined) {
      if (!shown.has(letter)) showList(ctx, channel, letter as ListLetter);
      shown.add(letter);
    } else if (!channel.hasRank(ctx.user, row.by)) {
      if (!refused) ctx.reply("ERR_CHANOPRIVSNEEDED", channel.name);
      refused = true;
    } else if (!param && needsParam(row, change)) {
      if (!shown.has(letter)) invalid(ctx, channel, change, "This mode needs a parameter");
      shown.add(letter);
    } else {
      const effect = "kind" in row
        ? CHANGERS[row.kind](ctx, channel, change)
        : changeRank(ctx, channel, row, change);
      if (effect !== undefined) done.push(effect);
    }
  }
  if (done.length > 0) ctx.world.changedModes(ctx.user, channel, formatModes(done), ctx.now);
}

/** Whether a change is nothing without its parameter. A key can be removed without naming it. */
function needsParam(row: ChannelMode | Prefix, { add }: ModeChange): boolean {
  if (!("kind" in row)) return true;
  return row.kind === "list" || row.kind !== "flag" && add;
}

function showList(ctx: Context, channel: Channel, letter: ListLetter): void {
  const [entry, end] = LIST_NUMERICS[letter];
  const { user } = ctx;
  const isInside = channel.members.has(user);
  // Exceptions and invitations are shown only to members, and so are addresses in masks.
  if (channel.isVisibleTo(user) && (letter === "b" || isInside)) {
    for (const { mask, by, at } of channel.lists[letter].values()) {
      if (!isInside && user.oper === undefined && isOfAddress(mask.text)) continue;
      ctx.reply(entry, channel.name, mask.text, by, `${Math.floor(at / 1000)}`);
    }
  }
  ctx.reply(end, channel.name);
}

/** Changes a member's rank. Returns what is announced, if anything changed. */
function changeRank(
  ctx: Context,
  channel: Channel,
  { bit, letter }: Prefix,
  { add, param }: ModeChange,
): ModeChange | undefined {
  const user = ctx.world.users.find(param!);
  const ranks = user && channel.members.get(user);
  if (ranks === undefined && !add) {
    // The ranks of an account can be taken from it while it is not in the channel.
    const account = ctx.world.channels.takeRank(channel, param!, bit, ctx.now);
    if (account !== undefined) return { add, letter, param: account };
  }
  if (user === undefined) ctx.reply("ERR_NOSUCHNICK", param!);
  else if (ranks === undefined) ctx.reply("ERR_USERNOTINCHANNEL", user.nick, channel.name);
  else if (((ranks & bit) !== 0) !== add) {
    ctx.world.setRanks(user, channel, ranks ^ bit, ctx.now);
    return { add, letter, param: user.nick };
  }
  return undefined;
}

/** Changes a mode. Returns what is announced, if anything changed. */
type Changer = (ctx: Context, channel: Channel, change: ModeChange) => ModeChange | undefined;

/** How each kind of mode is changed. The only ones of kinds "always" and "set" are `k` and `l`. */
const CHANGERS: Readonly<Record<ModeKind, Changer>> = {
  flag: changeFlag,
  list: changeList,
  always: changeKey,
  set: changeLimit,
};

function changeFlag(
  { world }: Context,
  channel: Channel,
  change: ModeChange,
): ModeChange | undefined {
  if (channel.flags.has(change.letter) === change.add) return undefined;
  world.channels.setFlag(channel, change.letter, change.add);
  return { ...change, param: undefined };
}

function changeKey(ctx: Context, channel: Channel, change: ModeChange): ModeChange | undefined {
  const { add, param = "" } = change;
  const { key } = channel;
  if (!add) {
    ctx.world.channels.setKey(channel, undefined);
    return key === undefined ? undefined : { ...change, param: key };
  }
  if (param === key) return undefined;
  if (!/^[^\s,:\p{C}][^\s,\p{C}]*$/u.test(param) || clip(param, KEY_BYTES) !== param) {
    const why = `A key can be at most ${KEY_BYTES} bytes long, without spaces or commas`;
    // It may be a secret that was meant for elsewhere, so it is not echoed.
    return invalid(ctx, channel, { ...change, param: "*" }, why);
  }
  ctx.world.channels.setKey(channel, param);
  return change;
}

function changeLimit(ctx: Context, channel: Channel, change: ModeChange): ModeChange | undefined {
  const { add, param = "" } = change;
  const had = channel.limit;
  if (!add) {
    ctx.world.channels.setLimit(channel, undefined);
    return had === undefined ? undefined : { ...change, param: undefined };
  }
  const limit = /^\d{1,9}$/.test(param) ? Number(param) : 0;
  if (limit === 0) return invalid(ctx, channel, change, "A limit must be a number greater than 0");
  if (limit === had) return undefined;
  ctx.world.channels.setLimit(channel, limit);
  return { ...change, param: `${limit}` };
}

function changeList(ctx: Context, channel: Channel, change: ModeChange): ModeChange | undefined {
  const { add, letter, param = "" } = change;
  const list = channel.lists[letter as ListLetter];
  const mask = parseMask(param);
  const { key, text } = mask;
  if (!add) {
    const entry = list.get(key);
    list.delete(key);
    return entry && { ...change, param: entry.mask.text };
  }
  if (list.has(key)) {
    ctx.reply("ERR_LISTMODEALREADYSET", channel.name, list.get(key)!.mask.text, letter);
    return undefined;
  }
  const why = maskFault(text) ?? mask.fault;
  if (why !== undefined) return invalid(ctx, channel, change, why);
  const { listEntries } = ctx.world.config.limits;
  if (listEntries > 0 && list.size >= listEntries) {
    ctx.reply("ERR_BANLISTFULL", channel.name, text);
    return undefined;
  }
  channel.list(letter as ListLetter, mask, ctx.user.source, ctx.now);
  return { ...change, param: text };
}

function invalid(ctx: Context, channel: Channel, { letter, param }: ModeChange, why: string) {
  ctx.reply("ERR_INVALIDMODEPARAM", channel.name, letter, param || "*", why);
  return undefined;
}

/** Why a mask can't stand on a line; undefined if it can. */
function maskFault(mask: string): string | undefined {
  if (/[\s\p{C}]/u.test(mask) || mask.startsWith(":")) {
    return "A mask must be a name, user@host or ~a:account";
  }
  return clip(mask, MASK_BYTES) === mask
    ? undefined
    : `A mask can be at most ${MASK_BYTES} bytes long`;
}
