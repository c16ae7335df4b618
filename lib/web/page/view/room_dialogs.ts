/// <reference lib="dom" />
import type { Found } from "../../../client/events.ts";
import { sameName } from "../../../irc/names.ts";
import { eventSpans } from "../../../ui/format.ts";
import { plainText } from "../../../ui/spans.ts";
import { visible, visibleName } from "../../../text/text.ts";
import { hashOf } from "../page_address.ts";
import type { SaidRow } from "../feed.ts";
import { openDialog, simpleForm, textField } from "./dialog.ts";
import { h, setText } from "./dom.ts";
import type { PageHost } from "./page_host.ts";
import { peopleOf } from "./side_lists.ts";
import {
  PAGE_ENTRY as ENTRY,
  PAGE_PARTS as SAYS,
  PAGE_PERSON,
  PAGE_SEARCH,
} from "../../../wording/page.ts";

/** What people react with most. */
const REACTIONS = ["👍", "❤️", "😂", "🎉", "😮", "😢"] as const;

export function joinDialog(host: PageHost): void {
  openDialog(SAYS.join, (close) => {
    const { element, input } = textField(SAYS.room, { autofocus: true, required: true });
    const join = () => {
      const room = input.value.trim();
      if (room === "") return;
      close();
      host.line(`/join ${room}`);
    };
    const list = () => {
      close();
      host.line("/list");
    };
    return [
      simpleForm(SAYS.join, join, element, h("p", { class: "hint" }, SAYS.roomHint)),
      h("button", { type: "button", onclick: list }, SAYS.allRooms),
    ];
  });
}

/** Asks for the key of a room. */
export function keyDialog(host: PageHost, room: string): void {
  const dialog = openDialog(ENTRY.roomKey(visibleName(room)), (close) => {
    const { element, input } = textField(ENTRY.key, { autofocus: true, required: true });
    const enter = () => {
      const key = input.value.trim();
      if (key === "") return;
      close();
      host.perform({ do: "join", room, key });
    };
    return [simpleForm(ENTRY.enter, enter, element)];
  });
  dialog.addEventListener("close", () => host.model.answered());
}

/** What can be done with the place that is shown. */
export function placeDialog(host: PageHost): void {
  const { current } = host.model.places;
  const { name, room, topic } = current;
  openDialog(visibleName(name), (close) => {
    const leave = () => {
      close();
      host.line("/part");
    };
    if (!room) {
      return [h("button", { type: "button", onclick: leave }, SAYS.closePlace(visibleName(name)))];
    }
    const { element, input } = textField(SAYS.topic, { value: topic });
    const set = () => {
      close();
      host.perform({ do: "topic", text: input.value.trim() });
    };
    const address = textField(SAYS.link, { readonly: true });
    address.input.value = `${location.origin}/${hashOf(name)}`;
    const state = h("p", { class: "hint", role: "status" });
    const copy = () => {
      address.input.select();
      // The clipboard needs an encrypted page; the old way works on all.
      if (document.execCommand("copy")) setText(state, SAYS.copied);
    };
    return [
      simpleForm(SAYS.setTopic, set, element),
      h("div", { class: "group" }, address.element, state),
      h("button", { type: "button", onclick: copy }, SAYS.invite),
      h("button", { type: "button", onclick: leave }, SAYS.leaveRoom(visibleName(name))),
    ];
  });
}

