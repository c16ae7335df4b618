import { assertEquals } from "@std/assert";
import { assertAnswers, CALM, Harness, START } from "../harness.ts";

const SECONDS = Math.floor(START / 1000);

Deno.test("JOIN: the first user opens a room as its operator, and later ones are told the names in it", () => {
  const harness = new Harness();
  const a = harness.user("a");
  assertEquals(a.ask("JOIN #Room"), [
    ":a!~a@192.0.2.1 JOIN #Room",
    ":chat.test 353 a = #Room :@a",
    ":chat.test 366 a #Room :End of /NAMES list",
  ]);
  const b = harness.user("b");
  assertEquals(b.ask("JOIN #room"), [
    ":b!~b@192.0.2.1 JOIN #Room",
    ":chat.test 353 b = #Room :@a b",
    ":chat.test 366 b #Room :End of /NAMES list",
  ]);
  assertEquals(a.take(), [":b!~b@192.0.2.1 JOIN #Room"]);
  assertEquals(b.ask("JOIN #room"), [], "a second JOIN has no effect");
});

Deno.test("JOIN: the first user in the lobby does not become its operator", () => {
  assertEquals(new Harness().user("a").ask("JOIN #lobby")[1], ":chat.test 353 a = #lobby :a");
});

Deno.test("JOIN: several rooms are entered at once, and all left with 0", () => {
  const harness = new Harness();
  const a = harness.user("a");
  const joined = a.ask("JOIN #x,#y,,#x").filter((line) => line.includes("JOIN"));
  assertEquals(joined, [":a!~a@192.0.2.1 JOIN #x", ":a!~a@192.0.2.1 JOIN #y"]);
  assertEquals(a.ask("JOIN 0"), [":a!~a@192.0.2.1 PART #x", ":a!~a@192.0.2.1 PART #y"]);
  assertEquals([...harness.world.channels.all.keys()].map(String), ["#lobby"]);
});

Deno.test("JOIN: a room that cannot be joined is refused with the reason", () => {
  const harness = new Harness({
    limits: { ...CALM.limits, channelsPerUser: 2, channels: 3, exempt: ["192.0.2.0/24"] },
  });
  const a = harness.user("a");
  for (
    const [line, answer] of [
      ["JOIN lobby", "403 a lobby :No such channel"],
      ["JOIN #", "476 a # :A room name cannot be empty"],
      [
        "JOIN #a\u200bb",
        "476 a #a\u200bb :A room name cannot contain the invisible character U+200B",
      ],
      ["PART #nowhere", "403 a #nowhere :No such channel"],
      ["PART #lobby", "442 a #lobby :You're not on that channel"],
      ["TOPIC #nowhere :x", "403 a #nowhere :No such channel"],
      ["JOIN", "461 a JOIN :Not enough parameters"],
    ] as const
  ) {
    assertEquals(a.ask(line), [`:chat.test ${answer}`], line);
  }
  a.send("JOIN #1,#2");
  assertEquals(a.ask("JOIN #lobby"), [
    ":chat.test 405 a #lobby :You have joined too many channels",
  ]);
  const b = harness.user("b");
  assertEquals(b.ask("JOIN #3"), [
    ":chat.test 437 b #3 :The server has reached its limit of rooms",
  ]);
});

Deno.test("PART: all members are told, and the room goes with its last member", () => {
  const harness = new Harness();
  const [a, b] = harness.room("#x", "a", "b");
  const told = ":a!~a@192.0.2.1 PART #x :tea time";
  assertEquals(a!.ask("PART #X :tea time"), [told]);
  assertEquals(b!.take(), [told]);
  b!.send("PART #x");
  assertEquals(harness.world.channels.find("#x"), undefined);
});

Deno.test("TOPIC: operators set it, and all members and newcomers are told", () => {
  const harness = new Harness();
  const [a, b] = harness.room("#x", "a", "b");
  assertEquals(a!.ask("TOPIC #x"), [":chat.test 331 a #x :No topic is set"]);
  assertEquals(b!.ask("TOPIC #x :no"), [":chat.test 482 b #x :You're not channel operator"]);
  const told = ":a!~a@192.0.2.1 TOPIC #x :Çay saati";
  assertEquals(a!.ask("TOPIC #x :Çay saati"), [told]);
  assertEquals(b!.take(), [told]);
  const c = harness.user("c");
  assertEquals(c.ask("JOIN #x").slice(1, 3), [
    ":chat.test 332 c #x :Çay saati",
    `:chat.test 333 c #x a!~a@192.0.2.1 ${SECONDS}`,
  ]);
  a!.send("TOPIC #x :");
  assertEquals(b!.take().at(-1), ":a!~a@192.0.2.1 TOPIC #x :");
  assertEquals(a!.ask("TOPIC #x"), [":chat.test 331 a #x :No topic is set"]);
  assertEquals(harness.user("d").ask("TOPIC #x :d"), [
    ":chat.test 442 d #x :You're not on that channel",
  ]);
});

