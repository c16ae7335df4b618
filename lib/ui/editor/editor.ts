import { commandFor, type KeyCommand } from "./bindings.ts";
import { Completing } from "./completing.ts";
import { Draft } from "./draft.ts";
import type { EditorLayout, EditorOptions, EditorResult, PasteBlock } from "./editor_types.ts";
import { HistorySearch } from "./history_search.ts";
import { InputHistory } from "./input_history.ts";
import type { Key, KeyPress } from "../terminal/key.ts";
import { type Cell, cellsOf, layOut, promptCells, spotIn, type TextRows } from "./layout.ts";
import { right } from "./motions.ts";
import { cleaned, PasteBlocks, withoutEmptyEnds } from "./paste.ts";
import { graphemes } from "../../text/graphemes.ts";
import { displayWidth } from "../../text/width.ts";
import { SCREEN } from "../../wording/display.ts";

export type * from "./editor_types.ts";

/** The longest text, pasted lines included, in UTF-16 units. */
export const LONGEST_TEXT: number = 256 * 1024;

const CHANGED: EditorResult = { kind: "changed" };
const NONE: EditorResult = { kind: "none" };
const UNHANDLED: EditorResult = { kind: "unhandled" };

/** The result if no more fits. */
const FULL: EditorResult = {
  kind: "changed",
  notice: SCREEN.tooLong(LONGEST_TEXT),
};

/** The input line: keys in, rows out. It knows nothing of terminals. */
export class Editor {
  readonly #complete: EditorOptions["complete"];
  readonly #secret: boolean;
  readonly #single: boolean;
  readonly #draft: Draft;
  readonly #history = new InputHistory();
  readonly #blocks = new PasteBlocks();
  #completing: Completing | undefined;
  #search: HistorySearch | undefined;
  /** The column that Up and Down try to keep. */
  #goal: number | undefined;
  /** The last layout: Up and Down go by its rows. */
  #shape = { width: Infinity, prompt: "" };
  /** The first shown row, if not all fit. */
  #top = 0;

  constructor(options: EditorOptions = {}) {
    this.#secret = options.secret ?? false;
    this.#single = this.#secret || (options.single ?? false);
    this.#complete = this.#secret ? undefined : options.complete;
    this.#draft = new Draft(!this.#secret);
  }

  /** The text; a block of pasted lines is one private-use character in it. */
  get text(): string {
    return this.#draft.text;
  }

  /** In UTF-16 units, always between graphemes. */
  get cursor(): number {
    return this.#draft.cursor;
  }

