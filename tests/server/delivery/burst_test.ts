import { assertEquals } from "@std/assert";
import { type Client, Harness } from "../harness.ts";
import { Random, SEED } from "../../fuzz/random.ts";

/** Counts the writes to each user since the last call. */
function pieces(harness: Harness, users: readonly Client[]): () => number[] {
  const counts = users.map(() => 0);
  users.forEach(({ sink }, index) => {
    const { send } = sink;
    sink.send = (bytes, count) => {
      counts[index]!++;
      send(bytes, count);
    };
  });
  return () => {
    harness.world.burst.settle();
    return counts.splice(0, users.length, ...users.map(() => 0));
  };
}

Deno.test("Burst: messages in one room reach each member in one piece, except their sender", () => {
  const harness = new Harness();
  const users = harness.room("#x", "a", "b", "c");
  const [a, b, c] = users as [Client, Client, Client];
  const handed = pieces(harness, users);
  a.send("PRIVMSG #x :one");
  b.send("PRIVMSG #x :two", "NOTICE #x :three");
  a.send("PRIVMSG #x :four");
  assertEquals(handed(), [1, 1, 1]);
  const [one, two, three, four] = [
    ":a!~a@192.0.2.1 PRIVMSG #x :one",
    ":b!~b@192.0.2.1 PRIVMSG #x :two",
    ":b!~b@192.0.2.1 NOTICE #x :three",
    ":a!~a@192.0.2.1 PRIVMSG #x :four",
  ];
  assertEquals(users.map((user) => user.take()), [[two, three], [one, four], [
    one,
    two,
    three,
    four,
  ]]);
  c.send("PRIVMSG #x :alone");
  assertEquals(handed(), [1, 1, 0]);
});

Deno.test("Burst: reports once for how many members it holds something back", () => {
  const harness = new Harness();
  const [a, b] = harness.room("#x", "a", "b", "c") as [Client, Client];
  const held = harness.held.splice(0);
  assertEquals(held, [1], "b and then c came in, and a sees both");
  a.send("PRIVMSG #x :one", "PRIVMSG #x :two");
  assertEquals(harness.held.splice(0), [3], "once");
  b.take();
  a.send("PRIVMSG #x :three");
  assertEquals(harness.held.splice(0), [3], "and again after it was handed over");
  const many = Array.from({ length: 200 }, (_, index) => `PRIVMSG #x :${index}`);
  a.send(...many);
  assertEquals(harness.held.splice(0), [3], "that is a bound: it was handed over once meanwhile");
  assertEquals(b.take().length, 201);
});

Deno.test("Burst: who joins at once reaches the others in one piece, and hears what comes after", () => {
  const harness = new Harness();
  const [a] = harness.room("#x", "a") as [Client];
  const all = [a, ...["b", "c", "d"].map((nick) => harness.user(nick))];
  all[2]!.send("CAP REQ :extended-join").take();
  const handed = pieces(harness, [a]);
  for (const user of all.slice(1)) user.send("JOIN #x");
  assertEquals(handed(), [1]);
  const joins = (user: Client) => user.take().filter((line) => line.includes(" JOIN "));
  const [b, c, d] = ["b", "c", "d"].map((nick) => `:${nick}!~${nick}@192.0.2.1 JOIN #x`);
  assertEquals(all.map(joins), [
    [b, c, d],
    [b, c, d],
    [`${c} * :c R`, `${d} * :d R`],
    [d],
  ]);
});

Deno.test("Burst: who leaves its last room has heard all before that, also in a labelled reply", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a", "labeled-response batch message-tags");
  harness.user("b").send("JOIN #x");
  a.send("@label=l PART #x");
  assertEquals(a.take().map((line) => line.replace(/^(@label=l)?\S* /, "$1 ").slice(0, 30)), [
    " :b!~b@192.0.2.1 JOIN #x",
    "@label=l :a!~a@192.0.2.1 PART ",
  ]);
});

Deno.test("Burst: whose connection breaks has been sent what was said before", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a", "chat.internal/resume");
  const b = harness.member("#x", "b");
  a.take();
  b.send("PRIVMSG #x :before");
  a.vanish();
  b.send("PRIVMSG #x :after");
  assertEquals(a.take(), [":b!~b@192.0.2.1 PRIVMSG #x :before"]);
});

Deno.test("Burst: each member hears it in one piece, those who only listen the same", () => {
  const harness = new Harness();
  const users = harness.room("#x", "a", "b", "c", "d");
  const heard: string[] = [];
  for (const { sink } of users) sink.send = (lines) => void heard.push(lines);
  for (const user of users.slice(0, 2)) user.send("PRIVMSG #x :hello");
  harness.world.burst.settle();
  assertEquals([heard.length, new Set(heard).size], [4, 3]);
});

Deno.test("Burst: a burst is no longer than a part of a send queue", () => {
  const harness = new Harness();
  const [a, b] = harness.room("#x", "a", "b", "c") as [Client, Client];
  const lengths: number[] = [];
  b.sink.send = (lines) => lengths.push(lines.length);
  for (let count = 0; count < 500; count++) a.send(`PRIVMSG #x :${"x".repeat(480)}`);
  harness.world.burst.settle();
  assertEquals(lengths.length, 4);
  assertEquals(lengths.every((length) => length < 70_000), true, `${lengths}`);
});

