import { assertEquals } from "@std/assert";
import { parseWhen } from "../../../lib/cli/admin/when.ts";

const NOW = Date.UTC(2026, 10, 22, 12);

Deno.test("parseWhen: times are understood as people write them", () => {
  const local = (...parts: [number, number, number, number?, number?, number?]) =>
    new Date(...parts as [number, number, number]).getTime();
  const cases: [text: string, end: boolean, time: number | undefined][] = [
    ["2026-11-22", false, local(2026, 10, 22)],
    ["2026-11-22", true, local(2026, 10, 23)],
    ["2026-12-31", true, local(2027, 0, 1)],
    ["2024-02-29", false, local(2024, 1, 29)],
    ["2026-11-22T18:30", false, local(2026, 10, 22, 18, 30)],
    ["2026-11-22 18:30:05", true, local(2026, 10, 22, 18, 30, 5)],
    ["2026-11-22T18:30:05Z", true, Date.UTC(2026, 10, 22, 18, 30, 5)],
    ["3d", false, NOW - 3 * 86_400_000],
    ["90m", true, NOW - 90 * 60_000],
    ["2w", false, NOW - 14 * 86_400_000],
    ["2025-02-29", false, undefined],
    ["2026-13-01", false, undefined],
    ["2026-00-01", false, undefined],
    ["2026-11-00", false, undefined],
    ["2026-11-22T24:00", false, undefined],
    ["2026-11-22T12:60", false, undefined],
    ["22.11.2026", false, undefined],
    ["yesterday", false, undefined],
    ["", false, undefined],
  ];
  for (const [text, end, time] of cases) assertEquals(parseWhen(text, end, NOW), time, text);
});
