import { assertEquals } from "@std/assert";
import { clockTime } from "../../../lib/cli/serve/clock_time.ts";

Deno.test("Clock: a time is told by the clock on the wall, another day's with the day", () => {
  const at = (day: number, hour: number, minute: number, second = 0) =>
    new Date(2026, 0, day, hour, minute, second).getTime();
  const now = at(2, 23, 59);
  assertEquals(clockTime(at(2, 23, 3, 7), now), "23:03:07");
  assertEquals(clockTime(at(2, 0, 0), now), "00:00:00");
  assertEquals(clockTime(at(1, 23, 59), now), "2026-01-01 23:59:00");
});
