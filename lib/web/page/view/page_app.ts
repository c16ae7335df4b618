/// <reference lib="dom" />
/**
 * The page: a person's stay in a browser, and what is shown of it.
 * @module
 */
import { isForSession, type SessionAction, showsItself } from "../../../client/input/action.ts";
import { interpretTyped } from "../../../client/input/interpret.ts";
import { mayBeSecret } from "../../../client/input/secret.ts";
import type { ChatEvent } from "../../../client/events.ts";
import type { Step } from "../../../client/session/context.ts";
import { named } from "../../../client/session/unsaid.ts";
import { Alarm } from "../../../client/stay/alarm.ts";
import { Stay } from "../../../client/stay/stay.ts";
import { type Audience, STATUS } from "../../../client/stay/stay_options.ts";
import { webHashes } from "../../../crypto/hashes.ts";
import { earliest } from "../../../ui/places.ts";
import { clockFor } from "../../../ui/clock.ts";
import { type Clock, timeOfDay } from "../../../ui/format.ts";
import { ChatModel } from "../chat_model.ts";
import { hashOf, invitationIn, pageSecrecy, pageTarget, roomIn } from "../page_address.ts";
import {
  type KeyStore,
  NEW_TAB,
  type PageSettings,
  readPageSettings,
  readTab,
  type TabState,
  writePageSettings,
  writeTab,
} from "../page_settings.ts";
import { ChatView } from "./chat_view.ts";
import { EntryView } from "./entry_view.ts";
import { accountDialog } from "./own_dialogs.ts";
import type { PageHost } from "./page_host.ts";
import { Signals } from "./signals.ts";
import { webSocketDial } from "./web_socket_link.ts";
import { PAGE_ENTRY, PAGE_PARTS } from "../../../wording/page.ts";
import { HELP_SAYS } from "../../../wording/slash_commands.ts";

/** How long to wait before a server is tried again that could not be reached, in milliseconds. */
const AGAIN_MS = 3000;

const TERMINAL_KEYS: readonly string[] = HELP_SAYS.keys;

/** How long what is typed may be kept nowhere, in milliseconds. */
const SAVE_MS = 500;

