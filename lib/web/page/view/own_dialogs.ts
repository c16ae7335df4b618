/// <reference lib="dom" />
import { passwordFault } from "../../../irc/new_password.ts";
import { openDialog, simpleForm, textField } from "./dialog.ts";
import { h, setText } from "./dom.ts";
import type { PageHost } from "./page_host.ts";
import {
  PAGE_ACCOUNT as ACCOUNT,
  PAGE_ENTRY as ENTRY,
  PAGE_PARTS as PARTS,
  PAGE_SETTINGS as SAYS,
} from "../../../wording/page.ts";
import type { PageSettings } from "../page_settings.ts";

/** Why this page takes no password, with the way to the one that does. */
export function noPasswordHere({ encryptedPage }: Pick<PageHost, "encryptedPage">): HTMLElement {
  return h(
    "div",
    { class: "warning" },
    h("p", {}, ENTRY.noPasswordHere),
    encryptedPage !== undefined && h("p", {}, h("a", { href: encryptedPage }, ENTRY.useEncrypted)),
  );
}

export function accountDialog(host: PageHost): void {
  const { stay: { session }, model } = host;
  openDialog(PARTS.account, (close) => {
    const { account } = session;
    const now = () => Date.now();
    if (account !== undefined) {
      const password = textField(ACCOUNT.newPassword, secret("new-password"));
      const again = textField(ACCOUNT.again, secret("new-password"));
      const fault = h("p", { class: "fault", role: "alert" });
      const change = () => {
        const why = faultOf(password.input.value, again.input.value, account);
        if (why !== undefined) return setText(fault, why);
        close();
        host.perform({ do: "raw", line: `NS SET PASSWORD ${password.input.value}` });
      };
      const logOut = () => {
        close();
        host.perform({ do: "logout" });
      };
      return [
        h("p", {}, ACCOUNT.is(account)),
        host.secret
          ? simpleForm(ACCOUNT.change, change, password.element, again.element, fault)
          : noPasswordHere(host),
        h("button", { type: "button", onclick: logOut }, ACCOUNT.logOut),
      ];
    }
    if (!host.secret) return [h("p", {}, ACCOUNT.none(model.nick)), noPasswordHere(host)];
    const password = textField(ACCOUNT.password, secret("new-password"));
    const again = textField(ACCOUNT.again, secret("new-password"));
    const fault = h("p", { class: "fault", role: "alert" });
    const register = () => {
      const why = session.signUpFault ??
        faultOf(password.input.value, again.input.value, model.nick);
      if (why !== undefined) return setText(fault, why);
      close();
      host.stay.apply(session.signUp(password.input.value, now()));
    };
    const name = textField(ACCOUNT.account, { value: model.nick, autocomplete: "username" });
    const known = textField(ACCOUNT.password, secret("current-password"));
    const logIn = () => {
      if (known.input.value === "") return;
      close();
      host.stay.apply(session.logIn(name.input.value.trim(), known.input.value, now()));
    };
    return [
      h("p", {}, ACCOUNT.none(model.nick)),
      simpleForm(ACCOUNT.register, register, password.element, again.element, fault),
      h("hr"),
      simpleForm(ACCOUNT.logIn, logIn, name.element, known.element),
    ];
  });
}

function secret(autocomplete: string): Record<string, string> {
  return { type: "password", autocomplete };
}

function faultOf(password: string, again: string, name: string): string | undefined {
  if (password !== again) return ACCOUNT.different;
  const fault = passwordFault(password, name);
  return fault && `${fault.text}.`;
}

export function settingsDialog(host: PageHost, notifyFault: string | undefined): void {
  openDialog(PARTS.settings, (close) => {
    const { settings, model } = host;
    const name = textField(SAYS.name, { value: model.nick, autocomplete: "nickname" });
    const rename = () => {
      const wanted = name.input.value.trim();
      close();
      if (wanted !== "" && wanted !== model.nick) host.perform({ do: "rename", name: wanted });
    };
    const check = (key: "sound" | "notify" | "typing", disabled = false) => {
      const box = h("input", { type: "checkbox", disabled });
      box.checked = settings[key] && !disabled;
      box.addEventListener("change", () => host.change({ [key]: box.checked }));
      return h("label", { class: "check" }, box, SAYS[key]);
    };
    return [
      simpleForm(SAYS.rename, rename, name.element),
      choices(SAYS.theme, "theme", SAYS.themes, settings.theme, (theme) => host.change({ theme })),
      choices(SAYS.clock, "clock", SAYS.clocks, settings.clock, (clock) => host.change({ clock })),
      check("typing"),
      check("sound"),
      check("notify", notifyFault !== undefined),
      notifyFault !== undefined && h("p", { class: "hint" }, notifyFault),
    ];
  });
}

/** A group of choices, one of which holds. */
function choices<Key extends "theme" | "clock">(
  title: string,
  group: Key,
  labels: Readonly<Record<PageSettings[Key], string>>,
  now: PageSettings[Key],
  choose: (value: PageSettings[Key]) => void,
): HTMLElement {
  const entries = Object.entries(labels) as [PageSettings[Key], string][];
  return h(
    "fieldset",
    {},
    h("legend", {}, title),
    ...entries.map(([value, label]) => {
      const radio = h("input", { type: "radio", name: group, value });
      radio.checked = value === now;
      radio.addEventListener("change", () => choose(value));
      return h("label", { class: "check" }, radio, label);
    }),
  );
}
