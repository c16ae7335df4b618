/**
 * The bell, notifications and the window's title.
 *
 * Source: ECMA-48 (BEL); XTerm Control Sequences (OSC 2); iTerm2's OSC 9, urxvt's OSC 777.
 * @module
 */
import type { Style } from "./style.ts";
import { visible } from "../../text/text.ts";
import { fit } from "../inline/wrap.ts";

/** Which messages ring the bell. */
export type BellMode = "mention" | "all" | "never";

/** The shortest time between two rings, in milliseconds: a flood of messages is one noise. */
const PAUSE_MS = 1000;

/** The longest notification and title, in columns. */
const LONGEST = { body: 120, title: 80 } as const;

/** Rings the bell, and sets the title. */
export class Attention {
  readonly #style: Style;
  readonly #mode: BellMode;
  #rang = -PAUSE_MS;
  #pending = "";
  #title: string | undefined;

  constructor(style: Style, mode: BellMode) {
    this.#style = style;
    this.#mode = mode;
  }

  /**
   * Notes a message.
   *
   * @param forUs whether it names us or is for us alone.
   * @param line the message as it is shown, harmless.
   * @param away whether the window is known not to have the focus: then a notification is shown if
   * the terminal has them, otherwise the bell rings.
   */
  message(forUs: boolean, line: string, away: boolean, now: number): void {
    if (this.#mode === "never" || this.#mode === "mention" && !forUs) return;
    if (now - this.#rang < PAUSE_MS && now >= this.#rang) return;
    this.#rang = now;
    this.#pending = away ? notification(this.#style, line) : "\x07";
  }

  /** What to write with the next drawing, for the title and for messages since the last time. */
  take(title: string): string {
    const pending = this.#pending;
    this.#pending = "";
    if (!this.#style.title || title === this.#title) return pending;
    this.#title = title;
    return `${pending}\x1b]2;${fit(visible(title), LONGEST.title)}\x07`;
  }

  /** Forgets the title, which another program may have set. */
  forget(): void {
    this.#title = undefined;
  }
}

function notification({ notify }: Style, line: string): string {
  const body = fit(visible(line), LONGEST.body);
  switch (notify) {
    case "osc9":
      // OSC 9 with "4;" at its start is a progress bar.
      return `\x1b]9;${/^\d+(;|$)/.test(body) ? `- ${body}` : body}\x07`;
    case "osc777":
      // A semicolon would end the body.
      return `\x1b]777;notify;chat;${body.replaceAll(";", ",")}\x07`;
    case "none":
      return "\x07";
    default:
      return notify satisfies never;
  }
}
