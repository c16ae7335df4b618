/**
 * Formats times for people.
 * @module
 */
import { format } from "@std/datetime/format";

/** A local time such as `23:03:10`; with the day if it is not today: `2026-01-02 23:03:10`. */
export function clockTime(time: number, now: number): string {
  const [then, today] = [new Date(time), new Date(now)];
  const same = then.toDateString() === today.toDateString();
  return format(then, same ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss");
}
