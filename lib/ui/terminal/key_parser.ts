import type { Key } from "./key.ts";
import {
  character,
  control,
  controlSequence,
  press,
  type Sequence,
  singleShift,
  withAlt,
} from "./sequences.ts";

export type { Key, KeyName, KeyPress, NamedKey } from "./key.ts";

/** The longest paste, in UTF-16 units. The rest is dropped. */
export const LONGEST_PASTE: number = 256 * 1024;

/** The longest sequence that can be a key. Longer ones are swallowed. */
const LONGEST_SEQUENCE = 64;

/** After this many silent flushes, about three seconds, a paste without an end is over. */
const PASTE_PATIENCE = 20;

/** A tab with text behind it. */
const INDENTS = /\t+[^\p{Cc}]/uy;

const PASTE_END = "\x1b[201~";

/** The introducers of strings that a terminal sends in answers: DCS, SOS, OSC, PM, APC. */
const STRINGS = "PX]^_";

/** These introducers, CSI and SS3 as C1 controls: the character that would follow Esc. */
const C1: Readonly<Record<number, string>> = {
  0x8f: "O",
  0x90: "P",
  0x98: "X",
  0x9b: "[",
  0x9d: "]",
  0x9e: "^",
  0x9f: "_",
};

/** The parser's position in a sequence. */
type State =
  | { at: "ground" }
  /** After Esc, or two of them. */
  | { at: "escape"; twice: boolean }
  /** After `Esc [` or `Esc O`. */
  | { at: "sequence"; start: "[" | "O"; alt: boolean; params: string }
  /** In a string such as OSC: `empty` until anything follows, `ending` after Esc. */
  | { at: "string"; start: string; alt: boolean; empty: boolean; ending: boolean }
  /** In the old mouse report, `left` characters before its end. */
  | { at: "mouse"; left: number }
  /** In a paste; `matched` characters of its end have come. */
  | { at: "paste"; matched: number; silent: number };

const GROUND: State = { at: "ground" };

/**
 * Turns bytes into keys, however they are split over reads. Unknown sequences are swallowed whole;
 * invalid UTF-8 becomes U+FFFD. Holds no more than a paste of {@linkcode LONGEST_PASTE}.
 */
export class KeyReader {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #state: State = GROUND;
  #keys: Key[] = [];
  #text = "";
  #paste: string[] = [];
  #pasted = 0;
  #cut = false;

  /**
   * Takes the bytes of one read. Returns the keys that they complete. A tab that comes together with
   * text behind it was pasted, by a terminal that does not mark pastes: it is text.
   */
  push(bytes: Uint8Array): Key[] {
    const text = this.#decoder.decode(bytes, { stream: true });
    let at = 0;
    for (const char of text) {
      INDENTS.lastIndex = at;
      at += char.length;
      const isText = char === "\t" && this.#state === GROUND && INDENTS.test(text);
      if (isText) this.#emit({ kind: "text", text: char });
      else this.#take(char);
    }
    return this.#ready();
  }

  /**
   * Handles a silence of about 150 ms: a lone Esc is a key then, and so is Alt with a character that
   * could have started a sequence. Call it again while {@linkcode pending} is true.
   */
  flush(): Key[] {
    const state = this.#state;
    if (state.at === "paste") {
      if (++state.silent >= PASTE_PATIENCE) this.#endPaste();
    } else if (this.pending) {
      this.#state = GROUND;
      if (state.at === "escape") this.#escapes(state.twice ? 2 : 1);
      else if (state.at === "string" && state.ending) this.#escapes(1);
      else if (state.at === "string" || state.at === "sequence") {
        if (state.alt) this.#escapes(1);
        this.#emit(withAlt(character(state.start, 0)));
      }
    }
    return this.#ready();
  }

  /** Whether a silence would mean something, so that {@linkcode flush} must be called. */
  get pending(): boolean {
    const state = this.#state;
    return state.at === "escape" || state.at === "paste" ||
      state.at === "sequence" && state.params === "" ||
      state.at === "string" && (state.empty || state.ending);
  }

