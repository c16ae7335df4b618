import { assertEquals } from "@std/assert";
import { setHost } from "../../../lib/server/world/profile.ts";
import { assertAnswers, type Client, Harness } from "../harness.ts";

/** An operator and a member of a room, and a user outside. */
function scene(modes = ""): { harness: Harness; o: Client; n: Client; s: Client } {
  const harness = new Harness();
  const [o, n] = harness.room("#x", "o", "n") as [Client, Client];
  const s = harness.user("s");
  if (modes !== "") o.send(`MODE #x ${modes}`);
  harness.hush();
  return { harness, o, n, s };
}

const entered = (client: Client) => client.ask("JOIN #x")[0] === ":s!~s@192.0.2.1 JOIN #x";

Deno.test("Modes: the modes decide whether a user may join, and a refusal names the mode", () => {
  for (
    const [modes, refusal] of [
      ["+k word", "475 s #x :Cannot join channel (+k)"],
      ["+l 2", "471 s #x :Cannot join channel (+l)"],
      ["+i", "473 s #x :Cannot join channel (+i)"],
      ["+iI other", "473 s #x :Cannot join channel (+i)"],
      ["+b s", "474 s #x :Cannot join channel (+b)"],
      ["+b *!~s@*", "474 s #x :Cannot join channel (+b)"],
      ["+b 192.0.2.*", "474 s #x :Cannot join channel (+b)"],
      ["+be s t", "474 s #x :Cannot join channel (+b)"],
      ["+R", "477 s #x :Cannot join channel (+R): log in to an account first"],
    ] as const
  ) {
    const { s, o } = scene(modes);
    assertAnswers(s, [["JOIN #x", refusal]]);
    assertEquals(o.take(), [], "nobody is told");
  }
  for (
    const modes of [
      ...["+l 3", "+iI s", "+iI *!*@192.0.2.?", "+be s s", "+be *!*@* ~s@*", "+b S!*@10.*"],
      ...["+mnstCM", "+b ~a:*", "+b ~q:*!*@*"],
    ]
  ) {
    const { s } = scene(modes);
    assertEquals(entered(s), true, modes);
  }
});

Deno.test("Modes: a room with +k opens only with the right key", () => {
  const { s } = scene("+k Word");
  const refused = "475 s #x :Cannot join channel (+k)";
  assertAnswers(s, [
    ["JOIN #x", refused],
    ["JOIN #x word", refused],
    ["JOIN #x :", refused],
    [
      "JOIN #y,#x Word",
      ":s!~s@192.0.2.1 JOIN #y",
      "353 s = #y :@s",
      "366 s #y :End of /NAMES list",
      refused,
    ],
  ]);
  assertEquals(s.ask("JOIN #y,#x other,Word")[0], ":s!~s@192.0.2.1 JOIN #x");
});

Deno.test("Modes: an invitation opens a closed room once", () => {
  for (const modes of ["+k word", "+l 2", "+i", "+R"]) {
    const { o, s } = scene(modes);
    o.send("INVITE s #x");
    s.take();
    assertEquals(entered(s), true, modes);
    assertEquals(s.ask("PART #x", "JOIN #x").length, 2, `${modes}: not again`);
  }
});

Deno.test("Modes: an invitation overrides a ban only if it comes from an operator of the room", () => {
  const { o, n, s } = scene("+b s");
  n.send("INVITE s #x");
  assertAnswers(s.send(), [["JOIN #x", "474 s #x :Cannot join channel (+b)"]]);
  o.send("INVITE s #x");
  assertEquals(entered(s), true);
  o.send("KICK #x s");
  assertAnswers(s.send(), [["JOIN #x", "474 s #x :Cannot join channel (+b)"]]);
});

Deno.test("Modes: ~a: masks ban, except and admit accounts", () => {
  for (
    const [modes, account, enters] of [
      ["+b ~a:anna", "Anna", false],
      ["+b ~a:ann*", "Anna", false],
      ["+b ~a:anna", "bert", true],
      ["+b ~a:anna", undefined, true],
      ["+b ~a:*", undefined, true],
      ["+be *!*@* ~a:anna", "anna", true],
      ["+be *!*@* ~a:anna", undefined, false],
      ["+iI ~a:anna", "anna", true],
      ["+iI ~a:anna", "bert", false],
      ["+R", "anna", true],
    ] as const
  ) {
    const { harness, s } = scene(modes);
    harness.login(s, account);
    assertEquals(entered(s), enters, `${modes} ${account}`);
  }
});

