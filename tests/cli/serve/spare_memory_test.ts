import { assertEquals } from "@std/assert";
import { collectGarbage, SpareMemory } from "../../../lib/cli/serve/spare_memory.ts";

const CASES: readonly (readonly [
  what: string,
  turned: number,
  encrypted: boolean,
  heard: number,
  collected: number,
  later: number,
])[] = [
  ["after few connections nothing is done", 3999, false, 0, 0, 0],
  ["after a rush memory is collected when it is quiet", 4000, false, 19, 1, 1],
  ["while people talk it waits", 5000, false, 20, 0, 1],
  ["encrypted connections count for four", 1000, true, 0, 1, 1],
];

for (const [what, turned, encrypted, heard, collected, later] of CASES) {
  Deno.test(`SpareMemory: ${what}`, () => {
    let count = 0;
    const spare = new SpareMemory(() => count++);
    for (let index = 0; index < turned; index++) spare.turned(encrypted);
    for (let index = 0; index < heard; index++) spare.heard();
    spare.tick();
    assertEquals(count, collected);
    spare.tick();
    assertEquals(count, later, "in the next quiet second, and only once");
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
