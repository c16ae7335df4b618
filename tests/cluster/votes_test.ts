import { assertEquals } from "@std/assert";
import { Votes } from "../../lib/cluster/votes.ts";

/** Who differs from a node, in this order (`=b`: b does not any more), and whether it must stop then. */
const CASES = [
  { alive: "ab", told: ["b"], wanted: [false] },
  { alive: "ba", told: ["a"], wanted: [true] },
  { alive: "abc", told: ["a", "b"], wanted: [false, true] },
  { alive: "abc", told: ["a", "=a", "c"], wanted: [false, false, false] },
  { alive: "abcd", told: ["c", "d"], wanted: [false, false] },
  { alive: "abcd", told: ["b", "a"], wanted: [false, true] },
  // Those that are gone don't count.
  { alive: "abc", told: ["x", "c"], wanted: [false, false] },
  { alive: "a", told: ["x", "y"], wanted: [false, false] },
];

for (const { alive, told, wanted } of CASES) {
  Deno.test(`Votes: of ${alive}, one is outvoted by ${told}: ${wanted}`, () => {
    const votes = new Votes();
    const are = told.map((node) => votes.isOutvoted(node.at(-1)!, node.length > 1, [...alive]));
    assertEquals(are, wanted);
  });
}