/** What can be done with a person. */
export function personDialog(host: PageHost, name: string): void {
  const { model, stay: { session } } = host;
  const { current } = model.places;
  const members = peopleOf(host, current);
  const member = members.find((one) => sameName(one.name, name));
  const own = sameName(name, model.nick);
  const rules = members.some((one) => sameName(one.name, model.nick) && /[~&@]/.test(one.symbol));
  const hidden = model.ignored.some((one) => sameName(one, name));
  openDialog(visibleName(name), (close) => {
    const choice = (label: string, act: () => void) =>
      h("button", {
        type: "button",
        onclick: () => {
          close();
          act();
        },
      }, label);
    const isOp = /[~&@]/.test(member?.symbol ?? "");
    const hasVoice = member?.symbol === "+";
    const rank = (rank: "op" | "voice", give: boolean) =>
      host.perform({ do: "rank", name, rank, give });
    const reason = textField(PAGE_PERSON.kickReason);
    const remove = () => host.perform({ do: "kick", name, reason: reason.input.value.trim() });
    const ban = () => {
      host.perform({ do: "ban", who: name, lift: false });
      remove();
    };
    return [
      member !== undefined && member.symbol !== "" &&
      h("p", { class: "hint" }, PAGE_PERSON.ranks[member.symbol]),
      !own && choice(PAGE_PERSON.write, () => host.write(name)),
      !own && choice(PAGE_PERSON.mention, () => host.compose(`${name} `)),
      choice(PAGE_PERSON.about, () => host.perform({ do: "whois", name })),
      !own && choice(
        hidden ? PAGE_PERSON.unhide : PAGE_PERSON.hide,
        () => host.line(`/${hidden ? "unignore" : "ignore"} ${name}`),
      ),
      ...current.room && rules && !own && member !== undefined && session.link === "up"
        ? [
          h("hr"),
          choice(isOp ? PAGE_PERSON.deop : PAGE_PERSON.op, () => rank("op", !isOp)),
          !isOp && choice(
            hasVoice ? PAGE_PERSON.devoice : PAGE_PERSON.voice,
            () => rank("voice", !hasVoice),
          ),
          choice(PAGE_PERSON.mute, () => host.perform({ do: "mute", who: name, lift: false })),
          choice(PAGE_PERSON.unmute, () => host.perform({ do: "mute", who: name, lift: true })),
          h("div", { class: "group" }, reason.element),
          choice(PAGE_PERSON.kick, remove),
          choice(PAGE_PERSON.ban, ban),
        ]
        : [],
    ];
  });
}

/** Reactions to a message, and what else can be done with it. */
export function messageDialog(host: PageHost, row: SaidRow, react: (text: string) => void): void {
  openDialog(SAYS.reactTo(visibleName(row.event.from)), (close) => [
    h(
      "div",
      { class: "choices" },
      ...REACTIONS.map((text) =>
        h("button", {
          type: "button",
          "aria-label": text,
          onclick: () => {
            close();
            react(text);
          },
        }, text)
      ),
    ),
    h("button", {
      type: "button",
      onclick: () => {
        close();
        personDialog(host, row.event.from);
      },
    }, visibleName(row.event.from)),
  ]);
}

/** Searches the place that is shown. Returns the function to call when results came. */
export function searchDialog(host: PageHost, closed: () => void): () => void {
  const { model } = host;
  const { name } = model.places.current;
  const list = h("ol", { class: "results" });
  const state = h("p", { class: "hint", role: "status" });
  let asked = false;
  const dialog = openDialog(PAGE_SEARCH.in(visibleName(name)), () => {
    const { element, input } = textField(PAGE_SEARCH.text, { type: "search", autofocus: true });
    const search = () => {
      const text = input.value.trim();
      if (text === "") return;
      asked = true;
      model.found = [];
      host.perform({ do: "search", text });
      host.refresh();
    };
    return [simpleForm(PAGE_SEARCH.go, search, element), state, list];
  });
  dialog.addEventListener("close", closed);
  let shown: readonly Found[] = [];
  return () => {
    if (!asked || shown === model.found) return;
    shown = model.found;
    setText(state, PAGE_SEARCH.count(shown.length));
    list.replaceChildren(...shown.map((found) => h("li", { dir: "auto" }, textOf(found))));
  };
}

function textOf(found: Found): string {
  const at = (time: number) => new Date(time).toLocaleString();
  return visible(plainText((eventSpans(found, at) ?? []).slice(1)));
}
