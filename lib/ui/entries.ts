/**
 * Turns events into entries: lines that are shown together.
 * @module
 */
import type { MessageOfTheDay, Said, Users } from "../client/events.ts";
import { sameName } from "../irc/names.ts";
import { type Clock, eventSpans } from "./format.ts";
import type { Age, Entry } from "./places.ts";
import type { ScreenLine } from "./inline/screen.ts";
import { paint, type Style } from "./terminal/style.ts";
import { plainText, type Span } from "./spans.ts";
import { visible, visibleName } from "../text/text.ts";
import { motdLines, userList } from "./texts.ts";
import { CROWD, EVENTS, MESSAGES, TEXTS } from "../wording/display.ts";

/** How entries look. */
export interface Looks {
  /** The terminal's abilities. */
  readonly style: Style;
  /** Formats times of day. */
  readonly clock: Clock;
  /** Our name now, which has one colour everywhere. */
  readonly own?: () => string;
}

/** The most lines of one message that are shown. */
const MESSAGE_LINES = 200;

/** Precedes further lines of a message, so that they can't pass for the line of somebody else. */
const INDENT = "    ";

/** Up to this many users have a line each; more stand side by side. */
const LINES_OF_USERS = 20;

export function toLine(spans: readonly Span[], { style, own }: Looks, old = false): ScreenLine {
  const name = own?.() ?? "";
  const isOwn = ({ role, text }: Span) =>
    role === "name" && name !== "" && sameName(text, visibleName(name));
  const shown = spans.map((span): Span => isOwn(span) ? { ...span, role: "own" } : span);
  return { text: paint(shown, style, old), plain: plainText(spans) };
}

/** How a message looks. */
interface SaidLooks extends Looks {
  /** Whether it names us and stands out. */
  readonly mention: boolean;
  /** The age of an old message; `before` if it is left out. */
  readonly age?: Age;
  /** What to add below if the message is shortened. */
  readonly hint?: string | undefined;
  /** Whether to show all lines. */
  readonly whole?: boolean;
}

/** The entry of a message. */
export function saidEntry(event: Said, looks: SaidLooks): Entry {
  const { mention, age = "before", hint, whole = false } = looks;
  // Trailing spaces would only make the terminal begin another row.
  const [first = "", ...more] = event.text.split("\n").map((line) => line.trimEnd());
  const spans = eventSpans({ ...event, text: first }, looks.clock) ?? [];
  const further = more.slice(0, whole ? Infinity : MESSAGE_LINES).map((line): Span[] => [
    { text: INDENT, role: "text" },
    { text: visible(line), role: "said" },
  ]);
  const left = more.length - further.length;
  if (hint !== undefined) further.push([{ text: `${INDENT}${hint}`, role: "quiet" }]);
  if (left > 0) further.push([{ text: INDENT + MESSAGES.moreLines(left), role: "quiet" }]);
  const lines = [spans, ...further].map((line) => mention ? line.map(standsOut) : line);
  return {
    time: event.time,
    lines: lines.map((line) => toLine(line, looks, event.old)),
    quiet: false,
    ...(event.old && { age }),
  };
}

function standsOut(span: Span): Span {
  if (span.role === "name") return { ...span, role: "mention" };
  return span.role === "said" ? { ...span, role: "strong" } : span;
}

/** The entry of a list of users. `room` is the name that stands for the room. */
export function usersEntry(event: Users, room: string, looks: Looks): Entry {
  const { header, people, rest } = userList(event, visible(room));
  const away = new Set(event.why === "asked" ? event.away?.map(visibleName) : []);
  const spans = people.map(({ symbol, name }): Span[] => [
    ...(symbol === "" ? [] : [{ text: symbol, role: "quiet" } as const]),
    { text: name, role: name === TEXTS.nobody ? "quiet" : "name" },
    ...(away.has(name) ? [{ text: EVENTS.why(CROWD.away), role: "quiet" } as const] : []),
  ]);
  const lines: Span[][] = people.length <= LINES_OF_USERS ? spans : [
    spans.flatMap((one, at) => at === 0 ? one : [{ text: CROWD.comma, role: "quiet" }, ...one]),
  ];
  return {
    time: event.time,
    lines: [
      [{ text: header, role: "text" } as const],
      ...lines,
      ...rest.map((text) => [{ text, role: "quiet" } as const]),
    ].map((line) => toLine(line, looks)),
    quiet: true,
  };
}

/** The entry of the message of the day. */
export function motdEntry(event: MessageOfTheDay, looks: Looks): Entry {
  const { header, lines, rest } = motdLines(event);
  return {
    time: event.time,
    lines: [
      [{ text: header, role: "quiet" } as const],
      ...lines.map((line) => [{ text: INDENT + line, role: "said" } as const]),
      ...rest.map((line) => [{ text: INDENT + line, role: "quiet" } as const]),
    ].map((line) => toLine(line, looks)),
    quiet: true,
  };
}
