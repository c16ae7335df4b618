/**
 * Replays messages of the history in the form that the receiver's capabilities ask for.
 *
 * Source: IRCv3 `draft/chathistory`, `draft/event-playback`, `batch`, `draft/multiline`.
 * @module
 */
import { actionOf, actionText } from "../../irc/ctcp.ts";
import { message, parseTags } from "../../irc/message.ts";
import { fold } from "../../irc/names.ts";
import type { HistoryItem } from "../../store/history.ts";
import type { Context } from "../command.ts";
import { Delivery, type DeliveryTags } from "../delivery/delivery.ts";
import { MULTILINE } from "../../irc/multiline.ts";
import { asBatch, asLines } from "../delivery/line_forms.ts";
import { cloakSource } from "../entry/cloak.ts";
import { ReplyBudget } from "../commands/reply_budget.ts";
import type { User } from "../world/user.ts";
import { isOfAddress } from "../world/user_mask.ts";
import type { Readable } from "./access.ts";
import { Composed } from "./last_messages.ts";
import { asNotices, FOLDED_LINES, foldHint } from "./notices.ts";
import { PAIR_PREFIX, wireId } from "./record.ts";

export interface Replay {
  /** The type of the batch, for clients with `batch`. */
  readonly type: "chathistory" | "soju.im/search";
  /** The parameters of the batch. */
  readonly params: readonly string[];
  /** Oldest first. */
  readonly items: readonly HistoryItem[];
  /** Which end to keep if there are too many items for one answer. */
  readonly from: "first" | "last";
  /** The conversations that the receiver may read, by key. */
  readonly readable: ReadonlyMap<string, Readable>;
  /**
   * A title such as `messages from before you joined` if nobody asked: then only the first lines of
   * long messages are sent.
   */
  readonly unasked?: string;
}

/**
 * Whether a user wants events (JOIN, PART, ...) besides messages, and can tell them from new ones.
 */
export function wantsEvents(user: User): boolean {
  return user.hasCapWithBatch("draft/event-playback");
}

/** Whether a user can be sent an item at all. */
function canTell({ caps, oper }: User, { command, params }: HistoryItem): boolean {
  if (command === "REDACT") return caps.has("draft/message-redaction");
  // Earlier versions made masks of addresses.
  if (command === "MODE") return oper !== undefined || !params.some(isOfAddress);
  return command !== "TAGMSG" || caps.has("message-tags");
}

/** How many times the wanted number of items is read at most to find enough that can be sent. */
const MOST_READ = 10;

/**
 * Reads as many items as wanted that a user can be sent, each once. With fewer, clients would
 * believe that there are no more. If `from` is undefined, it reads only once.
 */
export function gather(
  user: User,
  limit: number,
  from: Replay["from"] | undefined,
  read: (limit: number) => readonly HistoryItem[],
): readonly HistoryItem[] {
  for (let asked = limit;; asked += limit) {
    const items = read(asked);
    const found = onceEach(items).filter((item) => canTell(user, item));
    const isAll = items.length < asked || asked >= limit * MOST_READ;
    if (from !== undefined && found.length < limit && !isAll) continue;
    if (from === undefined || found.length <= limit || asked === limit) return found;
    // A page never ends within a millisecond.
    return from === "first"
      ? found.filter(({ time }) => time <= found[limit - 1]!.time)
      : found.filter(({ time }) => time >= found.at(-limit)!.time);
  }
}

/**
 * Sends items to a user.
 *
 * @param composed the same items of the same channel, as others were sent them.
 */
export function replay(ctx: Context, what: Replay, composed = new Composed()): void {
  const { user } = ctx;
  const fitting = { ...what, items: fit(ctx, what.items, what.from) };
  if (user.caps.has("batch")) return asBatched(ctx, fitting, composed);
  const { unasked, items, readable } = fitting;
  if (unasked === undefined) return asSingle(ctx, fitting);
  const compose = () => asNotices(ctx, unasked, items, readable, FOLDED_LINES);
  // Some are told when the notices were sent.
  const notices = user.caps.has("server-time") ? compose() : composed.forms("notices", compose);
  for (const notice of notices) user.deliver(notice);
}

