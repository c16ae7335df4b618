import { assertEquals } from "@std/assert";
import { parse } from "../../../lib/irc/message.ts";
import { assertAnswers, CALM, type Client, Harness, numbered, START } from "../harness.ts";

const CAPS = "batch server-time message-tags echo-message draft/chathistory";

/** The texts of messages, and the commands of other lines. */
function texts(lines: readonly string[]): string[] {
  return lines.map((line) => parse(line)!).filter(({ command }) => command !== "BATCH")
    .map(({ command, params }) =>
      command === "PRIVMSG" || command === "NOTICE" ? params.at(-1)! : command
    );
}

/** The texts of a CHATHISTORY answer. */
function history(client: Client, request: string): string[] {
  return texts(client.ask(`CHATHISTORY ${request}`));
}

function time(seconds: number): string {
  return `timestamp=${new Date(START + seconds * 1000).toISOString()}`;
}

/** A room with one message per second: 0 to 9. */
function roomOfTen(): { harness: Harness; reader: Client; ids: string[] } {
  const harness = new Harness();
  const reader = harness.member("#x", "reader", CAPS);
  const speaker = harness.member("#x", "speaker");
  const ids: string[] = [];
  for (let count = 0; count < 10; count++) {
    speaker.send(`PRIVMSG #x :${count}`);
    ids.push(reader.messages()[0]!.tags.get("msgid")!);
    harness.now += 1000;
  }
  return { harness, reader, ids };
}

Deno.test("CHATHISTORY: messages come back as they went out, in a batch", () => {
  const harness = new Harness();
  const reader = harness.member("#x", "reader", CAPS);
  const a = harness.member("#x", "a", "message-tags");
  harness.login(a, "ada");
  reader.send("CAP REQ account-tag");
  a.send("MODE a +B");
  harness.hush();
  a.send(
    "@+draft/reply=1 PRIVMSG #X :Günaydın",
    "NOTICE #x :!",
    "PRIVMSG #x :\x01ACTION waves\x01",
  );
  const told = reader.take();
  harness.now += 5000;
  const [open, ...rest] = reader.ask("CHATHISTORY LATEST #X * 50");
  const close = rest.pop()!;
  const reference = parse(open!)!.params[0]!.slice(1);
  assertEquals(parse(open!)!.params, [`+${reference}`, "chathistory", "#x"]);
  assertEquals(parse(close)!.params, [`-${reference}`]);
  assertEquals(rest, told.map((line) => line.replace("@", `@batch=${reference};`)));
});

Deno.test("CHATHISTORY: a client gets the tags it understands, and a batch only if it knows batches", () => {
  const { harness } = roomOfTen();
  const cases: [caps: string, first: string][] = [
    ["", ":speaker!~speaker@192.0.2.1 PRIVMSG #x :0"],
    ["server-time", "@time=2026-01-02T03:04:05.678Z :speaker!~speaker@192.0.2.1 PRIVMSG #x :0"],
    ["message-tags", "@msgid=1 :speaker!~speaker@192.0.2.1 PRIVMSG #x :0"],
    ["batch", ":chat.test BATCH +1 chathistory #x"],
  ];
  for (const [index, [caps, first]] of cases.entries()) {
    const client = harness.member("#x", `c${index}`, `${caps} draft/chathistory`);
    assertEquals(numbered(client.ask("CHATHISTORY LATEST #x * 10"))[0], first);
  }
});

Deno.test("CHATHISTORY: pages are found by time and by id", () => {
  const { reader, ids } = roomOfTen();
  const id = (index: number) => `msgid=${ids[index]}`;
  const cases: [request: string, said: string][] = [
    ["LATEST #x * 3", "789"],
    ["LATEST #x * 0", "0123456789"],
    ["latest #x * 99999", "0123456789"],
    [`LATEST #x ${id(6)} 2`, "89"],
    [`LATEST #x ${time(8)} 5`, "9"],
    [`BEFORE #x ${id(5)} 2`, "34"],
    [`BEFORE #x ${time(5)} 2`, "34"],
    [`BEFORE #x ${id(0)} 2`, ""],
    [`AFTER #x ${id(5)} 2`, "67"],
    [`AFTER #x ${time(5)} 2`, "67"],
    [`AROUND #x ${id(5)} 3`, "456"],
    [`AROUND #x ${time(0)} 3`, "012"],
    [`BETWEEN #x ${id(2)} ${id(7)} 3`, "345"],
    [`BETWEEN #x ${id(7)} ${id(2)} 3`, "456"],
    [`BETWEEN #x ${time(7)} ${id(2)} 9`, "3456"],
  ];
  for (const [request, said] of cases) {
    assertEquals(history(reader, request).join(""), said, request);
  }
});

