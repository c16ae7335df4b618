/**
 * What was said before as notices of the server, for programs that would show it as said now:
 * each line with its time and who said it, between a line at the beginning and one at the end.
 * @module
 */
import { byteLength } from "../../irc/bytes.ts";
import { actionOf } from "../../irc/ctcp.ts";
import { nickOf } from "../../irc/message.ts";
import { isChannelName } from "../../irc/names.ts";
import type { HistoryItem } from "../../store/history.ts";
import type { Context } from "../dispatch.ts";
import { cut, roomFor } from "../text.ts";
import { wireId } from "./record.ts";
import type { Replay } from "./replay.ts";

/** How many lines of a message are shown to those who have not asked for it. */
export const FOLDED_LINES = 5;

/**
 * Says how many lines of a message are not shown, and how to see them.
 *
 * @param name the channel or the user.
 */
export function foldHint(more: number, name: string, { msgid }: HistoryItem): string {
  const lines = more === 1 ? "1 more line" : `${more.toLocaleString("en")} more lines`;
  return `... ${lines}. To see all of it: /quote CHATHISTORY AROUND ${name} ` +
    `msgid=${wireId(msgid)} 1`;
}

/** Sends items as notices. */
export function asNotices(ctx: Context, { title, items, readable, unasked }: Replay): void {
  const { user, world, now } = ctx;
  if (items.length === 0) return;
  const names = new Set(items.map(({ conversation }) => readable.get(conversation)!.name));
  // What is from several places is said to the user, with the place in front.
  const [only = user.nick] = names.size === 1 ? names : [];
  const target = isChannelName(only) ? only : user.nick;
  const say = (text: string) => user.deliver(world.fromServer("NOTICE", [target, text], now));
  say(`--- ${title} ---`);
  for (const item of items) {
    const { name } = readable.get(item.conversation)!;
    const place = names.size > 1 ? `${name} ` : "";
    const before = `[${world.init.clockTime(item.time, now)}] ${place}`;
    const lines = linesOf(item);
    const shown = unasked ? lines.slice(0, FOLDED_LINES) : lines;
    for (const line of shown) {
      const [who, text] = framed(item, line);
      const bytes = roomFor(world.name, "NOTICE", [target]) - byteLength(before + who);
      for (const piece of cut(text, Math.max(bytes, LEAST_BYTES))) say(before + who + piece);
    }
    const left = lines.length - shown.length;
    if (left > 0) say(`${before}${foldHint(left, name, item)}`);
  }
  say("--- now ---");
}

/** The least room for a text on a line, in bytes, however long the names before it are. */
const LEAST_BYTES = 60;

/** The lines of a message, without blank ones. */
function linesOf({ params, concat }: HistoryItem): readonly string[] {
  const text = params.at(-1) ?? "";
  return concat === null ? [text] : text.split("\n").filter((line) => line !== "");
}

/** Who says a line, and what. */
function framed({ command, source }: HistoryItem, text: string): [who: string, text: string] {
  const nick = nickOf(source);
  const action = actionOf(text);
  if (action !== undefined) return [`* ${nick} `, action];
  return command === "NOTICE" ? [`-${nick}- `, text] : [`<${nick}> `, text];
}
