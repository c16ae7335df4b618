/**
 * Units of time, and durations as people write them.
 * @module
 */

export const SECOND_MS = 1000;

export const MINUTE_MS = 60_000;

export const HOUR_MS = 60 * MINUTE_MS;

export const DAY_MS = 24 * HOUR_MS;

/** Units of time by their letters, in milliseconds. */
export const UNITS: Readonly<Record<string, number>> = {
  w: 7 * DAY_MS,
  d: DAY_MS,
  h: HOUR_MS,
  m: MINUTE_MS,
  s: 1000,
};

/** Parses `30` (minutes), `90s`, `1d2h30m` to milliseconds; `undefined` for other text. */
export function parseDuration(text: string): number | undefined {
  if (/^\d{1,7}$/.test(text)) return Number(text) * MINUTE_MS;
  if (!/^(?:\d{1,7}[wdhms])+$/.test(text)) return undefined;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([wdhms])/g)) {
    total += Number(count) * UNITS[unit!]!;
  }
  return total;
}
