/**
 * What the editor is asked and what it answers.
 * @module
 */
import type { Completion } from "../../client/input/completion.ts";

/** How an editor behaves. */
export interface EditorOptions {
  /** Asked when Tab is pressed. Without it Tab does nothing. */
  readonly complete?: (text: string, cursor: number) => Completion;
  /** For passwords: shows stars, and keeps nothing anywhere. One line only. */
  readonly secret?: boolean;
  /** For answers: one line only; the line ends of a paste become spaces. */
  readonly single?: boolean;
}

/** Pasted lines that stand in the text as one thing. */
export interface PasteBlock {
  /** How many lines they are. */
  readonly lines: number;
}

/** What came of a key. */
export type EditorResult =
  /** Something looks different now. `notice` is to be told to the person. */
  | { readonly kind: "changed"; readonly notice?: string }
  /** The key means nothing here. */
  | { readonly kind: "none" }
  /**
   * Enter: this is to be sent. The editor is empty again. Whoever takes it calls
   * `remember` where it should come back with Up.
   */
  | { readonly kind: "submit"; readonly text: string }
  /** The key is not the editor's: Ctrl-C, Ctrl-D without text, Ctrl-Z, Ctrl-L, Alt-1, Alt-left... */
  | { readonly kind: "unhandled" };

/** How the text looks. */
export interface EditorLayout {
  /** Rows of plain, harmless text, none wider than asked for. At least one. */
  readonly rows: readonly string[];
  /** Where the cursor stands, counted from 0; its column is less than the width. */
  readonly cursor: { readonly row: number; readonly column: number };
}
