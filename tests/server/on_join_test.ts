import { assertEquals } from "@std/assert";
import { CALM, Harness, numbered } from "./harness.ts";

/** What a newcomer with these capabilities gets behind the names. */
function shown(harness: Harness, caps: string): string[] {
  const lines = harness.user("new", caps).ask("JOIN #x");
  return numbered(lines.slice(lines.findIndex((line) => / 366 /.test(line)) + 1));
}

function roomWithPast(overrides = CALM): Harness {
  const harness = new Harness(overrides);
  const a = harness.member("#x", "a", "batch draft/multiline");
  for (let count = 0; count < 3; count++) {
    a.send(`PRIVMSG #x :${count}`, "TOPIC #x :" + count);
    harness.now += 60_000;
  }
  a.send("PRIVMSG #x :\x01ACTION waves\x01", "BATCH +1 draft/multiline #x");
  a.send("@batch=1 PRIVMSG #x :one", "@batch=1 PRIVMSG #x :two", "BATCH -1");
  harness.now += 60_000;
  return harness;
}

const a = ":a!~a@192.0.2.1 PRIVMSG #x";

Deno.test("a newcomer is shown what was said last, marked as old as its client understands it", () => {
  const cases: [caps: string, ...lines: string[]][] = [
    [
      "",
      `${a} :[03:05] 1`,
      `${a} :[03:06] 2`,
      `${a} :\x01ACTION [03:07] waves\x01`,
      `${a} :[03:07] one`,
      `${a} :[03:07] two`,
    ],
    [
      "server-time",
      `@time=2026-01-02T03:05:05.678Z ${a} :1`,
      `@time=2026-01-02T03:06:05.678Z ${a} :2`,
      `@time=2026-01-02T03:07:05.678Z ${a} :\x01ACTION waves\x01`,
      `@time=2026-01-02T03:07:05.678Z ${a} :one`,
      `@time=2026-01-02T03:07:05.678Z ${a} :two`,
    ],
    [
      "batch",
      ":chat.test BATCH +1 chathistory #x",
      `@batch=1 ${a} :[03:05] 1`,
      `@batch=1 ${a} :[03:06] 2`,
      `@batch=1 ${a} :\x01ACTION [03:07] waves\x01`,
      `@batch=1 ${a} :[03:07] one`,
      `@batch=1 ${a} :[03:07] two`,
      ":chat.test BATCH -1",
    ],
    ["draft/chathistory"],
  ];
  for (const [caps, ...lines] of cases) {
    const harness = roomWithPast({ ...CALM, history: { onJoin: 4 } });
    assertEquals(shown(harness, caps), lines, caps);
  }
});

Deno.test("nothing is shown where nothing was said, or where it is switched off", () => {
  assertEquals(shown(new Harness(), ""), []);
  assertEquals(shown(roomWithPast({ ...CALM, history: { onJoin: 0 } }), ""), []);
});

Deno.test("what a newcomer is shown is part of the labelled reply to JOIN", () => {
  const harness = roomWithPast();
  const client = harness.user("new", "batch labeled-response");
  const lines = client.ask("@label=1 JOIN #x");
  assertEquals(/^@label=1 :chat.test BATCH \+\w+ labeled-response$/.test(lines[0]!), true);
  assertEquals(lines.filter((line) => line.includes("label=")).length, 1);
  assertEquals(lines.filter((line) => line.includes("chathistory")).length, 1);
});
