/**
 * Stand-in for the part of `@std/fmt/colors` that this project uses: the same results, written for
 * this project.
 * @module
 */

/**
 * Puts a text between the sequences that start and end a style.
 *
 * @internal
 */
type Style = (str: string) => string;

/** A style by its SGR parameters (ECMA-48, 8.3.117). */
function style(start: number, end: number): Style {
  const [on, off] = [`\x1b[${start}m`, `\x1b[${end}m`];
  // An inner style that ends with the same sequence would end this one too.
  return (str) => Deno.noColor ? str : on + str.replaceAll(off, on) + off;
}

export const bold: Style = style(1, 22);
export const dim: Style = style(2, 22);
export const red: Style = style(31, 39);
export const green: Style = style(32, 39);
export const yellow: Style = style(33, 39);
export const magenta: Style = style(35, 39);
export const cyan: Style = style(36, 39);
