import { assertEquals } from "@std/assert";
import { TokenBucket } from "../../../lib/server/entry/flood.ts";

Deno.test("TokenBucket: lets a burst through, then as much as is refilled", () => {
  const bucket = new TokenBucket({ perSecond: 2, burst: 3 }, 0);
  for (
    const [cost, now, wait] of [
      [1, 0, 0],
      [2, 0, 0],
      [1, 0, 500],
      [1, 500, 500],
      [0.5, 1000, 250],
      [1, 100_000, 0],
      [2, 100_000, 0],
      [0.5, 100_000, 250],
      [0, 99_000, 250],
    ] as const
  ) {
    assertEquals(bucket.take(cost, now), wait, `${cost} at ${now}`);
  }
  const off = new TokenBucket({ perSecond: 0, burst: 1 }, 0);
  for (let count = 0; count < 100; count++) assertEquals(off.take(1, 0), 0);
});
