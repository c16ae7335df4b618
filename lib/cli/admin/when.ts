import { UNITS } from "../../text/duration.ts";

const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?(Z)?)?$/;

/**
 * Parses a time: a day, a time of a day (local, or UTC with Z), or how long ago.
 *
 * @param end whether a day means its end, not its beginning.
 * @param now in milliseconds since 1970.
 * @returns milliseconds since 1970; undefined if the text is no time.
 */
export function parseWhen(text: string, end: boolean, now: number): number | undefined {
  const ago = /^(\d{1,5})([wdhm])$/.exec(text);
  if (ago !== null) return now - Number(ago[1]) * UNITS[ago[2]!]!;
  const date = DATE.exec(text);
  if (date === null) return undefined;
  const [, year, month, day, hour, minute, second = "0", utc] = date;
  const isDay = hour === undefined;
  const parts = [
    Number(year),
    Number(month) - 1,
    Number(day) + (isDay && end ? 1 : 0),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second),
  ] as const;
  // `Date` would take 30 February for 2 March.
  const days = new Date(Date.UTC(parts[0], parts[1] + 1, 0)).getUTCDate();
  const exists = parts[1] < 12 && Number(month) > 0 && Number(day) > 0 && Number(day) <= days &&
    parts[3] < 24 && parts[4] < 60 && parts[5] < 60;
  if (!exists) return undefined;
  return utc === undefined ? new Date(...parts).getTime() : Date.UTC(...parts);
}
