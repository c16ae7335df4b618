/**
 * The scrollback: entries with a line for each day, and marks around old ones.
 * @module
 */
import { dayOf } from "../clock.ts";
import { type Looks, toLine } from "../entries.ts";
import type { Age, Entry } from "../places.ts";
import type { ScreenLine } from "./screen.ts";
import type { Span } from "../spans.ts";
import { rule } from "../texts.ts";
import { HEADINGS } from "../../wording/display.ts";

/** How long after the last old message the mark for their end comes, in milliseconds. */
const OLD_MS = 400;

export class Scroll {
  readonly #looks: Looks;
  readonly #take: (line: ScreenLine) => void;
  #day: string;
  /** The kind of old messages that are being printed. */
  #age: Age | undefined;
  #ends: number | undefined;

  /**
   * Makes an empty one.
   *
   * @param take prints a line.
   * @param now needs no line for its day.
   */
  constructor(looks: Looks, take: (line: ScreenLine) => void, now: number) {
    this.#looks = looks;
    this.#take = take;
    this.#day = dayOf(now);
  }

  /** When to call {@linkcode tick}, in milliseconds since 1970. */
  get wakeAt(): number | undefined {
    return this.#ends;
  }

  tick(now: number): void {
    if ((this.#ends ?? Infinity) <= now) this.present();
  }

  show(entry: Entry, now: number): void {
    const { age } = entry;
    if (age === undefined) this.present();
    else if (age !== this.#age) this.rule(HEADINGS[age]);
    this.#age = age;
    if (age !== undefined) this.#ends = now + OLD_MS;
    const day = dayOf(entry.time);
    if (day !== this.#day) {
      this.#day = day;
      this.rule(day);
    }
    entry.lines.forEach(this.#take);
  }

  present(): void {
    this.#ends = undefined;
    if (this.#age === undefined) return;
    this.#age = undefined;
    this.rule(HEADINGS.now);
  }

  rule(text: string): void {
    this.print([{ text: rule(text), role: "quiet" }]);
  }

  print(spans: readonly Span[]): void {
    this.#take(toLine(spans, this.#looks));
  }
}
