import { KillRing } from "./kill_ring.ts";
import { left, lineEnd, lineStart, type Motion, right, settled } from "./motions.ts";
import { graphemes } from "../../text/graphemes.ts";
import { type Moment, Undo } from "./undo.ts";

/** A text with its cursor, kill ring and undo. Each change tells whether it changed anything. */
export class Draft {
  readonly #keeps: boolean;
  readonly #undo = new Undo();
  readonly #kills = new KillRing();
  #text = "";
  #cursor = 0;
  /** The previous change, if it matters for the next one. */
  #before: "kill" | "yank" | undefined;

  /**
   * The end of what was typed last. It may have joined what follows, so that the cursor can't stand
   * there: half of an emoji before another one, until its other half comes.
   */
  #typing: number | undefined;

  /** @param keeps whether to keep what can be undone or put back. */
  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  get text(): string {
    return this.#text;
  }

  /** In UTF-16 units, always between graphemes. */
  get cursor(): number {
    return this.#cursor;
  }

  /** The cut pieces that can be put back. */
  get cut(): readonly string[] {
    return this.#kills.pieces;
  }

  /** Starts anew with a text. Only the kill ring is kept. */
  reset(text: string): void {
    this.#undo.clear();
    this.#before = this.#typing = undefined;
    this.#text = text;
    this.#cursor = text.length;
  }

  /** Ends a run of changes that are undone or cut together. */
  pause(): void {
    this.#undo.pause();
    this.#before = this.#typing = undefined;
  }

  /** Moves the cursor to the next valid place at or after an index. */
  place(at: number): void {
    this.#typing = undefined;
    this.#cursor = settled(this.#text, Math.max(0, Math.min(at, this.#text.length)));
  }

  move(to: Motion): boolean {
    this.pause();
    const from = this.#cursor;
    this.#cursor = to(this.#text, from);
    return this.#cursor !== from;
  }

  /** Replaces a part of the text. Successive changes of the same `run` are undone together. */
  replace(from: number, to: number, text: string, run?: string): boolean {
    if (run === undefined) this.#undo.pause();
    this.#before = this.#typing = undefined;
    if (from === to && text === "") return false;
    this.#record(run);
    this.#text = this.#text.slice(0, from) + text + this.#text.slice(to);
    this.#cursor = settled(this.#text, from + text.length);
    return true;
  }

  /** Replaces all of the text; the cursor goes to a place in it. */
  become(text: string, at: number = text.length): void {
    this.replace(0, this.#text.length, text);
    this.place(at);
  }

  /** Types at the cursor. A word and the spaces after it are undone together. */
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

  /** The text in parts that can be inserted one after another: graphemes if they may join. */
  #parts(text: string): readonly string[] {
    const alone = this.#text.slice(this.#cursor, this.#cursor + 1) < "\x7f" &&
      (this.#typing ?? this.#cursor) === this.#cursor;
    return alone ? text.match(/\s+|\S+/gu) ?? [] : graphemes(text);
  }

  /** The place where typing goes on if the part joins the character that was typed before it. */
  #goesOn(part: string): number | undefined {
    const at = this.#typing;
    if (at === undefined || at === this.#cursor) return undefined;
    const until = this.#text.slice(0, at) + part;
    return settled(until, at) === at ? undefined : at;
  }

  /** Deletes the text between the cursor and another place. */
  erase(to: Motion): boolean {
    const [from, until] = this.#reach(to);
    return this.replace(from, until, "", from < this.#cursor ? "erase" : "delete");
  }

  /** As {@linkcode erase}, but into the kill ring. Successive cuts are one piece. */
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

  /** What {@linkcode yank} inserts, and from where it replaces the text; undefined for nothing. */
  #yanked(older: boolean): { readonly from: number; readonly text: string } | undefined {
    const last = this.#kills.top;
    if (last === undefined || older && this.#before !== "yank") return undefined;
    if (!older) return { from: this.#cursor, text: last };
    return { from: this.#cursor - last.length, text: this.#kills.rotate() ?? "" };
  }

  /**
   * Inserts the piece that was cut last; or right after that, replaces it by an older one.
   *
   * @param fits tells whether the resulting text fits.
   * @returns undefined if it does not fit.
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

  undo(): boolean {
    this.pause();
    const moment = this.#undo.undo();
    if (moment !== undefined) this.restore(moment);
    return moment !== undefined;
  }

  /** Goes back to an earlier state; this is no change that could be undone. */
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
