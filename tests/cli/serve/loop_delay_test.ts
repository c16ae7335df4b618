import { assert, assertEquals } from "@std/assert";
import { LoopDelay } from "../../../lib/cli/serve/loop_delay.ts";

Deno.test("LoopDelay: work that keeps timers waiting shows, from the first question on", async () => {
  const delay = new LoopDelay();
  const measured = delay.ask();
  assertEquals(measured.sum, 0);
  const begin = performance.now();
  while (performance.now() - begin < 200);
  while (measured.sum === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  delay.stop();
  assert(measured.sum >= 0.1);
});