Deno.test("CHATHISTORY: an invalid request is refused with the reason", () => {
  const { harness, reader, ids } = roomOfTen();
  const fail = (rest: string) =>
    `@time=${new Date(harness.now).toISOString()} :chat.test FAIL CHATHISTORY ${rest}`;
  assertAnswers(reader, [
    ["CHATHISTORY FIRST #x * 1", fail("INVALID_PARAMS FIRST :Unknown command")],
    ["CHATHISTORY LATEST #x *", fail("INVALID_PARAMS LATEST :Insufficient parameters")],
    ["CHATHISTORY LATEST #x * 1 2", fail("INVALID_PARAMS LATEST :Too many parameters")],
    ["CHATHISTORY LATEST #x * -1", fail("INVALID_PARAMS LATEST -1 :Invalid limit")],
    ["CHATHISTORY BEFORE #x * 1", fail("INVALID_PARAMS BEFORE * :Invalid message reference")],
    [
      "CHATHISTORY BEFORE #x timestamp=2026-02-30T00:00:00.000Z 1",
      fail("INVALID_PARAMS BEFORE timestamp=2026-02-30T00:00:00.000Z :Invalid timestamp"),
    ],
    [
      "CHATHISTORY AFTER #x serial=1 1",
      fail(
        "INVALID_MSGREFTYPE AFTER #x serial=1 :A message reference must be a msgid or a timestamp",
      ),
    ],
    [
      "CHATHISTORY AFTER #x msgid=none 1",
      fail("MESSAGE_ERROR AFTER #x msgid=none :This message does not exist or was deleted"),
    ],
    [
      `CHATHISTORY TARGETS msgid=${ids[0]} ${time(0)} 1`,
      fail(`INVALID_PARAMS TARGETS msgid=${ids[0]} :Invalid timestamp`),
    ],
  ]);
});

Deno.test("CHATHISTORY: only members may read, and others cannot tell what is there", () => {
  const { harness, ids } = roomOfTen();
  const other = harness.user("other", CAPS);
  const cases = ["#x", "#nowhere", "reader", "nobody"];
  for (const target of cases) {
    for (const request of [`LATEST ${target} * 5`, `AFTER ${target} msgid=${ids[0]} 5`]) {
      const [, , , ...words] = other.ask(`CHATHISTORY ${request}`)[0]!.split(" ");
      assertEquals(
        words.join(" "),
        `CHATHISTORY INVALID_TARGET ${
          request.split(" ")[0]
        } ${target} :Messages could not be retrieved`,
      );
    }
  }
  other.send("JOIN #x");
  other.take();
  assertEquals(history(other, "LATEST #x * 2"), ["8", "9"], "a new member sees all");
  harness.clients[0]!.send("MODE #x +b other");
  other.take();
  assertEquals(history(other, "LATEST #x * 2"), ["FAIL"], "a banned user sees nothing");
});

Deno.test("CHATHISTORY: CTCP, tags alone, messages to a rank and between guests cannot be read", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a", `${CAPS} draft/multiline`);
  const b = harness.member("#x", "b");
  a.send("PRIVMSG @#x :psst", "PRIVMSG #x :\x01VERSION\x01", "@+typing=active TAGMSG #x");
  a.send("PRIVMSG b :without accounts");
  b.send("PRIVMSG #nowhere :x");
  a.take();
  assertEquals(history(a, "LATEST #x * 50"), []);
  assertEquals(history(a, "LATEST b * 50"), ["FAIL"]);
});

