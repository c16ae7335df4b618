/**
 * A text that is being written, and its cursor.
 * @module
 */
import { KillRing } from "./kill_ring.ts";
import { left, lineEnd, lineStart, type Motion, right, settled } from "./motions.ts";
import { graphemes } from "../../text/graphemes.ts";
import { type Moment, Undo } from "./undo.ts";

/**
 * A text, its cursor, what was cut out of it and how to take changes back. Each change says
 * whether it changed anything.
 */
export class Draft {
  readonly #keeps: boolean;
  readonly #undo = new Undo();
  readonly #kills = new KillRing();
  #text = "";
  #cursor = 0;
  /** What the change before was, where it matters for the next one. */
  #before: "kill" | "yank" | undefined;

  /**
   * Where what was typed last ends. It may have joined what follows it, so that the cursor can't
   * stand there: half of an emoji before another one, until its other half comes.
   */
  #typing: number | undefined;

  /**
   * Makes an empty one.
   *
   * @param keeps whether what was there may be had back.
   */
  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  /** The text. */
  get text(): string {
    return this.#text;
  }

  /** Where the cursor stands, in UTF-16 units: always between graphemes. */
  get cursor(): number {
    return this.#cursor;
  }

  /** What was cut out and can be put back. */
  get cut(): readonly string[] {
    return this.#kills.pieces;
  }

  /** Starts anew: nothing of before can be had back but what was cut out. */
  reset(text: string): void {
    this.#undo.clear();
    this.#before = this.#typing = undefined;
    this.#text = text;
    this.#cursor = text.length;
  }

  /** Something else was done: what comes next is undone by itself, and cut out by itself. */
  pause(): void {
    this.#undo.pause();
    this.#before = this.#typing = undefined;
  }

  /** Puts the cursor where it may stand next to a place. */
  place(at: number): void {
    this.#typing = undefined;
    this.#cursor = settled(this.#text, Math.max(0, Math.min(at, this.#text.length)));
  }

  /** Takes the cursor somewhere. */
  move(to: Motion): boolean {
    this.pause();
    const from = this.#cursor;
    this.#cursor = to(this.#text, from);
    return this.#cursor !== from;
  }

  /**
   * Puts a text in place of another one; the cursor goes behind it.
   *
   * @param run changes in a row with the same word here are undone together.
   */
  replace(from: number, to: number, text: string, run?: string): boolean {
    if (run === undefined) this.#undo.pause();
    this.#before = this.#typing = undefined;
    if (from === to && text === "") return false;
    this.#record(run);
    this.#text = this.#text.slice(0, from) + text + this.#text.slice(to);
    this.#cursor = settled(this.#text, from + text.length);
    return true;
  }

  /** Puts another text in place of all; the cursor goes to a place in it. */
  become(text: string, at: number = text.length): void {
    this.replace(0, this.#text.length, text);
    this.place(at);
  }

  /** Types at the cursor. A word and the spaces behind it are undone together. */
  type(text: string): boolean {
    for (const part of this.#parts(text)) {
      const at = this.#goesOn(part) ?? this.#cursor;
      const starts = /^[^\s\p{M}\p{Emoji_Modifier}\u200d]/u.test(part);
      if (starts && /\s$/u.test(this.#text.slice(0, at))) this.#undo.pause();
      this.replace(at, at, part, "type");
      this.#typing = at + part.length;
    }
    return text !== "";
  }

  /** What is typed, in parts that can be put in one after another; one by one where they join. */
  #parts(text: string): readonly string[] {
    const alone = this.#text.slice(this.#cursor, this.#cursor + 1) < "\x7f" &&
      (this.#typing ?? this.#cursor) === this.#cursor;
    return alone ? text.match(/\s+|\S+/gu) ?? [] : graphemes(text);
  }

  /** Where typing goes on, if this belongs to the character that was typed before it. */
  #goesOn(part: string): number | undefined {
    const at = this.#typing;
    if (at === undefined || at === this.#cursor) return undefined;
    const until = this.#text.slice(0, at) + part;
    return settled(until, at) === at ? undefined : at;
  }

  /** Takes away what stands between the cursor and another place. */
  erase(to: Motion): boolean {
    const [from, until] = this.#reach(to);
    return this.replace(from, until, "", from < this.#cursor ? "erase" : "delete");
  }

  /** The same, and it can be put back. What is cut out in a row is one piece. */
  kill(to: Motion): boolean {
    const [from, until] = this.#reach(to);
    const again = this.#before === "kill";
    const before = from < this.#cursor;
    const text = this.#text.slice(from, until);
    if (!this.replace(from, until, "")) return false;
    if (this.#keeps) this.#kills.kill(text, again, before);
    this.#before = "kill";
    return true;
  }

  /** What {@linkcode yank} would put in, and in place of what: `undefined` where nothing. */
  #yanked(older: boolean): { readonly from: number; readonly text: string } | undefined {
    const last = this.#kills.top;
    if (last === undefined || older && this.#before !== "yank") return undefined;
    if (!older) return { from: this.#cursor, text: last };
    return { from: this.#cursor - last.length, text: this.#kills.rotate() ?? "" };
  }

  /**
   * Puts back what was cut out last; or, right after that, what was cut out before that instead.
   *
   * @param fits asked with the text as it would be.
   * @returns undefined where it would not fit.
   */
  yank(older: boolean, fits: (text: string) => boolean): boolean | undefined {
    const yanked = this.#yanked(older);
    if (yanked === undefined) return false;
    const { from, text } = yanked;
    const whole = this.#text.slice(0, from) + text + this.#text.slice(this.#cursor);
    if (!fits(whole)) return undefined;
    this.replace(from, this.#cursor, text);
    this.#before = "yank";
    return true;
  }

  /** Swaps the characters around the cursor, at the end of a line those before it. */
  transpose(): boolean {
    const text = this.#text;
    const atEnd = this.#cursor === lineEnd(text, this.#cursor);
    const middle = atEnd ? left(text, this.#cursor) : this.#cursor;
    const start = lineStart(text, this.#cursor);
    if (middle <= start) return false;
    const from = left(text, middle);
    const to = right(text, middle);
    return this.replace(from, to, text.slice(middle, to) + text.slice(from, middle));
  }

  /** Takes the last change back. */
  undo(): boolean {
    this.pause();
    const moment = this.#undo.undo();
    if (moment !== undefined) this.restore(moment);
    return moment !== undefined;
  }

  /** Goes back to how it was; this itself is no change. */
  restore({ text, cursor }: Moment): void {
    this.#typing = undefined;
    this.#text = text;
    this.#cursor = cursor;
  }

  #record(run: string | undefined): void {
    if (this.#keeps) this.#undo.record({ text: this.#text, cursor: this.#cursor }, run);
  }

  #reach(to: Motion): [from: number, until: number] {
    const at = to(this.#text, this.#cursor);
    return [Math.min(at, this.#cursor), Math.max(at, this.#cursor)];
  }
}
