/// <reference lib="dom" />
import { listed } from "../../../ui/gather.ts";
import { seconds } from "../../../ui/format.ts";
import { visible, visibleName } from "../../../text/text.ts";
import type { SaidRow } from "../feed.ts";
import type { PageQuestion } from "../chat_model.ts";
import { WritingLine } from "./writing_line.ts";
import { attribute, h, iconButton, setText } from "./dom.ts";
import { FeedView } from "./feed_view.ts";
import { linePieces } from "../message_pieces.ts";
import { accountDialog, settingsDialog } from "./own_dialogs.ts";
import type { PageHost } from "./page_host.ts";
import {
  joinDialog,
  keyDialog,
  messageDialog,
  personDialog,
  placeDialog,
  searchDialog,
} from "./room_dialogs.ts";
import { PeopleList, RoomList } from "./side_lists.ts";
import { Calls } from "./calls.ts";
import { PAGE_LINK, PAGE_PARTS as SAYS, PAGE_SAFETY } from "../../../wording/page.ts";

/** A connection that is made sooner is not worth a word, in milliseconds. */
const CONNECTING_MS = 700;

type Drawer = "rooms" | "people";

/** The chat: rooms, messages, people. */
export class ChatView {
  readonly input: WritingLine;
  readonly #host: PageHost;
  readonly #root: HTMLElement;
  readonly #feed: FeedView;
  readonly #rooms: RoomList;
  readonly #people: PeopleList;
  readonly #calls: Calls;
  readonly #title = h("h1", { dir: "auto" });
  readonly #topic = h("p", { id: "topic", dir: "auto" });
  readonly #typing = h("p", { id: "typing" });
  readonly #banner = h("div", { id: "banner", role: "status" });
  readonly #safety: HTMLElement;
  readonly #openRooms: HTMLButtonElement;
  readonly #openPeople: HTMLButtonElement;
  readonly #talk: HTMLElement;
  #drawer: Drawer | undefined;
  #opener: HTMLElement | undefined;
  #searched: (() => void) | undefined;
  #connectingSince: number | undefined;
  #asked: PageQuestion | undefined;