Deno.test("CHATHISTORY: two users with accounts can read what they said to each other, nobody else", () => {
  const harness = new Harness();
  const users = ["ada", "Bob", "cem"].map((nick) => {
    const client = harness.user(nick, CAPS);
    harness.store.accounts.add(nick, VERIFIER, START);
    harness.login(client, nick);
    return client;
  });
  const [a, b, c] = users as [Client, Client, Client];
  a.send("PRIVMSG bob :selam");
  harness.now += 1000;
  b.send("PRIVMSG ada :aleyküm", "PRIVMSG bob :not to forget");
  harness.hush();
  assertEquals(history(a, "LATEST BOB * 50"), ["selam", "aleyküm"]);
  assertEquals(history(b, "LATEST ada * 50"), ["selam", "aleyküm"]);
  assertEquals(history(b, "LATEST Bob * 50"), ["not to forget"]);
  assertEquals(history(c, "LATEST ada * 50"), []);
  assertEquals(history(c, "LATEST nobody * 50"), ["FAIL"]);
  // One of them left and the other changed its name, but they are the same two people.
  a.send("QUIT");
  b.send("NICK Robert");
  b.take();
  const [, first, second] = b.ask("CHATHISTORY LATEST ada * 50").map((line) => parse(line)!);
  assertEquals([first!.source, first!.params[0]], ["ada!~ada@192.0.2.1", "Robert"]);
  assertEquals([second!.source, second!.params[0]], ["Bob!~Bob@192.0.2.1", "ada"]);
});

Deno.test("CHATHISTORY: the new owner of a name does not read its former owner's messages", () => {
  const harness = new Harness();
  const { accounts } = harness.store;
  const login = (nick: string) => {
    const client = harness.user(nick, CAPS);
    accounts.add(nick, VERIFIER, harness.now);
    harness.login(client, nick);
    return client;
  };
  const [a, b] = [login("a"), login("b")];
  a.send("PRIVMSG b :secret");
  b.send("QUIT");
  accounts.remove("b");
  harness.now += 1000;
  const stranger = login("b");
  a.send("PRIVMSG b :hello");
  harness.hush();
  assertEquals(history(stranger, "LATEST a * 50"), ["hello"]);
  assertEquals(texts(stranger.ask("SEARCH text=secret")), []);
  assertEquals(history(a, "LATEST b * 50"), ["secret", "hello"]);
});

Deno.test("CHATHISTORY: event-playback adds events, and other clients get only messages", () => {
  const harness = new Harness();
  const events = `${CAPS} draft/event-playback draft/message-redaction extended-join`;
  const reader = harness.member("#x", "reader", events);
  const plain = harness.member("#x", "plain", CAPS);
  const a = harness.user("a", "echo-message message-tags").send("JOIN #x", "JOIN #y");
  a.take();
  const said = a.send("PRIVMSG #x :oops").messages()[0]!.tags.get("msgid")!;
  a.send(`REDACT #x ${said} :typo`, "NICK b", "PART #x :bye", "JOIN #x");
  reader.send("TOPIC #x :Songs", "MODE #x +v b", "MODE #x +l 5", "KICK #x plain :out");
  plain.send("JOIN #x");
  a.send("PRIVMSG #x :so", "QUIT :off");
  const live = reader.take().map((line) => parse(line)!).filter(({ tags }) => tags.has("msgid"));
  const played = reader.ask("CHATHISTORY LATEST #x * 50").map((line) => parse(line)!)
    .slice(1, -1).map((message) => {
      const tags = new Map(message.tags);
      tags.delete("batch");
      return { ...message, tags };
    });
  const gone = (message: typeof live[0]) => message.tags.get("msgid") !== said;
  assertEquals(played.slice(-live.length + 1), live.filter(gone));
  harness.hush();
  assertEquals(history(plain, "LATEST #x * 50"), ["so"]);
  assertEquals(history(plain, "BEFORE #x timestamp=2026-01-02T03:04:05.678Z 50"), []);
});

