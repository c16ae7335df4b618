/**
 * The question that is open, with the line in which it is answered.
 * @module
 */
import { Editor } from "../editor/editor.ts";
import type { Key } from "../terminal/key.ts";
import type { QUESTIONS } from "../../wording/display.ts";

export type InlineQuestion = keyof typeof QUESTIONS;

/** The questions whose answers are never shown. */
const SECRET: ReadonlySet<InlineQuestion> = new Set<InlineQuestion>([
  ...["password", "accountPassword", "newPassword", "newPasswordAgain"] as const,
  "roomKey",
]);

/** The questions that can be dismissed without ending anything else. */
const OPTIONAL: ReadonlySet<InlineQuestion> = new Set<InlineQuestion>([
  ...["accountPassword", "newPassword", "newPasswordAgain", "remember"] as const,
  "roomKey",
]);

export class OpenQuestion {
  readonly kind: InlineQuestion;
  readonly editor: Editor;
  #offered: boolean;

  /** @param preset the answer that is offered; empty for none. */
  constructor(kind: InlineQuestion, preset: string) {
    this.kind = kind;
    this.editor = new Editor(SECRET.has(kind) ? { secret: true } : { single: true });
    this.editor.set(preset);
    this.#offered = preset !== "";
  }

  get optional(): boolean {
    return OPTIONAL.has(this.kind);
  }

  get begun(): boolean {
    return this.editor.text !== "" && !this.#offered;
  }

  /** A key comes. Most people just type their own name, so text replaces the offered answer. */
  prepare(key: Key): void {
    if (this.#offered && (key.kind === "text" || key.kind === "paste")) this.editor.clear();
    this.#offered = false;
  }

  /** What to show of an answer; undefined if the text is none and the question stays open. */
  shown(answer: string): string | undefined {
    const secret = SECRET.has(this.kind);
    // An empty answer can mean: no password, or not to remember it.
    if (answer.trim() === "" && !secret && this.kind !== "remember") return undefined;
    return secret ? "" : answer;
  }
}
