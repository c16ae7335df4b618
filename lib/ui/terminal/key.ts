/**
 * Keys, text and pastes from a terminal.
 * @module
 */

/** A key that types nothing by itself. */
export type NamedKey =
  | "enter"
  | "tab"
  | "backspace"
  | "delete"
  | "escape"
  | "left"
  | "right"
  | "up"
  | "down"
  | "home"
  | "end"
  | "pageup"
  | "pagedown"
  | "insert"
  | `f${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12}`;

/**
 * The name of a key; with Ctrl or Alt the character on it: a lower-case letter, a digit, or an
 * ASCII sign.
 */
// deno-lint-ignore ban-types -- keeps the names above in what an editor offers
export type KeyName = NamedKey | (string & {});

/** A key that is not simply text, with its modifiers. */
export interface KeyPress {
  readonly kind: "key";
  readonly name: KeyName;
  readonly ctrl: boolean;
  /** Alt (Option, Meta) was held, or Esc came right before. */
  readonly alt: boolean;
  /** Shift was held, as far as the terminal tells. */
  readonly shift: boolean;
}

/** The meaning of some bytes of a terminal. */
export type Key =
  | {
    readonly kind: "text";
    /** Without control characters other than tabs, and without line ends; never empty. */
    readonly text: string;
  }
  | KeyPress
  | {
    readonly kind: "paste";
    /** As it came, but with `\n` for all line ends. */
    readonly text: string;
    /** Whether it was too long and its end is missing. */
    readonly cut: boolean;
  }
  | {
    readonly kind: "focus";
    readonly focused: boolean;
  };