/** Sends items as the original messages, in a batch. */
function asBatched(ctx: Context, what: Replay, composed: Composed): void {
  const { user, world, now } = ctx;
  const batch = composed.batch ??= world.nextReference();
  const isFolded = what.unasked !== undefined;
  const compose = () =>
    what.items.flatMap((item) => {
      const { name } = what.readable.get(item.conversation)!;
      return formsOf(ctx, item, name, batch, isFolded);
    });
  const key = `${user.caps.has("server-time")} ${user.hasCapWithBatch(MULTILINE)}`;
  const forms = composed.forms(key, compose);
  user.deliver(world.fromServer("BATCH", [`+${batch}`, what.type, ...what.params], now));
  for (const delivery of forms) user.deliver(delivery);
  user.deliver(world.fromServer("BATCH", [`-${batch}`], now));
}

/**
 * Sends items as the original messages to a client without batches that asked for them. A long
 * message would look like a flood by its sender, so it comes as notices.
 */
function asSingle(ctx: Context, what: Replay): void {
  for (const item of what.items) {
    const { name } = what.readable.get(item.conversation)!;
    let forms = formsOf(ctx, item, name, undefined, false);
    if (forms.length > FOLDED_LINES) {
      const title = `a message of ${forms.length} lines`;
      forms = asNotices(ctx, title, [item], what.readable);
    }
    for (const delivery of forms) ctx.user.deliver(delivery);
  }
}

/**
 * Each item once: an event in two channels is kept for both, and two histories become one if a
 * channel takes the name of one that is gone.
 */
function onceEach(items: readonly HistoryItem[]): readonly HistoryItem[] {
  const ids = new Set<string>();
  return items.filter(({ msgid }) => ids.size !== ids.add(wireId(msgid)).size);
}

/**
 * The items that fit into one answer. The client asks for more from the last one that came, so the
 * end that it asked from is kept, and if possible all of the last one's millisecond.
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
  const whole = ordered.findIndex(({ time }) => time === ordered[tooBig]!.time);
  const count = whole > 0 ? whole : tooBig;
  return from === "first" ? items.slice(0, count) : items.slice(items.length - count);
}

function linesOf({ concat }: HistoryItem): number {
  return 1 + (concat?.length ?? 0);
}

/** An item as it is sent to a user. */
function formsOf(
  { user, world, now }: Context,
  item: HistoryItem,
  name: string,
  batch: string | undefined,
  unasked: boolean,
): readonly Delivery[] {
  const { command } = item;
  // Earlier versions kept addresses.
  const source = cloakSource(item.source, world.init.cloak);
  const params = paramsFor(user, item, name);
  const tags: DeliveryTags = {
    time: item.time,
    msgid: wireId(item.msgid),
    account: item.account ?? undefined,
    bot: item.bot,
    client: item.tags === "" ? undefined : parseTags(item.tags),
    batch,
  };
  // Clients without server-time see the time in the text.
  const mark = (text: string) =>
    unasked && !user.caps.has("server-time") && text !== ""
      ? marked(text, `[${world.init.clockTime(item.time, now)}]`)
      : text;
  if (item.concat === null) {
    const shown = params.length === 2 ? [params[0]!, mark(params[1]!)] : params;
    return [new Delivery(message(command, shown, { source }), tags)];
  }
  const concat = [false, ...item.concat];
  const lines = params[1]!.split("\n").map((text, index) => ({
    text: mark(text),
    concat: concat[index] ?? false,
  }));
  const several = { command, source, target: params[0]!, tags, lines };
  if (user.hasCapWithBatch(MULTILINE)) return asBatch(several, world.nextReference(), world.name);
  const single = asLines(several);
  if (!unasked || single.length <= FOLDED_LINES) return single;
  const hint = foldHint(single.length - FOLDED_LINES, name, item);
  const notice = message("NOTICE", [params[0]!, hint], { source: world.name });
  return [...single.slice(0, FOLDED_LINES), new Delivery(notice, { time: item.time, batch })];
}

/** The parameters, with the present names of the conversation. */
function paramsFor(user: User, item: HistoryItem, name: string): readonly string[] {
  const { command, account, params } = item;
  // Their first parameter is no target.
  if (command === "QUIT" || command === "NICK") return params;
  if (item.conversation.startsWith(PAIR_PREFIX)) {
    const own = account !== null && user.account !== undefined &&
      fold(account) === fold(user.account);
    return [own ? name : user.nick, ...params.slice(1)];
  }
  const long = command !== "JOIN" || user.caps.has("extended-join");
  return long ? [name, ...params.slice(1)] : [name];
}

/** Puts a mark before a text; in an action, behind the framing. */
function marked(text: string, before: string): string {
  const action = actionOf(text);
  return action === undefined ? `${before} ${text}` : actionText(`${before} ${action}`);
}
