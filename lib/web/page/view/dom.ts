/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Makes elements. What others wrote becomes text nodes, never markup.
 * @module
 */

type DomChild = Node | string | false | undefined;

type DomValue = string | boolean | undefined | ((event: never) => void);

/** Makes an element. Functions listen to events: `onclick`; false leaves an attribute out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, DomValue>> = {},
  ...children: readonly DomChild[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), value as (event: Event) => void);
    } else attribute(element, name, value);
  }
  element.append(...children.filter((child) => child !== false && child !== undefined));
  return element;
}

/** Sets an attribute; true sets it without a value, false and undefined remove it. */
export function attribute(
  element: Element,
  name: string,
  value: string | boolean | undefined,
): void {
  if (value === undefined || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== (value === true ? "" : value)) {
    element.setAttribute(name, value === true ? "" : value);
  }
}

/** Changes a text, unless it is the same: screen readers read what changes. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const ICONS = {
  menu: "M4 6h16M4 12h16M4 18h16",
  people:
    "M16 20v-1.5a4 4 0 0 0-4-4H7a4 4 0 0 0-4 4V20M9.5 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7" +
    "M21 20v-1.5a4 4 0 0 0-3-3.8M15.5 4.2a3.5 3.5 0 0 1 0 6.7",
  send: "M4 12h15M13 6l6 6-6 6",
  close: "M6 6l12 12M18 6L6 18",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.5 15.5L20 20",
  gear: "M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5" +
    "M9 19.500a2.5 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5",
  more: "M12 6h.01M12 12h.01M12 18h.01",
  add: "M12 5v14M5 12h14",
  down: "M12 5v13M6 12l6 6 6-6",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M9 10h.01M15 10h.01M8.500 14a4.500 4.500 0 0 0 7 0",
} as const;

const SVG = "http://www.w3.org/2000/svg";

/** A picture for a button, which has its name by a label. */
export function icon(name: keyof typeof ICONS): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button that shows a picture. */
export function iconButton(
  name: keyof typeof ICONS,
  label: string,
  press: () => void,
  more: Readonly<Record<string, string>> = {},
): HTMLButtonElement {
  return h(
    "button",
    { type: "button", class: "icon", "aria-label": label, title: label, onclick: press, ...more },
    icon(name),
  );
}

/** Elements that are shown again and again, by key. */
export class KeyedList<Item> {
  readonly #parent: Element;
  readonly #keyOf: (item: Item) => string;
  readonly #make: (item: Item) => Element;
  readonly #same: (a: Item, b: Item) => boolean;
  #shown = new Map<string, { readonly item: Item; readonly element: Element }>();

  /** @param same whether two items of one key look the same. */
  constructor(
    parent: Element,
    keyOf: (item: Item) => string,
    make: (item: Item) => Element,
    same: (a: Item, b: Item) => boolean,
  ) {
    this.#parent = parent;
    this.#keyOf = keyOf;
    this.#make = make;
    this.#same = same;
  }

  element(key: string): Element | undefined {
    return this.#shown.get(key)?.element;
  }

  /** Shows these items. Elements of items that look the same stay, with their focus. */
  show(items: readonly Item[]): void {
    const before = this.#shown;
    const now = new Map<string, { readonly item: Item; readonly element: Element }>();
    for (const item of items) {
      const key = this.#keyOf(item);
      const known = before.get(key);
      const stays = known !== undefined && this.#same(known.item, item);
      now.set(key, stays ? known : { item, element: this.#make(item) });
    }
    for (const [key, { element }] of before) {
      if (now.get(key)?.element !== element) element.remove();
    }
    let next = this.#parent.firstElementChild;
    for (const { element } of now.values()) {
      if (element === next) next = next.nextElementSibling;
      else this.#parent.insertBefore(element, next);
    }
    this.#shown = now;
  }
}
