import { assertEquals } from "@std/assert";
import { MAX_BYTES, MAX_LINES } from "../../../lib/irc/multiline.ts";
import { type Client, Harness, numbered } from "../harness.ts";

const CAPS = "draft/multiline batch";

/** A sender and a receiver in a room. */
function scene(caps = "", to = CAPS): { harness: Harness; a: Client; b: Client } {
  const harness = new Harness();
  const a = harness.member("#x", "a", `${CAPS} ${caps}`);
  const b = harness.member("#x", "b", to);
  return { harness, a, b };
}

const HELLO = [
  "BATCH +1 draft/multiline #x",
  "@batch=1 PRIVMSG #x hello",
  "@batch=1 privmsg #X :",
  "@batch=1 PRIVMSG #x :how is ",
  "@batch=1;draft/multiline-concat PRIVMSG #x :everyone?",
  "BATCH -1",
];

const said = (text: string) => `:a!~a@192.0.2.1 PRIVMSG #x :${text}`;

Deno.test("BATCH: a message of several lines reaches clients that understand it as one", () => {
  const { harness, a, b } = scene();
  assertEquals(a.ask(...HELLO), []);
  assertEquals(numbered(b.take()), [
    ":a!~a@192.0.2.1 BATCH +1 draft/multiline #x",
    `@batch=1 ${said("hello")}`,
    `@batch=1 ${said("")}`,
    `@batch=1 ${said("how is ")}`,
    `@batch=1;draft/multiline-concat ${said("everyone?")}`,
    ":chat.test BATCH -1",
  ]);
  const last = harness.log.at(-1)!;
  assertEquals("text" in last && last.text, "hello\n\nhow is everyone?");
});

Deno.test("BATCH: other clients get the lines of the message, except blank ones", () => {
  for (const caps of ["", "draft/multiline", "batch", "message-tags account-tag"]) {
    const { harness, a, b } = scene("", caps);
    harness.login(a, "anna");
    harness.hush();
    a.send(...HELLO);
    const lines = numbered(b.take());
    const tags = caps.startsWith("message")
      ? ["@msgid=1;account=anna ", "@account=anna "]
      : ["", ""];
    assertEquals(lines, [
      `${tags[0]}${said("hello")}`,
      `${tags[1]}${said("how is ")}`,
      `${tags[1]}${said("everyone?")}`,
    ], caps);
  }
});

Deno.test("BATCH: the tags of the message are on its opening line", () => {
  const { harness, a, b } = scene(
    "message-tags",
    `${CAPS} message-tags server-time account-tag`,
  );
  harness.login(a, "anna");
  harness.hush();
  a.send(
    "@+draft/reply=x;evil=1 BATCH +1 draft/multiline #x",
    "@batch=1;+ignored=1 PRIVMSG #x :one",
    "@batch=1 PRIVMSG #x :two",
    "BATCH -1",
  );
  const time = "time=2026-01-02T03:04:05.678Z";
  assertEquals(numbered(b.take()), [
    `@${time};msgid=1;account=anna;+draft/reply=x :a!~a@192.0.2.1 BATCH +2 draft/multiline #x`,
    `@batch=2 ${said("one")}`,
    `@batch=2 ${said("two")}`,
    `@${time} :chat.test BATCH -2`,
  ]);
});

Deno.test("BATCH: the label is on the opening line of the echo, or on the acknowledgement", () => {
  const echoing = scene("labeled-response echo-message").a;
  const [open, ...rest] = HELLO;
  const lines = numbered(echoing.ask(`@label=L ${open}`, ...rest));
  assertEquals(lines[0], "@label=L :a!~a@192.0.2.1 BATCH +1 draft/multiline #x");
  assertEquals(lines.filter((line) => line.includes("label")).length, 1);
  assertEquals(lines.at(-1), ":chat.test BATCH -1");
  const plain = scene("labeled-response").a;
  assertEquals(plain.ask(`@label=L ${open}`), []);
  assertEquals(plain.ask(...rest), ["@label=L :chat.test ACK"]);
  assertEquals(plain.ask("@label=L BATCH +2 draft/multiline #nowhere"), []);
  assertEquals(plain.ask("@batch=2 PRIVMSG #nowhere :x", "BATCH -2"), [
    "@label=L :chat.test 403 a #nowhere :No such channel",
  ]);
});

Deno.test("BATCH: a message of several lines may go to a single user, even one who is away", () => {
  const { a, b } = scene();
  b.send("AWAY :tea time");
  b.take();
  assertEquals(
    a.ask(
      "BATCH +1 draft/multiline B",
      "@batch=1 PRIVMSG b :one",
      "@batch=1 PRIVMSG B :two",
      "BATCH -1",
    ),
    [":chat.test 301 a b :tea time"],
  );
  assertEquals(numbered(b.take()), [
    ":a!~a@192.0.2.1 BATCH +1 draft/multiline b",
    "@batch=1 :a!~a@192.0.2.1 PRIVMSG b :one",
    "@batch=1 :a!~a@192.0.2.1 PRIVMSG b :two",
    ":chat.test BATCH -1",
  ]);
});

