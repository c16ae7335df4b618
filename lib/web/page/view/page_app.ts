/// <reference lib="dom" />
/**
 * The page: a person's stay in a browser, and what is shown of it.
 * @module
 */
import type { SessionAction } from "../../../client/input/action.ts";
import type { ChatEvent } from "../../../client/events.ts";
import type { Step } from "../../../client/session/context.ts";
import { Alarm } from "../../../client/stay/alarm.ts";
import { SYSTEM_TIMERS } from "../../../client/stay/system_timers.ts";
import type { Stay } from "../../../client/stay/stay.ts";
import { type Audience, STATUS } from "../../../client/stay/stay_options.ts";
import { fold, isChannelName } from "../../../irc/names.ts";
import { earliest } from "../../../ui/places.ts";
import { ChatModel } from "../chat_model.ts";
import type { SaidRow } from "../feed.ts";
import { PAGE_CLOCKS } from "../page_clocks.ts";
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
import { type EntryHost, type EntryQuestion, EntryView } from "./entry_view.ts";
import type { PageHost } from "./page_host.ts";
import { PageStay } from "./page_stay.ts";
import { Calls } from "./calls.ts";
import { Tabs } from "./tabs.ts";
import { typedLine } from "./typed_line.ts";
import { PAGE_ENTRY, PAGE_TABS } from "../../../wording/page.ts";
import { REFUSED } from "../../../wording/refused.ts";

/** How long to wait before a server is tried again that could not be reached, in milliseconds. */
const AGAIN_MS = 3000;

/** How long what is typed may be kept nowhere, in milliseconds. */
const SAVE_MS = 500;

/** How long a server has to tell the rooms of a stay that it knows, in milliseconds. */
const REJOIN_MS = 1500;

/** A store of the browser; undefined if it has none for this page. */
function store(kind: "localStorage" | "sessionStorage"): KeyStore | undefined {
  try {
    return globalThis[kind];
  } catch {
    return undefined;
  }
}

export class PageApp implements PageHost, EntryHost, Audience {
  readonly model: ChatModel;
  readonly secret: boolean;
  readonly encryptedPage: string | undefined;
  /** There is always room for more. */
  readonly room = undefined;
  settings: PageSettings;
  readonly #local = store("localStorage");
  readonly #session = store("sessionStorage");
  readonly #stays: PageStay;
  readonly #tabs: Tabs;
  readonly #entry: EntryView;
  readonly #wake = new Alarm(SYSTEM_TIMERS);
  readonly #root: HTMLElement;
  /** What the tab was before it was loaded again. */
  readonly #before: TabState;
  /** Whether all of that is back. */
  #isBack = false;
  #chat: ChatView | undefined;
  /** The name that was typed before the server asked for one. */
  #wanted: string | undefined;
  /** The name that the server was told last. */
  #claimed: string | undefined;
  /** What is asked besides what the session asks. */
  #asks: EntryQuestion | undefined;
  #gavePassword = false;
  #drawing = false;
  #saving = false;
  #isOver = false;

