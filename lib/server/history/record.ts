/**
 * From what people were told to what is kept of it.
 * @module
 */
import { formatTags } from "../../irc/message.ts";
import { fold } from "../../irc/names.ts";
import type { HistoryStore } from "../../store/history.ts";
import type { Channel } from "../world/channel.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { BatchLine } from "../../irc/multiline.ts";
import type { User } from "../world/user.ts";

/** What the key of a private conversation starts with; that of a channel starts with `#`. */
export const PAIR_PREFIX = "=";

/** The key of what two say to each other in private, whoever comes first. */
export function pairKey(a: string, b: string): string {
  return PAIR_PREFIX + [fold(a), fold(b)].sort().join(" ");
}

/**
 * The key of what two users say to each other in private: by their accounts, or by the name of one
 * who has none. Undefined if neither has an account: then nobody could show later that these were
 * their words.
 */
export function conversationOf(a: User, b: User): string | undefined {
  if (a.account === undefined && b.account === undefined) return undefined;
  return pairKey(a.account ?? a.nick, b.account ?? b.nick);
}

/** With whom an account speaks in a private conversation; undefined if it has no part in it. */
export function partnerIn(key: string, account: string): string | undefined {
  const [first, second] = key.slice(PAIR_PREFIX.length).split(" ");
  const own = fold(account);
  return first === own ? second : second === own ? first : undefined;
}

/**
 * Keeps a message that a conversation was told.
 *
 * @param told as it went out, with its id and time; of several lines, the first.
 * @param lines all lines, where it has several.
 */
export function keep(
  history: HistoryStore,
  conversation: string,
  told: Delivery,
  lines?: readonly BatchLine[],
): void {
  append(history, conversation, told, told.tags.msgid!, lines);
}

/** Keeps in several channels what all of them were told at once: that someone left, or is renamed. */
export function keepInEach(
  history: HistoryStore,
  channels: Iterable<Channel>,
  told: Delivery,
): void {
  let first = true;
  for (const { folded } of channels) {
    append(history, folded, told, first ? told.tags.msgid! : copyId(told.tags.msgid!, folded));
    first = false;
  }
}

/**
 * The id under which a further conversation keeps what another one has already: in the store each
 * id is of one item. On the wire no id holds a space.
 */
function copyId(msgid: string, conversation: string): string {
  return `${msgid} ${conversation}`;
}

/** The id of an item as clients know it. */
export function wireId(msgid: string): string {
  const space = msgid.indexOf(" ");
  return space < 0 ? msgid : msgid.slice(0, space);
}

/**
 * The id under which a conversation keeps what clients know by this one, redacted or not; undefined
 * if it does not.
 */
export function keptId(
  history: HistoryStore,
  conversation: string,
  msgid: string,
): string | undefined {
  // Who writes a space asks for something that no client can have been told.
  if (msgid.includes(" ")) return undefined;
  return [msgid, copyId(msgid, conversation)].find((id) => history.hasPlace(conversation, id));
}

function append(
  history: HistoryStore,
  conversation: string,
  { message, tags }: Delivery,
  msgid: string,
  lines?: readonly BatchLine[],
): void {
  const { command, source, params } = message;
  const { time, account, bot, client } = tags;
  const several = lines !== undefined && lines.length > 1;
  history.append({
    msgid,
    time: time!,
    conversation,
    command,
    source: source!,
    account: account ?? null,
    bot: bot ?? false,
    params: several ? [params[0]!, lines.map(({ text }) => text).join("\n")] : params,
    tags: client?.size ? formatTags(client) : "",
    concat: several ? lines.slice(1).map(({ concat }) => concat) : null,
  });
}
