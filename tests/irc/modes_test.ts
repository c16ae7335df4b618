import { assertEquals } from "@std/assert";
import {
  atLeast,
  chanModes,
  formatModes,
  HALF_OPERATOR,
  type ModeChange,
  OPERATOR,
  parseChannelModes,
  parseUserModes,
  prefixesOf,
  prefixToken,
  VOICE,
} from "../../lib/irc/modes.ts";

const set = (letter: string, param?: string): ModeChange => ({ add: true, letter, param });
const unset = (letter: string, param?: string): ModeChange => ({ add: false, letter, param });

Deno.test("Modes: a mode takes a parameter as its kind says", () => {
  for (
    const [line, ...changes] of [
      ["+m", set("m")],
      ["m", set("m")],
      [""],
      ["+-+"],
      ["-m+n", unset("m"), set("n")],
      ["+ov-h a b c", set("o", "a"), set("v", "b"), unset("h", "c")],
      ["+b", set("b")],
      ["+bb a", set("b", "a"), set("b")],
      ["-k x", unset("k", "x")],
      ["+k-l+l x 5", set("k", "x"), unset("l"), set("l", "5")],
      ["+lk", set("l"), set("k")],
      ["+Xo a", set("X"), set("o", "a")],
      ["+ğ", set("ğ")],
    ] as const
  ) {
    const [letters = "", ...params] = line.split(" ");
    assertEquals(parseChannelModes(letters, params), [...changes], line);
  }
  assertEquals(parseUserModes("+io-w"), [set("i"), set("o"), unset("w")]);
});

Deno.test("Modes: changes are written with as few signs and lines as they need", () => {
  for (
    const [changes, ...lines] of [
      [[]],
      [[set("m")], ["+m"]],
      [[set("m"), set("n"), unset("t"), set("i")], ["+mn-t+i"]],
      [[set("o", "a"), set("m"), unset("v", "b")], ["+om-v", "a", "b"]],
    ] as [ModeChange[], ...string[][]][]
  ) {
    assertEquals(formatModes(changes), lines);
  }
});

Deno.test("Modes: a line has at most 12 parameters, and 300 bytes of them", () => {
  const many = Array.from({ length: 13 }, (_, index) => set("v", `nick${index}`));
  assertEquals(formatModes(many).map(([letters, ...params]) => [letters, params.length]), [
    [`+${"v".repeat(12)}`, 12],
    ["+v", 1],
  ]);
  const long = [set("b", "x".repeat(200)), set("m"), unset("b", "ç".repeat(51)), set("t")];
  assertEquals(formatModes(long).map(([letters]) => letters), ["+bm", "-b+t"]);
});

Deno.test("Modes: ranks are shown by their prefixes, highest first", () => {
  for (const [ranks, symbols] of [[0, ""], [1, "+"], [2, "%"], [4, "@"], [5, "@+"], [7, "@%+"]]) {
    assertEquals(prefixesOf(Number(ranks)), symbols);
  }
  assertEquals(atLeast(OPERATOR, HALF_OPERATOR), true);
  assertEquals(atLeast(VOICE, HALF_OPERATOR), false);
  assertEquals(atLeast(HALF_OPERATOR | VOICE, OPERATOR), false);
});

Deno.test("Modes: clients are told the tables in the form of ISUPPORT", () => {
  assertEquals(chanModes(), "beI,k,l,CMRimnst");
  assertEquals(prefixToken(), "(ohv)@%+");
});
