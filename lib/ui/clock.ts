/**
 * Formats times and dates.
 * @module
 */
import { format } from "@std/datetime/format";
import { type Clock, timeOfDay } from "./format.ts";
import { DATES } from "../wording/display.ts";

/** The named patterns. */
const NAMED: Readonly<Record<string, string>> = { "12": "hh:mm:ss a", "24": "HH:mm:ss" };

/** The symbols of a pattern, in runs of one letter. */
const SYMBOLS = /^(yyyy|yy|MM?|dd?|HH?|hh?|mm?|ss?|S{1,3}|a)$/;

const LONGEST = 40;

/**
 * The clock for `--time-format`.
 *
 * @param pattern `12`, `24`, or a pattern of `@std/datetime`; undefined for the usual one.
 * @returns the clock, or why there is none, in the user's words without a full stop.
 */
export function clockFor(
  pattern: string | undefined,
): { readonly clock: Clock } | { readonly fault: string } {
  if (pattern === undefined) return { clock: timeOfDay };
  const whole = NAMED[pattern] ?? pattern;
  const fault = faultOf(whole);
  return fault === undefined
    ? { clock: (time) => format(new Date(time), whole) }
    : { fault: DATES.badFormat(pattern, fault) };
}

function faultOf(pattern: string): string | undefined {
  if (pattern.trim() === "") return DATES.empty;
  if (pattern.length > LONGEST) return DATES.tooLong(LONGEST);
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(pattern)) return DATES.invisible;
  const bare = pattern.replace(/'[^']*'/g, "");
  if (bare.includes("'")) return DATES.quote;
  const runs = bare.match(/([a-zA-Z])\1*/g) ?? [];
  const wrong = runs.find((run) => !SYMBOLS.test(run));
  if (wrong !== undefined) return DATES.unknownSymbol(wrong);
  if (runs.length === 0) return DATES.noTime;
  return undefined;
}

/** The local day, such as `Friday, 2 January 2026`. */
export function dayOf(time: number): string {
  const date = new Date(time);
  const [weekday, month] = [DATES.weekdays[date.getDay()]!, DATES.months[date.getMonth()]!];
  return DATES.day(weekday, date.getDate(), month, date.getFullYear());
}

/** The local date, such as `2026-01-02`. */
export function dateOf(time: number): string {
  return format(new Date(time), "yyyy-MM-dd");
}