const TIMERS = {
  now: () => Date.now(),
  after: (milliseconds: number, run: () => void) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** How times are written, by the setting. */
const CLOCKS: Readonly<Record<PageSettings["clock"], Clock>> = {
  "12": clock("h:mm a"),
  "24": clock("HH:mm"),
};

function clock(pattern: string): Clock {
  const check = clockFor(pattern);
  return "clock" in check ? check.clock : timeOfDay;
}

/** A store of the browser; undefined if it has none for this page. */
function store(kind: "localStorage" | "sessionStorage"): KeyStore | undefined {
  try {
    return globalThis[kind];
  } catch {
    return undefined;
  }
}

export class PageApp implements Audience, PageHost {
  readonly model: ChatModel;
  readonly secret: boolean;
  readonly encryptedPage: string | undefined;
  readonly room = undefined;
  settings: PageSettings;
  stay: Stay;
  readonly #local = store("localStorage");
  readonly #session = store("sessionStorage");
  readonly #target;
  readonly #entry: EntryView;
  readonly #wake = new Alarm(TIMERS);
  readonly #root: HTMLElement;
  #tab: TabState;
  #chat: ChatView | undefined;
  /** The name that was typed before the server asked for one. */
  #wanted: string | undefined;
  #password: string | undefined;
  #asksPassword = false;
  #drawing = false;
  #saving = false;

  constructor(root: HTMLElement) {
    this.#root = root;
    const twelve = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions().hour12;
    this.settings = readPageSettings(this.#local, {
      ...{ name: "", theme: "auto", clock: twelve ? "12" : "24" },
      ...{ sound: true, notify: false, typing: true, ignore: [] },
    });
    this.#tab = readTab(this.#session);
    this.#dress();
    const invite = invitationIn(location.hash);
    this.#target = pageTarget(location, invite);
    if (invite !== undefined) history.replaceState(null, "", location.pathname);
    const secrecy = pageSecrecy(location);
    this.secret = secrecy === "sure";
    const meta = document.querySelector<HTMLMetaElement>('meta[name="encrypted"]');
    this.encryptedPage = location.protocol === "http:" && meta?.content === "yes"
      ? `https://${location.host}/${location.hash}`
      : undefined;
    const { room } = this.#target;
    this.model = new ChatModel(room, this.settings.ignore, () => CLOCKS[this.settings.clock]);
    const lead = invite !== undefined
      ? PAGE_ENTRY.invited
      : this.#target.unnamed
      ? ""
      : PAGE_ENTRY.toRoom(room);
    this.#entry = new EntryView(this, this.#tab.name || this.settings.name, lead);
    this.#wanted = this.#tab.name || undefined;
    this.stay = this.#begin();
    this.#listen();
    this.refresh();
  }

  #begin(): Stay {
    const stay = this.stay = new Stay({
      ...{ target: this.#target, name: this.#wanted, password: this.#password },
      ...{ insecure: "never", person: true, rich: true, typing: true, audience: this },
      login: { given: undefined, asks: true, recall: () => Promise.resolve(undefined) },
    }, {
      dial: webSocketDial(
        `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/`,
        pageSecrecy(location),
      ),
      timers: TIMERS,
      random: Math.random,
      hashes: webHashes(),
    });
    this.#wanted = undefined;
    void stay.run().then((status) => this.#ended(status));
    return stay;
  }

  #listen(): void {
    const look = () => this.refresh();
    for (const type of ["focus", "blur"]) addEventListener(type, look);
    document.addEventListener("visibilitychange", look);
    addEventListener("pagehide", () => this.#save());
    addEventListener("hashchange", () => {
      const room = roomIn(location.hash);
      if (room !== undefined && this.model.entered) this.line(`/join ${room}`);
    });
    // Safari keeps the page as high as it is and moves it when the keyboard comes.
    globalThis.visualViewport?.addEventListener("resize", () => {
      const { height = 0 } = globalThis.visualViewport ?? {};
      this.#root.style.setProperty("--height", `${height}px`);
      scrollTo(0, 0);
    });
  }

  #ended(status: number): void {
    const { stay, model } = this;
    const reason = model.over?.reason ?? PAGE_ENTRY.ended;
    if (stay.wantsPassword) {
      this.#asksPassword = true;
      this.#wanted = stay.session.nick || this.#tab.name || undefined;
      model.fault = this.#password === undefined ? "" : reason;
    } else if (status !== STATUS.left && !stay.session.spoke) {
      model.fault = reason;
      setTimeout(() => this.#begin(), AGAIN_MS);
    } else {
      this.#tab = NEW_TAB;
      this.#save();
      this.#root.hidden = true;
      return this.#entry.end(reason, PAGE_ENTRY.again, () => location.reload());
    }
    model.over = undefined;
    this.refresh();
  }

  // The audience of the stay.

  show(event: ChatEvent): void;
  show(name: string): void;
  show(what: ChatEvent | string): void {
    if (typeof what === "string") this.#showPlace(what);
    else this.#event(what);
  }

  #event(event: ChatEvent): void {
    this.model.event(event, Date.now());
    if (event.type === "askName" && this.#wanted !== undefined) {
      const name = this.#wanted;
      this.#wanted = undefined;
      queueMicrotask(() => this.claim(name));
    }
    if (event.type === "entered" || event.type === "renamed" && event.own) {
      const { nick } = this.model;
      this.#tab = { ...this.#tab, name: nick };
      this.change({ name: nick });
    }
    this.refresh();
  }

  stepped(destination: Step["destination"]): void {
    const now = Date.now();
    const { home, nick } = this.stay.session;
    if (home !== "") this.model.moveHome(home, now);
    if (nick !== "") this.model.nick = nick;
    if (destination) this.#showPlace(destination);
    this.refresh();
  }

  flushed(): Promise<void> {
    return Promise.resolve();
  }

  // The way in.

  claim(name: string): void {
    this.model.fault = "";
    if (this.model.question?.kind === "name") {
      this.model.answered();
      this.stay.claim(name);
    } else this.#wanted = name;
    this.refresh();
  }

  givePassword(password: string): void {
    this.model.answered();
    this.stay.givePassword(password);
    this.refresh();
  }

  giveServerPassword(password: string): void {
    this.#password = password;
    this.#asksPassword = false;
    this.#begin();
    this.refresh();
  }

  confirm(yes: boolean): void {
    this.model.answered();
    this.stay.confirm(yes);
  }

  // What the parts of the page do.

  perform(action: SessionAction): void {
    this.stay.perform(action, this.model.places.current.name);
  }

  line(text: string): void {
    const { model } = this;
    const now = Date.now();
    const { current } = model.places;
    const action = interpretTyped(text);
    if (!showsItself(action)) {
      model.inform(
        [`> ${mayBeSecret(text, current.name) ? named(text) : text.trim()}`],
        now,
        "quiet",
      );
    }
    if (isForSession(action)) {
      const isPart = action.do === "part";
      const place = isPart ? action.room ?? current.name : current.name;
      if (isPart && this.stay.session.room(place) === undefined) model.close(place, now);
      else this.stay.perform(action, current.name);
      this.#chat?.toEnd();
      return this.refresh();
    }
    switch (action.do) {
      case "query":
        return this.write(action.name);
      case "show":
        return this.#showPlace(action.place);
      case "rooms":
        model.inform(model.places.all.map(({ name }) => name), now);
        break;
      case "ignore":
        model.inform([model.ignore(action.name, action.lift)], now);
        this.change({ ignore: model.ignored });
        break;
      case "clear":
        model.feed(current).clear();
        break;
      case "inform":
        // The keys are those of terminals.
        model.inform(
          action.lines.filter((line) => !TERMINAL_KEYS.includes(line)),
          now,
          "text",
          true,
        );
        break;
      case "reject":
        model.inform([action.why], now, "error");
        break;
      case "save":
        model.inform([PAGE_PARTS.notHere], now, "error");
        break;
      case "register":
      case "login":
        accountDialog(this);
        break;
      case "leave":
        this.leave();
        break;
      default:
        action satisfies never;
    }
    this.refresh();
  }

  #showPlace(name: string): void {
    const { model } = this;
    const place = model.places.open(name);
    if (place === undefined) return;
    model.show(place, Date.now());
    const hash = place.room ? hashOf(place.name) : "";
    if (model.entered && place.room && location.hash !== hash) history.replaceState(null, "", hash);
    this.#chat?.focus();
    this.refresh();
  }

  write(name: string): void {
    this.#showPlace(name);
    this.perform({ do: "meet", name });
  }

  change(changes: Partial<PageSettings>): void {
    this.settings = { ...this.settings, ...changes };
    writePageSettings(this.#local, this.settings);
    this.#dress();
    if (changes.notify && Signals.fault === undefined) void Notification.requestPermission();
    this.refresh();
  }

  #dress(): void {
    const { theme } = this.settings;
    const { dataset } = document.documentElement;
    if (theme === "auto") delete dataset.theme;
    else dataset.theme = theme;
  }

  compose(text: string): void {
    this.#chat?.composer.insert(text);
  }

  leave(): void {
    this.stay.leave("");
  }

  refresh(): void {
    this.#saveSoon();
    if (this.#drawing) return;
    this.#drawing = true;
    const draw = () => {
      this.#drawing = false;
      this.#draw();
    };
    // A hidden page gets no frames, but its title counts on.
    if (document.hidden) setTimeout(draw, 200);
    else requestAnimationFrame(draw);
  }

  #draw(): void {
    const { model } = this;
    if (model.over !== undefined) return;
    const inside = model.entered && !this.#asksPassword &&
      model.question?.kind !== "account" && model.question?.kind !== "insecure" &&
      model.question?.kind !== "name";
    const asked = this.#asksPassword ? { kind: "serverPassword" } as const : model.question;
    this.#entry.render(asked, inside);
    this.#root.hidden = !inside;
    if (!inside) return;
    const focused = document.visibilityState === "visible" && document.hasFocus();
    if (this.#chat === undefined) {
      this.#chat = new ChatView(
        this,
        this.#root,
        (row, text) => this.#react(row, text),
        (time) => CLOCKS[this.settings.clock](time),
      );
      this.#showPlace(model.places.current.name);
    }
    model.look({ focused, atEnd: this.#chat.atEnd });
    this.#chat.render(focused);
    const wakeAt = earliest(model.wakeAt, this.#chat.wakeAt, this.#chat.composer.wakeAt);
    this.#wake.set(wakeAt, () => {
      const now = Date.now();
      model.tick(now);
      this.#chat?.composer.tick(now);
      this.refresh();
    });
  }

  #react(_row: unknown, _text: string): void {
  }

  #saveSoon(): void {
    if (this.#saving) return;
    this.#saving = true;
    setTimeout(() => {
      this.#saving = false;
      this.#save();
    }, SAVE_MS);
  }

  #save(): void {
    const { all, current } = this.model.places;
    const drafts = Object.fromEntries(
      all.filter(({ draft }) => draft !== "").map(({ name, draft }) => [name, draft]),
    );
    this.#tab = {
      ...this.#tab,
      place: this.model.entered ? current.name : this.#tab.place,
      drafts,
    };
    writeTab(this.#session, this.#tab);
  }
}