Deno.test("Burst: lines that come in between keep their place", () => {
  const harness = new Harness();
  const [a, b] = harness.room("#x", "a", "b") as [Client, Client];
  const e = harness.member("#x", "e", "echo-message message-tags labeled-response batch");
  harness.member("#y", "b2");
  const said = (lines: string[]) =>
    lines.map((line) => line.replace(/^@\S+ /, "").replace(/^:(\w+)\S* /, "$1 "));
  a.send("PRIVMSG #x :1");
  b.send("PRIVMSG #x :2", "PING p", "PRIVMSG #x :3", "JOIN #y");
  a.send("PRIVMSG #x :4", "PRIVMSG b :5");
  e.send("PRIVMSG #x :6", "@label=l PRIVMSG #x :7", "CAP REQ -message-tags", "PRIVMSG #x :8");
  a.send("PRIVMSG #x :9", "PART #x");
  b.send("PRIVMSG #x :10", "QUIT");
  assertEquals(said(a.take()), [
    "b PRIVMSG #x :2",
    "b PRIVMSG #x :3",
    "e PRIVMSG #x :6",
    "e PRIVMSG #x :7",
    "e PRIVMSG #x :8",
    "a PART #x",
  ]);
  assertEquals(said(b.take()), [
    "a PRIVMSG #x :1",
    "chat PONG chat.test p",
    "b JOIN #y",
    "chat 353 b = #y :@b2 b",
    "chat 366 b #y :End of /NAMES list",
    "a PRIVMSG #x :4",
    "a PRIVMSG b :5",
    "e PRIVMSG #x :6",
    "e PRIVMSG #x :7",
    "e PRIVMSG #x :8",
    "a PRIVMSG #x :9",
    "a PART #x",
    "ERROR :Closing link: 192.0.2.1 (Quit:)",
  ]);
  const heard = e.take();
  assertEquals(said(heard), [
    "a PRIVMSG #x :1",
    "b PRIVMSG #x :2",
    "b PRIVMSG #x :3",
    "a PRIVMSG #x :4",
    "e PRIVMSG #x :6",
    "e PRIVMSG #x :7",
    "chat CAP e ACK :-message-tags",
    "e PRIVMSG #x :8",
    "a PRIVMSG #x :9",
    "a PART #x",
    "b PRIVMSG #x :10",
    "b QUIT :Quit:",
  ]);
  assertEquals(heard.map((line) => /^@(?:label=l)?/.exec(line)?.[0]), [
    "@",
    "@",
    "@",
    "@",
    "@",
    "@label=l",
    ...Array(6).fill(undefined),
  ]);
});

/** What several users receive while some of them talk. */
function heard(seed: number, isHeld: boolean): string[][] {
  const random = new Random(seed);
  const harness = new Harness();
  const caps = [
    "",
    "server-time",
    "message-tags echo-message",
    "extended-join away-notify",
    "batch labeled-response message-tags",
    "batch draft/multiline message-tags draft/message-redaction draft/chathistory",
  ];
  const users = ["a", "b", "c", "d", "e"].map((nick) =>
    harness.user(nick, random.pick(caps)).send("JOIN #x,#y")
  );
  harness.hush();
  for (let step = 0; step < 60; step++) {
    const user = random.pick(users);
    const room = random.pick(["#x", "#x", "#x", "#y"]);
    user.send(random.pick([
      ...Array(8).fill(`PRIVMSG ${room} :${step}`),
      `@label=${step} PRIVMSG ${room} :${step}`,
      `PRIVMSG ${random.pick(["a", "b", "@#x"])} :${step}`,
      `PART ${room}`,
      `JOIN ${room}`,
      `@label=${step} JOIN ${room}`,
      `@label=${step} PART ${room}`,
      `AWAY ${random.pick(["", ":gone"])}`,
      `MODE ${room} +v ${random.pick(["a", "b"])}`,
      `PRIVMSG #x,#y :${step}`,
      `TAGMSG ${room}`,
      `KICK ${room} ${random.pick(["c", "d"])}`,
      `TOPIC ${room} :${step}`,
      `RENAME #y #z${step}`,
      `REDACT ${room} run-${random.below(200).toString(36)}`,
      `CHATHISTORY LATEST ${room} * 5`,
      `CAP REQ :${random.pick(["", "-"])}${random.pick(["server-time", "echo-message"])}`,
      `NICK n${step}`,
      random.oneIn(5) ? "QUIT" : "PING p",
      "BATCH +b draft/multiline #x\r\n@batch=b PRIVMSG #x :1\r\n@batch=b PRIVMSG #x :2\r\nBATCH -b",
    ]));
    if (!isHeld) harness.world.burst.settle();
  }
  return users.map((user) => user.take());
}

Deno.test(`Burst: held back or not, everyone hears the same in the same order (seed ${SEED})`, () => {
  for (let seed = SEED; seed < SEED + 50; seed++) {
    assertEquals(heard(seed, true), heard(seed, false), `seed ${seed}`);
  }
});