Deno.test("CHATHISTORY: a user who leaves several rooms at once leaves each under one id", () => {
  const harness = new Harness();
  const reader = harness.member("#x", "reader", `${CAPS} draft/event-playback`).send("JOIN #y,#z");
  harness.member("#x", "a").send("JOIN #y,#z", "QUIT :off");
  const quit = reader.messages().find(({ command }) => command === "QUIT")!.tags.get("msgid")!;
  harness.now += 1000;
  reader.send("PRIVMSG #x :later", "PRIVMSG #y :later", "PRIVMSG #z :later");
  reader.take();
  for (const room of ["#x", "#y", "#z"]) {
    const page = reader.ask(`CHATHISTORY LATEST ${room} * 2`).map((line) => parse(line)!);
    assertEquals(page.find(({ command }) => command === "QUIT")?.tags.get("msgid"), quit, room);
    assertEquals(history(reader, `AFTER ${room} msgid=${quit} 5`), ["later"], room);
  }
});

Deno.test("CHATHISTORY: a room that takes a former room's name shows both, and nothing twice", () => {
  const harness = new Harness();
  const reader = harness.member("#y", "reader", `${CAPS} draft/event-playback`);
  reader.send("PRIVMSG #y :then");
  const a = harness.member("#x", "a").send("JOIN #y");
  const b = harness.member("#x", "b").send("JOIN #y");
  b.send("QUIT :off");
  reader.send("PART #y", "JOIN #x");
  a.send("PART #y", "PRIVMSG #x :now", "RENAME #x #y");
  reader.take();
  const all = history(reader, "LATEST #y * 50");
  assertEquals(all.filter((word) => word === "then" || word === "now"), ["then", "now"]);
  assertEquals(all.filter((word) => word === "QUIT").length, 1);
});

Deno.test("CHATHISTORY: a message of several lines comes back as one, or as lines for other clients", () => {
  const harness = new Harness();
  const both = `${CAPS} draft/multiline`;
  const a = harness.member("#x", "a", both);
  const plain = harness.member("#x", "p", `${CAPS}`);
  a.send(
    "@+x=y BATCH +1 draft/multiline #x",
    "@batch=1 PRIVMSG #x :one",
    "@batch=1 PRIVMSG #x :",
    "@batch=1 PRIVMSG #x :two",
    "@batch=1;draft/multiline-concat PRIVMSG #x :more",
    "BATCH -1",
  );
  const [live, lines] = [a.take(), plain.take()];
  const replayed = numbered(a.ask("CHATHISTORY LATEST #x * 5"));
  const inner = replayed.slice(1, -1);
  const outer = parse(replayed[0]!)!.params[0]!.slice(1);
  assertEquals(
    inner.map((line) => line.replace(`batch=${outer};`, "").replace(/=\d+|[+-]\d+/g, "#")),
    numbered(live).map((line) => line.replace(/=\d+|[+-]\d+/g, "#")),
  );
  for (const line of [inner[0]!, inner.at(-1)!]) {
    assertEquals(parse(line)!.tags.get("batch"), outer, "it is nested");
  }
  const batch = /batch=\w+;?/;
  const single = plain.ask("CHATHISTORY LATEST #x * 5").slice(1, -1);
  assertEquals(single.map((line) => line.replace(batch, "")), lines);
});

Deno.test("CHATHISTORY: a redacted id is the place where it stood, in a page of any kind", () => {
  const { harness, reader, ids } = roomOfTen();
  const id = (index: number) => `msgid=${ids[index]}`;
  const op = harness.operator("op");
  op.send("JOIN #x");
  const speaker = harness.clients[1]!;
  for (const index of [0, 4, 9]) speaker.send(`REDACT #x ${ids[index]}`);
  harness.hush();
  const cases: [request: string, said: string][] = [
    [`LATEST #x ${id(4)} 9`, "5678"],
    [`LATEST #x ${id(9)} 9`, ""],
    [`BEFORE #x ${id(4)} 2`, "23"],
    [`BEFORE #x ${id(0)} 2`, ""],
    [`AFTER #x ${id(4)} 2`, "56"],
    [`AFTER #x ${id(0)} 2`, "12"],
    [`AROUND #x ${id(4)} 4`, "2356"],
    [`BETWEEN #x ${id(0)} ${id(4)} 9`, "123"],
    [`BETWEEN #x ${id(9)} ${id(4)} 2`, "78"],
  ];
  for (const [request, said] of cases) {
    assertEquals(history(reader, request).join(""), said, request);
  }
  // The answer reveals nothing to users who may not read there.
  const other = harness.user("other", CAPS);
  assertEquals(history(other, `AFTER #x ${id(4)} 2`), ["FAIL"]);
  other.send("JOIN #y");
  other.take();
  assertEquals(history(other, `AFTER #y ${id(4)} 2`), ["FAIL"]);
});

