import { assertEquals } from "@std/assert";
import { assertAnswers, Harness } from "../harness.ts";
import { setOper } from "../../../lib/server/world/operators.ts";

Deno.test("WHO: shows the members of a room, one user, or all users that match a mask", () => {
  const harness = new Harness();
  const [anna] = harness.room("#x", "Anna", "Bert", "Annika");
  harness.user("Carl");
  const row = (nick: string, room: string, flags: string) =>
    `352 Anna ${room} ~${nick} 192.0.2.1 chat.test ${nick} ${flags} :0 ${nick} R`;
  const all = [row("Anna", "#x", "H@"), row("Bert", "#x", "H"), row("Annika", "#x", "H")];
  const end = (mask: string) => `315 Anna ${mask} :End of WHO list`;
  assertAnswers(anna!, [
    ["WHO #X", ...all, end("#X")],
    ["WHO bert", all[1]!, end("bert")],
    ["WHO ann*", all[0]!, all[2]!, end("ann*")],
    ["WHO ?er?", all[1]!, end("?er?")],
    ["WHO ~carl", row("Carl", "*", "H"), end("~carl")],
    ["WHO Carl?R", row("Carl", "*", "H"), end("Carl?R")],
    ["WHO 192.0.2.1", ...all, row("Carl", "*", "H"), end("192.0.2.1")],
    ["WHO", ...all, row("Carl", "*", "H"), end("*")],
    ["WHO 0", ...all, row("Carl", "*", "H"), end("0")],
    ["WHO #nowhere", end("#nowhere")],
    ["WHO nobody", end("nobody")],
  ]);
});

Deno.test("WHO: marks users who are away, server operators, bots and ranks", () => {
  const harness = new Harness();
  const [a] = harness.room("#x", "a", "b");
  const m = harness.member("#x", "m", "multi-prefix");
  a!.send("MODE #x +vh a a", "AWAY :tea", "MODE a +B");
  setOper(harness.world, a!.user, "root", "password", harness.now);
  harness.hush();
  const row = (to: string, flags: string) =>
    `352 ${to} #x ~a 192.0.2.1 chat.test a ${flags} :0 a R`;
  assertAnswers(harness.clients[1]!, [["WHO a", row("b", "G*B@"), "315 b a :End of WHO list"]]);
  assertAnswers(m, [
    ["WHO a", row("m", "G*B@%+"), "315 m a :End of WHO list"],
    ["WHO #x o", row("m", "G*B@%+"), "315 m #x :End of WHO list"],
    ["WHO b o", "315 m b :End of WHO list"],
  ]);
});

Deno.test("WHO: WHOX answers with the requested fields in its own order", () => {
  const harness = new Harness();
  const [a, b] = harness.room("#x", "a", "b");
  harness.login(b!, "bert");
  harness.hush();
  harness.now += 90_000;
  const end = "315 a b :End of WHO list";
  assertAnswers(a!, [
    [
      "WHO b %tcuihsnfdlaor,42",
      "354 a 42 #x ~b 255.255.255.255 192.0.2.1 chat.test b H 0 90 bert n/a :b R",
      end,
    ],
    ["WHO b %rn", "354 a b :b R", end],
    ["WHO b %na", "354 a b bert", end],
    ["WHO b %tn,007", "354 a 007 b", end],
    ["WHO b %tn,1234", "354 a 0 b", end],
    ["WHO b %tn", "354 a 0 b", end],
    ["WHO b %nXYZ", "354 a b", end],
    ["WHO a %nia", "354 a 192.0.2.1 a 0", "315 a a :End of WHO list"],
    ["WHO #x %cnf", "354 a #x a H@", "354 a #x b H", "315 a #x :End of WHO list"],
    ["WHO #x o%n", "315 a #x :End of WHO list"],
  ]);
  assertEquals(harness.operator("o").ask("WHO b %ci")[0], ":chat.test 354 o #x 192.0.2.1");
  a!.send("MODE #x +s");
  assertEquals(harness.user("s").ask("WHO b %c")[0], ":chat.test 354 s *");
});

Deno.test("Flood control: an answer of many lines costs as much as it has lines", () => {
  const harness = new Harness({ limits: { messagesPerSecond: 1, burst: 20 } });
  const a = harness.user("a");
  for (let count = 0; count < 99; count++) harness.user(`n${count}`).send(`JOIN #r${count}`);
  // The rest of the allowance covers the command itself, which costs 2, and a line, which costs
  // 0.02.
  for (
    const [line, cost] of [["WHO *", 2 + 2], ["LIST", 2 + 1.98], ["WHO n1", 2 + 0.02]] as const
  ) {
    harness.now += 60_000;
    while (a.send("PING x").wait === 0);
    const before = a.wait;
    assertEquals(Math.round(a.send(line).wait - before), cost * 1000, line);
  }
});
