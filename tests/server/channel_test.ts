import { assertEquals } from "@std/assert";
import { CALM, Harness, START } from "./harness.ts";

const SECONDS = Math.floor(START / 1000);

Deno.test("the first into a room opens it as its operator, the next are told who is there", () => {
  const harness = new Harness();
  const a = harness.user("a");
  assertEquals(a.ask("JOIN #Room"), [
    ":a!~a@192.0.2.1 JOIN #Room",
    ":chat.test 353 a = #Room :@a",
    ":chat.test 366 a #Room :End of NAMES list",
  ]);
  const b = harness.user("b");
  assertEquals(b.ask("JOIN #room"), [
    ":b!~b@192.0.2.1 JOIN #Room",
    ":chat.test 353 b = #Room :@a b",
    ":chat.test 366 b #Room :End of NAMES list",
  ]);
  assertEquals(a.take(), [":b!~b@192.0.2.1 JOIN #Room"]);
  assertEquals(b.ask("JOIN #room"), [], "who is in already is not told again");
});

Deno.test("nobody is operator of the lobby by being first", () => {
  assertEquals(new Harness().user("a").ask("JOIN #lobby")[1], ":chat.test 353 a = #lobby :a");
});

Deno.test("several rooms are entered at once, and all left with 0", () => {
  const harness = new Harness();
  const a = harness.user("a");
  const joined = a.ask("JOIN #x,#y,,#x").filter((line) => line.includes("JOIN"));
  assertEquals(joined, [":a!~a@192.0.2.1 JOIN #x", ":a!~a@192.0.2.1 JOIN #y"]);
  assertEquals(a.ask("JOIN 0"), [":a!~a@192.0.2.1 PART #x", ":a!~a@192.0.2.1 PART #y"]);
  assertEquals([...harness.world.channels.keys()].map(String), ["#lobby"]);
});

Deno.test("a room that can't be is refused", () => {
  const harness = new Harness({ limits: { ...CALM.limits, channelsPerUser: 2, channels: 3 } });
  const a = harness.user("a");
  for (
    const [line, answer] of [
      ["JOIN lobby", "403 a lobby :No such channel"],
      ["JOIN #", "476 a # :A room's name cannot be empty"],
      [
        "JOIN #a\u200bb",
        "476 a #a\u200bb :A room's name cannot contain the invisible character U+200B",
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
  assertEquals(b.ask("JOIN #3"), [":chat.test 405 b #3 :You have joined too many channels"]);
});

Deno.test("who parts is heard of by all, and the room goes with its last member", () => {
  const harness = new Harness();
  const [a, b] = harness.room("#x", "a", "b");
  const told = ":a!~a@192.0.2.1 PART #x :tea time";
  assertEquals(a!.ask("PART #X :tea time"), [told]);
  assertEquals(b!.take(), [told]);
  b!.send("PART #x");
  assertEquals(harness.world.findChannel("#x"), undefined);
});

Deno.test("the topic is set by operators, told to all and to newcomers", () => {
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

Deno.test("many names come in lines that fit", () => {
  const harness = new Harness();
  const names = Array.from({ length: 100 }, (_, index) => `member-number-${index}`);
  const [first] = harness.room("#x", ...names);
  const lines = first!.ask("NAMES #x");
  const shown = lines.slice(0, -1).flatMap((line) => line.split(" :")[1]!.split(" "));
  assertEquals(shown, ["@member-number-0", ...names.slice(1)]);
  for (const line of lines) assertEquals(line.length < 510, true);
});

Deno.test("rooms are listed with their size and topic", () => {
  const harness = new Harness();
  const [a] = harness.room("#x", "a", "b");
  a!.send("TOPIC #x :hello");
  assertEquals(a!.ask("LIST"), [
    ":chat.test 321 a Channel :Users  Name",
    ":chat.test 322 a #lobby 0 :",
    ":chat.test 322 a #x 2 :hello",
    ":chat.test 323 a :End of LIST",
  ]);
  assertEquals(a!.ask("LIST #X,#nowhere").slice(1, -1), [":chat.test 322 a #x 2 :hello"]);
});

Deno.test("modes are shown", () => {
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
