import { assertEquals } from "@std/assert";
import { mayDiffer } from "../../lib/cluster/engine.ts";

for (
  const [version, copies, wanted] of [
    ["2.9.10", 3, true],
    ["2.9.99", 5, true],
    ["2.10.0", 3, true],
    ["2.10.22", 3, true],
    ["2.10.23", 3, false],
    ["2.10.23-RC.1", 3, false],
    ["2.11.0", 3, false],
    ["2.11.0-dev", 3, false],
    ["3.0.1", 3, false],
    ["1.4.1", 3, true],
    // One copy can't differ from others.
    ["2.9.10", 1, false],
    ["later", 3, false],
  ] as const
) {
  Deno.test(`Engine: may ${copies} copies of NATS ${version} differ: ${wanted}`, () => {
    assertEquals(mayDiffer(version, copies), wanted);
  });
}