  #ready(): Key[] {
    this.#endText();
    const keys = this.#keys;
    this.#keys = [];
    return keys;
  }

  #endText(): void {
    if (this.#text !== "") this.#keys.push({ kind: "text", text: this.#text });
    this.#text = "";
  }

  #emit(key: Key): void {
    if (key.kind === "text") {
      this.#text += key.text;
    } else {
      this.#endText();
      this.#keys.push(key);
    }
  }

  #escapes(count: number): void {
    for (let index = 0; index < count; index++) this.#emit(press("escape"));
  }

  #take(char: string): void {
    const state = this.#state;
    switch (state.at) {
      case "ground":
        return this.#ground(char, false);
      case "escape":
        return this.#afterEscape(char, state.twice);
      case "sequence":
        return this.#inSequence(char, state);
      case "string":
        return this.#inString(char, state);
      case "mouse":
        if (--state.left === 0) this.#state = GROUND;
        return;
      case "paste":
        return this.#inPaste(char, state);
      default:
        state satisfies never;
    }
  }

  /** @param alt whether Esc came right before. */
  #ground(char: string, alt: boolean): void {
    this.#state = GROUND;
    const code = char.codePointAt(0)!;
    if (char === "\x1b") {
      this.#state = { at: "escape", twice: false };
    } else if (code < 0x20 || code === 0x7f) {
      this.#emit(alt ? withAlt(control(code)) : control(code));
    } else if (code >= 0x80 && code < 0xa0) {
      const start = C1[code];
      if (start !== undefined) this.#start(start, alt);
    } else {
      const text = code === 0x2028 || code === 0x2029 ? " " : char;
      this.#emit(alt ? withAlt(character(text, 0)) : { kind: "text", text });
    }
  }

  #afterEscape(char: string, twice: boolean): void {
    if (char === "\x1b") {
      if (twice) this.#escapes(1);
      this.#state = { at: "escape", twice: true };
    } else if (char === "[" || char === "O" || STRINGS.includes(char)) {
      this.#start(char, twice);
    } else {
      if (twice) this.#escapes(1);
      this.#ground(char, true);
    }
  }

  #start(start: string, alt: boolean): void {
    this.#state = start === "[" || start === "O"
      ? { at: "sequence", start, alt, params: "" }
      : { at: "string", start, alt, empty: true, ending: false };
  }

  #inSequence(char: string, state: State & { at: "sequence" }): void {
    // No sequence has this character: the sequence was cut off, and this is something new.
    if (char < " " || char > "~") return this.#ground(char, false);
    if (!this.#ends(char, state)) {
      if (state.params.length < LONGEST_SEQUENCE) state.params += char;
      return;
    }
    const { start, alt, params } = state;
    this.#state = GROUND;
    if (start === "[" && char === "M" && params === "") {
      this.#state = { at: "mouse", left: 3 };
      return;
    }
    const meant: Sequence = params.length === LONGEST_SEQUENCE
      ? undefined
      : (start === "[" ? controlSequence : singleShift)(params, char);
    const isKey = meant !== "paste" && meant?.kind !== "focus";
    // Before something that is no key, Esc is a key of its own.
    if (alt && !isKey) this.#escapes(1);
    if (meant === "paste") this.#state = { at: "paste", matched: 0, silent: 0 };
    else if (meant !== undefined) this.#emit(alt && isKey ? withAlt(meant) : meant);
  }

  /** Whether a character ends its sequence. */
  #ends(char: string, { start, params }: State & { at: "sequence" }): boolean {
    if (start === "O") return !/[\d;]/.test(char);
    // The Linux console's F1 is `CSI [ A`, rxvt's Shift-Delete is `CSI 3 $`.
    if (params === "") return char >= "@" && char !== "[";
    return char >= "@" || char === "$" && /^\d+$/.test(params);
  }

  #inString(char: string, state: State & { at: "string" }): void {
    if (state.ending && char === "\\") {
      this.#state = GROUND;
    } else if (state.ending) {
      this.#afterEscape(char, false);
    } else if (char === "\x1b") {
      state.ending = true;
    } else if (char === "\x07" || char === "\x9c") {
      this.#state = GROUND;
    } else if (char < " ") {
      // Any such key gives the keyboard back if the end of the string does not come.
      this.#ground(char, false);
    } else {
      state.empty = false;
    }
  }

  #inPaste(char: string, state: State & { at: "paste" }): void {
    state.silent = 0;
    if (char === PASTE_END[state.matched]) {
      if (++state.matched === PASTE_END.length) this.#endPaste();
      return;
    }
    for (const held of PASTE_END.slice(0, state.matched)) this.#keep(held);
    state.matched = char === "\x1b" ? 1 : 0;
    if (state.matched === 0) this.#keep(char);
  }

  #keep(char: string): void {
    this.#cut ||= this.#pasted + char.length > LONGEST_PASTE;
    if (this.#cut) return;
    this.#paste.push(char);
    this.#pasted += char.length;
  }

  #endPaste(): void {
    const text = this.#paste.join("").replace(/\r\n?/g, "\n");
    const cut = this.#cut;
    this.#paste = [];
    this.#pasted = 0;
    this.#cut = false;
    this.#state = GROUND;
    if (text !== "") this.#emit({ kind: "paste", text, cut });
  }
}
