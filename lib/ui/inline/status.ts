/**
 * The status row at the bottom: the place, the connection, who types, what is unread elsewhere.
 * @module
 */
import { seconds } from "../format.ts";
import { listed } from "../gather.ts";
import { type InlineView, roomNamed } from "./view.ts";
import type { Places } from "../places.ts";
import type { Span } from "../spans.ts";
import { visible, visibleName } from "../../text/text.ts";
import { displayWidth } from "../../text/width.ts";
import { fit } from "./wrap.ts";
import { SCREEN } from "../../wording/display.ts";

export interface Status {
  readonly hint: string | undefined;
  readonly place: string;
  /** The number of members; undefined if it is unknown or the place is a person. */
  readonly people: number | undefined;
  readonly link: "connecting" | "up" | "waiting";
  /** When it dials again, in milliseconds since 1970. */
  readonly retryAt: number | undefined;
  readonly typists: readonly string[];
  /** Other places with unread messages. */
  readonly elsewhere: readonly {
    /** The number that goes there together with Alt. */
    readonly number: number;
    readonly name: string;
    readonly unread: number;
    /** How many of them name us or are private. */
    readonly forUs: number;
  }[];
}

/** When the shown seconds until the next dial change, in milliseconds since 1970. */
export function countdownAt({ link, retryAt }: InlineView, now: number): number | undefined {
  if (link !== "waiting" || retryAt === undefined || retryAt <= now) return undefined;
  return Math.min(retryAt, now + ((retryAt - now) % 1000 || 1000));
}

export function statusOf(
  { all, current }: Places,
  view: InlineView,
  hint: string | undefined,
  now: number,
): Status {
  const { link, retryAt } = view;
  const room = roomNamed(view, current.name);
  return {
    ...{ hint, link, retryAt },
    place: current.name,
    people: room?.state === "inside" ? room.members.length : undefined,
    // Typists are not known without a connection.
    typists: link === "up" ? current.typists(now) : [],
    elsewhere: all
      .map(({ name, unread, forUs }, index) => ({ number: index + 1, name, unread, forUs }))
      .filter(({ unread }) => unread > 0)
      .sort((a, b) => Number(b.forUs > 0) - Number(a.forUs > 0)),
  };
}

const BETWEEN = " · ";

/** Fits the status into a row. The first parts matter most; the rest is left out. */
export function statusSpans(status: Status, columns: number, now: number): Span[] {
  const { hint } = status;
  if (hint !== undefined) return [{ text: fit(hint, columns), role: "strong" }];
  const spans: Span[] = [];
  let free = columns;
  for (const part of partsOf(status, now)) {
    const between = spans.length === 0 ? "" : BETWEEN;
    const room = free - displayWidth(between);
    // Less than a few letters says nothing; but the place is always shown.
    if (spans.length > 0 && room < Math.min(displayWidth(part.text), 8)) break;
    const text = fit(part.text, room);
    spans.push({ text: between, role: "quiet" }, { ...part, text });
    free = room - displayWidth(text);
  }
  return spans;
}

function partsOf(status: Status, now: number): Span[] {
  const { place, people, typists } = status;
  const link = linkText(status, now);
  const words = typingText(typists);
  const here = people === undefined ? "" : ` (${people})`;
  return [
    { text: `${visibleName(place)}${here}`, role: "quiet" },
    ...link === undefined ? [] : [{ text: link, role: "error" } as const],
    ...words === undefined ? [] : [{ text: words, role: "quiet" } as const],
    ...status.elsewhere.map(elsewhereSpan),
  ];
}

function linkText({ link, retryAt }: Status, now: number): string | undefined {
  if (link === "up") return undefined;
  if (link === "connecting") return SCREEN.connecting;
  if (retryAt === undefined) return SCREEN.noConnection;
  return SCREEN.retrying(seconds(retryAt - now));
}

/** The typists, as a sentence without its full stop. */
function typingText(typists: readonly string[]): string | undefined {
  if (typists.length === 0) return undefined;
  if (typists.length > 3) return SCREEN.manyTyping;
  return SCREEN.typing(listed(typists.map(visibleName)), typists.length);
}

function elsewhereSpan(
  { number, name, unread, forUs }: Status["elsewhere"][number],
): Span {
  const key = number <= 9 ? SCREEN.key(number) : "";
  const place = visibleName(name);
  const text = key + (forUs > 0 ? SCREEN.forYou(place, forUs) : SCREEN.unread(place, unread));
  return { text, role: forUs > 0 ? "strong" : "quiet" };
}

export function titleText(place: string, unread: number): string {
  const count = unread === 0 ? "" : `(${unread}) `;
  return count + (visible(place) === "" ? SCREEN.title : SCREEN.titleOf(visibleName(place)));
}
