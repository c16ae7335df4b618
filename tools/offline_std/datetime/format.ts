/**
 * Stand-in for the part of `@std/datetime/format` that this project uses: the same results, written
 * for this project.
 * @module
 */

/** Writes a number with at least two digits. */
function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** Hour on a clock of twelve. */
function twelve(date: Date): number {
  return date.getHours() % 12 || 12;
}

function milliseconds(date: Date): string {
  return String(date.getMilliseconds()).padStart(3, "0");
}

/** Each symbol of a pattern (UTS 35, date field symbols) and what it writes of a local time. */
const SYMBOLS: Readonly<Record<string, (date: Date) => string | number>> = {
  yyyy: (date) => date.getFullYear(),
  yy: (date) => two(date.getFullYear()).slice(-2),
  MM: (date) => two(date.getMonth() + 1),
  M: (date) => date.getMonth() + 1,
  dd: (date) => two(date.getDate()),
  d: (date) => date.getDate(),
  HH: (date) => two(date.getHours()),
  H: (date) => date.getHours(),
  hh: (date) => two(twelve(date)),
  h: twelve,
  mm: (date) => two(date.getMinutes()),
  m: (date) => date.getMinutes(),
  ss: (date) => two(date.getSeconds()),
  s: (date) => date.getSeconds(),
  SSS: milliseconds,
  SS: (date) => milliseconds(date).slice(0, 2),
  S: (date) => milliseconds(date).slice(0, 1),
  a: (date) => date.getHours() >= 12 ? "PM" : "AM",
};

/** Writes a date in local time, by a pattern of {@linkcode SYMBOLS} and texts in single quotes. */
export function format(date: Date, formatString: string): string {
  let text = "";
  for (let rest = formatString; rest !== "";) {
    const run = /^([a-zA-Z])\1*/.exec(rest)?.[0] ?? "";
    const quoted = /^'(\\.|[^']*)'/.exec(rest);
    const symbol = Object.hasOwn(SYMBOLS, run) ? SYMBOLS[run] : undefined;
    text += symbol ? symbol(date) : quoted?.[1] ?? rest[0];
    rest = rest.slice(symbol ? run.length : quoted?.[0].length ?? 1);
  }
  return text;
}
