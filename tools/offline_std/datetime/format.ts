/**
 * Stand-in for `@std/datetime/format`: the same results, written for this project.
 *
 * @module
 */

/** Options of {@linkcode format}. */
export interface FormatOptions {
  /** Whether the time is written in UTC; without it, in local time. */
  timeZone?: "UTC";
}

/** Writes a number with at least two digits. */
function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** Hour on a clock of twelve. */
function twelve(hour: number): number {
  return hour % 12 || 12;
}

/** The fields of a time. */
interface Fields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly milliseconds: string;
  readonly period: string;
}

/** Each symbol of a pattern (UTS 35, date field symbols) and what it writes. */
const SYMBOLS: Readonly<Record<string, (fields: Fields) => string | number>> = {
  yyyy: ({ year }) => year,
  yy: ({ year }) => two(year).slice(-2),
  MM: ({ month }) => two(month),
  M: ({ month }) => month,
  dd: ({ day }) => two(day),
  d: ({ day }) => day,
  HH: ({ hour }) => two(hour),
  H: ({ hour }) => hour,
  hh: ({ hour }) => two(twelve(hour)),
  h: ({ hour }) => twelve(hour),
  mm: ({ minute }) => two(minute),
  m: ({ minute }) => minute,
  ss: ({ second }) => two(second),
  s: ({ second }) => second,
  SSS: ({ milliseconds }) => milliseconds,
  SS: ({ milliseconds }) => milliseconds.slice(0, 2),
  S: ({ milliseconds }) => milliseconds.slice(0, 1),
  a: ({ period }) => period,
};

/** The fields of a date, local or UTC. */
function fieldsOf(date: Date, utc: boolean): Fields {
  const milliseconds = String(utc ? date.getUTCMilliseconds() : date.getMilliseconds());
  return {
    year: utc ? date.getUTCFullYear() : date.getFullYear(),
    month: (utc ? date.getUTCMonth() : date.getMonth()) + 1,
    day: utc ? date.getUTCDate() : date.getDate(),
    hour: utc ? date.getUTCHours() : date.getHours(),
    minute: utc ? date.getUTCMinutes() : date.getMinutes(),
    second: utc ? date.getUTCSeconds() : date.getSeconds(),
    milliseconds: milliseconds.padStart(3, "0"),
    // As @std has it: local even where all else is in UTC.
    period: date.getHours() >= 12 ? "PM" : "AM",
  };
}

/**
 * Writes a date by a pattern.
 *
 * @param date The date.
 * @param formatString Of `yyyy yy MM M dd d HH H hh h mm m ss s SSS SS S a`, texts in single
 * quotes, and other characters, which stand for themselves.
 * @param options Local time or UTC.
 * @returns The text.
 */
export function format(date: Date, formatString: string, options: FormatOptions = {}): string {
  const fields = fieldsOf(date, options.timeZone === "UTC");
  let text = "";
  for (let rest = formatString; rest !== "";) {
    const run = /^([a-zA-Z])\1*/.exec(rest)?.[0] ?? "";
    const quoted = /^'(\\.|[^']*)'/.exec(rest);
    const symbol = Object.hasOwn(SYMBOLS, run) ? SYMBOLS[run] : undefined;
    text += symbol ? symbol(fields) : quoted?.[1] ?? rest[0];
    rest = rest.slice(symbol ? run.length : quoted?.[0].length ?? 1);
  }
  return text;
}
