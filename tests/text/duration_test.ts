import { assertEquals } from "@std/assert";
import { parseDuration } from "../../lib/text/duration.ts";

Deno.test("parseDuration: a duration is minutes, or numbers with units", () => {
  for (
    const [text, ms] of [
      ["30", 1_800_000],
      ["0", 0],
      ["90s", 90_000],
      ["5m", 300_000],
      ["1h", 3_600_000],
      ["1d2h30m", 95_400_000],
      ["2w", 1_209_600_000],
      ["1m1m", 120_000],
      ["", undefined],
      ["m", undefined],
      ["1x", undefined],
      ["1h30", undefined],
      ["-1", undefined],
      ["1.5h", undefined],
      ["1 h", undefined],
      ["12345678", undefined],
      ["12345678s", undefined],
      ["*@1.2.3.4", undefined],
    ] as const
  ) {
    assertEquals(parseDuration(text), ms, text);
  }
});
