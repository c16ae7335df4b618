import { assertEquals } from "@std/assert";
import { collectGarbage, SpareMemory } from "../../../lib/cli/serve/spare_memory.ts";

const CASES: readonly (readonly [
  what: string,
  came: number,
  left: number,
  encrypted: boolean,
  heard: number,
  collected: number,
  later: number,
])[] = [
  ["after few connections nothing is done", 3999, 0, false, 0, 0, 0],
  ["after a rush memory is collected when it is quiet", 4000, 0, false, 19, 1, 1],
  ["while people talk it waits", 5000, 0, false, 20, 0, 1],
  ["encrypted connections count for four", 1000, 0, true, 0, 1, 1],
  ["those who came and left again don't count at first", 9000, 9000, false, 0, 0, 0],
];

for (const [what, came, left, encrypted, heard, collected, later] of CASES) {
  Deno.test(`SpareMemory: ${what}`, () => {
    let count = 0;
    const spare = new SpareMemory(() => count++);
    for (let index = 0; index < came; index++) spare.came(encrypted);
    for (let index = 0; index < left; index++) spare.left(encrypted);
    for (let index = 0; index < heard; index++) spare.heard();
    spare.tick();
    assertEquals(count, collected);
    spare.tick();
    assertEquals(count, later, "in the next quiet second, and only once");
    spare.stop();
  });
}

Deno.test("SpareMemory: it is collected again after a crowd has left", () => {
  let count = 0;
  const spare = new SpareMemory(() => count++);
  for (let index = 0; index < 4000; index++) spare.came(false);
  spare.tick();
  for (let index = 0; index < 4000; index++) spare.left(false);
  spare.tick();
  assertEquals(count, 2);
  spare.stop();
});

Deno.test("SpareMemory: those who came and left again count after a minute without talk", () => {
  let count = 0;
  const spare = new SpareMemory(() => count++);
  for (let index = 0; index < 2000; index++) {
    spare.came(false);
    spare.left(false);
  }
  for (let second = 0; second < 30; second++) spare.tick();
  for (let line = 0; line < 20; line++) spare.heard();
  for (let second = 0; second < 60; second++) spare.tick();
  assertEquals(count, 0);
  for (let second = 0; second < 60; second++) spare.tick();
  assertEquals(count, 1);
  spare.stop();
});

Deno.test("collectGarbage: frees what is no longer used", async () => {
  const gone = new WeakRef(await Promise.resolve(new Uint8Array(1000)));
  // A WeakRef keeps its target alive until the end of the turn that created it.
  await new Promise((resolve) => setTimeout(resolve, 0));
  collectGarbage();
  assertEquals(gone.deref(), undefined);
});
