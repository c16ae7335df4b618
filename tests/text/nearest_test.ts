import { assertEquals } from "@std/assert";
import { nearest } from "../../lib/text/nearest.ts";

Deno.test("nearest: the nearest word is the one with the fewest typos, if they are few", () => {
  const words = ["port", "host", "motd", "max-connections", "max-connections-per-ip"];
  const cases: [typed: string, meant: string | undefined][] = [
    ["port", "port"],
    ["prot", "port"],
    ["PORT", "port"],
    ["por", "port"],
    ["porrt", "port"],
    ["hots", "host"],
    ["max-conections", "max-connections"],
    ["max-connection-per-ip", "max-connections-per-ip"],
    ["", undefined],
    ["colour", undefined],
    ["pp", undefined],
    ["port".repeat(100), undefined],
  ];
  for (const [typed, meant] of cases) assertEquals(nearest(typed, words), meant, typed);
});

Deno.test("nearest: the first of equally near words is taken", () => {
  assertEquals(nearest("cat", ["car", "cap"]), "car");
  assertEquals(nearest("cat", []), undefined);
});
