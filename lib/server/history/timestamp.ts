/**
 * Parses timestamps.
 *
 * Source: IRCv3 `server-time`: `YYYY-MM-DDThh:mm:ss.sssZ`.
 * @module
 */

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** The time in milliseconds since 1970; undefined if it is invalid. */
export function parseTimestamp(text: string): number | undefined {
  if (!TIMESTAMP.test(text)) return undefined;
  const time = Date.parse(text);
  // Date.parse takes 30 February for 2 March.
  return !Number.isNaN(time) && new Date(time).toISOString() === text ? time : undefined;
}

/** The time of a parameter `timestamp=TIME`; undefined for any other. */
export function timeOf(param: string): number | undefined {
  return param.startsWith("timestamp=")
    ? parseTimestamp(param.slice("timestamp=".length))
    : undefined;
}
