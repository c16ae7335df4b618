import { assertEquals } from "@std/assert";
import { parse } from "../../../lib/irc/message.ts";
import { type Client, Harness, START } from "../harness.ts";

const CAPS = "batch server-time message-tags soju.im/search";

function found(client: Client, request: string): string {
  const lines = client.ask(`SEARCH ${request}`).map((line) => parse(line)!);
  return lines.filter(({ command }) => command !== "BATCH")
    .map(({ command, params }) => command === "FAIL" ? params.slice(0, 3).join(" ") : params.at(-1))
    .join(",");
}

function at(seconds: number): string {
  return new Date(START + seconds * 1000).toISOString();
}

/** Three rooms. The reader is in two of them. */
function stage(): { harness: Harness; reader: Client } {
  const harness = new Harness();
  const reader = harness.member("#x", "reader", CAPS).send("JOIN #y");
  const other = harness.member("#x", "Other").send("JOIN #y", "JOIN #secret");
  for (const [room, text] of [["#x", "be fast"], ["#y", "fasting"], ["#secret", "fast lane"]]) {
    harness.now += 1000;
    other.send(`PRIVMSG ${room} :${text}`);
  }
  harness.now += 1000;
  reader.send("NOTICE #x :not so fast");
  harness.hush();
  return { harness, reader };
}

Deno.test("SEARCH: finds messages by text, place, name and time if the user may read them", () => {
  const { reader } = stage();
  const cases: [request: string, said: string][] = [
    ["text=fast", "be fast,fasting,not so fast"],
    ["text=FAST;in=#X", "be fast,not so fast"],
    [":text=so fast;in=#x", "not so fast"],
    ["text=so\\sfast", "not so fast"],
    ["from=OTHER", "be fast,fasting"],
    ["from=other;in=#y", "fasting"],
    [`after=${at(2)}`, "fasting,not so fast"],
    [`before=${at(2)}`, "be fast,fasting"],
    [`after=${at(2)};before=${at(2)}`, "fasting"],
    ["text=fast;limit=1", "not so fast"],
    ["text=slow", ""],
    ["in=#secret;text=fast", "SEARCH INVALID_PARAMS in"],
    ["in=#nowhere;text=fast", "SEARCH INVALID_PARAMS in"],
    ["after=yesterday", "SEARCH INVALID_PARAMS after"],
    ["limit=many", "SEARCH INVALID_PARAMS limit"],
    ["nonsense=1", "SEARCH INVALID_PARAMS nonsense"],
  ];
  for (const [request, said] of cases) assertEquals(found(reader, request), said, request);
});

Deno.test("SEARCH: results come in a batch of their own type, even if there are none", () => {
  const { reader } = stage();
  for (const [text, lines] of [["fast", 5], ["slow", 2]] as const) {
    const answer = reader.ask(`SEARCH text=${text}`).map((line) => parse(line)!);
    const [mark, type] = answer[0]!.params;
    assertEquals([type, answer.length], ["soju.im/search", lines]);
    assertEquals(answer.at(-1)!.params, [mark!.replace("+", "-")]);
  }
});

Deno.test("SEARCH: a user who has left a room finds nothing there any more", () => {
  const { reader } = stage();
  reader.send("PART #x");
  reader.take();
  assertEquals(found(reader, "text=fast"), "fasting");
});

Deno.test("SEARCH: a long search makes its client wait, but not forever", () => {
  for (const [took, wait] of [[0, 0], [320, 1000], [1000, 9500], [60_000, 22_000]] as const) {
    const harness = new Harness({ limits: { messagesPerSecond: 4, burst: 16 } });
    const client = harness.member("#x", "a");
    harness.now += 60_000;
    let reads = 0;
    harness.stopwatch = () => reads++ * took;
    client.send("SEARCH text=the");
    assertEquals(Math.round(client.wait), wait, `${took} ms`);
  }
});

Deno.test("SEARCH: pages by time leave out nothing of a crowded millisecond", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a", CAPS);
  const said: string[] = [];
  for (let count = 0; count < 30; count++) {
    if (count % 11 === 0) harness.now += 1;
    said.push(`tea ${count}`);
    a.send(`PRIVMSG #x :tea ${count}`);
  }
  a.take();
  const found: string[] = [];
  for (let before = "2027-01-01T00:00:00.000Z";;) {
    const page = a.ask(`SEARCH text=tea;limit=10;before=${before}`).slice(1, -1)
      .map((line) => parse(line)!);
    const news = page.map(({ params }) => params[1]!).filter((text) => !found.includes(text));
    found.unshift(...news);
    if (news.length === 0) break;
    before = page[0]!.tags.get("time")!;
  }
  assertEquals(found, said);
});
