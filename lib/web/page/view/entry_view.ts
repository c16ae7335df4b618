/// <reference lib="dom" />
import { visible, visibleName } from "../../../text/text.ts";
import type { ChatModel, PageQuestion } from "../chat_model.ts";
import { simpleForm, textField } from "./dialog.ts";
import { h, setText } from "./dom.ts";
import { noPasswordHere } from "./own_dialogs.ts";
import { PAGE_ENTRY as SAYS, PAGE_TABS } from "../../../wording/page.ts";

/** How many names are shown before somebody enters. */
const NAMES = 12;

/** What the person does on the way in. */
export interface EntryHost {
  readonly model: ChatModel;
  readonly secret: boolean;
  readonly encryptedPage: string | undefined;
  claim(name: string): void;
  /** Answers a question for a password; empty to choose another name. */
  givePassword(password: string): void;
  giveServerPassword(password: string): void;
  confirm(yes: boolean): void;
  /** Goes on here with the stay of another tab; or not, to choose another name. */
  takeOver(yes: boolean): void;
}

/** What is asked on the way in, instead of a name. */
export type EntryQuestion =
  | PageQuestion
  | { readonly kind: "serverPassword" }
  | { readonly kind: "taken"; readonly name: string };

/** The way in: the page as it was loaded, and the questions before the chat. */
export class EntryView {
  readonly #host: EntryHost;
  readonly #main = byId("entry");
  readonly #form = byId("entry-form") as HTMLFormElement;
  readonly #name = byId("name") as HTMLInputElement;
  readonly #fault = byId("entry-fault");
  readonly #who = byId("who");
  readonly #lead = byId("lead");
  #asked: EntryQuestion | undefined;
  #question: HTMLElement | undefined;

  constructor(host: EntryHost, name: string, lead: string) {
    this.#host = host;
    byId("too-old").remove();
    if (this.#name.value === "" && name !== "") {
      this.#name.value = name;
      this.#name.select();
    }
    if (lead !== "") this.#lead.textContent = lead;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const wanted = this.#name.value.trim();
      if (wanted !== "") host.claim(wanted);
      else this.#name.focus();
    });
  }

  /** Shows a sentence with a button instead of what is asked. */
  end(text: string, action: string, press: () => void): void {
    this.#main.hidden = false;
    this.#form.hidden = true;
    this.#question?.remove();
    this.#who.replaceChildren();
    const button = h("button", { type: "button", class: "primary", onclick: press }, action);
    this.#question = h("div", { class: "question" }, h("p", { role: "alert" }, text), button);
    this.#main.append(this.#question);
    button.focus();
  }

  /** @param asked what is asked instead of the name; undefined for the name. */
  render(asked: EntryQuestion | undefined, hidden: boolean): void {
    const { model } = this.#host;
    this.#main.hidden = hidden;
    if (hidden) return;
    setText(this.#fault, model.fault);
    setText(this.#who, this.#whoText());
    if (asked === this.#asked || asked?.kind === this.#asked?.kind && asked?.kind === "name") {
      return;
    }
    const before = this.#asked;
    this.#asked = asked;
    this.#question?.remove();
    this.#question = undefined;
    const isName = asked === undefined || asked.kind === "name" || asked.kind === "roomKey";
    this.#form.hidden = !isName;
    if (isName) {
      // The person may be typing already.
      if (before === undefined && model.fault === "") return;
      this.#name.focus();
      this.#name.select();
      return;
    }
    this.#question = h("div", { class: "question" }, ...this.#questionNodes(asked));
    this.#main.append(this.#question);
    this.#question.querySelector<HTMLElement>("input, button")?.focus();
  }

  #questionNodes(asked: Exclude<EntryQuestion, { kind: "name" | "roomKey" }>): HTMLElement[] {
    const host = this.#host;
    const button = (label: string, press: () => void) =>
      h("button", { type: "button", onclick: press }, label);
    switch (asked.kind) {
      case "insecure":
        return [
          h("p", {}, visible(asked.text)),
          button(SAYS.yes, () => host.confirm(true)),
          button(SAYS.no, () => host.confirm(false)),
        ];
      case "taken": {
        const take = button(PAGE_TABS.takeOver, () => host.takeOver(true));
        take.className = "primary";
        return [
          h("p", {}, PAGE_TABS.taken(visibleName(asked.name))),
          take,
          button(SAYS.otherName, () => host.takeOver(false)),
        ];
      }
      case "account":
      case "serverPassword": {
        const isAccount = asked.kind === "account";
        const text = h("p", {}, isAccount ? asked.text : SAYS.serverPassword);
        const other = button(SAYS.otherName, () => host.givePassword(""));
        if (!host.secret) return [text, noPasswordHere(host), ...isAccount ? [other] : []];
        const { element, input } = textField(SAYS.password, {
          type: "password",
          autocomplete: isAccount ? "current-password" : "off",
        });
        const give = () => {
          if (input.value === "") return;
          if (isAccount) host.givePassword(input.value);
          else host.giveServerPassword(input.value);
        };
        return [text, simpleForm(SAYS.enter, give, element), ...isAccount ? [other] : []];
      }
      default:
        return asked satisfies never;
    }
  }

  #whoText(): string {
    const { arrived, question } = this.#host.model;
    if (question === undefined) return SAYS.connecting;
    if (arrived === undefined) return "";
    if (arrived.users.length === 0) return SAYS.nobody;
    const names = arrived.users.slice(0, NAMES).map(visibleName).join(", ");
    const more = arrived.users.length - NAMES + arrived.more;
    const room = visible(arrived.room);
    return more > 0 ? SAYS.hereMore(names, more, room) : SAYS.here(names, room);
  }
}

function byId(id: string): HTMLElement {
  return document.getElementById(id)!;
}
