/**
 * `chat join` on a terminal: connects the keys, the screen, the visit and the settings with each
 * other. `lib/ui/inline/inline.ts` decides what is shown and what keys and lines mean.
 * @module
 */
import type { ChatEvent } from "../../client/events.ts";
import type { Step } from "../../client/session/context.ts";
import type { Target } from "../../client/trust/target.ts";
import { sameName } from "../../irc/names.ts";
import { exitStatusOf, onStopSignals } from "../os/signals.ts";
import { Inline } from "../../ui/inline/inline.ts";
import type { InlineInit, Intent } from "../../ui/inline/inline_types.ts";
import type { InlineQuestion } from "../../ui/inline/open_question.ts";
import type { OpenRoom } from "../../ui/inline/view.ts";
import type { Key } from "../../ui/terminal/key_parser.ts";
import { Terminal, type TerminalHandler, type Tty } from "../../ui/terminal/terminal.ts";
import { SYSTEM_TIMERS } from "../../client/stay/system_timers.ts";
import { within } from "../os/within.ts";
import { Alarm } from "../../client/stay/alarm.ts";
import { Frames } from "./frames.ts";
import { Logins } from "./logins.ts";
import type { Passwords } from "./passwords.ts";
import type { SettingsFile } from "./settings_file.ts";
import { saveTranscript } from "./transcript_file.ts";
import { type Host, Visit, type VisitOptions, type VisitQuestion } from "./visit.ts";
import { FILES } from "../../wording/client.ts";
import { SCREEN } from "../../wording/display.ts";
import { REFUSED } from "../../wording/refused.ts";

export interface InteractiveOptions extends Omit<VisitOptions, "settings"> {
  readonly looks: Pick<InlineInit, "style" | "bell" | "clock">;
  readonly settings: SettingsFile;
  /** Where to store passwords; nowhere if it is left out. */
  readonly passwords?: Passwords | undefined;
  readonly news: readonly string[];
  readonly home: string | undefined;
}

/** Runs an interactive chat to its end. Returns the exit status. */
export async function joinInteractive(options: InteractiveOptions, tty: Tty): Promise<number> {
  return await new Interactive(options, tty).run();
}

/** How long the last frame may take, since a terminal may be stuck, in milliseconds. */
const STUCK_MS = 1000;

class Interactive implements Host, TerminalHandler {
  readonly #options: InteractiveOptions;
  readonly #terminal: Terminal;
  readonly #inline: Inline;
  readonly #frames: Frames;
  readonly #visit: Visit;
  readonly #logins: Logins;
  readonly #wake = new Alarm(SYSTEM_TIMERS);
  /** The rooms as the screen knows them: listing the members of big ones takes time. */
  #rooms: readonly OpenRoom[] = [];
  #roomsAreOld = false;