Deno.test("BATCH: an invalid message of several lines is refused once, and nobody hears of it", () => {
  const open = "BATCH +1 draft/multiline #x";
  const line = "@batch=1 PRIVMSG #x :x";
  const invalid = "MULTILINE_INVALID :Invalid multiline batch";
  for (
    const [refusal, ...lines] of [
      [invalid, "BATCH +1 netsplit #x"],
      [invalid, "BATCH +1"],
      [invalid, "BATCH +1 draft/multiline"],
      ["MULTILINE_INVALID :No such batch", "BATCH -1"],
      ["MULTILINE_INVALID :No such batch", "BATCH 1"],
      ["MULTILINE_INVALID :No such batch", "BATCH +"],
      ["MULTILINE_INVALID :A message cannot be blank", open, "BATCH -1"],
      ["MULTILINE_INVALID :A message cannot be blank", open, "@batch=1 PRIVMSG #x :", "BATCH -1"],
      [invalid, open, line, "@batch=1 NOTICE #x :x", line, "BATCH -1"],
      [invalid, open, line, "@batch=2 PRIVMSG #x :x", line, "BATCH -1"],
      [invalid, "@batch=1 PRIVMSG #x :x"],
      [
        "MULTILINE_INVALID :A blank line cannot continue the line before it",
        ...[open, line, "@batch=1;draft/multiline-concat PRIVMSG #x :", line, "BATCH -1"],
      ],
      [
        "MULTILINE_INVALID_TARGET #x #y :Invalid multiline target",
        ...[open, line, "@batch=1 PRIVMSG #y :x", line, "BATCH -1"],
      ],
      [
        `MULTILINE_MAX_LINES ${MAX_LINES} :Multiline batch max-lines exceeded`,
        ...[open, ...Array<string>(MAX_LINES + 5).fill(line), "BATCH -1"],
      ],
      [
        `MULTILINE_MAX_BYTES ${MAX_BYTES} :Multiline batch max-bytes exceeded`,
        ...[open, ...Array<string>(50).fill(`${line}${"x".repeat(400)}`), "BATCH -1"],
      ],
    ] as const
  ) {
    const { a, b } = scene();
    assertEquals(a.ask(...lines), [`:chat.test FAIL BATCH ${refusal}`], lines.slice(0, 4).join());
    assertEquals(b.take(), []);
    assertEquals(a.ask(open, line, "BATCH -1"), [], "the next one may be right");
  }
});

Deno.test("BATCH: a batch that was never closed gives way to the next, and its sender is told", () => {
  const { a, b } = scene("labeled-response");
  const open = "BATCH +1 draft/multiline #x";
  assertEquals(a.ask(`@label=one ${open}`, "@batch=1 PRIVMSG #x :lost"), []);
  assertEquals(a.ask("BATCH -2"), [
    ":chat.test FAIL BATCH MULTILINE_INVALID :No such batch",
  ]);
  assertEquals(a.ask(`@label=two ${open}`), [
    "@label=one :chat.test FAIL BATCH MULTILINE_INVALID " +
    ":The previous multiline batch was never closed",
  ]);
  assertEquals(a.ask("@batch=1 PRIVMSG #x :kept", "BATCH -1"), ["@label=two :chat.test ACK"]);
  assertEquals(b.take().filter((line) => line.includes("PRIVMSG")).length, 1);
});

Deno.test("BATCH: the refusal of a batch carries its label", () => {
  const { a } = scene("labeled-response");
  a.send("@label=one BATCH +1 draft/multiline #x");
  assertEquals(a.ask("@batch=1 PRIVMSG #y :x"), [
    "@label=one :chat.test FAIL BATCH MULTILINE_INVALID_TARGET #x #y :Invalid multiline target",
  ]);
  assertEquals(a.ask("BATCH -1"), []);
});

Deno.test("BATCH: a message may have as many lines and bytes as advertised", () => {
  const { a, b } = scene("", "");
  a.send("BATCH +1 draft/multiline #x");
  for (let count = 0; count < MAX_LINES; count++) a.send("@batch=1 PRIVMSG #x :x");
  assertEquals(a.ask("BATCH -1"), []);
  assertEquals(b.take().length, MAX_LINES);
  a.send("BATCH +1 draft/multiline #x");
  const bytes = MAX_BYTES / 64 - 1;
  for (let count = 0; count < 64; count++) {
    a.send(
      `@batch=1${count % 2 ? "" : ";draft/multiline-concat"} PRIVMSG #x :${"x".repeat(bytes)}`,
    );
  }
  assertEquals(a.ask("BATCH -1"), []);
  assertEquals(b.take().length, 64);
});

Deno.test("BATCH: is refused without the capability", () => {
  const harness = new Harness();
  const [a] = harness.room("#x", "a", "b");
  assertEquals(a!.ask(...HELLO.slice(0, 1)), [
    ":chat.test FAIL BATCH MULTILINE_INVALID :Invalid multiline batch",
  ]);
  assertEquals(a!.ask("BATCH"), [":chat.test 461 a BATCH :Not enough parameters"]);
});

Deno.test("BATCH: the modes of the room apply to a message of several lines", () => {
  const { harness, b } = scene();
  const [o] = harness.room("#m", "o");
  o!.send("MODE #m -n+m");
  assertEquals(b.ask("BATCH +1 draft/multiline #m", "@batch=1 PRIVMSG #m :x", "BATCH -1"), [
    ":chat.test 404 b #m :Cannot send to channel (+m)",
  ]);
});
