/// <reference lib="dom" />
import { complete, type Completion } from "../../../client/input/completion.ts";
import { Drafting } from "../../../ui/editor/drafting.ts";
import { hearers } from "../../../ui/format.ts";
import { aroundOf, NO_VIEW } from "../../../ui/inline/view.ts";
import type { Place } from "../../../ui/places.ts";
import { visibleName } from "../../../text/text.ts";
import { attribute, h, icon, setText } from "./dom.ts";
import type { PageHost } from "./page_host.ts";
import { PAGE_PARTS as SAYS } from "../../../wording/page.ts";

/** How many suggestions are shown at once. */
const SUGGESTIONS = 8;

/** The most lines that were sent and can be called back. */
const REMEMBERED = 50;

/** The input line of the page. */
export class WritingLine {
  readonly element: HTMLFormElement;
  readonly #host: PageHost;
  readonly #input = h("textarea", {
    id: "input",
    rows: "1",
    maxlength: "100000",
    enterkeyhint: "send",
    dir: "auto",
    "aria-autocomplete": "list",
    "aria-controls": "suggestions",
    "aria-describedby": "input-hint",
  });
  readonly #list = h("ul", {
    id: "suggestions",
    role: "listbox",
    "aria-label": SAYS.suggestions,
    hidden: true,
  });
  readonly #hint = h("p", { id: "input-hint", class: "unseen" }, SAYS.commandsHint);
  readonly #lines = h("p", { id: "lines", role: "status" });
  readonly #drafting = new Drafting();
  #place: Place | undefined;
  #completion: Completion | undefined;
  #chosen = -1;
  #sent: string[] = [];
  #recalled = -1;

  constructor(host: PageHost) {
    this.#host = host;
    this.element = h(
      "form",
      { id: "composer", onsubmit: (event: Event) => this.#submit(event) },
      this.#list,
      this.#lines,
      this.#hint,
      h(
        "div",
        { class: "field" },
        this.#input,
        h(
          "button",
          { class: "icon primary", "aria-label": SAYS.send, title: SAYS.send },
          icon("send"),
        ),
      ),
    );
    this.#input.addEventListener("input", () => this.#changed());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("blur", () => this.#typing(this.#drafting.ended()));
  }

  /** When to call {@linkcode tick}, in milliseconds since 1970. */
  get wakeAt(): number | undefined {
    return this.#drafting.wakeAt;
  }

  tick(now: number): void {
    this.#typing(this.#drafting.tick(now));
  }

  focus(): void {
    this.#input.focus();
  }

  /** Adds a text at the cursor. */
  insert(text: string): void {
    this.#input.focus();
    const { selectionStart: at, selectionEnd: to } = this.#input;
    this.#input.setRangeText(text, at, to, "end");
    this.#changed();
  }

  render(): void {
    const { current } = this.#host.model.places;
    if (current !== this.#place) {
      this.#typing(this.#drafting.ended());
      this.#place = current;
      this.#set(current.draft);
    }
    const label = current.room || current.name === ""
      ? SAYS.messageTo(visibleName(current.name))
      : `${SAYS.messageTo(visibleName(current.name))}, ${hearers(current.name)}`;
    attribute(this.#input, "aria-label", label);
    attribute(this.#input, "placeholder", SAYS.messageTo(visibleName(current.name)));
  }

  #set(text: string): void {
    this.#input.value = text;
    this.#fit();
    this.#suggest(undefined);
  }

  #changed(): void {
    const { value } = this.#input;
    const place = this.#host.model.places.current;
    place.draft = value;
    this.#recalled = -1;
    this.#fit();
    this.#typing(this.#drafting.changed(place.name, value, Date.now()));
    const before = value.slice(0, this.#input.selectionStart);
    const isCommand = /^\/[a-z]*$/i.test(before);
    this.#suggest(isCommand || /(?:^|\s)@\S+$/u.test(before) ? this.#complete() : undefined);
    this.#host.refresh();
  }

  #fit(): void {
    const { style } = this.#input;
    style.height = "auto";
    style.height = `${this.#input.scrollHeight}px`;
    const lines = this.#input.value.split("\n").length;
    const says = matchMedia("(pointer: coarse)").matches ? SAYS.linesByTouch : SAYS.lines;
    setText(this.#lines, lines > 3 ? says(lines) : "");
  }

  #typing(intents: ReturnType<Drafting["tick"]>): void {
    if (!this.#host.settings.typing) return;
    for (const intent of intents) {
      if (intent.do === "typing") this.#host.stay.typing(intent.place, intent.state);
    }
  }

  #complete(): Completion {
    const { model, stay: { session } } = this.#host;
    const view = { ...NO_VIEW, nick: model.nick, rooms: session.rooms };
    return complete(this.#input.value, this.#input.selectionStart, aroundOf(view, model.places));
  }

  /** Shows what a word can be completed to. */
  #suggest(completion: Completion | undefined): void {
    const { candidates = [] } = completion ?? {};
    this.#completion = candidates.length === 0 ? undefined : completion;
    this.#chosen = -1;
    this.#list.replaceChildren(
      ...candidates.slice(0, SUGGESTIONS).map((text, index) =>
        h("li", {
          role: "option",
          id: `suggestion-${index}`,
          "aria-selected": "false",
          // The input keeps the focus.
          onpointerdown: (event: Event) => event.preventDefault(),
          onclick: () => this.#take(index),
        }, text.trim())
      ),
    );
    this.#list.hidden = candidates.length === 0;
    attribute(this.#input, "aria-activedescendant", undefined);
  }

  #choose(index: number): void {
    const { children } = this.#list;
    this.#chosen = (index + children.length) % children.length;
    for (const [at, child] of [...children].entries()) {
      attribute(child, "aria-selected", `${at === this.#chosen}`);
    }
    attribute(this.#input, "aria-activedescendant", `suggestion-${this.#chosen}`);
    children[this.#chosen]?.scrollIntoView({ block: "nearest" });
  }

  #take(index: number): void {
    const { from, to, candidates } = this.#completion ?? { from: 0, to: 0, candidates: [] };
    const text = candidates[index];
    if (text === undefined) return;
    this.#input.setRangeText(text, from, to, "end");
    this.#changed();
    this.#suggest(undefined);
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const open = this.#completion !== undefined;
    const does = (act: () => void) => {
      event.preventDefault();
      act();
    };
    switch (event.key) {
      case "Enter":
        if (event.shiftKey) return;
        return does(() => open && this.#chosen >= 0 ? this.#take(this.#chosen) : this.#send());
      case "Tab": {
        if (event.shiftKey) return;
        if (open) return does(() => this.#take(Math.max(0, this.#chosen)));
        const found = this.#input.value === "" ? undefined : this.#complete();
        // Without anything to complete, Tab goes on to the next control.
        if (found === undefined || found.candidates.length === 0) return;
        return does(() => {
          this.#suggest(found);
          if (found.candidates.length === 1) this.#take(0);
          else this.#choose(0);
        });
      }
      case "Escape":
        if (open) does(() => this.#suggest(undefined));
        return;
      case "ArrowDown":
      case "ArrowUp": {
        const step = event.key === "ArrowDown" ? 1 : -1;
        if (open) {
          return does(() => this.#choose(this.#chosen < 0 && step < 0 ? -1 : this.#chosen + step));
        }
        if (this.#input.value === "" && step < 0 || this.#recalled >= 0) {
          does(() => this.#recall(this.#recalled - step));
        }
        return;
      }
    }
  }

  /** Calls back a line that was sent. */
  #recall(index: number): void {
    if (index >= this.#sent.length) return;
    this.#set(this.#sent[index] ?? "");
    this.#host.model.places.current.draft = this.#input.value;
    this.#recalled = Math.max(-1, index);
  }

  #submit(event: Event): void {
    event.preventDefault();
    this.#send();
  }

  #send(): void {
    const text = this.#input.value.replace(/\s+$/u, "");
    if (text === "") return;
    this.#drafting.sent();
    this.#sent = [text, ...this.#sent.filter((one) => one !== text)].slice(0, REMEMBERED);
    this.#recalled = -1;
    const place = this.#host.model.places.current;
    place.draft = "";
    this.#set("");
    this.#host.line(text);
    this.#input.focus();
  }
}
