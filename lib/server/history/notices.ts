/**
 * History as notices of the server, for clients that would show replayed messages as new: each line
 * with its time and sender, between a first and a last line.
 * @module
 */
import { byteLength, cut } from "../../text/bytes.ts";
import { actionOf } from "../../irc/ctcp.ts";
import { nickOf } from "../../irc/message.ts";
import { isChannelName } from "../../irc/names.ts";
import type { HistoryItem } from "../../store/history.ts";
import type { Context } from "../command.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { roomFor } from "../delivery/fit_line.ts";
import type { Readable } from "./access.ts";
import { wireId } from "./record.ts";

/** How many lines of a message are shown without being asked for. */
export const FOLDED_LINES = 5;

/** Tells how many lines of a message are not shown, and how to see them. */
export function foldHint(more: number, name: string, { msgid }: HistoryItem): string {
  const lines = more === 1 ? "1 more line" : `${more.toLocaleString("en-US")} more lines`;
  return `... ${lines}. To see the whole message: /quote CHATHISTORY AROUND ${name} ` +
    `msgid=${wireId(msgid)} 1`;
}

/** Items of one conversation as notices, of each message at most so many lines. */
export function asNotices(
  { user, world, now }: Context,
  title: string,
  items: readonly HistoryItem[],
  readable: ReadonlyMap<string, Readable>,
  most = Infinity,
): readonly Delivery[] {
  const notices: Delivery[] = [];
  const name = readable.get(items[0]?.conversation ?? "")?.name;
  if (name === undefined) return notices;
  const target = isChannelName(name) ? name : user.nick;
  const say = (text: string) => notices.push(world.fromServer("NOTICE", [target, text], now));
  say(`--- ${title} ---`);
  for (const item of items) {
    const before = `[${world.init.clockTime(item.time, now)}] `;
    const lines = linesOf(item);
    const shown = lines.slice(0, most);
    for (const line of shown) {
      const [who, text] = framed(item, line);
      const bytes = roomFor(world.name, "NOTICE", [target]) - byteLength(before + who);
      for (const piece of cut(text, Math.max(bytes, LEAST_BYTES))) say(before + who + piece);
    }
    const left = lines.length - shown.length;
    if (left > 0) say(`${before}${foldHint(left, name, item)}`);
  }
  say("--- now ---");
  return notices;
}

/** The least room for text on a line, in bytes, however long the names are. */
const LEAST_BYTES = 60;

/** The lines of a message, without blank ones. */
function linesOf({ params, concat }: HistoryItem): readonly string[] {
  const text = params.at(-1) ?? "";
  return concat === null ? [text] : text.split("\n").filter((line) => line !== "");
}

function framed({ command, source }: HistoryItem, text: string): [who: string, text: string] {
  const nick = nickOf(source);
  const action = actionOf(text);
  if (action !== undefined) return [`* ${nick} `, action];
  return command === "NOTICE" ? [`-${nick}- `, text] : [`<${nick}> `, text];
}
