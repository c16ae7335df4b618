/**
 * `chat join` on a terminal: connects the keys, the screen, the visit and the settings with each
 * other. What is shown and what keys mean is in `lib/ui/inline.ts`.
 * @module
 */
import { type Action, interpret } from "../../client/input/commands.ts";
import { complete } from "../../client/input/completion.ts";
import type { ChatEvent } from "../../client/events.ts";
import type { Session } from "../../client/session/session.ts";
import type { Target } from "../../client/trust/target.ts";
import { exitStatusOf, onStopSignals } from "../os/signals.ts";
import { Inline, type InlineInit, type Intent, type OpenRoom } from "../../ui/inline/inline.ts";
import type { InlineQuestion } from "../../ui/inline/inline.ts";
import type { Key } from "../../ui/terminal/key_parser.ts";
import { Terminal, type TerminalHandler, type Tty } from "../../ui/terminal/terminal.ts";
import { Frames } from "./frames.ts";
import { Logins } from "./logins.ts";
import type { Passwords } from "./passwords.ts";
import type { SettingsFile } from "./settings_file.ts";
import { pause } from "./stay.ts";
import { saveTranscript } from "./transcript_file.ts";
import { type Host, Visit, type VisitOptions, type VisitQuestion } from "./visit.ts";

/** What it runs with. */
export interface InteractiveOptions extends Omit<VisitOptions, "settings"> {
  /** How things look and sound. */
  readonly looks: Pick<InlineInit, "style" | "bell" | "clock">;
  /** The settings that last. */
  readonly settings: SettingsFile;
  /** Where passwords are kept; nowhere where it is left out. */
  readonly passwords?: Passwords | undefined;
  /** What is to be told at the beginning, a line each. */
  readonly news: readonly string[];
  /** The home directory, for `~`. */
  readonly home: string | undefined;
}

/**
 * Runs it to its end.
 *
 * @returns the exit status.
 */
export async function joinInteractive(options: InteractiveOptions, tty: Tty): Promise<number> {
  return await new Interactive(options, tty).run();
}

/** How long the end may take that nobody may see, in milliseconds. */
const STUCK_MS = 1000;

/** The most messages that may wait to be sent. */
const MOST_UNSENT = 500;

class Interactive implements Host, TerminalHandler {
  readonly #options: InteractiveOptions;
  readonly #terminal: Terminal;
  readonly #inline: Inline;
  readonly #frames: Frames;
  readonly #visit: Visit;
  readonly #logins: Logins;
  #wakeTimer: ReturnType<typeof setTimeout> | undefined;
  /** The rooms as the screen knows them: putting them together costs something in big ones. */
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
      complete,
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
      clearTimeout(this.#wakeTimer);
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
    this.#inline.perform({ do: "inform", lines }, Date.now());
    this.#frames.soon();
  }

  show(event: ChatEvent): void {
    const { server } = this.#visit;
    if (event.type === "closed" && this.#visit.asksAgain(event.status) !== undefined) {
      // How to give a password where nobody can be asked is of no use here.
      return this.inform((event.reason ?? "").replace(/ Give it with .*$/, ""));
    }
    this.#inline.event(event, Date.now());
    this.#logins.event(event);
    if (event.type === "askName") this.#visit.askName();
    else if (event.type === "askInsecure") this.#visit.askInsecure();
    else if (event.type === "renamed" && event.own) this.#remember({ name: event.to });
    else if (event.type === "entered" && server !== undefined) {
      this.#remember({ server, name: event.name });
    }
  }

