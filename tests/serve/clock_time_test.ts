import { assertEquals } from "@std/assert";
import { clockTime } from "../../lib/serve/clock_time.ts";

Deno.test("a time is told by the clock on the wall, another day's with the day", () => {
  const at = (day: number, hour: number, minute: number) =>
    new Date(2026, 0, day, hour, minute).getTime();
  const now = at(2, 23, 59);
  assertEquals(clockTime(at(2, 23, 3), now), "23:03");
  assertEquals(clockTime(at(2, 0, 0), now), "00:00");
  assertEquals(clockTime(at(1, 23, 59), now), "2026-01-01 23:59");
});
