import { assertEquals } from "@std/assert";
import { collectGarbage, SpareMemory } from "../../../lib/cli/serve/spare_memory.ts";

const CASES: readonly [what: string, turned: number, heard: number, collected: number][] = [
  ["after few connections nothing is done", 3999, 0, 0],
  ["after a rush memory is collected once it is quiet", 4000, 19, 1],
  ["while people talk it waits", 5000, 20, 0],
];

for (const [what, turned, heard, collected] of CASES) {
  Deno.test(what, () => {
    let count = 0;
    const spare = new SpareMemory(() => count++);
    for (let index = 0; index < turned; index++) spare.turned();
    for (let index = 0; index < heard; index++) spare.heard();
    spare.tick();
    assertEquals(count, collected);
    spare.tick();
    assertEquals(count, turned >= 4000 ? 1 : 0, "in the next quiet second, and only once");
    spare.stop();
  });
}

Deno.test("collectGarbage: frees what is no longer used", async () => {
  const gone = new WeakRef(await Promise.resolve(new Uint8Array(1000)));
  // A WeakRef keeps its target alive until the end of the turn that created it.
  await new Promise((resolve) => setTimeout(resolve, 0));
  collectGarbage();
  assertEquals(gone.deref(), undefined);
});
