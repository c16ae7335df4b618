import { assertEquals, assertMatch, assertStrictEquals } from "@std/assert";
import { variantOf } from "../../../lib/server/delivery/delivery.ts";
import { RECENT_MESSAGES } from "../../../lib/server/history/recent.ts";
import { assertAnswers, Harness, numbered } from "../harness.ts";

const TIME = "2026-01-02T03:04:05.678Z";

Deno.test("PRIVMSG: everyone else in the room gets the text as it was written", () => {
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

Deno.test("PRIVMSG: a private message reaches its receiver and no log", () => {
  const harness = new Harness();
  const [a, b] = [harness.user("a"), harness.user("b")];
  const before = harness.log.length;
  assertEquals(a.ask("PRIVMSG B :psst"), []);
  assertEquals(b.take(), [":a!~a@192.0.2.1 PRIVMSG b :psst"]);
  assertEquals(harness.log.length, before);
  a.send("PRIVMSG a :note to self");
  assertEquals(a.take(), [":a!~a@192.0.2.1 PRIVMSG a :note to self"]);
});

Deno.test("PRIVMSG: a message that cannot be delivered is refused, but a NOTICE never is", () => {
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
      ["#x :x", "404 a #x :Cannot send to channel (+n)"],
      ["a,b,c,d,e :x", "407 a a,b,c,d,e :Too many targets"],
    ] as const
  ) {
    assertEquals(a.ask(`PRIVMSG ${params}`.trim()), [`:chat.test ${answer}`], params);
    assertEquals(a.ask(`NOTICE ${params}`.trim()), [], params);
  }
});

Deno.test("NOTICE: several targets each get the message once", () => {
  const harness = new Harness();
  const [a, b] = harness.room("#x", "a", "b");
  a!.send("NOTICE #x,b,B,#x :hi");
  assertEquals(b!.take(), [
    ":a!~a@192.0.2.1 NOTICE #x :hi",
    ":a!~a@192.0.2.1 NOTICE b :hi",
  ]);
});

Deno.test("PRIVMSG: each receiver gets the tags that it asked for", () => {
  const harness = new Harness();
  const [a] = harness.room("#x", "a");
  const tagged = harness.user("tagged", "message-tags server-time");
  const timed = harness.user("timed", "server-time");
  const plain = harness.user("plain");
  const echoed = harness.user("echoed", "echo-message message-tags");
  for (const each of [tagged, timed, plain, echoed]) each.send("JOIN #x");
  for (const each of [a!, tagged, timed, plain, echoed]) each.take();
  const rest = ":echoed!~echoed@192.0.2.1 PRIVMSG #x :hi";
  const lines = [...echoed.ask("@+draft/reply=a\\sb;evil=1 PRIVMSG #x :hi"), ...tagged.take()];
  assertEquals(numbered(lines), [
    `@msgid=1;+draft/reply=a\\sb ${rest}`,
    `@time=${TIME};msgid=1;+draft/reply=a\\sb ${rest}`,
  ]);
  assertEquals(timed.take(), [`@time=${TIME} ${rest}`]);
  assertEquals(plain.take(), [rest]);
});

Deno.test("Delivery: receivers with the same capabilities share the same bytes", () => {
  const harness = new Harness();
  const { world } = harness;
  const a = harness.user("a").user;
  const tags = new Map([["+x", "1"]]);
  world.setAccount(a, "anna", harness.now);
  const whole = world.from(a, "PRIVMSG", ["#x", "hi"], {
    now: harness.now,
    msgid: "m",
    client: tags,
  });
  const bare = world.fromServer("PING", ["x"], harness.now);
  const variants = [[], ["server-time"], ["message-tags"], ["account-tag"], [
    "server-time",
    "message-tags",
    "account-tag",
  ]] as const;
  const rest = ":a!~a@192.0.2.1 PRIVMSG #x :hi\r\n";
  const time = `time=${TIME}`;
  assertEquals(
    variants.map((caps) => whole.line(variantOf(new Set(caps)))),
    [
      rest,
      `@${time} ${rest}`,
      `@msgid=m;+x=1 ${rest}`,
      `@account=anna ${rest}`,
      `@${time};msgid=m;account=anna;+x=1 ${rest}`,
    ],
  );
  for (const caps of variants) {
    const variant = variantOf(new Set([...caps, "echo-message", "batch"]));
    assertStrictEquals(whole.line(variant), whole.line(variantOf(new Set(caps))));
  }
  assertStrictEquals(bare.line(variantOf(new Set(["message-tags"]))), bare.line(0));
});