Deno.test("NAMES: many names come in lines that fit", () => {
  const harness = new Harness();
  const names = Array.from({ length: 100 }, (_, index) => `member-number-${index}`);
  const [first] = harness.room("#x", ...names);
  const lines = first!.ask("NAMES #x");
  const shown = lines.slice(0, -1).flatMap((line) => line.split(" :")[1]!.split(" "));
  assertEquals(shown, ["@member-number-0", ...names.slice(1)]);
  for (const line of lines) assertEquals(line.length < 510, true);
});

Deno.test("LIST: shows rooms with their size and topic", () => {
  const harness = new Harness();
  const [a] = harness.room("#x", "a", "b");
  a!.send("TOPIC #x :hello");
  assertEquals(a!.ask("LIST"), [
    ":chat.test 321 a Channel :Users  Name",
    ":chat.test 322 a #x 2 :hello",
    ":chat.test 323 a :End of /LIST",
  ]);
  assertEquals(a!.ask("LIST #X,#nowhere").slice(1, -1), [":chat.test 322 a #x 2 :hello"]);
});

Deno.test("MODE: shows the modes of a room and of a user", () => {
  const harness = new Harness();
  const [a, b] = harness.room("#x", "a", "b");
  for (
    const [line, ...answers] of [
      ["MODE #x", "324 a #x +nt", `329 a #x ${SECONDS}`],
      ["MODE #x b", "368 a #x :End of channel ban list"],
      ["MODE #nowhere", "403 a #nowhere :No such channel"],
      ["MODE a", "221 a +"],
      ["MODE b", "502 a :Cant change mode for other users"],
      ["MODE nobody", "401 a nobody :No such nick/channel"],
    ] as const
  ) {
    assertEquals(a!.ask(line), answers.map((answer) => `:chat.test ${answer}`), line);
  }
  assertEquals(b!.ask("MODE #x -t"), [":chat.test 482 b #x :You're not channel operator"]);
});

Deno.test("JOIN: a newcomer is told the topic, then the names, each in the form it asked for", () => {
  const harness = new Harness();
  const [o] = harness.room("#x", "o");
  o!.send("MODE #x +v o", "TOPIC #x :tea time");
  harness.login(o!, "olga");
  harness.hush();
  const topic = (nick: string) => [
    `332 ${nick} #x :tea time`,
    `333 ${nick} #x o!~o@192.0.2.1 ${SECONDS}`,
  ];
  for (
    const [nick, caps, ...names] of [
      ["a", "", "@o a"],
      ["b", "multi-prefix", "@+o b"],
      ["c", "userhost-in-names", "@o!~o@192.0.2.1 c!~c@192.0.2.1"],
      ["d", "multi-prefix userhost-in-names", "@+o!~o@192.0.2.1 d!~d@192.0.2.1"],
      ["e", "no-implicit-names"],
    ] as const
  ) {
    const user = harness.user(nick, caps);
    assertAnswers(user, [
      [
        "JOIN #x",
        `:${nick}!~${nick}@192.0.2.1 JOIN #x`,
        ...topic(nick),
        ...names.flatMap((
          list,
        ) => [`353 ${nick} = #x :${list}`, `366 ${nick} #x :End of /NAMES list`]),
      ],
      ["PART #x", `:${nick}!~${nick}@192.0.2.1 PART #x`],
    ]);
  }
  assertAnswers(harness.user("e2", "no-implicit-names"), [
    ["NAMES #x", "353 e2 = #x :@o", "366 e2 #x :End of /NAMES list"],
  ]);
});