Deno.test("Modes: the modes decide whether a user may speak, and a refusal names the mode", () => {
  const ctcp = "\x01VERSION\x01";
  for (
    const [modes, who, text, letter] of [
      ["", "s", "hi", "n"],
      ["-n", "s", "hi", undefined],
      ["-n+m", "s", "hi", "m"],
      ["-n+b s", "s", "hi", "b"],
      ["-n+M", "s", "hi", "M"],
      ["-n+C", "s", ctcp, "C"],
      ["+m", "n", "hi", "m"],
      ["+mv n", "n", "hi", undefined],
      ["+mh n", "n", "hi", undefined],
      ["+m", "o", "hi", undefined],
      ["+M", "n", "hi", "M"],
      ["+Mv n", "n", "hi", undefined],
      ["+b n", "n", "hi", "b"],
      ["+be n n", "n", "hi", undefined],
      ["+bv n n", "n", "hi", undefined],
      ["+b *!*@*", "o", "hi", undefined],
      ["+b ~q:n!*@*", "n", "hi", "b"],
      ["+b ~q:*", "n", "hi", "b"],
      ["+b ~q:n", "n", "hi", "b"],
      ["+b ~q:other!*@*", "n", "hi", undefined],
      ["+be ~q:*!*@* n", "n", "hi", undefined],
      ["+be ~q:*!*@* ~q:n", "n", "hi", undefined],
      ["+be *!*@* ~q:n", "n", "hi", "b"],
      ["+bv ~q:*!*@* n", "n", "hi", undefined],
      ["+C", "n", ctcp, "C"],
      ["+C", "o", ctcp, "C"],
      ["+C", "n", "\x01ACTION waves\x01", undefined],
      ["+C", "n", "hi", undefined],
      ["+istR", "n", "hi", undefined],
    ] as const
  ) {
    const { o, n, s } = scene(modes);
    const speaker = { o, n, s }[who];
    const listener = who === "o" ? n : o;
    const source = `${who}!~${who}@192.0.2.1`;
    for (const command of ["PRIVMSG", "NOTICE"]) {
      const refused = letter !== undefined && command === "PRIVMSG";
      assertAnswers(speaker, [[
        `${command} #x :${text}`,
        ...refused ? [`404 ${who} #x :Cannot send to channel (+${letter})`] : [],
      ]]);
      assertEquals(
        listener.take(),
        letter === undefined ? [`:${source} ${command} #x :${text}`] : [],
        `${modes} ${who} ${command}`,
      );
    }
  }
});

Deno.test("Modes: +M lets users with an account speak, and ~q:~a: silences an account", () => {
  const { harness, n } = scene("+M");
  harness.login(n, "anna");
  assertAnswers(n, [["PRIVMSG #x :hi"]]);
  const quiet = scene("+b ~q:~a:anna");
  assertAnswers(quiet.n, [["PRIVMSG #x :hi"]]);
  quiet.harness.login(quiet.n, "Anna");
  assertAnswers(quiet.n, [["PRIVMSG #x :hi", "404 n #x :Cannot send to channel (+b)"]]);
});

Deno.test("Modes: a ban or mute of an account holds after logging out or in to another one", () => {
  for (const account of [undefined, "bert"]) {
    const { harness, o, n } = scene();
    harness.login(n, "Anna");
    o.send("MODE #x +b ~q:~a:anna");
    harness.login(n, account);
    n.take();
    const muted = "404 n #x :Cannot send to channel (+b)";
    assertAnswers(n, [["PRIVMSG #x :hi", muted]]);
    n.send("PART #x", "JOIN #x");
    assertAnswers(n, [["PRIVMSG #x :hi", muted]]);
    o.send("MODE #x +b ~a:anna");
    n.send("PART #x").take();
    assertAnswers(n, [["JOIN #x", "474 n #x :Cannot join channel (+b)"]]);
    // An exception is for who is logged in now.
    o.send("MODE #x +e ~a:anna");
    assertAnswers(n, [["JOIN #x", "474 n #x :Cannot join channel (+b)"]]);
    if (account === undefined) continue;
    o.send("MODE #x +e ~a:bert");
    assertEquals(n.ask("JOIN #x")[0], ":n!~n@192.0.2.1 JOIN #x");
  }
});

