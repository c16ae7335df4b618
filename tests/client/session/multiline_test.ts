import { assert, assertEquals } from "@std/assert";
import { batchLimits, cutBatch, cutLine } from "../../../lib/client/session/outgoing.ts";
import { byteLength } from "../../../lib/text/bytes.ts";
import { Drive } from "../drive.ts";

const CAPS = "server-time message-tags echo-message batch " +
  "draft/multiline=max-bytes=1000,max-lines=4";

function multiline(): Drive {
  return new Drive({ multiline: true }).enter("Ali", CAPS);
}

Deno.test("Multiline: a text of several lines goes as one message, and its echo confirms it", () => {
  const it = multiline().say("bir\n\n  iki\n");
  assertEquals(it.takeSent(), [
    "BATCH +m draft/multiline #lobby",
    "@batch=m PRIVMSG #lobby :bir",
    "@batch=m PRIVMSG #lobby :",
    "@batch=m PRIVMSG #lobby :  iki",
    "BATCH -m",
  ]);
  assertEquals(it.session.unsentItems, [
    {
      target: "#lobby",
      kind: "privmsg",
      text: "bir\n\n  iki",
      state: "sent",
      doubtful: true,
      rest: false,
    },
  ]);
  it.server(
    "@msgid=1;time=2026-01-02T03:04:05.678Z :Ali!ali@host BATCH +7 draft/multiline #lobby",
    "@batch=7 :Ali!ali@host PRIVMSG #lobby :bir",
    "@batch=7 :Ali!ali@host PRIVMSG #lobby :",
    "@batch=7 :Ali!ali@host PRIVMSG #lobby :  iki",
    ":s BATCH -7",
  );
  assertEquals([it.session.unsentItems.length, it.events], [0, [{
    type: "message",
    kind: "privmsg",
    from: "Ali",
    target: "#lobby",
    place: "#lobby",
    only: null,
    text: "bir\n\n  iki",
    private: false,
    server: false,
    own: true,
    msgid: "1",
    old: false,
    time: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  }]]);
});

Deno.test("Multiline: without echoes the PING behind the batch confirms it", () => {
  const it = new Drive({ multiline: true }).enter("Ali", CAPS.replace("echo-message ", ""));
  it.say("bir\niki");
  assertEquals(it.takeSent().at(-1), "PING :chat-1");
  it.server(":s PONG s chat-1");
  assertEquals([it.session.unsentItems.length, it.takeEvents()], [0, [
    "message own privmsg Ali -> #lobby: bir\niki",
  ]]);
});

Deno.test("Multiline: a text that is too much for one message goes as several, cut at line ends", () => {
  const it = multiline().say("1\n2\n3\n4\n5\n6");
  const shapes = it.takeSent().map((line) => line.replace(/.* :?/, ""));
  assertEquals(shapes, ["#lobby", "1", "2", "3", "4", "-m", "#lobby", "5", "6", "-m"]);
  assertEquals(it.session.unsentItems.map(({ text }) => text), ["1\n2\n3\n4", "5\n6"]);
});

Deno.test("Multiline: only about a hundred lines are in flight at once", () => {
  const it = new Drive({ multiline: true }).enter("Ali", CAPS.replace("lines=4", "lines=60"));
  it.say(Array.from({ length: 300 }, (_, at) => `${at}`).join("\n"));
  const lines = () => it.takeSent().filter((line) => line.includes("PRIVMSG")).length;
  assertEquals(lines(), 120);
  it.wait(2000).server(":s PONG s chat-1");
  assertEquals(lines(), 120);
});

Deno.test("Multiline: a long line goes as one message if that is possible", () => {
  const it = multiline().say("kelime ".repeat(100));
  const sent = it.takeSent();
  assertEquals(sent.map((line) => line.split(" ")[0]), [
    "BATCH",
    "@batch=m",
    "@batch=m;draft/multiline-concat",
    "BATCH",
  ]);
});

Deno.test("Multiline: a server that refuses a message of several lines gets them one by one", () => {
  const it = multiline().say("bir\n\niki");
  it.takeSent();
  it.server(":s FAIL BATCH MULTILINE_INVALID :Invalid multiline batch");
  assertEquals(it.takeSent(), ["PRIVMSG #lobby :bir", "PRIVMSG #lobby :iki"]);
  assertEquals(it.takeEvents(), []);
});

