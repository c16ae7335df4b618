/**
 * Times in texts that the server sends to people.
 * @module
 */
import { format } from "@std/datetime/format";

/**
 * A time of this machine's clock on the wall: `23:03:10`, and with the day if that is not today's:
 * `2026-01-02 23:03:10`.
 *
 * @param time in milliseconds since 1970.
 * @param now the time now, in milliseconds since 1970.
 */
export function clockTime(time: number, now: number): string {
  const [then, today] = [new Date(time), new Date(now)];
  const same = format(then, "yyyy-MM-dd") === format(today, "yyyy-MM-dd");
  return format(then, same ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss");
}
