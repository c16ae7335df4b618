/**
 * What goes into the scrollback: entries under the days, old ones between marks.
 * @module
 */
import { dayOf } from "../clock.ts";
import { type Looks, toLine } from "../entries.ts";
import type { Age, Entry } from "../places.ts";
import type { ScreenLine } from "./screen.ts";
import type { Span } from "../terminal/style.ts";
import { AGES, NOW, rule } from "../texts.ts";

/** So long after the last old message, in milliseconds, it is told that they are over. */
const OLD_MS = 400;

/** The scrollback. */
export class Scroll {
  readonly #looks: Looks;
  readonly #take: (line: ScreenLine) => void;
  #day: string;
  /** The kind of old messages that are being printed. */
  #age: Age | undefined;
  #ends: number | undefined;

  /**
   * Makes one that is empty.
   *
   * @param take takes each line.
   * @param now the day of this time needs no line.
   */
  constructor(looks: Looks, take: (line: ScreenLine) => void, now: number) {
    this.#looks = looks;
    this.#take = take;
    this.#day = dayOf(now);
  }

  /** When {@linkcode tick} is to be called, in milliseconds since 1970. */
  get wakeAt(): number | undefined {
    return this.#ends;
  }

  /** Time has passed. */
  tick(now: number): void {
    if ((this.#ends ?? Infinity) <= now) this.present();
  }

  /** Shows an entry. */
  show(entry: Entry, now: number): void {
    const { age } = entry;
    if (age === undefined) this.present();
    else if (age !== this.#age) this.rule(AGES[age]);
    this.#age = age;
    if (age !== undefined) this.#ends = now + OLD_MS;
    const day = dayOf(entry.time);
    if (day !== this.#day) {
      this.#day = day;
      this.rule(day);
    }
    entry.lines.forEach(this.#take);
  }

  /** Old messages are over. */
  present(): void {
    this.#ends = undefined;
    if (this.#age === undefined) return;
    this.#age = undefined;
    this.rule(NOW);
  }

  /** A line that parts what is above from what is below. */
  rule(text: string): void {
    this.print([{ text: rule(text), role: "quiet" }]);
  }

  /** A line that belongs to nothing. */
  print(spans: readonly Span[]): void {
    this.#take(toLine(spans, this.#looks));
  }
}
