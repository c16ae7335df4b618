/**
 * Times as clients write them.
 *
 * Source: IRCv3 `server-time`: `YYYY-MM-DDThh:mm:ss.sssZ`.
 * @module
 */

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** The time that a text says, in milliseconds since 1970; undefined for a text that is no time. */
export function parseTimestamp(text: string): number | undefined {
  if (!TIMESTAMP.test(text)) return undefined;
  const time = Date.parse(text);
  // There are days that only look like one: 30 February would be taken for 2 March.
  return !Number.isNaN(time) && new Date(time).toISOString() === text ? time : undefined;
}

/** The time of a parameter `timestamp=TIME`; undefined for any other. */
export function timeOf(param: string): number | undefined {
  return param.startsWith("timestamp=")
    ? parseTimestamp(param.slice("timestamp=".length))
    : undefined;
}