Deno.test("Modes: a secret room is visible only to its members", () => {
  const { o, n, s } = scene("+s");
  o.send("TOPIC #x :plans");
  assertAnswers(s, [
    ["LIST", "321 s Channel :Users  Name", "323 s :End of /LIST"],
    ["LIST #x", "321 s Channel :Users  Name", "323 s :End of /LIST"],
    ["NAMES #x", "366 s #x :End of /NAMES list"],
    ["TOPIC #x", "403 s #x :No such channel"],
    ["TOPIC #x :mine", "403 s #x :No such channel"],
    ["PART #x", "403 s #x :No such channel"],
    ["WHO #x", "315 s #x :End of WHO list"],
    ["KICK #x o", "403 s #x :No such channel"],
    ["INVITE n #x", "403 s #x :No such channel"],
    ["RENAME #x #y", "403 s #x :No such channel"],
  ]);
  assertEquals(s.ask("WHOIS n").filter((line) => line.includes(" 319 ")), []);
  assertEquals(o.ask("WHOIS n").filter((line) => line.includes(" 319 ")), [
    ":chat.test 319 o n :#x",
  ]);
  assertAnswers(n, [
    ["NAMES #x", "353 n @ #x :@o n", "366 n #x :End of /NAMES list"],
    ["LIST #x", "321 n Channel :Users  Name", "322 n #x 2 :plans", "323 n :End of /LIST"],
  ]);
});

Deno.test("Modes: without +t any member sets the topic, with it only half-operators and above", () => {
  const { o, n } = scene("-t");
  assertAnswers(n, [["TOPIC #x :free", ":n!~n@192.0.2.1 TOPIC #x :free"]]);
  o.send("MODE #x +t");
  n.take();
  assertAnswers(n, [["TOPIC #x :no", "482 n #x :You're not channel operator"]]);
  o.send("MODE #x +h n");
  n.take();
  assertAnswers(n, [["TOPIC #x :half", ":n!~n@192.0.2.1 TOPIC #x :half"]]);
});

Deno.test("Modes: an invisible user is found from a shared room, by exact name and by operators", () => {
  const { harness, n, o, s } = scene();
  n.send("MODE n +i");
  harness.hush();
  const row = (to: string) => `352 ${to} #x ~n 192.0.2.1 chat.test n H :0 n R`;
  assertAnswers(s, [
    ["NAMES #x", "353 s = #x :@o", "366 s #x :End of /NAMES list"],
    [
      "WHO ?",
      "352 s #x ~o 192.0.2.1 chat.test o H@ :0 o R",
      "352 s * ~s 192.0.2.1 chat.test s H :0 s R",
      "315 s ? :End of WHO list",
    ],
    ["WHO n", "352 s * ~n 192.0.2.1 chat.test n H :0 n R", "315 s n :End of WHO list"],
    ["ISON n", "303 s :n".replace(":", "")],
  ]);
  assertEquals(s.ask("WHOIS n").some((line) => line.includes("#x")), false);
  assertEquals(
    o.ask("WHO n*"),
    [row("o"), "315 o n* :End of WHO list"].map((line) => `:chat.test ${line}`),
  );
  const op = harness.operator("p");
  assertEquals(op.ask("WHO n*").length, 2);
});

Deno.test("Modes: with user mode R only logged-in users and operators can write in private", () => {
  const { harness, n, s } = scene();
  n.send("MODE n +R");
  harness.hush();
  const why = "You must be logged in to an account to message this user";
  assertAnswers(s, [["PRIVMSG n :hi", `477 s n :${why}`], ["NOTICE n :hi"]]);
  assertEquals(n.take(), []);
  assertAnswers(n, [["PRIVMSG n :note", ":n!~n@192.0.2.1 PRIVMSG n :note"]]);
  harness.login(s, "anna");
  s.send("PRIVMSG n :hi");
  assertEquals(n.take(), [":s!~s@192.0.2.1 PRIVMSG n :hi"]);
  harness.operator("p").send("PRIVMSG n :hi");
  assertEquals(n.take().length, 1);
});

Deno.test("Modes: a bot is marked in WHO, in WHOIS and in the tags of what it does", () => {
  const { harness, n, s } = scene();
  const tagged = harness.member("#x", "t", "message-tags");
  n.send("MODE n +B");
  assertAnswers(s, [
    ["WHO n", "352 s #x ~n 192.0.2.1 chat.test n HB :0 n R", "315 s n :End of WHO list"],
  ]);
  assertEquals(s.ask("WHOIS n").includes(":chat.test 335 s n :is a bot"), true);
  harness.hush();
  for (const line of ["PRIVMSG #x :beep", "TOPIC #x", "PART #x"]) n.send(line);
  for (const { tags, command } of tagged.messages()) assertEquals(tags.get("bot"), "", command);
});