Deno.test("CHATHISTORY: pages by time leave out nothing of a crowded millisecond", () => {
  const harness = new Harness();
  const reader = harness.member("#x", "reader", CAPS);
  const events = harness.member("#x", "events", `${CAPS} draft/event-playback`);
  const speaker = harness.member("#x", "speaker");
  const said: string[] = [];
  for (let count = 0; count < 30; count++) {
    if (count % 11 === 0) harness.now += 1;
    said.push(`${count}`);
    speaker.send(`PRIVMSG #x :${count}`, `TOPIC #x :${count}`);
  }
  harness.now += 1000;
  harness.hush();
  /** Reads pages of ten until one is shorter, each from the time of the last line. */
  const walk = (client: Client, command: "BEFORE" | "AFTER") => {
    const isBack = command === "BEFORE";
    const all: string[] = [];
    let from = time(isBack ? 100 : -100);
    for (;;) {
      const page = client.ask(`CHATHISTORY ${command} #x ${from} 10`).slice(1, -1)
        .map((line) => parse(line)!);
      const words = page.filter(({ command }) => command === "PRIVMSG")
        .map(({ params }) => params[1]!);
      if (isBack) all.unshift(...words);
      else all.push(...words);
      if (page.length < 10) return all;
      from = `timestamp=${page.at(isBack ? 0 : -1)!.tags.get("time")}`;
    }
  };
  for (const client of [reader, events]) {
    assertEquals([walk(client, "BEFORE"), walk(client, "AFTER")], [said, said]);
  }
});

Deno.test("CHATHISTORY: a page is not shorter for what its receiver can't be told", () => {
  const harness = new Harness();
  const caps = "batch server-time draft/chathistory draft/event-playback";
  const reader = harness.member("#x", "reader", caps);
  const a = harness.member("#x", "a", "message-tags echo-message draft/message-redaction");
  for (let count = 0; count < 40; count++) {
    harness.now += 10;
    a.send(`PRIVMSG #x :${count}`);
    if (count % 4 === 0) continue;
    const id = a.messages().at(-1)!.tags.get("msgid")!;
    a.send(`REDACT #x ${id}`, "@+draft/persist TAGMSG #x");
  }
  reader.take();
  const page = (request: string) => reader.ask(`CHATHISTORY ${request}`).slice(1, -1).map(parse);
  const words = (request: string) => page(request).map((message) => message!.params.at(-1)).join();
  assertEquals(words("LATEST #x * 5"), "20,24,28,32,36");
  assertEquals(words(`BEFORE #x ${time(0.290)} 3`), "16,20,24");
  assertEquals(words(`AFTER #x ${time(0.005)} 3`), "0,4,8");
});

Deno.test("REDACT: a message that was taken back is gone from history and search", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a", CAPS);
  const id = a.send("PRIVMSG #x :oops").messages()[0]!.tags.get("msgid")!;
  a.send("PRIVMSG #x :next", `REDACT #x ${id}`);
  a.take();
  assertEquals(history(a, "LATEST #x * 5"), ["next"]);
  assertEquals(texts(a.ask("SEARCH text=oops")), []);
  assertEquals(history(a, `AFTER #x msgid=${id} 5`), ["next"], "its place is known still");
});

Deno.test("REDACT: the account that sent a message can take it back at any time", () => {
  const harness = new Harness();
  harness.member("#x", "op");
  const caps = "echo-message message-tags draft/message-redaction";
  const a = harness.member("#x", "a", caps);
  harness.login(a, "ada");
  harness.hush();
  const id = a.send("PRIVMSG #x :oops").messages()[0]!.tags.get("msgid")!;
  a.send("QUIT");
  const again = harness.member("#x", "a", caps);
  assertEquals(again.ask(`REDACT #x ${id}`)[0]!.split(" ")[3], "REDACT_FORBIDDEN");
  harness.login(again, "ADA");
  again.take();
  assertEquals(again.ask(`REDACT #x ${id}`)[0]!.split(" ")[2], "REDACT");
});

