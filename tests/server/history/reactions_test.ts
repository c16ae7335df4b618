import { assertEquals } from "@std/assert";
import { parse } from "../../../lib/irc/message.ts";
import { CALM, type Client, Harness } from "../harness.ts";
import { addAccount } from "../logins.ts";

const CAPS = "batch server-time message-tags echo-message draft/chathistory";
const EVENTS = `${CAPS} draft/event-playback`;

/** The client-only tags of the TAGMSG lines in an answer. */
function replayed(client: Client, target: string): string[] {
  return client.ask(`CHATHISTORY LATEST ${target} * 50`).map((line) => parse(line)!)
    .filter(({ command }) => command === "TAGMSG")
    .map(({ tags }) =>
      [...tags].filter(([key]) => key.startsWith("+")).map((tag) => tag.join("=")).join(";")
    );
}

const REACTIONS: readonly (readonly [tags: string, isKept: boolean])[] = [
  ["+draft/react=👍;+draft/reply=run-1", true],
  ["+draft/react=👍;+reply=run-1", true],
  ["+draft/unreact=👍;+draft/reply=run-1", true],
  ["+draft/persist", true],
  ["+x=y;+draft/persist", true],
  ["+draft/react=👍", false],
  ["+draft/reply=run-1", false],
  ["+typing=active", false],
  ["+typing=active;+reply=run-1", false],
  ["+x=y", false],
];

Deno.test("Reactions: they are kept and replayed, other messages without a text are not", () => {
  for (const [tags, isKept] of REACTIONS) {
    const harness = new Harness();
    const reader = harness.member("#x", "reader", EVENTS);
    const a = harness.member("#x", "a", CAPS);
    a.send("PRIVMSG #x :hello");
    reader.take();
    a.send(`@${tags} TAGMSG #x`);
    const live = reader.take();
    harness.now += 1000;
    const page = reader.ask("CHATHISTORY LATEST #x * 50");
    const wanted = isKept ? live.map((line) => line.replace("@", "@batch;")) : [];
    assertEquals(
      page.filter((line) => line.includes(" TAGMSG ")).map((line) =>
        line.replace(/batch=\w+;/, "batch;")
      ),
      wanted,
      tags,
    );
  }
});

Deno.test("Reactions: only those get them again who asked for events, and understand tags", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a", CAPS);
  const reaction = "@+draft/react=👍;+draft/reply=run-1 TAGMSG #x";
  a.send("PRIVMSG #x :hello", reaction);
  const cases: [caps: string, count: number][] = [
    [EVENTS, 1],
    [CAPS, 0],
    ["batch draft/event-playback draft/chathistory", 0],
    ["", 0],
  ];
  for (const [index, [caps, count]] of cases.entries()) {
    const client = harness.member("#x", `c${index}`, caps);
    assertEquals(replayed(client, "#x").length, count, caps);
  }
});

Deno.test("Reactions: they are no messages, neither on entering nor in TARGETS nor in a search", () => {
  const harness = new Harness({ ...CALM, history: { onJoin: 2 } });
  const a = harness.member("#x", "a", CAPS);
  a.send("PRIVMSG #x :one", "PRIVMSG #x :two");
  harness.now += 1000;
  for (let count = 0; count < 5; count++) {
    a.send("@+draft/react=two;+draft/reply=run-1 TAGMSG #x");
  }
  const newcomer = harness.user("new", "batch message-tags");
  const said = newcomer.ask("JOIN #x").filter((line) => / PRIVMSG /.test(line));
  assertEquals(said.length, 2);
  a.take();
  const [, target] = a.ask(
    "CHATHISTORY TARGETS timestamp=2026-01-01T00:00:00.000Z timestamp=2027-01-01T00:00:00.000Z 9",
  );
  assertEquals(parse(target!)!.params.at(-1), "2026-01-02T03:04:05.678Z");
  assertEquals(
    a.ask("SEARCH text=two").filter((line) => / PRIVMSG | TAGMSG /.test(line)).length,
    1,
  );
});

Deno.test("Reactions: in private they are kept as messages are, and can be taken back", async () => {
  const harness = new Harness();
  const [a, b] = ["ada", "guest"].map((nick) =>
    harness.user(nick, `${EVENTS} draft/message-redaction`)
  );
  await addAccount(harness, "ada");
  harness.login(a!, "ada");
  harness.hush();
  b!.send("@+draft/react=👍;+draft/reply=run-1 TAGMSG ada");
  const id = a!.messages()[0]!.tags.get("msgid")!;
  assertEquals(replayed(a!, "guest"), ["+draft/react=👍;+draft/reply=run-1"]);
  b!.send(`REDACT ada ${id}`);
  a!.take();
  assertEquals(replayed(a!, "guest"), []);
});

Deno.test("Reactions: keeping one costs as much as keeping a message", () => {
  const harness = new Harness({ limits: { messagesPerSecond: 1, burst: 20 } });
  const a = harness.member("#x", "a", CAPS);
  const waits = (line: string) => {
    harness.now += 100_000;
    for (let count = 0; count < 20; count++) a.send(line);
    return a.send(line).wait;
  };
  assertEquals([waits("PRIVMSG #x :x"), waits("@+draft/persist TAGMSG #x")], [1000, 1000]);
  assertEquals(waits("@+typing=active TAGMSG #x"), 0);
});
