import { assertEquals } from "@std/assert";
import { Histogram } from "../../lib/collections/histogram.ts";

Deno.test("Histogram: a value counts for the first bound that it does not exceed", () => {
  const histogram = new Histogram([1, 2, 5]);
  for (const value of [0, 1, 1.5, 2, 5, 6, 100]) histogram.add(value);
  assertEquals(histogram.counts, [2, 2, 1, 2]);
  assertEquals(histogram.sum, 115.5);
});
