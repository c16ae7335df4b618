import type { Completion } from "../../client/input/completion.ts";

export interface EditorOptions {
  /** Called on Tab. Without it Tab does nothing. */
  readonly complete?: (text: string, cursor: number) => Completion;
  /** For passwords: shows stars, and keeps nothing anywhere. One line only. */
  readonly secret?: boolean;
  /** For answers: one line only; the line ends of a paste become spaces. */
  readonly single?: boolean;
}

/** Pasted lines that are shown as one block. */
export interface PasteBlock {
  /** How many lines they are. */
  readonly lines: number;
}

/** The result of a key. */
export type EditorResult =
  /** The layout changed. `notice` is for the person. */
  | { readonly kind: "changed"; readonly notice?: string }
  /** The key means nothing here. */
  | { readonly kind: "none" }
  /** Enter: send this text. The editor is empty again; the caller may `remember` the text. */
  | { readonly kind: "submit"; readonly text: string }
  /** Not the editor's: Ctrl-C, Ctrl-D without text, Ctrl-Z, Ctrl-L, Alt-1, Alt-left... */
  | { readonly kind: "unhandled" };

export interface EditorLayout {
  /** Rows of plain, harmless text, none wider than asked for. At least one. */
  readonly rows: readonly string[];
  /** Counted from 0; the column is less than the width. */
  readonly cursor: { readonly row: number; readonly column: number };
}
