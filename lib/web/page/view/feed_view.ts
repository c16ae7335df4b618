/// <reference lib="dom" />
import { sameName } from "../../../irc/names.ts";
import type { UnsentItem } from "../../../client/session/outbound.ts";
import type { Place } from "../../../ui/places.ts";
import { type FeedItem, feedItems } from "../feed_items.ts";
import { messagePieces } from "../message_pieces.ts";
import { attribute, h, icon, KeyedList, setText } from "./dom.ts";
import { feedElement, type FeedHost } from "./message_view.ts";
import type { PageHost } from "./page_host.ts";
import { PAGE_PARTS as SAYS } from "../../../wording/page.ts";

/** How near the end counts as the end, and how near the start asks for older ones, in pixels. */
const NEAR = 40;
const TOP = 300;

/** How many older messages are requested at once. */
const OLDER = 50;

/** The messages of the place that is shown. */
export class FeedView {
  readonly element: HTMLElement;
  readonly #host: PageHost;
  readonly #list = h("ol", { class: "rows" });
  readonly #unsent = h("ol", { class: "rows unsent", "aria-label": SAYS.pending });
  readonly #older = h("p", { class: "older" });
  readonly #jump: HTMLButtonElement;
  readonly #scroller: HTMLElement;
  readonly #rows: KeyedList<FeedItem>;
  readonly #waiting: KeyedList<UnsentItem & { readonly key: string }>;
  #place: Place | undefined;
  #nick = "";
  #clock = "";
  #state = "";
  #atEnd = true;
  /** The height of the scroller, as far as its observer knows. */
  #height = 0;

  constructor(host: PageHost, feedHost: FeedHost) {
    this.#host = host;
    this.#scroller = h(
      "div",
      { id: "feed", role: "region", "aria-label": SAYS.messages, tabindex: "0" },
      this.#older,
      this.#list,
      this.#unsent,
    );
    this.#jump = h("button", {
      type: "button",
      id: "jump",
      hidden: true,
      onclick: () => this.toEnd(),
    });
    this.element = h("div", { id: "feed-frame" }, this.#scroller, this.#jump);
    this.#rows = new KeyedList(
      this.#list,
      (item) => item.key,
      (item) => feedElement(item, feedHost),
      sameItem,
    );
    this.#waiting = new KeyedList(
      this.#unsent,
      ({ key }) => key,
      ({ text, kind }) =>
        h(
          "li",
          { class: `said own pending ${kind}` },
          h("div", { class: "line" }, h("div", { class: "bubble" }, waitingText(text))),
        ),
      (a, b) => a.text === b.text,
    );
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // The keyboard of a phone takes half of the screen; what was in sight stays so.
    new ResizeObserver(() => {
      this.#height = this.#scroller.clientHeight;
      this.#stay();
    }).observe(this.#scroller);
  }

  get atEnd(): boolean {
    return this.#atEnd;
  }

  toEnd(): void {
    this.#atEnd = true;
    this.#stay();
    this.#host.refresh();
  }

  #stay(): void {
    if (this.#atEnd) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  #scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    // Its size has changed, and the observer has not been told: nobody has scrolled.
    if (clientHeight !== this.#height) return;
    const atEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (atEnd !== this.#atEnd) {
      this.#atEnd = atEnd;
      this.#host.refresh();
    }
    if (scrollTop < TOP) this.#loadOlder();
  }

  #loadOlder(): void {
    const { model, stay } = this.#host;
    const feed = model.feed(model.places.current);
    if (feed.loading || feed.complete || stay.session.link !== "up") return;
    if (!feed.rows.some((row) => row.kind === "said")) return;
    // Without an account no private messages are kept.
    if (!model.places.current.room && stay.session.account === undefined) return;
    feed.loading = true;
    this.#host.perform({ do: "history", count: OLDER });
  }

  render(): void {
    const { model, stay, settings } = this.#host;
    const { current } = model.places;
    const feed = model.feed(current);
    const isOther = current !== this.#place;
    const looks = settings.clock !== this.#clock || model.nick !== this.#nick;
    if (looks) this.#rows.show([]);
    [this.#place, this.#clock, this.#nick] = [current, settings.clock, model.nick];
    const scroller = this.#scroller;
    const before = scroller.scrollHeight;
    const top = this.#list.firstElementChild;
    const state = `${feed.version} ${feed.newFrom}`;
    // Each key that is pressed comes by here.
    if (isOther || looks || state !== this.#state) {
      this.#rows.show(feedItems(feed.rows, feed.newFrom));
    }
    this.#state = state;
    const unsent = stay.session.unsentItems
      .filter(({ target }) => sameName(target, current.name) || target === "" && current.room);
    this.#waiting.show(unsent.map((item, index) => ({ ...item, key: `${index}` })));
    const isEmpty = feed.rows.length === 0 && unsent.length === 0;
    const above = feed.loading
      ? SAYS.older
      : isEmpty
      ? SAYS.empty
      : feed.complete
      ? SAYS.start
      : "";
    setText(this.#older, above);
    if (isOther) {
      const line = this.#rows.element("new");
      this.#atEnd = line === undefined;
      if (line !== undefined) line.scrollIntoView({ block: "center" });
    } else if (!this.#atEnd && top !== this.#list.firstElementChild && !looks) {
      // Older messages came in above.
      scroller.scrollTop += scroller.scrollHeight - before;
    }
    this.#stay();
    const { unread } = current;
    attribute(this.#jump, "hidden", this.#atEnd);
    const label = unread > 0 ? SAYS.jumpNew(unread) : SAYS.jump;
    if (this.#jump.getAttribute("aria-label") !== label) {
      this.#jump.setAttribute("aria-label", label);
      this.#jump.replaceChildren(...unread > 0 ? [`${label} `] : [], icon("down"));
    }
    if (isOther) this.#scrolled();
  }
}

function waitingText(text: string): HTMLElement {
  const lines = messagePieces(text).map((pieces) => pieces.map((one) => one.text).join(""));
  const shown = lines.slice(0, 8).join("\n") + (lines.length > 8 ? "\n…" : "");
  return h("p", { class: "text", dir: "auto" }, shown);
}

function sameItem(a: FeedItem, b: FeedItem): boolean {
  if (a.kind === "said") return b.kind === "said" && a.row === b.row && a.head === b.head;
  return a.kind === b.kind && a.key === b.key;
}