Deno.test("JOIN: each member is told of a newcomer in the form it asked for", () => {
  const harness = new Harness();
  const [plain] = harness.room("#x", "plain");
  const extended = harness.member("#x", "ext", "extended-join");
  const a = harness.user("a");
  harness.login(a, "anna");
  a.send("JOIN #x");
  assertEquals(plain!.take(), [":a!~a@192.0.2.1 JOIN #x"]);
  assertEquals(extended.take(), [":a!~a@192.0.2.1 JOIN #x anna :a R"]);
  harness.user("b").send("JOIN #x");
  assertEquals(extended.take(), [":b!~b@192.0.2.1 JOIN #x * :b R"]);
});

Deno.test("PART: several rooms are left at once, with one reason", () => {
  const a = new Harness().user("a").send("JOIN #1,#2");
  assertAnswers(a, [
    [
      "PART #1,,#nowhere,#lobby,#2 :tea time",
      ":a!~a@192.0.2.1 PART #1 :tea time",
      "403 a #nowhere :No such channel",
      "442 a #lobby :You're not on that channel",
      ":a!~a@192.0.2.1 PART #2 :tea time",
    ],
    ["PART", "461 a PART :Not enough parameters"],
  ]);
});

Deno.test("NAMES: shows one room, and none without a parameter", () => {
  const harness = new Harness();
  const [a] = harness.room("#x", "a", "b");
  assertAnswers(a!, [
    ["NAMES #X", "353 a = #x :@a b", "366 a #x :End of /NAMES list"],
    ["NAMES #x,#y", "353 a = #x :@a b", "366 a #x :End of /NAMES list"],
    ["NAMES #nowhere", "366 a #nowhere :End of /NAMES list"],
    ["NAMES", "366 a * :End of /NAMES list"],
  ]);
});

Deno.test("LIST: takes names, masks and conditions", () => {
  const harness = new Harness();
  const [a] = harness.room("#big", "a", "b", "c");
  harness.room("#bar", "d");
  const show = (params: string) =>
    a!.ask(`LIST ${params}`).slice(1, -1).map((line) => line.split(" ")[3]);
  for (
    const [params, ...rooms] of [
      ["", "#big", "#bar"],
      ["#b*", "#big", "#bar"],
      ["!#ba*", "#big"],
      [">0", "#big", "#bar"],
      ["<1"],
      ["<2", "#bar"],
      [">0,<3", "#bar"],
      ["#big,#bar >1", "#big"],
      ["C<1", "#big", "#bar"],
      ["C>0"],
      ["T<1"],
    ] as const
  ) {
    assertEquals(show(params), [...rooms], params);
  }
  a!.send("TOPIC #big :x");
  assertEquals(show("T<1"), ["#big"]);
});

Deno.test("TOPIC: a topic is told only when it changes", () => {
  const harness = new Harness();
  const [a, b] = harness.room("#x", "a", "b");
  assertAnswers(a!, [
    ["TOPIC #x :"],
    ["TOPIC #x :tea", ":a!~a@192.0.2.1 TOPIC #x :tea"],
    ["TOPIC #x :tea"],
    ["TOPIC", "461 a TOPIC :Not enough parameters"],
    ["TOPIC #nowhere", "403 a #nowhere :No such channel"],
  ]);
  assertEquals(b!.take(), [":a!~a@192.0.2.1 TOPIC #x :tea"]);
  assertEquals(harness.user("s").ask("TOPIC #x")[0], ":chat.test 332 s #x :tea");
});

Deno.test("JOIN: each room in the list costs as much as by itself", () => {
  const harness = new Harness({ limits: { messagesPerSecond: 1, burst: 10 } });
  const client = harness.connect().send("NICK a", "USER a 0 * :a");
  harness.now += 60_000;
  const rooms = Array.from({ length: 12 }, (_, index) => `#${index}`).join(",");
  assertEquals(client.send(`JOIN ${rooms}`).wait, 2000);
});

Deno.test("Replies: an answer too long for the send queue is cut off, and says so", () => {
  const harness = new Harness({ limits: { messagesPerSecond: 0, sendQueueBytes: 10_000 } });
  const [a] = harness.room("#x", ...Array.from({ length: 40 }, (_, index) => `user${index}`));
  for (let count = 0; count < 40; count++) a!.send(`JOIN #room-${count}`);
  harness.hush();
  for (const command of ["LIST", "WHO #x", "WHO user*"]) {
    const lines = a!.ask(command);
    assertEquals(lines.length > 5 && lines.length < 30, true, command);
    assertEquals(
      lines.at(-2),
      `:chat.test NOTICE user0 :The answer to ${
        command.split(" ")[0]
      } was too long and has been cut off. Ask for less at a time`,
    );
  }
});
