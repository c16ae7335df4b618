/**
 * The escape sequences that terminals send for keys.
 *
 * Source: ECMA-48, "Control sequences"; "XTerm Control Sequences" (PC-style function keys,
 * modifyOtherKeys, FocusIn/FocusOut); rxvt's and the Linux console's own; the kitty keyboard
 * protocol.
 * @module
 */
import type { Key, KeyName, KeyPress, NamedKey } from "./key.ts";

/** The bits of the modifiers: the number in a sequence, less one. */
const HELD = { shift: 1, alt: 2, ctrl: 4, super: 8, hyper: 16, meta: 32 } as const;

/** kitty's event type of a released key. */
const RELEASED = 3;

/** Final bytes of `CSI 1 ; mods X` and `SS3 X`. */
const BY_LETTER: Readonly<Record<string, NamedKey>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  F: "end",
  H: "home",
  P: "f1",
  Q: "f2",
  R: "f3",
  S: "f4",
};

/** Numbers of `CSI n ; mods ~`. Home and End have three numbers each. */
const BY_NUMBER: Readonly<Record<number, NamedKey>> = {
  1: "home",
  2: "insert",
  3: "delete",
  4: "end",
  5: "pageup",
  6: "pagedown",
  7: "home",
  8: "end",
  11: "f1",
  12: "f2",
  13: "f3",
  14: "f4",
  15: "f5",
  17: "f6",
  18: "f7",
  19: "f8",
  20: "f9",
  21: "f10",
  23: "f11",
  24: "f12",
};

/** Code points, and kitty's private ones, that are keys rather than text. */
const BY_CODE: Readonly<Record<number, NamedKey>> = {
  8: "backspace",
  9: "tab",
  13: "enter",
  27: "escape",
  127: "backspace",
  57414: "enter",
  57417: "left",
  57418: "right",
  57419: "up",
  57420: "down",
  57421: "pageup",
  57422: "pagedown",
  57423: "home",
  57424: "end",
  57425: "insert",
  57426: "delete",
};

/** The text of the keypad's keys, from kitty's 57399 on. */
const PAD = "0123456789./*-+";

/** The text of the keypad's keys, by final byte of SS3. */
const PAD_LETTERS: Readonly<Record<string, string>> = Object.fromEntries(
  [..."*+,-./0123456789"].map((sign, index) => [String.fromCharCode(0x6a + index), sign]),
);

/** rxvt's arrows: lower case, with Shift after CSI and with Ctrl after SS3. */
const RXVT_ARROWS: Readonly<Record<string, NamedKey>> = {
  a: "up",
  b: "down",
  c: "right",
  d: "left",
};

/** rxvt's final bytes in place of `~`. */
const RXVT_ENDS: Readonly<Record<string, number>> = {
  "$": HELD.shift,
  "^": HELD.ctrl,
  "@": HELD.shift | HELD.ctrl,
};

export function press(name: KeyName, held = 0): KeyPress {
  return {
    kind: "key",
    name,
    ctrl: (held & HELD.ctrl) !== 0,
    alt: (held & (HELD.alt | HELD.meta)) !== 0,
    shift: (held & HELD.shift) !== 0,
  };
}

export function withAlt(key: Key): Key {
  if (key.kind === "key") return { ...key, alt: true };
  return key.kind === "text" ? character(key.text, HELD.alt) : key;
}

/** The key of a byte below 32, or 127; not of Esc. */
export function control(code: number): KeyPress {
  if (code === 9 || code === 13 || code === 127) return press(BY_CODE[code]!);
  if (code === 0) return press("space", HELD.ctrl);
  return press(String.fromCharCode(code + 64).toLowerCase(), HELD.ctrl);
}

/** The key of a character: text, unless Ctrl or Alt was held. */
export function character(char: string, held: number): Key {
  if ((held & (HELD.ctrl | HELD.alt | HELD.meta)) === 0) return { kind: "text", text: char };
  const lower = char.toLowerCase();
  const shift = lower !== char ? HELD.shift : 0;
  return press(char === " " ? "space" : lower, held | shift);
}

