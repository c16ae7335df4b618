import { assertEquals } from "@std/assert";
import { Harness } from "./harness.ts";

const TIME = "2026-01-02T03:04:05.678Z";

Deno.test("what one says in a room all others get, as it was written", () => {
  const harness = new Harness();
  const [a, b, c] = harness.room("#lobby", "Alperen", "Furkan", "Gökçe");
  const text = "Aa kimseler yok :( İstanbul'da ☕ 👩‍👩‍👧";
  assertEquals(a!.ask(`PRIVMSG #LOBBY :${text}`), []);
  const said = `:Alperen!~Alperen@192.0.2.1 PRIVMSG #lobby :${text}`;
  assertEquals(b!.take(), [said]);
  assertEquals(c!.take(), [said]);
  assertEquals(harness.log.at(-1), {
    kind: "said",
    address: "192.0.2.1:1000",
    nick: "Alperen",
    channel: "#lobby",
    text,
  });
});

Deno.test("what is said in private reaches its receiver and no log", () => {
  const harness = new Harness();
  const [a, b] = [harness.user("a"), harness.user("b")];
  const before = harness.log.length;
  assertEquals(a.ask("PRIVMSG B :psst"), []);
  assertEquals(b.take(), [":a!~a@192.0.2.1 PRIVMSG b :psst"]);
  assertEquals(harness.log.length, before);
  a.send("PRIVMSG a :note to self");
  assertEquals(a.take(), [":a!~a@192.0.2.1 PRIVMSG a :note to self"]);
});

Deno.test("a message that can't be delivered is refused; a notice never", () => {
  const harness = new Harness();
  const a = harness.user("a");
  harness.room("#x", "b");
  for (
    const [params, answer] of [
      ["", "411 a :No recipient given (PRIVMSG)"],
      ["b", "412 a :No text to send"],
      ["b :", "412 a :No text to send"],
      ["nobody :x", "401 a nobody :No such nick/channel"],
      ["#nowhere :x", "403 a #nowhere :No such channel"],
      ["#x :x", "404 a #x :Cannot send to channel"],
      ["a,b,c,d,e :x", "407 a a,b,c,d,e :Too many targets"],
    ] as const
  ) {
    assertEquals(a.ask(`PRIVMSG ${params}`.trim()), [`:chat.test ${answer}`], params);
    assertEquals(a.ask(`NOTICE ${params}`.trim()), [], params);
  }
});

Deno.test("several targets each get the message once", () => {
  const harness = new Harness();
  const [a, b] = harness.room("#x", "a", "b");
  a!.send("NOTICE #x,b,B,#x :hi");
  assertEquals(
    b!.take(),
    [
      ":a!~a@192.0.2.1 NOTICE #x :hi",
      ":a!~a@192.0.2.1 NOTICE b :hi",
      ":a!~a@192.0.2.1 NOTICE b :hi",
    ].slice(0, 2),
  );
});

Deno.test("each receiver gets the tags that it asked for", () => {
  const harness = new Harness();
  const [a] = harness.room("#x", "a");
  const tagged = harness.user("tagged", "message-tags server-time");
  const timed = harness.user("timed", "server-time");
  const plain = harness.user("plain");
  const echoed = harness.user("echoed", "echo-message message-tags");
  for (const each of [tagged, timed, plain, echoed]) each.send("JOIN #x");
  for (const each of [a!, tagged, timed, plain, echoed]) each.take();
  const rest = ":echoed!~echoed@192.0.2.1 PRIVMSG #x :hi";
  assertEquals(echoed.ask("@+draft/reply=a\\sb;evil=1 PRIVMSG #x :hi"), [
    `@msgid=run-0;+draft/reply=a\\sb ${rest}`,
  ]);
  assertEquals(tagged.take(), [`@time=${TIME};msgid=run-0;+draft/reply=a\\sb ${rest}`]);
  assertEquals(timed.take(), [`@time=${TIME} ${rest}`]);
  assertEquals(plain.take(), [rest]);
});