Deno.test("Multiline: without server support, each line is a message, paced as any other", () => {
  const it = new Drive().enter().say(Array.from({ length: 30 }, (_, at) => `${at}`).join("\n"));
  assertEquals(it.takeSent().length, 8);
  assertEquals(it.session.unsentItems.length, 30);
  const plain = new Drive({ multiline: true }).enter().say("a\n\n\nb");
  assertEquals(plain.takeSent(), ["PRIVMSG #lobby :a", "PRIVMSG #lobby :b"]);
  const unwanted = new Drive().enter("Ali", CAPS).say("a\nb");
  assertEquals(unwanted.takeSent().length, 2);
});

Deno.test("Multiline: any text is cut without loss into messages that the server takes", () => {
  const texts = [
    "a\nb\nc",
    `${"kelime ".repeat(300)}\nson`,
    `${"ğ".repeat(5000)}\n\n\nx\n${"é".repeat(700)}`,
    "\n\nx\n\n",
    Array.from({ length: 50 }, (_, at) => "y".repeat(at * 7)).join("\n"),
    "👩‍👩‍👧‍👦".repeat(500),
    `a${"\n".repeat(40)}b`,
  ];
  for (const limits of [{ bytes: 1000, lines: 4 }, { bytes: 700, lines: 100 }]) {
    for (const text of texts) {
      const got: string[] = [];
      let left = [text];
      for (let round = 0; round < 200 && left.length > 0; round++) {
        const cut = cutBatch(left[0]!, 200, limits);
        const lines = cut.lines ?? [{ text: cut.text, concat: false }];
        const whole = lines.map(({ text, concat }, at) => `${at && !concat ? "\n" : ""}${text}`)
          .join("");
        assertEquals(whole, cut.text);
        assert(byteLength(whole) <= limits.bytes && lines.length <= limits.lines);
        assert(lines.every(({ text }) => byteLength(text) <= 200));
        assert(lines.every(({ text, concat }) => !concat || text !== ""));
        assert(whole.trim() !== "");
        got.push(whole);
        left = [...cut.rest, ...left.slice(1)];
      }
      const bare = (text: string) => text.replace(/\n/g, "");
      assertEquals([bare(got.join("")), left], [bare(text), []]);
    }
  }
  assertEquals(cutLine("a\n \nb", 100), { text: "a", lines: undefined, rest: ["b"] });
});

Deno.test("Multiline: the limits are those of the server, or ours if those are smaller", () => {
  const cases: [value: string, limits: ReturnType<typeof batchLimits>][] = [
    ["max-bytes=4096,max-lines=24", { bytes: 4096, lines: 24 }],
    ["max-lines=3,x=y,max-bytes=600", { bytes: 600, lines: 3 }],
    ["max-bytes=999999999,max-lines=999999", { bytes: 65_536, lines: 1000 }],
    ["max-bytes=4096", { bytes: 4096, lines: 24 }],
    ["max-bytes=100,max-lines=9", undefined],
    ["max-bytes=4096,max-lines=1", undefined],
    ["", undefined],
  ];
  for (const [value, limits] of cases) assertEquals(batchLimits(value), limits, value);
});

Deno.test("Batches: unfinished and odd ones are dropped, and endless ones are bounded", () => {
  const it = multiline();
  for (let index = 0; index < 1000; index++) {
    it.server(`:F!f@h BATCH +b${index} draft/multiline #lobby`);
    it.server(`@batch=b${index} :F!f@h PRIVMSG #lobby :${"x".repeat(400)}`);
  }
  assertEquals(
    it.server(":s BATCH -b0", ":s BATCH -nothing", ":s BATCH", ":s BATCH +").takeEvents(),
    [],
  );
  it.server(":F!f@h BATCH +e draft/multiline #lobby", ":s BATCH -e");
  assertEquals(it.takeEvents(), []);
  it.server(":F!f@h BATCH +l draft/multiline #lobby");
  for (let index = 0; index < 1000; index++) {
    it.server(`@batch=l :F!f@h PRIVMSG #lobby :${"x".repeat(400)}`);
  }
  it.server(":s BATCH -l");
  const [event] = it.events;
  assertEquals(event?.type === "message" && event.text.length <= 128 * 1024, true);
});

Deno.test("Batches: a notice of several lines is one, too", () => {
  const it = multiline().server(
    ":F!f@h BATCH +n draft/multiline #lobby",
    "@batch=n :F!f@h NOTICE #lobby :bir",
    "@batch=n :F!f@h NOTICE #lobby :iki",
    ":s BATCH -n",
  );
  assertEquals(it.takeEvents(), ["message notice F -> #lobby: bir\niki"]);
});
