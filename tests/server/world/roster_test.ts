import { assertEquals } from "@std/assert";
import { Harness } from "../harness.ts";

Deno.test("Roster: only a limited number of former names are remembered, the latest", () => {
  const harness = new Harness();
  const a = harness.user("first").user;
  for (let count = 0; count < 2500; count++) {
    harness.world.rename(a, count % 2 ? "odd" : "even", harness.now);
  }
  assertEquals(harness.world.users.past("first"), []);
  assertEquals(
    harness.world.users.past("odd").length + harness.world.users.past("even").length,
    1000,
  );
});