  constructor(root: HTMLElement) {
    this.#root = root;
    const twelve = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions().hour12;
    this.settings = readPageSettings(this.#local, {
      ...{ name: "", theme: "auto", clock: twelve ? "12" : "24" },
      ...{ sound: true, notify: false, typing: true, ignore: [] },
    });
    this.#before = readTab(this.#session);
    this.#dress();
    const invite = invitationIn(location.hash);
    const target = pageTarget(location, invite);
    // The secret of an invitation should not stay in sight.
    if (invite !== undefined) history.replaceState(null, "", location.pathname);
    this.secret = pageSecrecy(location) === "sure";
    const meta = document.querySelector<HTMLMetaElement>('meta[name="encrypted"]');
    this.encryptedPage = location.protocol === "http:" && meta?.content === "yes"
      ? `https://${location.host}/${location.hash}`
      : undefined;
    const { name, secret, seen } = this.#before;
    const { ignore } = this.settings;
    this.model = new ChatModel(target.room, ignore, () => PAGE_CLOCKS[this.settings.clock], seen);
    const lead = invite !== undefined
      ? PAGE_ENTRY.invited
      : target.unnamed
      ? ""
      : PAGE_ENTRY.toRoom(target.room);
    this.#entry = new EntryView(this, name || this.settings.name, lead);
    this.#stays = new PageStay(target, this, (status) => this.#ended(status));
    this.#tabs = new Tabs(() => this.#holds ? this.model.nick : "", () => this.#give());
    // A duplicate of a tab has its secret too, so the first one is asked.
    if (name === "") this.#stays.begin({});
    else void this.#comeBack(name, secret);
    this.#listen();
    this.refresh();
  }

  get stay(): Stay {
    return this.#stays.current;
  }

  /** Whether the name is in use here. */
  get #holds(): boolean {
    return this.model.entered && !this.#isOver;
  }

  async #comeBack(name: string, secret: string): Promise<void> {
    const taken = await this.#tabs.holds(name);
    if (taken) this.#asks = { kind: "taken", name };
    this.#stays.begin(taken ? {} : { name, secret });
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
      const { height = 0, scale = 1 } = globalThis.visualViewport ?? {};
      if (scale !== 1) return;
      this.#root.style.setProperty("--height", `${height}px`);
      scrollTo(0, 0);
    });
  }

  #ended(status: number): void {
    const { stay, model } = this;
    const reason = model.over?.reason ?? PAGE_ENTRY.ended;
    if (stay.wantsPassword) {
      this.#asks = { kind: "serverPassword" };
      model.fault = this.#gavePassword ? reason.replace(REFUSED.passwordFile, "").trim() : "";
    } else if (status !== STATUS.left && !stay.session.spoke) {
      model.fault = reason;
      setTimeout(() => this.#stays.begin({ name: this.#wanted }), AGAIN_MS);
    } else {
      return this.#finish(reason);
    }
    model.over = undefined;
    this.refresh();
  }

  /** Shows that it is over. */
  #finish(reason: string): void {
    this.#isOver = true;
    writeTab(this.#session, NEW_TAB);
    this.#root.hidden = true;
    this.#entry.end(reason, PAGE_ENTRY.again, () => location.reload());
  }

  /** Gives the stay to another tab. Returns its secret. */
  #give(): string {
    const { secret } = this.#stays;
    this.#stays.stop();
    this.#finish(PAGE_TABS.moved);
    return secret;
  }

  // The audience of the stay.

  show(event: ChatEvent): void {
    this.model.event(event, Date.now());
    if (event.type === "askName" && this.#wanted !== undefined) {
      const name = this.#wanted;
      // The session is still in its step.
      queueMicrotask(() => this.#claim(name));
    }
    if (event.type === "entered") this.#entered(event.room);
    if (event.type === "entered" || event.type === "renamed" && event.own) {
      this.change({ name: this.model.nick });
    }
    this.refresh();
  }

  /** Puts back what was there before the page was loaded again. */
  #entered(room: string): void {
    const { place: shown, rooms, drafts } = this.#before;
    const place = this.model.places.find(room);
    if (place !== undefined) place.draft ||= drafts[place.name] ?? "";
    if (fold(shown) === fold(room)) this.open(room);
    if (this.#isBack || shown === "") return;
    this.#isBack = true;
    if (!isChannelName(shown)) this.write(shown);
    // A server that knows the stay tells its rooms by itself.
    setTimeout(() => {
      for (const room of rooms) {
        if (this.stay.session.room(room) !== undefined) continue;
        this.perform({ do: "join", room, key: undefined });
      }
    }, REJOIN_MS);
  }

  stepped(destination: Step["destination"]): void {
    const { home, nick } = this.stay.session;
    if (home !== "") this.model.moveHome(home, Date.now());
    if (nick !== "") this.model.nick = nick;
    if (destination) this.open(destination);
    this.refresh();
  }

  flushed(): Promise<void> {
    return Promise.resolve();
  }

  // The way in.

  async claim(name: string): Promise<void> {
    this.model.fault = "";
    if (await this.#tabs.holds(name)) this.#asks = { kind: "taken", name };
    else this.#claim(name);
    this.refresh();
  }

  #claim(name: string): void {
    if (this.model.question?.kind !== "name") {
      this.#wanted = name;
      return;
    }
    this.#wanted = undefined;
    this.#claimed = name;
    this.model.answered();
    this.stay.claim(name);
  }

  async takeOver(yes: boolean): Promise<void> {
    const name = this.#asks?.kind === "taken" ? this.#asks.name : "";
    this.#asks = undefined;
    this.refresh();
    if (!yes) return;
    const secret = await this.#tabs.take(name);
    this.#stays.stop();
    this.model.answered();
    this.#stays.begin({ name, secret });
  }

  givePassword(password: string): void {
    this.model.answered();
    this.stay.givePassword(password);
    this.refresh();
  }

  giveServerPassword(password: string): void {
    this.#asks = undefined;
    this.#gavePassword = true;
    this.#stays.begin({ name: this.#wanted ?? this.#claimed, password });
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
    typedLine(this, text);
    this.#chat?.toEnd();
    this.refresh();
  }

  open(name: string): void {
    const { model } = this;
    const place = model.places.open(name);
    if (place === undefined) return;
    model.show(place, Date.now());
    const hash = hashOf(place.name);
    if (model.entered && place.room && location.hash !== hash) history.replaceState(null, "", hash);
    this.#chat?.focus();
    this.refresh();
  }

  write(name: string): void {
    this.open(name);
    this.perform({ do: "meet", name });
  }

  change(changes: Partial<PageSettings>): void {
    this.settings = { ...this.settings, ...changes };
    writePageSettings(this.#local, this.settings);
    this.#dress();
    if (changes.notify && Calls.fault === undefined) void Notification.requestPermission();
    this.refresh();
  }

  #dress(): void {
    const { theme } = this.settings;
    const { dataset } = document.documentElement;
    if (theme === "auto") delete dataset.theme;
    else dataset.theme = theme;
  }

  compose(text: string): void {
    this.#chat?.input.insert(text);
  }

  leave(): void {
    this.stay.leave("");
  }

  refresh(): void {
    this.#saveSoon();
    if (this.#drawing) return;
    this.#drawing = true;
    // A page that is hidden, now or before the next frame, gets none, but its title counts on.
    requestAnimationFrame(() => this.#draw());
    setTimeout(() => this.#draw(), 200);
  }

  #draw(): void {
    if (!this.#drawing) return;
    this.#drawing = false;
    const { model } = this;
    if (model.over !== undefined || this.#isOver) return;
    const question = this.#asks ?? model.question;
    const inside = model.entered && (question === undefined || question.kind === "roomKey");
    this.#entry.render(question, inside);
    this.#root.hidden = !inside;
    if (!inside) return;
    const focused = document.visibilityState === "visible" && document.hasFocus();
    if (this.#chat === undefined) {
      const time = (time: number) => PAGE_CLOCKS[this.settings.clock](time);
      this.#chat = new ChatView(this, this.#root, (row, text) => this.#react(row, text), time);
      this.#chat.focus();
    }
    model.look({ focused, atEnd: this.#chat.atEnd });
    this.#chat.render(focused);
    const wakeAt = earliest(model.wakeAt, this.#chat.wakeAt, this.#chat.input.wakeAt);
    this.#wake.set(wakeAt, () => {
      const now = Date.now();
      model.tick(now);
      this.#chat?.input.tick(now);
      this.refresh();
    });
  }

  #react({ event, reactions }: SaidRow, text: string): void {
    if (event.msgid === null) return;
    const own = reactions.find((one) => one.text === text)?.from.includes(this.model.nick);
    this.perform({ do: "react", text, msgid: event.msgid, give: own !== true });
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
    if (this.#isOver || !this.model.entered) return;
    const { all, current } = this.model.places;
    const drafts = all.filter(({ draft }) => draft !== "").map(({ name, draft }) => [name, draft]);
    const inside = this.stay.session.rooms.filter(({ state }) => state === "inside");
    writeTab(this.#session, {
      name: this.model.nick,
      secret: this.#stays.secret,
      rooms: inside.map(({ name }) => name),
      place: current.name,
      drafts: Object.fromEntries(drafts),
      seen: this.model.seen,
    });
  }
}
