/**
 * Sending again what was sent before, in the form that the receiver's capabilities ask for.
 *
 * Source: IRCv3 `draft/chathistory`, `draft/event-playback`, `batch`, `draft/multiline`.
 * @module
 */
import { actionOf, actionText } from "../../irc/ctcp.ts";
import { message, parseTags } from "../../irc/message.ts";
import { fold } from "../../irc/names.ts";
import type { HistoryItem } from "../../store/history.ts";
import type { Context } from "../dispatch.ts";
import { Delivery, type DeliveryTags } from "../fanout.ts";
import { asBatch, asLines, MULTILINE } from "../line_forms.ts";
import { cloakSource } from "../cloak.ts";
import { ReplyBudget } from "../reply_budget.ts";
import type { User } from "../user.ts";
import { isOfAddress } from "../user_mask.ts";
import type { Readable } from "./access.ts";
import { PAIR_PREFIX, wireId } from "./record.ts";

/** What one line of an answer takes from the allowance of whoever asked. */
const LINE_COST = 0.02;

/** What is to be sent again. */
export interface Replay {
  /** The type of the batch that it is in, for those who understand batches. */
  readonly type: "chathistory" | "soju.im/search";
  /** The parameters of that batch. */
  readonly params: readonly string[];
  /** The items, the oldest first. */
  readonly items: readonly HistoryItem[];
  /** From which end they count where they are too many for one answer. */
  readonly from: "first" | "last";
  /** What of it the receiver may read, by conversation. */
  readonly readable: ReadonlyMap<string, Readable>;
  /** Stands before each text for those who are not told times; undefined for nothing. */
  readonly mark?: (time: number) => string;
}

/** Whether a user wants to know what happened besides what was said, and can tell it from now. */
export function wantsEvents(user: User): boolean {
  return user.hasCapWithBatch("draft/event-playback");
}

/** Sends items to who asked for them, and takes from its allowance what that costs. */
export function replay(ctx: Context, { type, params, items, from, readable, mark }: Replay): void {
  const { user, world, now } = ctx;
  const batch = user.caps.has("batch") ? world.nextSerial() : undefined;
  const fitting = fit(ctx, onceEach(items), from);
  if (batch !== undefined) {
    user.deliver(world.fromServer("BATCH", [`+${batch}`, type, ...params], now));
  }
  for (const item of fitting) {
    const { name } = readable.get(item.conversation)!;
    for (const delivery of formsOf(ctx, item, name, batch, mark)) user.deliver(delivery);
  }
  if (batch !== undefined) user.deliver(world.fromServer("BATCH", [`-${batch}`], now));
  ctx.charge(LINE_COST * fitting.reduce((sum, item) => sum + linesOf(item), 0));
}

/**
 * Each item once: what happened in two rooms is kept for each of them, and both may have become one
 * when a room was given the name of another one that was gone.
 */
function onceEach(items: readonly HistoryItem[]): readonly HistoryItem[] {
  const ids = new Set<string>();
  return items.filter(({ msgid }) => ids.size !== ids.add(wireId(msgid)).size);
}

/**
 * As many items as one answer holds. Who wants more goes on from the last one that came, so the
 * end from which was asked is the one that stays.
 */
function fit(
  ctx: Context,
  items: readonly HistoryItem[],
  from: Replay["from"],
): readonly HistoryItem[] {
  const budget = new ReplyBudget(ctx);
  const ordered = from === "first" ? items : items.toReversed();
  const tooBig = ordered.findIndex((item, index) => {
    const length = item.params.reduce((sum, param) => sum + param.length, item.tags.length);
    return !budget.take(length, linesOf(item)) && index > 0;
  });
  if (tooBig < 0) return items;
  return from === "first" ? items.slice(0, tooBig) : items.slice(items.length - tooBig);
}

function linesOf({ concat }: HistoryItem): number {
  return 1 + (concat?.length ?? 0);
}

/** An item as it is sent to a user; nothing where it can't be told. */
function formsOf(
  { user, world }: Context,
  item: HistoryItem,
  name: string,
  batch: string | undefined,
  mark: Replay["mark"],
): readonly Delivery[] {
  const { command } = item;
  // An earlier version kept addresses, in sources and in the masks that were made of them.
  const source = cloakSource(item.source, world.init.cloak);
  if (command === "MODE" && user.oper === undefined && item.params.some(isOfAddress)) return [];
  const params = paramsFor(user, item, name);
  const tags: DeliveryTags = {
    time: item.time,
    msgid: wireId(item.msgid),
    account: item.account ?? undefined,
    bot: item.bot,
    client: item.tags === "" ? undefined : parseTags(item.tags),
    batch,
  };
  if (command === "REDACT" && !user.caps.has("draft/message-redaction")) return [];
  const before = mark?.(item.time);
  if (item.concat === null) {
    const shown = before === undefined ? params : [params[0]!, marked(params[1]!, before)];
    return [new Delivery(message(command, shown, { source }), tags)];
  }
  const concat = [false, ...item.concat];
  const lines = params[1]!.split("\n").map((text, index) => ({
    text: before === undefined || text === "" ? text : marked(text, before),
    concat: concat[index] ?? false,
  }));
  const several = { command, source, target: params[0]!, tags, lines };
  return user.hasCapWithBatch(MULTILINE)
    ? asBatch(several, world.nextSerial(), world.name)
    : asLines(several);
}

/** The parameters, with the names by which those who talk are known now. */
function paramsFor(user: User, item: HistoryItem, name: string): readonly string[] {
  const { command, account, params } = item;
  // Of these the first is no target.
  if (command === "QUIT" || command === "NICK") return params;
  if (item.conversation.startsWith(PAIR_PREFIX)) {
    const own = account !== null && user.account !== undefined &&
      fold(account) === fold(user.account);
    return [own ? name : user.nick, ...params.slice(1)];
  }
  const long = command !== "JOIN" || user.caps.has("extended-join");
  return long ? [name, ...params.slice(1)] : [name];
}

/** A text with something before it, which for what someone does stands behind the framing. */
function marked(text: string, before: string): string {
  const action = actionOf(text);
  return action === undefined ? `${before} ${text}` : actionText(`${before} ${action}`);
}