/** The meaning of a sequence; undefined if it is no known key. */
export type Sequence = Key | "paste" | undefined;

/** Parses `CSI params final`. */
export function controlSequence(params: string, final: string): Sequence {
  if (params.startsWith("[")) {
    const index = "ABCDE".indexOf(final);
    return index < 0 ? undefined : press(`f${index + 1}`);
  }
  if (!/^[\d;:]*$/.test(params)) return undefined;
  const fields = params.split(";").map((field) => field.split(":"));
  const number = Number(fields[0]?.[0] || 1);
  const held = Math.max(0, Number(fields[1]?.[0] || 1) - 1);
  if (Number(fields[1]?.[1] || 1) === RELEASED) return undefined;
  if (params === "" && final === "I") return { kind: "focus", focused: true };
  if (params === "" && final === "O") return { kind: "focus", focused: false };
  if (params === "200" && final === "~") return "paste";
  if (Object.hasOwn(RXVT_ENDS, final)) return named(BY_NUMBER[number], RXVT_ENDS[final]!);
  if (final === "~" && number === 27 && fields.length === 3) {
    return coded(Number(fields[2]![0]), held, fields[2]!, "");
  }
  if (final === "~") return named(BY_NUMBER[number], held);
  if (final === "u") return coded(number, held, fields[0]!, textOf(fields[2]));
  if (final === "Z") return press("tab", held | HELD.shift);
  if (Object.hasOwn(RXVT_ARROWS, final)) return press(RXVT_ARROWS[final]!, HELD.shift);
  // `CSI 12 ; 40 R` is not F3 but the position of the cursor.
  return number === 1 && fields.length <= 2 ? named(BY_LETTER[final], held) : undefined;
}

/** Parses `SS3 params final`. */
export function singleShift(params: string, final: string): Sequence {
  const held = Math.max(0, Number(params.split(";").at(-1) || 1) - 1);
  if (final === "M") return press("enter", held);
  if (final === "I") return press("tab", held);
  if (Object.hasOwn(PAD_LETTERS, final)) return character(PAD_LETTERS[final]!, held);
  if (final === "X") return character("=", held);
  if (Object.hasOwn(RXVT_ARROWS, final)) return press(RXVT_ARROWS[final]!, HELD.ctrl);
  return named(BY_LETTER[final], held);
}

function named(name: NamedKey | undefined, held: number): KeyPress | undefined {
  return name === undefined || foreign(held) ? undefined : press(name, held);
}

/** Super and Hyper belong to the desktop. */
function foreign(held: number): boolean {
  return (held & (HELD.super | HELD.hyper)) !== 0;
}

/** The text of a key, as kitty tells it. */
function textOf(codes: readonly string[] | undefined): string {
  return (codes ?? []).map((code) => printable(Number(code || 0))).join("");
}

/** The character of a code point; empty if it can't be typed. */
function printable(code: number): string {
  if (!Number.isInteger(code) || code < 32 || code > 0x10ffff) return "";
  const char = String.fromCodePoint(code);
  return /[\p{Cc}\p{Cs}\p{Co}\u2028\u2029]/u.test(char) ? "" : char;
}

/** A key by its code points: unmodified, with Shift, and on a US keyboard (kitty). */
function coded(code: number, held: number, codes: readonly string[], text: string): Sequence {
  if (foreign(held)) return undefined;
  if (Object.hasOwn(BY_CODE, code)) return press(BY_CODE[code]!, held);
  const pad = PAD[code - 57399];
  if (pad !== undefined) return character(pad, held);
  if ((held & (HELD.ctrl | HELD.alt | HELD.meta)) !== 0) {
    // Ctrl-C is at the position of C, whatever alphabet the keyboard types.
    const char = printable(code > 127 && codes[2] ? Number(codes[2]) : code);
    return char === "" ? undefined : character(char, held);
  }
  const plain = printable(code);
  const shifted = codes[1] ? printable(Number(codes[1])) : plain.toUpperCase();
  const typed = text || ((held & HELD.shift) !== 0 ? shifted : plain);
  return typed === "" ? undefined : { kind: "text", text: typed };
}
