/**
 * Durations as operators write them.
 * @module
 */

const UNITS: Readonly<Record<string, number>> = {
  w: 7 * 86_400_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
};

/**
 * Reads `30` (minutes), `90s`, `1d2h30m`.
 *
 * @returns milliseconds; `undefined` for text that is no duration.
 */
export function parseDuration(text: string): number | undefined {
  if (/^\d{1,7}$/.test(text)) return Number(text) * 60_000;
  if (!/^(?:\d{1,7}[wdhms])+$/.test(text)) return undefined;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([wdhms])/g)) {
    total += Number(count) * UNITS[unit!]!;
  }
  return total;
}
