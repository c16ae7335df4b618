/**
 * Stand-in for `@std/fmt/colors`: the same results, written for this project.
 *
 * @module
 */

/** A colour, each part from 0 to 255. */
export interface Rgb {
  /** Red. */
  r: number;
  /** Green. */
  g: number;
  /** Blue. */
  b: number;
}

/**
 * Puts a text between the sequences that start and end a style.
 *
 * @internal
 */
type Style = (str: string) => string;

let enabled = !Deno.noColor;

/**
 * Switches all styles on or off. Where `NO_COLOR` is set they stay off.
 *
 * @param value Whether the functions of this module add anything to their texts.
 */
export function setColorEnabled(value: boolean): void {
  if (!Deno.noColor) enabled = value;
}

/** Whether the functions of this module add anything to their texts. */
export function getColorEnabled(): boolean {
  return enabled;
}

/** A style by its SGR parameters (ECMA-48, 8.3.117). */
function style(start: string | number, end: number): Style {
  const [on, off] = [`\x1b[${start}m`, `\x1b[${end}m`];
  // A style within the text that ends with the same sequence would end this one too.
  return (str) => enabled ? on + str.replaceAll(off, on) + off : str;
}

/** A number as a part of a colour. */
function channel(value: number): number {
  return Math.trunc(Math.max(0, Math.min(255, value)));
}

/** The SGR parameters of a 24-bit colour, given in parts or as 0xRRGGBB. */
function rgb(color: number | Rgb): string {
  const { r, g, b } = typeof color === "number"
    ? { r: color >> 16 & 0xff, g: color >> 8 & 0xff, b: color & 0xff }
    : color;
  return `2;${channel(r)};${channel(g)};${channel(b)}`;
}

/** Ends all styles before the text and after it. */
export const reset: Style = style(0, 0);
/** Bold text. */
export const bold: Style = style(1, 22);
/** Faint text. */
export const dim: Style = style(2, 22);
/** Slanted text. */
export const italic: Style = style(3, 23);
/** Underlined text. */
export const underline: Style = style(4, 24);
/** Text with its two colours exchanged. */
export const inverse: Style = style(7, 27);
/** Text that is not shown. */
export const hidden: Style = style(8, 28);
/** Text that is struck through. */
export const strikethrough: Style = style(9, 29);
/** Black text. */
export const black: Style = style(30, 39);
/** Red text. */
export const red: Style = style(31, 39);
/** Green text. */
export const green: Style = style(32, 39);
/** Yellow text. */
export const yellow: Style = style(33, 39);
/** Blue text. */
export const blue: Style = style(34, 39);
/** Magenta text. */
export const magenta: Style = style(35, 39);
/** Cyan text. */
export const cyan: Style = style(36, 39);
/** White text. */
export const white: Style = style(37, 39);
/** Gray text. */
export const gray: Style = style(90, 39);
/** Bright black text. */
export const brightBlack: Style = style(90, 39);
/** Bright red text. */
export const brightRed: Style = style(91, 39);
/** Bright green text. */
export const brightGreen: Style = style(92, 39);
/** Bright yellow text. */
export const brightYellow: Style = style(93, 39);
/** Bright blue text. */
export const brightBlue: Style = style(94, 39);
/** Bright magenta text. */
export const brightMagenta: Style = style(95, 39);
/** Bright cyan text. */
export const brightCyan: Style = style(96, 39);
/** Bright white text. */
export const brightWhite: Style = style(97, 39);
/** Text on black. */
export const bgBlack: Style = style(40, 49);
/** Text on red. */
export const bgRed: Style = style(41, 49);
/** Text on green. */
export const bgGreen: Style = style(42, 49);
/** Text on yellow. */
export const bgYellow: Style = style(43, 49);
/** Text on blue. */
export const bgBlue: Style = style(44, 49);
/** Text on magenta. */
export const bgMagenta: Style = style(45, 49);
/** Text on cyan. */
export const bgCyan: Style = style(46, 49);
/** Text on white. */
export const bgWhite: Style = style(47, 49);
/** Text on bright black. */
export const bgBrightBlack: Style = style(100, 49);
/** Text on bright red. */
export const bgBrightRed: Style = style(101, 49);
/** Text on bright green. */
export const bgBrightGreen: Style = style(102, 49);
/** Text on bright yellow. */
export const bgBrightYellow: Style = style(103, 49);
/** Text on bright blue. */
export const bgBrightBlue: Style = style(104, 49);
/** Text on bright magenta. */
export const bgBrightMagenta: Style = style(105, 49);
/** Text on bright cyan. */
export const bgBrightCyan: Style = style(106, 49);
/** Text on bright white. */
export const bgBrightWhite: Style = style(107, 49);

/** Text in one of the 256 colours of the terminal's palette. */
export function rgb8(str: string, color: number): string {
  return style(`38;5;${channel(color)}`, 39)(str);
}

/** Text on one of the 256 colours of the terminal's palette. */
export function bgRgb8(str: string, color: number): string {
  return style(`48;5;${channel(color)}`, 49)(str);
}

/** Text in any colour, given in parts or as `0xRRGGBB`. */
export function rgb24(str: string, color: number | Rgb): string {
  return style(`38;${rgb(color)}`, 39)(str);
}

/** Text on any colour, given in parts or as `0xRRGGBB`. */
export function bgRgb24(str: string, color: number | Rgb): string {
  return style(`48;${rgb(color)}`, 49)(str);
}

/** Operating system commands, control sequences and two-character escapes (ECMA-48, 5). */
// deno-lint-ignore no-control-regex
const ESCAPES = /\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[@-Z\\-_]/g;

/**
 * Takes escape sequences out of a text.
 *
 * @param string The text.
 * @returns What is left.
 */
export function stripAnsiCode(string: string): string {
  return string.replace(ESCAPES, "");
}