Deno.test("Masks: ranges and addresses speak of who comes from there, in every list", () => {
  for (
    const [mask, inside, outside] of [
      ["*!*@10.0.0.0/8", "10.255.0.1", "11.0.0.1"],
      ["10.1.2.3", "10.1.2.3", "10.1.2.30"],
      ["*!*@10.1.2.*", "10.1.2.3", "10.1.20.3"],
      ["n!*@10.0.0.0/8", "10.1.1.1", "11.1.1.1"],
      ["*!*@2001:db8::/32", "2001:db8:9::1", "2001:db9::1"],
      ["*!*@2001:DB8:0:0::0001", "2001:db8::1", "2001:db8::2"],
      ["*!*@0.0.0.0/0", "1.2.3.4", "::1"],
      ["*!~n@::/0", "2001:db8::1", "1.2.3.4"],
    ] as const
  ) {
    for (const [address, fits] of [[inside, true], [outside, false]] as const) {
      const speaks = (modes: string) => heard(modes, address);
      assertEquals(speaks(`+b ${mask}`), fits ? "404" : "said", `+b ${mask} ${address}`);
      assertEquals(speaks(`+b ~q:${mask}`), fits ? "404" : "said", `~q: ${mask} ${address}`);
      assertEquals(speaks(`+be *!*@* ${mask}`), fits ? "said" : "404", `+e ${mask} ${address}`);
      const list = entersFrom(`+iI ${mask}`, address);
      assertEquals(list, fits ? undefined : "473", `+I ${mask} ${address}`);
      assertEquals(entersFrom(`+b ${mask}`, address), fits ? "474" : undefined);
    }
  }
});

Deno.test("Masks: a range counts for the address, not for the host that an operator gave", () => {
  const { harness, o, n } = visitor("10.1.1.1");
  setHost(harness.world, n.user, "192.0.2.200", harness.now);
  for (const [mask, fits] of [["192.0.2.0/24", false], ["10.0.0.0/8", true]] as const) {
    o.send(`MODE #x +b ${mask}`);
    assertEquals(n.ask("PRIVMSG #x :hi").some((line) => line.includes(" 404 ")), fits, mask);
    o.send(`MODE #x -b ${mask}`);
  }
});

/** A room with an operator, and a user `n` from an address, who is outside. */
function visitor(address: string): { harness: Harness; o: Client; n: Client } {
  const harness = new Harness();
  const o = harness.member("#x", "o");
  o.send("MODE #x -n");
  const n = harness.connect(address).send("NICK n", "USER n 0 * :n");
  harness.hush();
  return { harness, o, n };
}

/** The result if the user says something under these modes. */
function heard(modes: string, address: string): string {
  const { o, n } = visitor(address);
  o.send(`MODE #x ${modes}`);
  return n.ask("PRIVMSG #x :hi")[0]?.split(" ")[1] ?? "said";
}

/** Why the user can't enter under these modes; undefined if it can. */
function entersFrom(modes: string, address: string): string | undefined {
  const { o, n } = visitor(address);
  o.send(`MODE #x ${modes}`);
  const code = n.ask("JOIN #x")[0]!.split(" ")[1]!;
  return code === "JOIN" ? undefined : code;
}

Deno.test("Modes: to outsiders, a secret room answers every command as a missing one does", () => {
  for (const modes of ["+s", "+sC", "+sm", "+sb *", "+sM-t"]) {
    const { harness, o } = scene(modes);
    const s = harness.user("t", "message-tags batch draft/multiline draft/read-marker");
    o.send("TOPIC #x :hidden");
    harness.hush();
    for (
      const line of [
        ...["MODE X", "MODE X b", "MODE X e", "MODE X +m", "MODE X +o o", "TOPIC X", "TOPIC X :t"],
        ...["WHO X", "WHO X %cnuh", "NAMES X", "LIST X", "LIST *", "LIST >0", "INVITE o X"],
        ...["PART X", "PART X :bye", "KICK X o", "RENAME X #z", "WHOIS X", "WHOIS o", "WHO o"],
        ...["PRIVMSG X :hi", "PRIVMSG @X :hi", "PRIVMSG X :\x01VERSION\x01", "NOTICE X :hi"],
        ...["@+typing=active TAGMSG X", "CHATHISTORY LATEST X * 5", "CHATHISTORY LATEST X * 0"],
        ...["SEARCH in=X;text=hidden", "MARKREAD X", "REDACT X run-1", "KNOCK X", "MONITOR + X"],
        ...["USERHOST X", "ISON X", "MARKREAD X timestamp=2026-01-01T00:00:00.000Z"],
      ]
    ) {
      const about = (room: string) =>
        s.ask(line.replaceAll("X", room)).map((answer) => answer.replaceAll(room, "X"));
      assertEquals(about("#x"), about("#q"), `${modes} ${line}`);
    }
    const lines = (room: string) =>
      s.ask(
        `BATCH +1 draft/multiline ${room}`,
        `@batch=1 PRIVMSG ${room} :a`,
        `@batch=1 PRIVMSG ${room} :b`,
        "BATCH -1",
      ).map((answer) => answer.replaceAll(room, "X"));
    assertEquals(lines("#x"), lines("#q"), modes);
    assertEquals(o.take(), [], modes);
  }
});
