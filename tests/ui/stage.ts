/**
 * The interactive front end on a terminal, for tests: events and keys in, drawings out.
 * @module
 */
import type { ChatEvent, Said } from "../../lib/client/events.ts";
import { Inline } from "../../lib/ui/inline/inline.ts";
import type { InlineInit, Intent } from "../../lib/ui/inline/inline_types.ts";
import type { InlineView } from "../../lib/ui/inline/view.ts";
import type { KeyPress } from "../../lib/ui/terminal/key.ts";
import type { Style } from "../../lib/ui/terminal/style.ts";
import { said } from "./events.ts";
import { type Kind, ScreenModel } from "./screen_model.ts";

/** A terminal without any abilities. */
export const PLAIN: Style = {
  depth: "none",
  links: false,
  title: true,
  notify: "none",
  reflow: true,
};

/** The start of the tests: noon of a Friday, in any time zone. */
export const NOON = new Date(2026, 0, 2, 12).getTime();

type Untimed<Event> = Event extends unknown ? Omit<Event, "time"> & { readonly time?: number }
  : never;

/** An event. Without a time, it happens now. */
export type Happening = Untimed<ChatEvent>;

/** The front end, its terminal and its clock. */
export class Stage {
  readonly terminal: ScreenModel;
  readonly inline: Inline;
  now = NOON;
  readonly intents: Intent[] = [];
  #view: InlineView = { nick: "Ali", rooms: [], unsent: [], link: "up", retryAt: undefined };

  constructor(
    columns: number,
    rows: number,
    given: Partial<InlineInit> = {},
    kind: Kind = { reflow: true },
  ) {
    this.terminal = new ScreenModel(columns, rows, kind);
    this.inline = new Inline({
      size: { columns, rows },
      style: PLAIN,
      bell: "mention",
      clock: () => "23:03:10 PM",
      home: "#lobby",
      ignored: [],
      now: NOON,

      ...given,
    });
    this.update({});
  }

  /** Changes what the session shows besides its events. */
  update(view: Partial<InlineView>): this {
    this.#view = { ...this.#view, ...view };
    this.inline.update(this.#view, this.now);
    return this;
  }

  /** Shows events, and draws. */
  events(...events: readonly Happening[]): this {
    for (const event of events) {
      this.inline.event({ ...event, time: event.time ?? this.now } as ChatEvent, this.now);
    }
    return this.draw();
  }

  /** Shows a message that is sent now. */
  said(given: Partial<Said>): this {
    return this.events(said({ time: this.now, ...given }));
  }

  /** Enters the first room. */
  enter(): this {
    const [room, name] = ["#lobby", "Ali"];
    this.events({ type: "users", room, users: ["Furkan"], more: 0, why: "arrived" });
    return this.events({ type: "entered", room, name, again: false });
  }

  /** Enters another room on request. */
  join(room: string): this {
    this.goTo(room);
    return this.events({ type: "entered", room, name: "Ali", again: false });
  }

  /** Handles a command that changes where the next lines go. */
  goTo(room: string | null): this {
    this.inline.goTo(room, this.now);
    return this.draw();
  }

  /** The actions that typed lines request: place, action and arguments. */
  get performed(): string[] {
    return this.intents.flatMap((intent) => {
      if (intent.do !== "perform") return [];
      const { do: name, ...rest } = intent.action;
      const given = Object.values(rest).filter((one) => one !== undefined && one !== "");
      return [[`${intent.place}:`, name, ...given].join(" ")];
    });
  }

  /** Types text, grapheme by grapheme; `\n` is Enter. */
  type(text: string): this {
    for (const part of text.split(/(\n)/)) {
      if (part === "\n") this.press("enter");
      else if (part !== "") {
        this.intents.push(...this.inline.key({ kind: "text", text: part }, this.now));
      }
    }
    return this.draw();
  }

  /** Presses a key. */
  press(name: string, held: Partial<KeyPress> = {}): this {
    const key = { kind: "key", name, ctrl: false, alt: false, shift: false, ...held } as const;
    this.intents.push(...this.inline.key(key, this.now));
    return this.draw();
  }

  /** Lets time pass, and does what is due. */
  pass(milliseconds: number): this {
    const until = this.now + milliseconds;
    for (;;) {
      const at = this.inline.wakeAt;
      if (at === undefined || at > until) break;
      if (at < this.now) throw new Error("it wants to be woken in the past");
      this.now = Math.max(this.now, at);
      this.intents.push(...this.inline.tick(this.now));
      if (this.inline.wakeAt === at && at <= this.now) throw new Error("it never sleeps");
      this.draw();
    }
    this.now = until;
    return this.draw();
  }

  resize(columns: number, rows: number): this {
    this.terminal.resize(columns, rows);
    this.inline.resize({ columns, rows });
    return this.draw();
  }

  /** Draws what is pending. */
  draw(): this {
    this.terminal.write(this.inline.draw(this.now));
    return this;
  }

  /** The screen. */
  get drawing(): string[] {
    return this.terminal.drawing;
  }

  /** All lines, with the live area below them. */
  get lines(): string[] {
    return this.terminal.lines;
  }
}