Deno.test("PRIVMSG: echo-message returns what was delivered to others, but not what was refused", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a", "echo-message");
  const b = harness.member("#x", "b");
  for (const line of ["PRIVMSG #x :hi", "NOTICE #x :hi", "PRIVMSG b :psst"]) {
    assertEquals(a.ask(line), [`:a!~a@192.0.2.1 ${line}`]);
    assertEquals(b.take(), [`:a!~a@192.0.2.1 ${line}`]);
  }
  assertEquals(a.ask("NOTICE nobody :hi"), []);
  assertEquals(a.ask("PRIVMSG nobody :hi"), [":chat.test 401 a nobody :No such nick/channel"]);
});

Deno.test("PRIVMSG: a message to a rank reaches members of that rank and those above", () => {
  const harness = new Harness();
  const [o, h, v, n] = harness.room("#x", "o", "h", "v", "n");
  o!.send("MODE #x +hv h v");
  for (
    const [target, ...hear] of [["@#x", o], ["%#x", o, h], ["+#x", o, h, v], [
      "#x",
      o,
      h,
      v,
    ]] as const
  ) {
    harness.hush();
    assertEquals(n!.ask(`PRIVMSG ${target} :psst`), []);
    const logged = harness.log.at(-1);
    assertEquals(logged?.kind === "said" && logged.channel, target);
    for (const each of [o, h, v]) {
      const expected = hear.some((other) => other === each);
      assertEquals(
        each!.take(),
        expected ? [`:n!~n@192.0.2.1 PRIVMSG ${target} :psst`] : [],
        `${target} ${each!.user.nick}`,
      );
    }
  }
  assertAnswers(n!, [
    ["PRIVMSG @#nowhere :x", "403 n #nowhere :No such channel"],
    ["PRIVMSG &#x :x", "401 n &#x :No such nick/channel"],
    ["PRIVMSG @+#x :x", "401 n @+#x :No such nick/channel"],
  ]);
});

Deno.test("PRIVMSG: CTCP is passed through unchanged", () => {
  const [a, b] = new Harness().room("#x", "a", "b");
  for (const text of ["\x01VERSION\x01", "\x01ACTION waves\x01", "\x01PING 1 2\x01"]) {
    a!.send(`PRIVMSG #x :${text}`, `NOTICE b :${text}`);
    assertEquals(b!.take(), [
      `:a!~a@192.0.2.1 PRIVMSG #x :${text}`,
      `:a!~a@192.0.2.1 NOTICE b :${text}`,
    ]);
  }
});

Deno.test("PRIVMSG: the sender is told if the receiver is away, but not for a NOTICE or a room", () => {
  const [a, b] = new Harness().room("#x", "a", "b");
  b!.send("AWAY :tea time");
  assertAnswers(a!, [
    ["PRIVMSG b :hi", "301 a b :tea time"],
    ["NOTICE b :hi"],
    ["PRIVMSG #x :hi"],
  ]);
});

Deno.test("TAGMSG: reaches only clients that asked for tags", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a", "message-tags echo-message");
  const b = harness.member("#x", "b", "message-tags");
  const c = harness.member("#x", "c");
  const lines = [...a.ask("@+typing=active;other=1 TAGMSG #x"), ...b.take()];
  const told = "@msgid=1;+typing=active :a!~a@192.0.2.1 TAGMSG #x";
  assertEquals(numbered(lines), [told, told]);
  assertEquals(c.take(), []);
  assertAnswers(a, [
    ["TAGMSG", "461 a TAGMSG :Not enough parameters"],
    ["TAGMSG #x"],
    ["@other=1 TAGMSG #x"],
    ["@+a=1 TAGMSG nobody", "401 a nobody :No such nick/channel"],
    ["@+a=1 TAGMSG #nowhere", "403 a #nowhere :No such channel"],
    ["@+a=1 TAGMSG 1,2,3,4,5", "407 a 1,2,3,4,5 :Too many targets"],
  ]);
  a.send("@+a=1 TAGMSG c");
  assertEquals(c.take(), []);
  c.send("@+a=1 TAGMSG #x");
  assertEquals(b.take(), [], "a client without tags can't send one");
  assertEquals(harness.log.filter(({ kind }) => kind === "said"), []);
});

Deno.test("PRIVMSG: a message with 4094 bytes of tags is still whole", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a", "message-tags");
  const b = harness.member("#x", "b", "message-tags");
  const tag = `+x=${"y".repeat(4091)}`;
  assertEquals(a.ask(`@${tag} PRIVMSG #x :${"z".repeat(400)}`), []);
  assertEquals(numbered(b.take()), [
    `@msgid=1;${tag} :a!~a@192.0.2.1 PRIVMSG #x :${"z".repeat(400)}`,
  ]);
  assertAnswers(a, [[`@${tag}y PRIVMSG #x :z`, "417 a :Input line was too long"]]);
});