  constructor(options: InteractiveOptions, tty: Tty) {
    this.#options = options;
    const { target, looks, settings: { settings } } = options;
    this.#terminal = new Terminal(tty, this, looks.style.title);
    this.#inline = new Inline({
      ...looks,
      size: this.#terminal.size,
      home: target?.room ?? "",
      ignored: settings.ignore,
      now: Date.now(),
    });
    this.#frames = new Frames({
      draw: () => this.#draw(),
      write: (text) => this.#terminal.write(text),
    });
    const visit = this.#visit = new Visit({ ...options, settings }, this);
    this.#logins = new Logins({
      get stay() {
        return visit.stay;
      },
      get target() {
        return visit.target;
      },
      ask: (question) => this.#ask(question, ""),
      inform: (...lines) => this.inform(...lines),
    }, options.passwords);
  }

  async run(): Promise<number> {
    const deaf = onStopSignals(
      (signal) => this.#visit.stop(exitStatusOf(signal)),
      (signal) => this.#visit.abort(exitStatusOf(signal)),
      { hangup: true, quit: true },
    );
    try {
      this.#terminal.open();
      if (this.#options.news.length > 0) this.inform(...this.#options.news);
      return await this.#visit.run();
    } finally {
      deaf();
      this.#wake.clear();
      this.#frames.close();
      this.#terminal.close();
    }
  }

  ask(question: VisitQuestion | "name", offered: string): void {
    this.#logins.forget();
    this.#ask(question, offered);
  }

  recall(target: Target, account: string): Promise<string | undefined> {
    return this.#logins.recall(target, account);
  }

  #ask(question: InlineQuestion, offered: string): void {
    this.#inline.ask(question, offered);
    this.#update();
    this.#frames.now();
  }

  inform(...lines: readonly string[]): void {
    this.#inline.inform(lines, Date.now());
    this.#frames.soon();
  }

  show(event: ChatEvent): void {
    const { server } = this.#visit;
    if (event.type === "closed" && this.#visit.asksAgain(event.status) !== undefined) {
      // The password is asked for here, so the advice for programs is left out.
      return this.inform((event.reason ?? "").replace(` ${REFUSED.passwordFile}`, ""));
    }
    this.#inline.event(event, Date.now());
    this.#logins.event(event);
    if (event.type === "askName") this.#visit.askName();
    else if (event.type === "nameRefused") this.#visit.refused(event.name);
    else if (event.type === "askInsecure") this.#visit.askInsecure();
    else if (event.type === "askKey") this.#visit.askKey(event.room);
    else if (event.type === "renamed" && event.own) this.#remember(this.#chosen(event.to));
    else if (event.type === "entered" && server !== undefined) {
      this.#remember({ server, ...this.#chosen(event.name) });
    }
  }

  /** A name to remember: not one that the server gave us, such as a guest's. */
  #chosen(name: string): { readonly name?: string } {
    const { claimed } = this.#visit;
    return claimed !== undefined && sameName(claimed.trim(), name) ? { name } : {};
  }

  #remember(changes: Parameters<SettingsFile["save"]>[0]): void {
    void this.#options.settings.save(changes).then((fault) => {
      if (fault !== undefined) this.inform(fault);
    });
  }

  stepped(destination: Step["destination"]): void {
    this.#roomsAreOld = true;
    this.#update();
    if (destination !== undefined) this.#inline.goTo(destination, Date.now());
    this.#frames.soon();
  }

  #update(): void {
    const { session, link = "up", retryAt } = this.#visit.stay ?? {};
    const now = Date.now();
    const view = { nick: session?.nick ?? "", rooms: this.#rooms, link, retryAt };
    if (session === undefined) this.#inline.update({ ...view, unsent: [] }, now);
    else this.#inline.update({ ...view, unsent: session.unsentItems, home: session.home }, now);
  }

  /** Tells the screen the current rooms, before it is used. */
  #refresh(): void {
    if (!this.#roomsAreOld) return;
    this.#roomsAreOld = false;
    this.#rooms = this.#visit.stay?.session.rooms ?? [];
    this.#update();
  }

  get room(): Promise<void> | undefined {
    return this.#frames.room;
  }

  async flushed(): Promise<void> {
    await within(STUCK_MS, this.#frames.flushed());
  }

  #draw(): string {
    this.#refresh();
    // A frame may have to be drawn before the signal of a new size comes.
    this.#inline.resize(this.#terminal.size);
    const text = this.#inline.draw(Date.now());
    this.#wake.set(this.#inline.wakeAt, () => {
      this.#carryOut(this.#inline.tick(Date.now()));
      this.#frames.soon();
    });
    return text;
  }

  keys(keys: readonly Key[]): void {
    for (const key of keys) {
      // The key before may have changed the rooms.
      this.#refresh();
      this.#carryOut(this.#inline.key(key, Date.now()));
    }
    this.#frames.now();
  }

  #carryOut(intents: readonly Intent[]): void {
    for (const intent of intents) {
      switch (intent.do) {
        case "perform":
          if (intent.action.do === "rename") this.#visit.claimed = intent.action.name;
          this.#visit.stay?.perform(intent.action, intent.place);
          break;
        case "answer":
          if (!this.#logins.answer(intent.text)) this.#visit.answer(intent.text);
          break;
        case "typing":
          this.#visit.stay?.typing(intent.place, intent.state);
          break;
        case "leave":
          this.#visit.leave(intent.reason);
          break;
        case "save":
          void this.#save(intent.file, intent.text);
          break;
        case "register":
          this.#logins.register();
          break;
        case "login":
          this.#logins.login(intent.account);
          break;
        case "remember":
          this.#remember({ ignore: intent.ignore });
          break;
        case "suspend":
          void this.#suspend();
          break;
        default:
          intent satisfies never;
      }
    }
  }

  async #save(file: string, text: string): Promise<void> {
    const saved = await saveTranscript(file, text, this.#options.home);
    this.inform("path" in saved ? FILES.saved(saved.path) : saved.fault);
  }

  async #suspend(): Promise<void> {
    if (await this.#terminal.suspend()) return;
    this.inform(SCREEN.noSuspend);
  }

  resized(): void {
    this.#inline.resized();
    this.#frames.now();
  }

  resumed(): void {
    // The last drawing stands somewhere above and is left alone.
    this.#inline.close();
    this.#frames.now();
  }

  farewell(): string {
    return this.#inline.close();
  }

  gone(): void {
    this.#visit.stop(exitStatusOf("SIGHUP"));
  }
}
