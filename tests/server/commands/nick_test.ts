import { assertEquals } from "@std/assert";
import { assertAnswers, CALM, Harness } from "../harness.ts";
import { addAccount, PASSWORD, serverWith } from "../logins.ts";

Deno.test("NICK: a lookalike of a name in use is refused with that name, registered or not", () => {
  for (
    const [held, asked] of [
      ["coco", "сосо"],
      ["сосо", "coco"],
      ["HET", "НЕТ"],
      ["Nik", "Νικ"],
      ["Çağrı", "ÇAĞRİ"],
      ["strasse", "STRAßE"],
      ["ab", "ＡＢ"],
    ] as const
  ) {
    const harness = new Harness();
    harness.user(held);
    const same = held === "Çağrı" || held === "strasse" || held === "ab";
    const why = same ? "Nickname is already in use" : `Nickname looks like ${held}, who is here`;
    for (const client of [harness.connect(), harness.user("x")]) {
      assertAnswers(client, [[`NICK ${asked}`, `433 ${client.user.target} ${asked} :${why}`]]);
    }
    harness.clients[0]!.send("QUIT");
    assertEquals(harness.user(asked).user.nick, asked, "when its holder is gone it is free");
  }
});

Deno.test("NICK: a user may take another form of their own name", () => {
  const a = new Harness().user("coco");
  assertAnswers(a, [
    ["NICK COCO", ":coco!~coco@192.0.2.1 NICK COCO"],
    ["NICK сосо", ":COCO!~coco@192.0.2.1 NICK сосо"],
    ["NICK coco", ":сосо!~coco@192.0.2.1 NICK coco"],
    ["NICK coco"],
  ]);
});

Deno.test("NICK: an old name is free again with all its lookalikes", () => {
  const harness = new Harness();
  const a = harness.user("coco");
  const b = harness.user("b");
  assertAnswers(b, [["NICK сосо", "433 b сосо :Nickname looks like coco, who is here"]]);
  a.send("NICK other");
  assertAnswers(b, [["NICK сосо", ":b!~b@192.0.2.1 NICK сосо"]]);
  a.take();
  assertAnswers(a, [["NICK coco", "433 other coco :Nickname looks like сосо, who is here"]]);
});

Deno.test("NICK: a refused change changes nothing", () => {
  const harness = new Harness();
  const [a, b] = harness.room("#x", "a", "b");
  assertAnswers(a!, [
    ["NICK", "431 a :No nickname given"],
    ["NICK b", "433 a b :Nickname is already in use"],
    ["NICK B", "433 a B :Nickname is already in use"],
    ["NICK a!b", '432 a a!b :A username cannot contain "!"'],
    ["NICK Aлperen", "432 a Aлperen :A username cannot mix letters from different alphabets"],
    [
      `NICK ${"x".repeat(31)}`,
      `432 a ${"x".repeat(31)} :A username can be at most 30 characters long`,
    ],
    ["NICK ::a", '432 a * :A username cannot contain ":"'],
  ]);
  assertEquals(b!.take(), []);
  assertEquals(a!.user.nick, "a");
});

Deno.test("NICK: a name is put into its normal form", () => {
  const a = new Harness().user("a");
  assertEquals(a.ask("NICK Go\u0308kc\u0327e"), [":a!~a@192.0.2.1 NICK Gökçe"]);
});

Deno.test("NICK: the number of changes per minute is limited", () => {
  const harness = new Harness({ limits: { ...CALM.limits, nickChangesPerMinute: 2 } });
  const a = harness.user("a");
  const why = "You are changing your name too often: wait a moment";
  a.send("NICK b", "NICK c");
  a.take();
  assertAnswers(a, [["NICK d", `432 c d :${why}`]]);
  harness.now += 60_000;
  assertEquals(a.ask("NICK d"), [":c!~a@192.0.2.1 NICK d"]);
});

Deno.test("JOIN: a room's name means the same room in any case", () => {
  const harness = new Harness();
  const a = harness.user("a").send("JOIN #Çay");
  a.take();
  const b = harness.user("b");
  assertEquals(b.ask("JOIN #çAY")[0], ":b!~b@192.0.2.1 JOIN #Çay");
  assertEquals(a.ask("PRIVMSG #ÇAY :hi"), []);
  assertEquals(b.take().at(-1), ":a!~a@192.0.2.1 PRIVMSG #Çay :hi");
});