  #remember(changes: Parameters<SettingsFile["save"]>[0]): void {
    void this.#options.settings.save(changes).then((fault) => {
      if (fault !== undefined) this.inform(fault);
    });
  }

  stepped(): void {
    this.#roomsAreOld = true;
    this.#update();
    this.#frames.soon();
  }

  #update(): void {
    const { stay } = this.#visit;
    const view = { nick: "", rooms: this.#rooms, unsent: [], retryAt: undefined };
    const { session, link, retryAt } = stay ?? {};
    this.#inline.update(
      session === undefined || link === undefined ? { ...view, link: "up" } : {
        ...view,
        ...{ nick: session.nick, unsent: session.unsentItems, link, retryAt, home: session.home },
      },
      Date.now(),
    );
  }

  /** Before anything is looked at, the screen knows the rooms as they are. */
  #refresh(): void {
    if (!this.#roomsAreOld) return;
    this.#roomsAreOld = false;
    this.#rooms = this.#visit.stay?.session.rooms ?? [];
    this.#update();
  }

  get room(): Promise<void> | undefined {
    return this.#frames.room;
  }

  /** Nobody waits for a terminal that takes nothing. */
  async flushed(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, STUCK_MS);
    await Promise.race([this.#frames.flushed(), late.promise]);
    clearTimeout(timer);
  }

  #draw(): string {
    this.#refresh();
    // A signal tells of a new size, but what was on its way may be drawn before it comes.
    this.#inline.resize(this.#terminal.size);
    const text = this.#inline.draw(Date.now());
    this.#schedule();
    return text;
  }

  #schedule(): void {
    clearTimeout(this.#wakeTimer);
    const at = this.#inline.wakeAt;
    if (at === undefined) return;
    this.#wakeTimer = setTimeout(() => {
      this.#carryOut(this.#inline.tick(Date.now()));
      this.#frames.soon();
    }, pause(at));
  }

  keys(keys: readonly Key[]): void {
    this.#refresh();
    for (const key of keys) this.#carryOut(this.#inline.key(key, Date.now()));
    this.#frames.now();
  }

  #carryOut(intents: readonly Intent[]): void {
    for (const intent of intents) {
      switch (intent.do) {
        case "line":
          this.#line(intent.text, intent.place);
          break;
        case "answer":
          if (!this.#logins.answer(intent.text)) this.#visit.answer(intent.text);
          break;
        case "typing":
          this.#apply((session, now) => session.typing(intent.place, intent.state, now));
          break;
        case "leave":
          this.#visit.leave("");
          break;
        case "suspend":
          void this.#suspend();
          break;
        case "redraw":
          break;
        default:
          intent satisfies never;
      }
    }
  }

  #line(text: string, place: string): void {
    // A space that slipped in before a command makes no message of it.
    const action: Action = text.includes("\n")
      ? { do: "say", text }
      : interpret(text.replace(/^\s+(?=\/)/u, ""));
    switch (action.do) {
      case "leave":
        return this.#visit.leave(action.reason);
      case "save":
        return void this.#save(action.file, place);
      case "register":
        return this.#logins.register();
      case "login":
        return this.#logins.login(action.account);
      case "query":
      case "show":
      case "rooms":
      case "clear":
      case "inform":
      case "reject":
        return this.#inline.perform(action, Date.now());
      case "ignore":
        this.#inline.perform(action, Date.now());
        if (action.name !== undefined) this.#remember({ ignore: this.#inline.ignored });
        return;
      case "history":
        if (this.#inline.unfold(place, Date.now())) return;
        return this.#apply((session, now) => session.perform(action, place, now));
      case "join": {
        const known = this.#visit.stay?.session.room(action.room);
        // Whoever wants to go where they are already wants to see it.
        if (known?.state !== "inside") {
          this.#apply((session, now) => session.perform(action, place, now));
        }
        // What is typed from here on is meant for it, also if it does not let us in.
        const room = this.#visit.stay?.session.room(action.room);
        if (room === undefined) return this.#inline.doubt();
        return this.#inline.perform({ do: "query", name: room.name }, Date.now());
      }
      case "part": {
        const left = action.room ?? place;
        const isOurs = this.#visit.stay?.session.room(left) !== undefined;
        if (this.#inline.leave(left, Date.now()) && !isOurs) return;
        return this.#apply((session, now) => session.perform(action, place, now));
      }
      case "say":
      case "act":
      case "tell":
        if ((this.#visit.stay?.session.unsent ?? 0) >= MOST_UNSENT) {
          const why = "So much waits to be sent that this was not taken. Up brings it back.";
          return this.#inline.perform({ do: "reject", line: text, why }, Date.now());
        }
        return this.#apply((session, now) => session.perform(action, place, now));
      default:
        this.#apply((session, now) => session.perform(action, place, now));
    }
  }

  #apply(step: (session: Session, now: number) => ReturnType<Session["tick"]>): void {
    const { stay } = this.#visit;
    stay?.apply(step(stay.session, Date.now()));
  }

  async #save(file: string, place: string): Promise<void> {
    const saved = await saveTranscript(file, this.#inline.transcript(place), this.#options.home);
    this.inform("path" in saved ? `Saved as ${saved.path}.` : saved.fault);
  }

  async #suspend(): Promise<void> {
    if (await this.#terminal.suspend()) return;
    this.inform("Ctrl-Z does nothing here: chat can't be put aside and brought back.");
  }

  resized(): void {
    this.#inline.resized();
    this.#frames.now();
  }

  resumed(): void {
    // What was drawn stands somewhere above: nothing of it is taken away, and all is drawn anew.
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
