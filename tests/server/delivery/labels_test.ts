import { assertEquals } from "@std/assert";
import { CALM, Harness, numbered } from "../harness.ts";

const CAPS = "labeled-response batch";

Deno.test("Labels: a reply of one line, of several or of none is labelled", () => {
  const harness = new Harness();
  const a = harness.user("a", CAPS);
  harness.user("b");
  for (
    const [line, ...answers] of [
      ["PING x", "@label=1 :chat.test PONG chat.test x"],
      ["PONG x", "@label=1 :chat.test ACK"],
      ["NOTICE nobody :x", "@label=1 :chat.test ACK"],
      ["PRIVMSG b :x", "@label=1 :chat.test ACK"],
      ["PRIVMSG nobody :x", "@label=1 :chat.test 401 a nobody :No such nick/channel"],
      ["WHOIS", "@label=1 :chat.test 431 a :No nickname given"],
      ["NONSENSE", "@label=1 :chat.test 421 a NONSENSE :Unknown command"],
      ["JOIN", "@label=1 :chat.test 461 a JOIN :Not enough parameters"],
      ["NICK A", "@label=1 :a!~a@192.0.2.1 NICK A"],
      [
        "JOIN #x",
        "@label=1 :chat.test BATCH +1 labeled-response",
        "@batch=1 :A!~a@192.0.2.1 JOIN #x",
        "@batch=1 :chat.test 353 A = #x :@A",
        "@batch=1 :chat.test 366 A #x :End of /NAMES list",
        ":chat.test BATCH -1",
      ],
      ["JOIN #x", "@label=1 :chat.test ACK"],
    ] as const
  ) {
    assertEquals(numbered(a.ask(`@label=1 ${line}`)), [...answers], line);
  }
});

Deno.test("Labels: the label is returned as it was, and only if both capabilities are on", () => {
  const harness = new Harness();
  for (
    const [caps, tags, answer] of [
      [CAPS, "label=a\\sb\\:", "@label=a\\sb\\: "],
      [`${CAPS} server-time`, "label=a", "@label=a;time=2026-01-02T03:04:05.678Z "],
      [CAPS, `label=${"x".repeat(64)}`, `@label=${"x".repeat(64)} `],
      [CAPS, `label=${"x".repeat(65)}`, ""],
      [CAPS, `label=${"ç".repeat(33)}`, ""],
      [CAPS, "label=", ""],
      [CAPS, "other=a", ""],
      ["labeled-response", "label=a", ""],
      ["batch", "label=a", ""],
    ] as const
  ) {
    const a = harness.user("a", caps);
    assertEquals(a.ask(`@${tags} PING x`), [`${answer}:chat.test PONG chat.test x`], tags);
    a.vanish();
  }
});

Deno.test("Labels: the echo to the sender is the labelled reply, and others see no label", () => {
  const harness = new Harness();
  const b = harness.member("#x", "b", CAPS);
  const a = harness.member("#x", "a", `${CAPS} echo-message`);
  assertEquals(a.ask("@label=1 PRIVMSG #x :hi"), ["@label=1 :a!~a@192.0.2.1 PRIVMSG #x :hi"]);
  assertEquals(b.take(), [":a!~a@192.0.2.1 PRIVMSG #x :hi"]);
});

Deno.test("Labels: a message to oneself has the label only on its echo", () => {
  const harness = new Harness();
  const said = ":a!~a@192.0.2.1 PRIVMSG a :hi";
  const a = harness.user("a", `${CAPS} echo-message`);
  assertEquals(a.ask("@label=1 PRIVMSG a :hi"), [said, `@label=1 ${said}`]);
  a.send("CAP REQ -echo-message");
  assertEquals(a.ask("@label=1 PRIVMSG a :hi"), [said, "@label=1 :chat.test ACK"]);
});

Deno.test("Labels: lines that others cause during a slow command are no part of its reply", async () => {
  const harness = new Harness({ ...CALM, opers: [{ name: "root", password: "word" }] });
  const a = harness.member("#x", "a", CAPS);
  const b = harness.member("#x", "b");
  a.send("@label=1 OPER root word");
  b.send("PRIVMSG #x :meanwhile");
  assertEquals(a.take(), [":b!~b@192.0.2.1 PRIVMSG #x :meanwhile"]);
  assertEquals(numbered((await a.settled()).take()), [
    "@label=1 :chat.test BATCH +1 labeled-response",
    "@batch=1 :chat.test MODE a +o",
    "@batch=1 :chat.test 381 a :You are now an IRC operator",
    ":chat.test BATCH -1",
  ]);
});

Deno.test("Labels: a line that is not UTF-8 is refused with its label", () => {
  const a = new Harness().user("a", CAPS);
  const line = Uint8Array.from([...new TextEncoder().encode("@label=1 PRIVMSG b :"), 0xff, 0x0a]);
  assertEquals(a.bytes(line).take(), [
    "@label=1 :chat.test FAIL PRIVMSG INVALID_UTF8 :Message rejected: it is not valid UTF-8",
  ]);
});

Deno.test("Labels: a client that quits with a label gets its last line", () => {
  const a = new Harness().user("a", CAPS);
  assertEquals(a.ask("@label=1 QUIT"), ["ERROR :Closing link: 192.0.2.1 (Quit:)"]);
});

Deno.test("Labels: a labelled command may come before registration", () => {
  const client = new Harness().connect().send(`CAP REQ :${CAPS}`);
  assertEquals(client.ask("@label=1 NICK a"), ["@label=1 :chat.test ACK"]);
  assertEquals(client.ask("@label=2 WHO"), ["@label=2 :chat.test 451 * :You have not registered"]);
  client.send("USER a 0 * :a");
  const lines = numbered(client.ask("@label=3 CAP END"));
  assertEquals(lines[0], "@label=3 :chat.test BATCH +1 labeled-response");
  assertEquals(lines.at(-1), ":chat.test BATCH -1");
});