Deno.test("Nick: who is banned or muted in a room that it is in keeps its name", async () => {
  const harness = await serverWith(["Gamze"]);
  const [op, a] = harness.room("#x", "op", "a");
  const bans: readonly [set: string, unset: string][] = [
    ["+b a!*@*", "-b a!*@*"],
    ["+b ~q:a!*@*", "-b ~q:a!*@*"],
  ];
  const refusal = ":chat.test 435 a b #x :Cannot change nickname while banned on channel";
  for (const [set, unset] of bans) {
    harness.now += 60_000;
    op!.send(`MODE #x ${set}`);
    assertEquals(a!.ask("NICK b"), [refusal], set);
    assertEquals(a!.user.nick, "a");
    // A change of case still matches the ban.
    assertEquals(a!.ask("NICK A", "NICK a").length, 2);
    for (const lift of ["+e a!*@*", "+v a"]) {
      op!.send(`MODE #x ${lift}`);
      assertEquals(a!.ask("NICK b"), [":a!~a@192.0.2.1 NICK b"], lift);
      a!.send("NICK a");
      op!.send(`MODE #x ${lift.replace("+", "-")}`);
    }
    // A user may take a name that matches a ban.
    op!.send(`MODE #x ${unset}`, `MODE #x ${set.replaceAll("a!", "c!")}`);
    assertEquals(a!.ask("NICK c"), [":a!~a@192.0.2.1 NICK c"]);
    op!.send(`MODE #x ${unset.replaceAll("a!", "c!")}`);
    a!.send("NICK a");
    harness.hush();
  }
});

Deno.test("Nick: neither NickServ nor logging out gets around a ban", async () => {
  const harness = await serverWith(["Gamze", "Deniz"]);
  const [op, a] = harness.room("#x", "op", "a");
  op!.send("MODE #x +b a!*@*");
  const answers = await a!.askSlow(`NS IDENTIFY Gamze ${PASSWORD}`);
  assertEquals(a!.user.nick, "a");
  assertEquals(
    answers.at(-1),
    ":NickServ!NickServ@chat.test NOTICE a :You cannot change your name while you are banned or " +
      "muted in #x. Leave that room first. Your name is still a.",
  );
  a!.send("PART #x");
  await a!.askSlow("NS REGAIN Gamze");
  assertEquals(a!.user.nick, "Gamze");
  for (const mask of ["~q:Gamze!*@*", "~q:~a:Gamze"]) {
    op!.send("MODE #x -b a!*@*", `MODE #x +b ${mask}`);
    a!.send("JOIN #x");
    assertEquals(await a!.askSlow("NS LOGOUT"), [
      ":NickServ!NickServ@chat.test NOTICE Gamze :You cannot log out while you are banned or " +
      "muted in #x. Leave that room first.",
    ]);
    assertEquals([a!.user.nick, a!.user.account], ["Gamze", "Gamze"]);
    op!.send(`MODE #x -b ${mask}`);
  }
});

Deno.test("Nick: a name that is taken from somebody is taken, banned or not, but the ban is not lifted", async () => {
  const harness = new Harness();
  const [op, a] = harness.room("#x", "op", "a");
  a!.send("JOIN #y");
  op!.send("MODE #x +b ~q:a");
  await addAccount(harness, "A");
  harness.hush();
  const owner = harness.user("Owner");
  await owner.askSlow(`NS IDENTIFY A ${PASSWORD}`);
  assertEquals([a!.user.nick, owner.user.nick], ["Guest1", "A"]);
  assertEquals(op!.take(), [":a!~a@192.0.2.1 PART #x :Renamed while banned"]);
  assertEquals([...a!.user.channels].map(({ name }) => name), ["#y"]);
  assertEquals(a!.ask("PRIVMSG #x :hello"), [
    ":chat.test 404 Guest1 #x :Cannot send to channel (+n)",
  ]);
});