Deno.test("Room events: each has a msgid, the same for everyone who sees it", () => {
  const harness = new Harness();
  const [a, b] = [
    harness.member("#x", "a", "message-tags"),
    harness.member("#x", "b", "message-tags"),
  ];
  harness.member("#x", "c");
  for (
    const line of ["TOPIC #x :t", "MODE #x +m", "KICK #x c", "NICK aa", "PART #x :bye"]
  ) {
    const id = a.send(line).messages()[0]!.tags.get("msgid");
    assertMatch(id!, /^run-/);
    assertEquals(b.messages()[0]!.tags.get("msgid"), id, line);
  }
});

Deno.test("REDACT: the sender of a message or an operator of the room can take it back", () => {
  const harness = new Harness();
  const caps = "message-tags echo-message draft/message-redaction";
  const o = harness.member("#x", "o", caps);
  const a = harness.member("#x", "a", caps);
  const plain = harness.member("#x", "p", "message-tags");
  const say = () => a.send("PRIVMSG #x :oops").messages()[0]!.tags.get("msgid")!;
  const first = say();
  harness.hush();
  const told = (nick: string, params: string) => `:${nick}!~${nick}@192.0.2.1 REDACT ${params}`;
  const noId = (lines: string[]) => lines.map((line) => line.replace(/^@msgid=\S+ /, ""));
  assertEquals(noId(a.ask(`REDACT #X ${first} :typo`)), [told("a", `#x ${first} :typo`)]);
  assertEquals(noId(o.take()), [told("a", `#x ${first} :typo`)]);
  assertEquals(plain.take(), []);
  const second = say();
  harness.hush();
  assertEquals(noId(o.ask(`REDACT #x ${second}`)), [told("o", `#x ${second}`)]);
  assertEquals(noId(a.take()), [told("o", `#x ${second}`)]);
  const secret = a.send("PRIVMSG o :psst").messages()[0]!.tags.get("msgid")!;
  harness.hush();
  assertEquals(noId(a.ask(`REDACT o ${secret}`)), [told("a", `o ${secret}`)]);
  assertEquals(noId(o.take()), [told("a", `o ${secret}`)]);
  const unknown = (target: string, id: string) =>
    `FAIL REDACT UNKNOWN_MSGID ${target} ${id} :This message does not exist or is too old`;
  assertAnswers(a, [
    [`REDACT #x ${second}`, unknown("#x", second)],
    ["REDACT #x nonsense", unknown("#x", "nonsense")],
    ["REDACT #x", "461 a REDACT :Not enough parameters"],
    [
      "REDACT #nowhere x",
      "FAIL REDACT INVALID_TARGET #nowhere :You cannot delete messages from there",
    ],
    ["REDACT nobody x", "FAIL REDACT INVALID_TARGET nobody :You cannot delete messages from there"],
    ["REDACT #lobby x", "FAIL REDACT INVALID_TARGET #lobby :You cannot delete messages from there"],
  ]);
  const third = say();
  harness.hush();
  assertAnswers(plain, [[
    `REDACT #x ${third}`,
    `FAIL REDACT REDACT_FORBIDDEN #x ${third} :You are not authorised to delete this message`,
  ]]);
  assertAnswers(a, [[`REDACT o ${third}`, unknown("o", third)]]);
});

Deno.test("REDACT: a message can be taken back after its room or its receiver changed names", () => {
  const harness = new Harness();
  const caps = "message-tags echo-message draft/message-redaction draft/channel-rename";
  const o = harness.member("#x", "o", caps);
  const a = harness.member("#x", "a", caps);
  const said = ["#x", "a"].map((target) =>
    o.send(`PRIVMSG ${target} :oops`).messages().at(-1)!.tags.get("msgid")!
  );
  o.send("RENAME #x #y");
  a.send("NICK b");
  harness.hush();
  for (const [index, target] of ["#y", "b"].entries()) {
    assertEquals(o.ask(`REDACT ${target} ${said[index]}`).length, 1);
    assertEquals(a.messages()[0]!.command, "REDACT", target);
  }
});

Deno.test("REDACT: a message that is not kept can be taken back only while it is recent", () => {
  const harness = new Harness();
  const a = harness.user("a", "message-tags echo-message");
  harness.user("b");
  const first = a.send("PRIVMSG b :x").messages()[0]!.tags.get("msgid")!;
  for (let count = 0; count < 2 * RECENT_MESSAGES; count++) a.send("PRIVMSG b :x");
  assertAnswers(a, [[
    `REDACT b ${first}`,
    `FAIL REDACT UNKNOWN_MSGID b ${first} :This message does not exist or is too old`,
  ]]);
});

Deno.test("QUIT: the server keeps nothing of the user except what WHOWAS shows", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a", "batch draft/multiline draft/read-marker");
  a.send("PRIVMSG #x :x", "BATCH +1 draft/multiline #x", "@batch=1 PRIVMSG #x :x");
  a.send("MARKREAD #x timestamp=2026-01-01T00:00:00.000Z", "QUIT");
  assertEquals([a.user.batch, a.user.readMarkers.size], [undefined, 0]);
});
