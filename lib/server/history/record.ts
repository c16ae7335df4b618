/**
 * Keeps messages and events in the history, under the keys of conversations.
 * @module
 */
import { formatTags } from "../../irc/message.ts";
import { fold } from "../../irc/names.ts";
import type { HistoryStore } from "../../store/history.ts";
import type { Channel } from "../world/channel.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { BatchLine } from "../../irc/multiline.ts";
import type { User } from "../world/user.ts";

/** The prefix of keys of private conversations; those of channels start with `#`. */
export const PAIR_PREFIX = "=";

/** The key of a private conversation, in whatever order the names are given. */
export function pairKey(a: string, b: string): string {
  return PAIR_PREFIX + [fold(a), fold(b)].sort().join(" ");
}

/**
 * The key of a private conversation of two users, by account, or by name without one. Undefined if
 * neither has an account: then nobody could prove later to be one of them.
 */
export function conversationOf(a: User, b: User): string | undefined {
  if (a.account === undefined && b.account === undefined) return undefined;
  return pairKey(a.account ?? a.nick, b.account ?? b.nick);
}

/** The other name in the key of a private conversation; undefined if the account is not in it. */
export function partnerIn(key: string, account: string): string | undefined {
  const [first, second] = key.slice(PAIR_PREFIX.length).split(" ");
  const own = fold(account);
  return first === own ? second : second === own ? first : undefined;
}

/** Keeps a message as it was sent; of a multiline message, the first line and all lines. */
export function keep(
  history: HistoryStore,
  conversation: string,
  told: Delivery,
  lines?: readonly BatchLine[],
): void {
  append(history, conversation, told, told.tags.msgid!, lines);
}

/** Keeps an event in several channels: a QUIT or NICK. */
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
 * The id of a copy in another conversation, since an id is unique in the store. Ids on the wire
 * have no spaces.
 */
function copyId(msgid: string, conversation: string): string {
  return `${msgid} ${conversation}`;
}

/** The id of an item on the wire. */
export function wireId(msgid: string): string {
  const space = msgid.indexOf(" ");
  return space < 0 ? msgid : msgid.slice(0, space);
}

/**
 * The id in the store of a message in a conversation, redacted or not; undefined if it is not
 * there.
 */
export function keptId(
  history: HistoryStore,
  conversation: string,
  msgid: string,
): string | undefined {
  // No client was ever told an id with a space.
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
