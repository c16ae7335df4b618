/// <reference lib="dom" />
import { fold, sameName } from "../../../irc/names.ts";
import type { MemberView } from "../../../client/session/rooms.ts";
import type { Place } from "../../../ui/places.ts";
import { visible, visibleName } from "../../../text/text.ts";
import { attribute, h, icon, iconButton, KeyedList } from "./dom.ts";
import { colourOf } from "./message_view.ts";
import type { PageHost } from "./page_host.ts";
import { PAGE_PARTS as SAYS, PAGE_PERSON } from "../../../wording/page.ts";

interface PlaceItem {
  readonly name: string;
  readonly unread: number;
  readonly forUs: number;
  readonly isCurrent: boolean;
}

/** The rooms and private conversations. */
export class RoomList {
  readonly element: HTMLElement;
  readonly #host: PageHost;
  readonly #rooms: KeyedList<PlaceItem>;
  readonly #people: KeyedList<PlaceItem>;
  readonly #peopleTitle = h("h2", {}, SAYS.privately);

  /** @param done called when a place was chosen. */
  constructor(host: PageHost, done: () => void, join: () => void, foot: readonly HTMLElement[]) {
    this.#host = host;
    const rooms = h("ul", {});
    const people = h("ul", {});
    const make = (item: PlaceItem) =>
      placeElement(item, () => {
        host.open(item.name);
        done();
      });
    this.#rooms = new KeyedList(rooms, keyOf, make, sameItem);
    this.#people = new KeyedList(people, keyOf, make, sameItem);
    this.element = h(
      "nav",
      { id: "rooms", "aria-label": SAYS.rooms },
      h(
        "div",
        { class: "bar" },
        h("h2", {}, SAYS.rooms),
        iconButton("close", SAYS.close, done, { class: "icon drawer-only" }),
      ),
      h(
        "div",
        { class: "scroll" },
        rooms,
        h("button", { type: "button", class: "row", onclick: join }, icon("add"), SAYS.join),
        this.#peopleTitle,
        people,
      ),
      h("div", { class: "foot" }, ...foot),
    );
  }

  render(): void {
    const { places } = this.#host.model;
    const items = (room: boolean) =>
      places.all.filter((place) => place.room === room && place.name !== "").map((place) => ({
        name: place.name,
        unread: place.unread,
        forUs: place.forUs,
        isCurrent: place === places.current,
      }));
    this.#rooms.show(items(true));
    const people = items(false);
    this.#people.show(people);
    this.#peopleTitle.hidden = people.length === 0;
  }
}

function keyOf({ name }: PlaceItem): string {
  return fold(name);
}

function sameItem(a: PlaceItem, b: PlaceItem): boolean {
  return a.name === b.name && a.unread === b.unread && a.forUs === b.forUs &&
    a.isCurrent === b.isCurrent;
}

function placeElement(
  { name, unread, forUs, isCurrent }: PlaceItem,
  show: () => void,
): HTMLElement {
  const shown = visible(name);
  const label = unread === 0
    ? undefined
    : forUs > 0
    ? SAYS.forYou(shown, unread, forUs)
    : SAYS.unread(shown, unread);
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: "row",
        "aria-current": isCurrent ? "page" : undefined,
        "aria-label": label,
        onclick: show,
      },
      h("bdi", { class: "label" }, shown),
      unread > 0 &&
        h(
          "span",
          { class: forUs > 0 ? "badge strong" : "badge" },
          unread > 99 ? "99+" : `${unread}`,
        ),
    ),
  );
}

/** The people of the room that is shown, those who run it first. */
export class PeopleList {
  readonly element: HTMLElement;
  readonly #host: PageHost;
  readonly #list: KeyedList<MemberView>;
  readonly #title = h("h2", {}, SAYS.people);
  #state = "";
  #count = 0;

  constructor(host: PageHost, done: () => void, open: (name: string) => void) {
    this.#host = host;
    const list = h("ul", {});
    this.#list = new KeyedList(
      list,
      ({ name }) => fold(name),
      (member) =>
        memberElement(member, sameName(member.name, host.model.nick), () => open(member.name)),
      (a, b) => a.name === b.name && a.symbol === b.symbol && a.away === b.away,
    );
    this.element = h(
      "aside",
      { id: "people", "aria-label": SAYS.people },
      h(
        "div",
        { class: "bar" },
        this.#title,
        iconButton("close", SAYS.close, done, { class: "icon drawer-only" }),
      ),
      h("div", { class: "scroll" }, list),
    );
  }

  /** Shows the people of a place. Returns how many there are. */
  render(place: Place): number {
    const { changes, nick } = this.#host.model;
    const state = `${changes} ${nick} ${place.name}`;
    if (state === this.#state) return this.#count;
    this.#state = state;
    const people = peopleOf(this.#host, place);
    this.#count = people.length;
    this.#list.show(people.toSorted(byRank));
    this.#title.textContent = `${SAYS.people} (${people.length})`;
    return people.length;
  }
}

/** The people of a place: the members of a room, or the two of a private conversation. */
export function peopleOf(
  { stay: { session }, model }: PageHost,
  place: Place,
): readonly MemberView[] {
  const room = session.room(place.name);
  if (room !== undefined) return room.members;
  if (place.room) return [];
  return [place.name, model.nick].map((name) => ({ name, symbol: "", away: false }));
}

/** The symbols of ranks, the highest first. */
const RANKS = "~&@%+";

function byRank(a: MemberView, b: MemberView): number {
  const rank = ({ symbol }: MemberView) => symbol === "" ? RANKS.length : RANKS.indexOf(symbol);
  return rank(a) - rank(b) || fold(a.name).localeCompare(fold(b.name));
}

function memberElement(
  { name, symbol, away }: MemberView,
  own: boolean,
  open: () => void,
): HTMLElement {
  const details = [own && SAYS.you, PAGE_PERSON.ranks[symbol], away && SAYS.away].filter(Boolean);
  const button = h(
    "button",
    { type: "button", class: away ? "row away" : "row", onclick: open },
    h("span", { class: `disc ${colourOf(name)}`, "aria-hidden": "true" }, initial(name)),
    h("bdi", { class: "label" }, visibleName(name)),
    details.length > 0 && h("span", { class: "detail" }, details.join(", ")),
  );
  attribute(button, "aria-haspopup", "dialog");
  return h("li", {}, button);
}

function initial(name: string): string {
  return ([...visibleName(name)][0] ?? "?").toUpperCase();
}