Deno.test("CHATHISTORY: TARGETS lists conversations by the time of their latest message", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a", CAPS);
  const b = harness.member("#y", "b", CAPS);
  a.send("JOIN #y");
  for (const [client, account] of [[a, "ada"], [b, "Bob"]] as const) {
    harness.store.accounts.add(account, VERIFIER, START);
    harness.login(client, account);
  }
  for (const line of ["PRIVMSG #y :x", "PRIVMSG #x :x", "PRIVMSG b :x"]) {
    harness.now += 1000;
    a.send(line);
  }
  harness.hush();
  const at = (seconds: number) => time(seconds).slice("timestamp=".length);
  const targets = (request: string) =>
    a.ask(`CHATHISTORY TARGETS ${request}`).map((line) => parse(line)!.params).slice(1, -1);
  assertEquals(targets(`${time(0)} ${time(9)} 9`), [
    ["TARGETS", "#y", at(1)],
    ["TARGETS", "#x", at(2)],
    ["TARGETS", "Bob", at(3)],
  ]);
  assertEquals(targets(`${time(9)} ${time(0)} 1`), [["TARGETS", "Bob", at(3)]]);
  assertEquals(targets(`${time(1)} ${time(3)} 9`), [["TARGETS", "#x", at(2)]]);
  const lines = a.ask(`CHATHISTORY TARGETS ${time(0)} ${time(9)} 9`);
  assertEquals(parse(lines[0]!)!.params.slice(1), ["draft/chathistory-targets"]);
  b.send("PART #y");
  b.take();
  assertEquals(b.ask(`CHATHISTORY TARGETS ${time(0)} ${time(9)} 9`).length, 3, "only its own");
});

Deno.test("CHATHISTORY: an answer that is cut for its size ends with a whole millisecond", () => {
  const harness = new Harness({ limits: { ...CALM.limits, sendQueueBytes: 10_000 } });
  const a = harness.member("#x", "a", CAPS);
  for (let count = 0; count < 40; count++) {
    if (count % 4 === 0) harness.now += 1;
    a.send(`PRIVMSG #x :${count} ${"x".repeat(200)}`);
  }
  a.take();
  const said = (request: string) => history(a, request).map((text) => Number(text.split(" ")[0]));
  assertEquals(said("LATEST #x * 50"), [32, 33, 34, 35, 36, 37, 38, 39]);
  assertEquals(said(`AFTER #x ${time(0.001)} 50`), [4, 5, 6, 7, 8, 9, 10, 11]);
});

Deno.test("CHATHISTORY: an answer fills at most half the send queue, from the requested end", () => {
  const harness = new Harness({ limits: { ...CALM.limits, sendQueueBytes: 10_000 } });
  const a = harness.member("#x", "a", CAPS);
  for (let count = 0; count < 50; count++) a.send(`PRIVMSG #x :${count} ${"x".repeat(200)}`);
  a.take();
  const said = (request: string) => history(a, request).map((text) => Number(text.split(" ")[0]));
  const [latest, after] = [said("LATEST #x * 50"), said(`AFTER #x ${time(-1)} 50`)];
  assertEquals([latest.at(-1), after[0]], [49, 0]);
  assertEquals(latest.length === after.length && latest.length > 5 && latest.length < 15, true);
});

Deno.test("CHATHISTORY: a page costs as much as it has lines", () => {
  const harness = new Harness({ limits: { messagesPerSecond: 1, burst: 20 } });
  const a = harness.member("#x", "a", CAPS);
  for (let count = 0; count < 100; count++) {
    harness.now += 10_000;
    a.send("PRIVMSG #x :x");
  }
  harness.now += 60_000;
  a.wait = 0;
  for (let count = 0; count < 6; count++) a.send("CHATHISTORY LATEST #x * 100");
  const waits = [a.wait, a.send("CHATHISTORY LATEST #x * 100").wait];
  assertEquals(waits.map(Math.round), [0, 1000]);
});

const VERIFIER = {
  mechanism: "SCRAM-SHA-256",
  salt: "",
  iterations: 1,
  storedKey: "",
  serverKey: "",
};
