import { assertEquals } from "@std/assert";
import { lineOf } from "../../../lib/client/session/wire.ts";

Deno.test("lineOf: a line is made whole, cut in its text, or not made at all", () => {
  const long = "ğ ".repeat(400);
  const cases: [command: string, params: string[], line: string | undefined][] = [
    ["JOIN", ["#a", "key"], "JOIN #a key"],
    ["AWAY", [], "AWAY"],
    ["TOPIC", ["#a", ""], "TOPIC #a :"],
    ["KICK", ["#a", "b", "c d"], "KICK #a b :c d"],
    ["KICK", ["#a b", "c"], undefined],
    ["KICK", ["#a", ":b", "c"], undefined],
    ["KICK", ["", "b"], undefined],
    ["NICK", ["a\r\nQUIT"], undefined],
    ["NICK", ["a\0"], undefined],
    ["TOPIC", ["#a\n", "x"], undefined],
    ["NICK", ["x".repeat(600)], undefined],
    ["TOPIC", ["#".repeat(505), "ab cd"], undefined],
    ["TOPIC", ["#a", long], `TOPIC #a :${"ğ ".repeat(166)}`],
    ["PONG", ["x".repeat(600)], `PONG ${"x".repeat(600)}`],
  ];
  for (const [command, params, line] of cases) {
    assertEquals(lineOf(command, params), line, `${command} ${params.join().slice(0, 40)}`);
  }
  const tags = new Map([["+typing", "active"]]);
  assertEquals(lineOf("TAGMSG", ["#a"], tags), "@+typing=active TAGMSG #a");
});
