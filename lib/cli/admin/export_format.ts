/**
 * History as text, as JSON and as a web page. All that comes from others is made harmless.
 * @module
 */
import { format as formatTime } from "@std/datetime/format";
import { parseTags } from "../../irc/message.ts";
import type { HistoryItem } from "../../store/history.ts";
import { harmlessJson } from "../../ui/lines/json.ts";
import { shortened, visible, visibleName } from "../../text/text.ts";

/** How history is written. */
export interface ExportFormat {
  /** What stands before the first item. */
  readonly head: (room: string) => string;
  /** What stands between two days, and before the first. */
  readonly day: (day: string) => string;
  /** An item; empty for one that is not shown. */
  readonly item: (item: HistoryItem) => string;
  /** What stands behind the last item. */
  readonly tail: string;
}

/** An item as it is shown: who it is by, when, and what; of a message of several lines, one each. */
interface Shown {
  readonly who: string;
  readonly at: string;
  /** What stands between who and when: ` has joined the chat`. */
  readonly did: string;
  /** What was said, the lines. */
  readonly said: readonly string[];
}

const ACTION = "\u0001ACTION ";

/** The day of a time on this machine's clock, such as `2026-11-22`. */
export function dayOf(time: number): string {
  return formatTime(new Date(time), "yyyy-MM-dd");
}

function nick(source: string): string {
  return visibleName(source.split("!", 1)[0] ?? "");
}

/** The lines of a message; a part that continues the one before belongs to its line. */
function linesOf(text: string, concat: readonly boolean[] | null): string[] {
  const lines: string[] = [];
  for (const [index, part] of text.split("\n").entries()) {
    if (index > 0 && concat?.[index - 1]) lines.push(lines.pop()! + part);
    else lines.push(part);
  }
  return lines.map(visible);
}

/** What an event says of who did it, by its command. */
const DEEDS: Readonly<Record<string, (params: readonly string[]) => string>> = {
  JOIN: () => " has joined the chat",
  PART: () => " is disconnected from the chat",
  QUIT: () => " is disconnected from the chat",
  NICK: ([to = ""]) => ` is called ${visibleName(to)} now`,
  KICK: ([, who = "", why = ""]) =>
    ` removed ${visibleName(who)} from the chat room${why === "" ? "" : ` (${visible(why)})`}`,
  MODE: ([, ...modes]) => ` set ${visible(modes.join(" "))}`,
  REDACT: () => " took a message back",
};

/** What a message without a text says; undefined if that is for programs only. */
function reaction(tags: string): string | undefined {
  const all = parseTags(tags);
  const [react, unreact] = [all.get("+draft/react"), all.get("+draft/unreact")];
  if (react) return ` reacted with ${visible(react)}`;
  return unreact ? ` took back the reaction ${visible(unreact)}` : undefined;
}

/** An item as it is shown; undefined if it is not. */
function show({ command, source, params, time, concat, tags }: HistoryItem): Shown | undefined {
  const who = nick(source);
  const at = formatTime(new Date(time), "HH:mm:ss a");
  const text = params.at(-1) ?? "";
  switch (command) {
    case "PRIVMSG":
      if (text.startsWith(ACTION)) {
        const did = visible(text.slice(ACTION.length));
        return { who: `* ${who}`, at, did: ` ${did}`, said: [] };
      }
      return { who, at, did: "", said: linesOf(text, concat) };
    case "NOTICE":
      return { who: `Notice from ${who}`, at, did: "", said: linesOf(text, concat) };
    case "TAGMSG": {
      const did = reaction(tags);
      return did === undefined ? undefined : { who, at, did, said: [] };
    }
    case "TOPIC":
      return text === "" || params.length < 2
        ? { who, at, did: " took away the topic", said: [] }
        : { who, at, did: " changed the topic", said: [visible(text)] };
    default: {
      const did = DEEDS[command]?.(params) ?? ` ${visible([command, ...params].join(" "))}`;
      return { who, at, did, said: [] };
    }
  }
}

/** Plain lines, as `chat join` shows them. */
export const TEXT: ExportFormat = {
  head: () => "",
  day: (day) => `--- ${day} ---\n`,
  item(item) {
    const shown = show(item);
    if (shown === undefined) return "";
    const { who, at, did, said } = shown;
    const start = `${who}${did} @ ${at}`;
    if (said.length === 0) return `${shortened(start)}\n`;
    return said.map((line) => `${shortened(`${start} >> ${line}`)}\n`).join("");
  },
  tail: "",
};

/** One object a line, with everything that is kept of an item. */
export const JSON_LINES: ExportFormat = {
  head: () => "",
  day: () => "",
  item({ msgid, time, conversation, command, source, account, bot, params, tags, concat }) {
    const object = {
      time: new Date(time).toISOString(),
      // Behind a space stands in which room it is one of several copies.
      id: msgid.split(" ", 1)[0],
      room: conversation,
      command,
      from: source.split("!", 1)[0],
      source,
      account,
      bot,
      params,
      tags,
      concat,
    };
    return `${harmlessJson(object)}\n`;
  },
  tail: "",
};

/** A page by itself: it loads nothing and runs nothing. */
export const HTML: ExportFormat = {
  head: (room) =>
    `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(visible(room))}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 50em; margin: 2em auto; padding: 0 1em; }
h2 { font-size: 1em; border-bottom: 1px solid; margin: 2em 0 0.5em; }
p { margin: 0.2em 0; overflow-wrap: anywhere; unicode-bidi: isolate; }
time, .event { opacity: 0.7; }
</style>
</head>
<body>
<h1>${escapeHtml(visible(room))}</h1>
`,
  day: (day) => `<h2>${escapeHtml(day)}</h2>\n`,
  item(item) {
    const shown = show(item);
    if (shown === undefined) return "";
    const { who, at, did, said } = shown;
    const iso = new Date(item.time).toISOString();
    const time = `<time datetime="${iso}">${escapeHtml(at)}</time>`;
    const name = `<b>${escapeHtml(who)}</b>${escapeHtml(did)}`;
    if (said.length === 0) return `<p class="event">${time} ${name}</p>\n`;
    return `<p>${time} ${name}: ${said.map(escapeHtml).join("<br>")}</p>\n`;
  },
  tail: "</body>\n</html>\n",
};

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char]!);
}