  /** The pasted lines in the text; the last ones if there are several. */
  get block(): PasteBlock | undefined {
    const mark = this.#blocks.in(this.text).at(-1);
    return mark === undefined ? undefined : { lines: this.#blocks.lines(mark) ?? 0 };
  }

  /** The current search. */
  get searching(): HistorySearch | undefined {
    return this.#search;
  }

  key(key: Key): EditorResult {
    switch (key.kind) {
      case "focus":
        return UNHANDLED;
      case "text":
        return this.#typed(cleaned(key.text));
      case "paste":
        return this.#pasted(withoutEmptyEnds(cleaned(key.text)), key.cut);
      case "key":
        return this.#pressed(key);
      default:
        return key satisfies never;
    }
  }

  /** Replaces everything; the cursor goes to the end. This can't be undone. */
  set(text: string): void {
    this.#reset(cut(this.#single ? cleaned(text).replaceAll("\n", " ") : cleaned(text)));
  }

  /** Clears the text. This can be undone, except for secrets. */
  clear(): void {
    this.#search = undefined;
    this.#settle();
    this.#history.reset();
    this.#draft.become("");
  }

  /** Keeps a text for Up and Ctrl-R, unless it is secret. */
  remember(text: string): void {
    if (!this.#secret) this.#history.remember(cut(cleaned(text)));
  }

  /**
   * Lays the text out in rows of `width` columns, at most `maxRows`, which scroll with the cursor.
   */
  layout(width: number, prompt: string, maxRows: number): EditorLayout {
    this.#shape = { width: Math.max(1, width), prompt };
    const { rows, cursor } = this.#rows();
    const most = Math.max(1, maxRows);
    const nearest = Math.min(Math.max(this.#top, cursor.row - most + 1), cursor.row);
    this.#top = Math.max(0, Math.min(nearest, rows.length - most));
    return {
      rows: rows.slice(this.#top, this.#top + most),
      cursor: { row: cursor.row - this.#top, column: cursor.column },
    };
  }

  #rows(): TextRows {
    const { width } = this.#shape;
    const search = this.#search;
    const prompt = search?.prompt ?? this.#shape.prompt;
    const text = search === undefined ? this.text : search.match ?? "";
    const cells: readonly Cell[] = [...promptCells(prompt), ...cellsOf(text, this.#shown())];
    const wide = displayWidth(prompt);
    const cursor = search === undefined ? this.cursor : search.at;
    return layOut(cells, width, wide <= width / 4 ? wide : 0, text.length, cursor);
  }

  /** What is drawn instead of a grapheme. */
  #shown(): (grapheme: string) => string | undefined {
    if (this.#secret) return () => "*";
    const last = this.#blocks.in(this.text).at(-1);
    if (last === undefined) return () => undefined;
    return (grapheme) => {
      const lines = this.#blocks.lines(grapheme);
      if (lines === undefined) return undefined;
      return grapheme === last ? SCREEN.paste(lines) : SCREEN.pasteBefore(lines);
    };
  }

  #pressed(key: KeyPress): EditorResult {
    const command = commandFor(key);
    if (command === undefined) {
      this.#settle();
      if (this.#search === undefined || !key.ctrl || key.name !== "c") return UNHANDLED;
      this.#search = undefined;
      return CHANGED;
    }
    const searched = this.#search && this.#searched(this.#search, command);
    if (searched !== undefined) return searched;
    const result = this.#run(command);
    if (command.do !== "complete") this.#completing = undefined;
    if (command.do !== "row") this.#goal = undefined;
    return result;
  }

  #run(command: KeyCommand): EditorResult {
    const draft = this.#draft;
    switch (command.do) {
      case "move":
        return result(draft.move(command.to));
      case "erase":
        return result(draft.erase(command.to));
      case "kill":
        return result(draft.kill(command.to));
      case "deleteOrLeave":
        return this.text === "" ? UNHANDLED : result(draft.erase(right));
      case "row":
        return this.#row(command.step);
      case "history":
        return this.#recall(command.steps);
      case "yank":
        return result(draft.yank(command.older, (text) => this.#room(text) >= 0));
      case "transpose":
        return result(draft.transpose());
      case "undo":
        return result(draft.undo());
      case "complete":
        return this.#tab(command.step);
      case "search":
        return this.#startSearch();
      case "newLine":
        return this.#single ? this.#submit() : this.#typed("\n");
      case "submit":
        return this.#submit();
      case "escape":
        return this.#escape();
      case "nothing":
        return NONE;
      default:
        return command satisfies never;
    }
  }

  /** Ends what only holds from one key to the next. */
  #settle(): void {
    this.#completing = undefined;
    this.#goal = undefined;
    this.#draft.pause();
  }

  #reset(text: string): void {
    this.#search = undefined;
    this.#settle();
    this.#history.reset();
    this.#draft.reset(text);
    this.#top = 0;
    this.#blocks.retain(this.#draft.cut);
  }

  #submit(): EditorResult {
    const text = withoutEmptyEnds(this.#blocks.whole(this.text));
    this.#reset("");
    return { kind: "submit", text };
  }

  /** How much more a text could have, in UTF-16 units. */
  #room(text: string): number {
    return LONGEST_TEXT - this.#blocks.whole(text).length;
  }

  #typed(typed: string): EditorResult {
    if (this.#search !== undefined) return this.#searchFor(typed);
    this.#completing = undefined;
    this.#goal = undefined;
    const text = cut(typed, this.#room(this.text));
    const changed = this.#draft.type(text);
    return text.length < typed.length ? FULL : result(changed);
  }

  #pasted(pasted: string, wasCut: boolean): EditorResult {
    if (this.#search !== undefined && !pasted.includes("\n")) return this.#searchFor(pasted);
    this.#acceptSearch();
    this.#settle();
    const text = cut(this.#single ? pasted.replaceAll("\n", " ") : pasted, this.#room(this.text));
    const shown = text.includes("\n") ? this.#blocks.add(text) : text;
    const changed = this.#draft.replace(this.cursor, this.cursor, shown ?? "");
    return wasCut || text.length < pasted.length || shown === undefined ? FULL : result(changed);
  }

  /** Moves by a row within the text, or by a text in the history. */
  #row(step: 1 | -1): EditorResult {
    const { spots, cursor } = this.#rows();
    const goal = this.#goal ?? cursor.column;
    const spot = spotIn(spots, cursor.row + step, goal);
    if (spot === undefined) return this.#recall(step);
    this.#goal = goal;
    return result(this.#draft.move(() => spot.at));
  }

  #recall(steps: number): EditorResult {
    const text = this.#history.move(steps, this.text);
    this.#goal = undefined;
    if (text === undefined) return NONE;
    this.#draft.become(text);
    return CHANGED;
  }

  #tab(step: 1 | -1): EditorResult {
    if (this.#completing === undefined) {
      if (step < 0 || this.#complete === undefined) return NONE;
      const completion = this.#complete(this.text, this.cursor);
      if (completion.candidates.length === 0) return NONE;
      this.#completing = new Completing(this.text, this.cursor, completion);
    }
    const { from, to, text } = this.#completing.next(step);
    this.#draft.replace(from, to, text);
    // With a single candidate, the next Tab completes what follows.
    if (this.#completing.only) this.#completing = undefined;
    return CHANGED;
  }

  #escape(): EditorResult {
    if (this.#completing !== undefined) {
      this.#draft.become(this.#completing.text, this.#completing.cursor);
      return CHANGED;
    }
    if (this.block === undefined) return UNHANDLED;
    const at = this.#blocks.without(this.text.slice(0, this.cursor)).length;
    this.#draft.become(this.#blocks.without(this.text), at);
    return CHANGED;
  }

  #startSearch(): EditorResult {
    if (this.#secret) return NONE;
    this.#settle();
    this.#search = new HistorySearch(this.#history);
    return CHANGED;
  }

  #searchFor(more: string): EditorResult {
    this.#search?.type(more);
    return CHANGED;
  }

  /** Runs a command during a search; undefined if it applies to the found text. */
  #searched(search: HistorySearch, command: KeyCommand): EditorResult | undefined {
    switch (command.do) {
      case "search":
        return result(search.next(command.step));
      case "erase":
        return result(search.erase());
      case "escape":
        this.#search = undefined;
        return CHANGED;
      case "submit":
        if (search.match === undefined) return NONE;
        break;
    }
    this.#acceptSearch();
    return command.do === "complete" || command.do === "nothing" ? CHANGED : undefined;
  }

  #acceptSearch(): void {
    const search = this.#search;
    this.#search = undefined;
    if (search?.match === undefined) return;
    this.#history.go(search.index, this.text);
    this.#draft.become(search.match, search.at);
  }
}

/** The result of a change: undefined if it did not fit, false if nothing changed. */
function result(changed: boolean | undefined): EditorResult {
  if (changed === undefined) return FULL;
  return changed ? CHANGED : NONE;
}

/** The beginning of a text that fits, in whole graphemes. */
function cut(text: string, room: number = LONGEST_TEXT): string {
  if (text.length <= room) return text;
  let kept = 0;
  for (const grapheme of graphemes(text)) {
    if (kept + grapheme.length > room) break;
    kept += grapheme.length;
  }
  return text.slice(0, kept);
}
