/**
 * What a person does at the keyboard.
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
 * A key by its name; or, where Ctrl or Alt is held, by the character on it: a letter in lower
 * case, a digit, or a sign of ASCII.
 */
// deno-lint-ignore ban-types -- keeps the names above in what an editor offers
export type KeyName = NamedKey | (string & {});

/** A key that is not simply text, and what was held with it. */
export interface KeyPress {
  /** Tells it from the other kinds. */
  readonly kind: "key";
  /** Which key. */
  readonly name: KeyName;
  /** Whether Ctrl was held. */
  readonly ctrl: boolean;
  /** Whether Alt (Option, Meta) was held, or Esc came right before. */
  readonly alt: boolean;
  /** Whether Shift was held, as far as the terminal tells. */
  readonly shift: boolean;
}

/** What one or more bytes of a terminal mean. */
export type Key =
  | {
    /** Tells it from the other kinds. */
    readonly kind: "text";
    /** What was typed: no control characters, no line ends, never empty. */
    readonly text: string;
  }
  | KeyPress
  | {
    /** Tells it from the other kinds. */
    readonly kind: "paste";
    /** What was pasted, as it came; only line ends are all `\n`. */
    readonly text: string;
    /** Whether it was longer than a paste may be and its end is missing. */
    readonly cut: boolean;
  }
  | {
    /** Tells it from the other kinds. */
    readonly kind: "focus";
    /** Whether the terminal's window has the focus now. */
    readonly focused: boolean;
  };
