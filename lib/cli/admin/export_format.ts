/**
 * History as text, as JSON and as a web page. Text from others is made harmless.
 * @module
 */
import { format as formatTime } from "@std/datetime/format";
import { parseTags } from "../../irc/message.ts";
import type { HistoryItem } from "../../store/history.ts";
import { harmlessJson } from "../../ui/lines/json.ts";
import { shortened, visible, visibleName } from "../../text/text.ts";
import { EXPORT } from "../../wording/command_line.ts";

/** A format of the history. */
export interface ExportFormat {
  /** What comes before the first item. */
  readonly head: (room: string) => string;
  /** The line for a day, before its first item. */
  readonly day: (day: string) => string;
  /** An item; empty if it is not shown. */
  readonly item: (item: HistoryItem) => string;
  /** What comes after the last item. */
  readonly tail: string;
}

/** An item as it is shown: author, time, and what was done or said. */
interface Shown {
  readonly who: string;
  readonly at: string;
  /** What was done, as it follows the author: ` has joined the chat`. */
  readonly did: string;
  /** The lines of what was said. */
  readonly said: readonly string[];
}

const ACTION = "\u0001ACTION ";

/** The local day, such as `2026-11-22`. */
export function dayOf(time: number): string {
  return formatTime(new Date(time), "yyyy-MM-dd");
}

function nick(source: string): string {
  return visibleName(source.split("!", 1)[0] ?? "");
}

/** The lines of a message; `concat` says which parts continue the line before them. */
function linesOf(text: string, concat: readonly boolean[] | null): string[] {
  const lines: string[] = [];
  for (const [index, part] of text.split("\n").entries()) {
    if (index > 0 && concat?.[index - 1]) lines.push(lines.pop()! + part);
    else lines.push(part);
  }
  return lines.map(visible);
}

/** The words for events, by command. */
const DEEDS: Readonly<Record<string, (params: readonly string[]) => string>> = {
  JOIN: () => EXPORT.joined,
  PART: () => EXPORT.left,
  QUIT: () => EXPORT.left,
  NICK: ([to = ""]) => EXPORT.renamed(visibleName(to)),
  KICK: ([, who = "", why = ""]) =>
    why === ""
      ? EXPORT.removed(visibleName(who))
      : EXPORT.removedFor(visibleName(who), visible(why)),
  MODE: ([, ...modes]) => EXPORT.modes(visible(modes.join(" "))),
  REDACT: () => EXPORT.redacted,
};

/** The words for a TAGMSG; undefined if it is for programs only. */
function reaction(tags: string): string | undefined {
  const all = parseTags(tags);
  const [react, unreact] = [all.get("+draft/react"), all.get("+draft/unreact")];
  if (react) return EXPORT.reacted(visible(react));
  return unreact ? EXPORT.unreacted(visible(unreact)) : undefined;
}

/** An item in words; undefined if it is not shown. */
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
      return { who: EXPORT.notice(who), at, did: "", said: linesOf(text, concat) };
    case "TAGMSG": {
      const did = reaction(tags);
      return did === undefined ? undefined : { who, at, did, said: [] };
    }
    case "TOPIC":
      return text === "" || params.length < 2
        ? { who, at, did: EXPORT.noTopic, said: [] }
        : { who, at, did: EXPORT.topic, said: [visible(text)] };
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

/** One JSON object per line, with everything that is kept of an item. */
export const JSON_LINES: ExportFormat = {
  head: () => "",
  day: () => "",
  item({ msgid, time, conversation, command, source, account, bot, params, tags, concat }) {
    const object = {
      time: new Date(time).toISOString(),
      // A copy of a message in another room has that room after a space in its id.
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

/** A page that loads and runs nothing. */
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