  /** @param root the element of the document for it. */
  constructor(
    host: PageHost,
    root: HTMLElement,
    react: (row: SaidRow, text: string) => void,
    time: (time: number) => string,
  ) {
    this.#host = host;
    this.#root = root;
    const { model } = host;
    this.#calls = new Calls((place) => host.open(place));
    this.#feed = new FeedView(host, {
      time,
      open: (row) => messageDialog(host, row, (text) => react(row, text)),
      react,
      person: (name) => personDialog(host, name),
      get nick() {
        return model.nick;
      },
    });
    this.input = new WritingLine(host);
    const shut = () => this.#openDrawer(undefined);
    this.#rooms = new RoomList(host, shut, () => joinDialog(host), [
      textButton(SAYS.account, () => accountDialog(host)),
      textButton(SAYS.settings, () => settingsDialog(host, Calls.fault)),
      textButton(SAYS.leave, () => host.leave()),
    ]);
    this.#people = new PeopleList(host, shut, (name) => personDialog(host, name));
    this.#openRooms = iconButton("menu", SAYS.openRooms, () => this.#openDrawer("rooms"), {
      "aria-controls": "rooms",
      id: "open-rooms",
    });
    this.#openPeople = iconButton("people", SAYS.people, () => this.#openDrawer("people"), {
      "aria-controls": "people",
      id: "open-people",
    });
    const search = () => {
      this.#searched = searchDialog(host, () => this.#searched = undefined);
    };
    this.#safety = safetyLine(host);
    const talk = this.#talk = h(
      "main",
      { id: "talk" },
      h(
        "header",
        { class: "bar" },
        this.#openRooms,
        h("div", { class: "where" }, this.#title, this.#topic),
        iconButton("search", SAYS.search, search),
        this.#openPeople,
        iconButton("more", SAYS.more, () => placeDialog(host)),
      ),
      this.#safety,
      this.#banner,
      this.#feed.element,
      this.#typing,
      this.input.element,
    );
    const shade = h("div", { id: "shade", onclick: shut });
    root.replaceChildren(
      this.#rooms.element,
      talk,
      this.#people.element,
      shade,
      this.#calls.element,
    );
    document.addEventListener("keydown", (event) => this.#key(event));
    addEventListener("resize", () => {
      if (this.#opener?.checkVisibility() === false) shut();
    });
    this.#openDrawer(undefined);
  }

  get atEnd(): boolean {
    return this.#feed.atEnd;
  }

  focus(): void {
    this.input.focus();
  }

  toEnd(): void {
    this.#feed.toEnd();
  }

  /** Slides a list in on a narrow screen; on a wide one all stand there anyway. */
  #openDrawer(drawer: Drawer | undefined): void {
    const before = this.#drawer;
    this.#drawer = drawer;
    attribute(this.#root, "data-drawer", drawer);
    // What lies under the shade gets neither a press nor the focus.
    this.#talk.inert = drawer !== undefined;
    attribute(this.#openRooms, "aria-expanded", `${drawer === "rooms"}`);
    attribute(this.#openPeople, "aria-expanded", `${drawer === "people"}`);
    if (drawer !== undefined) {
      this.#opener = drawer === "rooms" ? this.#openRooms : this.#openPeople;
      const list = drawer === "rooms" ? this.#rooms : this.#people;
      const { element } = list;
      const first = element.querySelector<HTMLElement>("[aria-current]") ??
        element.querySelector<HTMLElement>(".row");
      first?.focus();
    } else if (before !== undefined) {
      if (this.#opener?.checkVisibility()) this.#opener.focus();
      else this.input.focus();
    }
  }

  #key(event: KeyboardEvent): void {
    // A dialog has its own keys.
    if (document.querySelector("dialog[open]") !== null) return;
    if (event.key === "Escape" && this.#drawer !== undefined) this.#openDrawer(undefined);
    if (!event.altKey || event.ctrlKey) return;
    const { places } = this.#host.model;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.#host.open(places.beside(step).name);
  }

  render(focused: boolean): void {
    const { model, stay, settings } = this.#host;
    const { current } = model.places;
    setText(this.#title, visible(current.name));
    const room = stay.session.room(current.name);
    const topic = visible(room?.topic ?? "");
    if (this.#topic.textContent !== topic) {
      this.#topic.replaceChildren(
        ...linePieces(topic).map(({ text, href }) =>
          href === undefined
            ? text
            : h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, text)
        ),
      );
    }
    this.#feed.render();
    this.#rooms.render();
    const people = this.#people.render(current);
    label(this.#openPeople, SAYS.openPeople(people));
    const elsewhere = model.places.all.reduce(
      (sum, place) => sum + (place === current ? 0 : place.unread),
      0,
    );
    label(this.#openRooms, elsewhere > 0 ? SAYS.openRoomsNew(elsewhere) : SAYS.openRooms);
    attribute(
      this.#openRooms,
      "data-count",
      elsewhere > 0 ? `${Math.min(99, elsewhere)}` : undefined,
    );
    setText(this.#typing, typingText(current.typists(Date.now())));
    this.input.render();
    this.#showLink();
    this.#searched?.();
    const { question } = model;
    if (question?.kind === "roomKey" && question !== this.#asked) {
      keyDialog(this.#host, question.room);
    }
    this.#asked = question;
    this.#calls.render(model, settings, focused);
  }

  /** When the state of the connection looks different, in milliseconds since 1970. */
  get wakeAt(): number | undefined {
    const { link } = this.#host.stay;
    if (link === "up") return undefined;
    return Date.now() + (link === "waiting" ? 1000 : CONNECTING_MS);
  }

  #showLink(): void {
    const { stay, model } = this.#host;
    const now = Date.now();
    const { link, retryAt = now } = stay;
    if (link !== "connecting") this.#connectingSince = undefined;
    else this.#connectingSince ??= now;
    const text = link === "up"
      ? ""
      : link === "waiting"
      ? PAGE_LINK.waits(model.unreachable || PAGE_LINK.lost, seconds(retryAt - now))
      : now - this.#connectingSince! < CONNECTING_MS
      ? this.#banner.textContent ?? ""
      : PAGE_LINK.connecting;
    setText(this.#banner, text);
  }
}

function label(button: HTMLElement, text: string): void {
  attribute(button, "aria-label", text);
  attribute(button, "title", text);
}

function textButton(text: string, press: () => void): HTMLElement {
  return h("button", { type: "button", class: "row", onclick: press }, text);
}

function typingText(typists: readonly string[]): string {
  if (typists.length === 0) return "";
  if (typists.length > 3) return SAYS.manyTyping;
  return SAYS.typing(listed(typists.map(visibleName)), typists.length);
}

/** What holds on a page that is not encrypted. */
function safetyLine({ secret, encryptedPage }: PageHost): HTMLElement {
  const line: HTMLElement = h(
    "div",
    { id: "safety", hidden: secret },
    h(
      "p",
      {},
      PAGE_SAFETY.readable,
      " ",
      ...encryptedPage === undefined
        ? []
        : [h("a", { href: encryptedPage }, PAGE_SAFETY.encrypted), ". ", PAGE_SAFETY.warning],
    ),
    iconButton("close", PAGE_SAFETY.dismiss, () => line.hidden = true),
  );
  return line;
}
