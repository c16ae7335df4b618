import { assertEquals } from "@std/assert";
import type { ChatEvent } from "../../lib/client/events.ts";
import { Gather, listed, type Movement } from "../../lib/ui/gather.ts";
import { plainText } from "../../lib/ui/spans.ts";

const joined = (name: string): Movement => ({ type: "joined", name, room: "#lobby", time: 0 });
const left = (name: string): Movement =>
  ({
    type: "left",
    name,
    how: "quit",
    by: null,
    reason: "",
    rooms: ["#lobby"],
    time: 0,
  }) satisfies ChatEvent;

/** Adds changes at their times. Returns the lines with the times when they are due. */
function told(...changes: [at: number, change: Movement][]): [at: number, line: string][] {
  const gather = new Gather();
  const lines: [number, string][] = [];
  const take = (until: number) => {
    for (let at = gather.dueAt; at !== undefined && at <= until; at = gather.dueAt) {
      for (const { spans } of gather.take(() => "T", at)) lines.push([at, plainText(spans)]);
    }
  };
  for (const [at, change] of changes) {
    take(at);
    gather.add(change, at);
  }
  take(Infinity);
  return lines;
}

Deno.test("Gather: a few arrivals and departures have a line each, at once", () => {
  assertEquals(told([10_000, joined("Ada")]), [[10_200, "Ada has joined the chat @ T"]]);
  assertEquals(told([10_000, joined("Ada")], [10_100, left("Bob")], [10_150, joined("Cem")]), [
    [10_200, "Ada has joined the chat @ T"],
    [10_200, "Bob is disconnected from the chat @ T"],
    [10_200, "Cem has joined the chat @ T"],
  ]);
});

Deno.test("Gather: many arrivals are told together when no more come", () => {
  const many = Array.from({ length: 5 }, (_, at): [number, Movement] => [10_000, joined(`u${at}`)]);
  assertEquals(told(...many), [[11_500, "u0, u1 and 3 others joined @ T"]]);
  assertEquals(told(...many, [11_000, joined("Ada")]), [
    [12_500, "u0, u1 and 4 others joined @ T"],
  ]);
});

Deno.test("Gather: people who come and go are told by the outcome", () => {
  const changes = ["a", "b", "c"].flatMap((name): [number, Movement][] => [
    [10_000, left(name)],
    [10_010, joined(name)],
  ]);
  assertEquals(told(...changes, [10_020, joined("d")], [10_030, left("d")], [10_040, left("e")]), [
    [11_540, "e left @ T"],
    [11_540, "d joined and left @ T"],
    [11_540, "a, b and c left and came back @ T"],
  ]);
});

Deno.test("Gather: a netsplit is one line, and its end is another", () => {
  const all = (change: (name: string) => Movement, at: number) =>
    Array.from({ length: 500 }, (_, index): [number, Movement] => [at, change(`u${index}`)]);
  assertEquals(told(...all(left, 10_000), ...all(joined, 60_000)), [
    [11_500, "u0, u1 and 498 others left @ T"],
    [61_500, "u0, u1 and 498 others joined @ T"],
  ]);
});

Deno.test("Gather: arrivals that never stop are told every few seconds", () => {
  const changes = Array.from(
    { length: 100 },
    (_, at): [number, Movement] => [10_000 + 100 * at, joined(`u${at}`)],
  );
  const lines = told(...changes);
  assertEquals(lines.map(([at]) => at).slice(-2), [15_400, 20_400]);
});

Deno.test("Gather: only a limited number of names are known, but everyone is counted", () => {
  const changes = Array.from(
    { length: 1500 },
    (_, at): [number, Movement] => [0, joined(`u${at}`)],
  );
  assertEquals(told(...changes).map(([, line]) => line), ["u0, u1 and 1498 others joined @ T"]);
});

Deno.test("Gather: names are listed as a person would say them", () => {
  const cases: [names: string[], count: number, text: string][] = [
    [["a"], 1, "a"],
    [["a", "b"], 2, "a and b"],
    [["a", "b", "c"], 3, "a, b and c"],
    [["a", "b", "c", "d"], 4, "a, b and 2 others"],
    [["a"], 5, "a and 4 others"],
    [[], 5, "5 people"],
  ];
  for (const [names, count, text] of cases) assertEquals(listed(names, count), text);
});
