import { assertEquals } from "@std/assert";
import { assertAnswers, CALM, Harness } from "./harness.ts";

Deno.test("a name that looks like one in use is refused with that name, at any time", () => {
  for (
    const [held, asked] of [
      ["coco", "сосо"],
      ["сосо", "coco"],
      ["HET", "НЕТ"],
      ["Nik", "Νικ"],
      ["Çağrı", "ÇAĞRİ"],
      ["strasse", "STRAßE"],
      ["ab", "ＡＢ"],
    ] as const
  ) {
    const harness = new Harness();
    harness.user(held);
    const same = held === "Çağrı" || held === "strasse" || held === "ab";
    const why = same ? "Nickname is already in use" : `Nickname looks like ${held}, who is here`;
    for (const client of [harness.connect(), harness.user("x")]) {
      assertAnswers(client, [[`NICK ${asked}`, `433 ${client.user.target} ${asked} :${why}`]]);
    }
    harness.clients[0]!.send("QUIT");
    assertEquals(harness.user(asked).user.nick, asked, "when its holder is gone it is free");
  }
});

Deno.test("one's own name in another form may be had", () => {
  const a = new Harness().user("coco");
  assertAnswers(a, [
    ["NICK COCO", ":coco!~coco@192.0.2.1 NICK COCO"],
    ["NICK сосо", ":COCO!~coco@192.0.2.1 NICK сосо"],
    ["NICK coco", ":сосо!~coco@192.0.2.1 NICK coco"],
    ["NICK coco"],
  ]);
});

Deno.test("an old name is free with all that looks like it", () => {
  const harness = new Harness();
  const a = harness.user("coco");
  const b = harness.user("b");
  assertAnswers(b, [["NICK сосо", "433 b сосо :Nickname looks like coco, who is here"]]);
  a.send("NICK other");
  assertAnswers(b, [["NICK сосо", ":b!~b@192.0.2.1 NICK сосо"]]);
  a.take();
  assertAnswers(a, [["NICK coco", "433 other coco :Nickname looks like сосо, who is here"]]);
});

Deno.test("a refused change of name changes nothing", () => {
  const harness = new Harness();
  const [a, b] = harness.room("#x", "a", "b");
  assertAnswers(a!, [
    ["NICK", "431 a :No nickname given"],
    ["NICK b", "433 a b :Nickname is already in use"],
    ["NICK B", "433 a B :Nickname is already in use"],
    ["NICK a!b", '432 a a!b :A username cannot contain "!"'],
    ["NICK Aлperen", "432 a Aлperen :A username cannot mix letters of several alphabets"],
    [
      `NICK ${"x".repeat(31)}`,
      `432 a ${"x".repeat(31)} :A username can be 30 characters long at most`,
    ],
    ["NICK ::a", '432 a * :A username cannot contain ":"'],
  ]);
  assertEquals(b!.take(), []);
  assertEquals(a!.user.nick, "a");
});

Deno.test("a name comes in its normal form", () => {
  const a = new Harness().user("a");
  assertEquals(a.ask("NICK Go\u0308kc\u0327e"), [":a!~a@192.0.2.1 NICK Gökçe"]);
});

Deno.test("names are changed so often and no more", () => {
  const harness = new Harness({ limits: { ...CALM.limits, nickChangesPerMinute: 2 } });
  const a = harness.user("a");
  const why = "You change your name too often, wait a moment";
  a.send("NICK b", "NICK c");
  a.take();
  assertAnswers(a, [["NICK d", `432 c d :${why}`]]);
  harness.now += 60_000;
  assertEquals(a.ask("NICK d"), [":c!~a@192.0.2.1 NICK d"]);
});

Deno.test("a room is one, in whatever case it is written", () => {
  const harness = new Harness();
  const a = harness.user("a").send("JOIN #Çay");
  a.take();
  const b = harness.user("b");
  assertEquals(b.ask("JOIN #çAY")[0], ":b!~b@192.0.2.1 JOIN #Çay");
  assertEquals(a.ask("PRIVMSG #ÇAY :hi"), []);
  assertEquals(b.take().at(-1), ":a!~a@192.0.2.1 PRIVMSG #Çay :hi");
});
