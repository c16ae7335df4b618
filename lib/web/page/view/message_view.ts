/// <reference lib="dom" />
import type { FeedItem } from "../feed_items.ts";
import type { SaidRow } from "../feed.ts";
import { linePieces, messagePieces } from "../message_pieces.ts";
import { hearers } from "../../../ui/format.ts";
import { nameHash, type Span } from "../../../ui/spans.ts";
import { visibleName } from "../../../text/text.ts";
import { h, icon } from "./dom.ts";
import { PAGE_PARTS as SAYS } from "../../../wording/page.ts";

/** How many colours names have. */
const NAME_COLOURS = 8;

/** A longer message is shown in part until somebody wants all of it. */
const LINES = 14;

/** What can be done with what is in the feed. */
export interface FeedHost {
  time(time: number): string;
  /** Shows what can be done with a message. */
  open(row: SaidRow): void;
  /** Gives or takes back our reaction. */
  react(row: SaidRow, text: string): void;
  /** Shows what can be done with a person. */
  person(name: string): void;
  readonly nick: string;
}

/** The class for the colour of a name. */
export function colourOf(name: string): string {
  return `c${nameHash(name) % NAME_COLOURS}`;
}

export function feedElement(item: FeedItem, host: FeedHost): HTMLElement {
  switch (item.kind) {
    case "day":
      return h("li", { class: "day" }, h("span", {}, item.text));
    case "new":
      return h("li", { class: "new" }, h("span", {}, SAYS.new));
    case "note": {
      const { spans, aligned } = item.row;
      const role = spans.every((span) => span.role === "error") ? "error" : "";
      return h(
        "li",
        { class: `note ${role} ${aligned ? "aligned" : ""}` },
        h("p", { dir: "auto" }, ...spans.flatMap(spanNodes)),
      );
    }
    case "said":
      return saidElement(item.row, item.head, host);
    default:
      return item satisfies never;
  }
}

function spanNodes({ text, role }: Span): Node[] {
  if (role === "name" || role === "own") return [h("strong", {}, h("bdi", {}, text))];
  return linkNodes(linePieces(text));
}

function linkNodes(pieces: ReturnType<typeof linePieces>): Node[] {
  return pieces.map(({ text, href }) =>
    href === undefined
      ? document.createTextNode(text)
      : h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, text)
  );
}

function saidElement(row: SaidRow, head: boolean, host: FeedHost): HTMLElement {
  const { event, mention, deletedBy } = row;
  const { own, kind, only, from } = event;
  const name = visibleName(from);
  const classes = ["said", own ? "own" : "other", kind, head && "head", mention && "mention"];
  const time = h(
    "time",
    { datetime: new Date(event.time).toISOString() },
    host.time(event.time),
  );
  const bubble = deletedBy === undefined
    ? textElement(event.text, kind === "action" ? name : undefined)
    : h("p", { class: "text deleted" }, SAYS.deleted(visibleName(deletedBy)));
  const canAct = event.msgid !== null && deletedBy === undefined;
  return h(
    "li",
    { class: classes.filter(Boolean).join(" ") },
    head && !own && h(
      "button",
      {
        type: "button",
        class: `name ${colourOf(from)}`,
        onclick: () => host.person(from),
      },
      h("bdi", {}, name),
    ),
    // A screen reader needs the sender of each message.
    (!head || own) && h("span", { class: "unseen" }, own ? SAYS.you : name),
    only !== null && h("span", { class: "only" }, hearers(event.place)),
    h(
      "div",
      { class: "line" },
      h("div", { class: "bubble" }, bubble, time),
      canAct && h(
        "button",
        {
          type: "button",
          class: "icon act",
          "aria-label": SAYS.reactTo(name),
          title: SAYS.reactTo(name),
          onclick: () => host.open(row),
        },
        icon("smile"),
      ),
    ),
    row.reactions.length > 0 && h(
      "div",
      { class: "reactions" },
      ...row.reactions.map(({ text, from }) =>
        h(
          "button",
          {
            type: "button",
            "aria-pressed": `${from.includes(host.nick)}`,
            "aria-label": SAYS.reaction(text, from.length, from.map(visibleName).join(", ")),
            title: from.map(visibleName).join(", "),
            onclick: () => host.react(row, text),
          },
          text,
          from.length > 1 && ` ${from.length}`,
        )
      ),
    ),
  );
}

/** The text of a message; the start of a long one, with a button for the rest. */
function textElement(text: string, actor: string | undefined): HTMLElement {
  const lines = messagePieces(text);
  const element = h("p", { class: "text", dir: "auto" });
  if (actor !== undefined) element.append(h("strong", {}, h("bdi", {}, actor)), " ");
  const add = (some: typeof lines, first: boolean) =>
    some.forEach((pieces, index) => {
      if (index > 0 || !first) element.append(h("br"));
      element.append(...linkNodes(pieces));
    });
  const short = lines.length > LINES + 1;
  add(short ? lines.slice(0, LINES) : lines, true);
  if (short) {
    const more = h("button", {
      type: "button",
      class: "whole",
      onclick: () => {
        more.remove();
        add(lines.slice(LINES), false);
      },
    }, SAYS.whole(lines.length));
    element.append(more);
  }
  return element;
}
