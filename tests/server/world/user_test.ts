import { assertEquals } from "@std/assert";
import { assertAnswers, Harness, START } from "../harness.ts";
import { setOper } from "../../../lib/server/world/operators.ts";

const SECONDS = Math.floor(START / 1000);

Deno.test("WHOIS: shows what is known of a user", () => {
  const harness = new Harness();
  const [a, b] = harness.room("#x", "a", "Bert");
  harness.now += 90_500;
  const answer = [
    "311 a Bert ~Bert 192.0.2.1 * :Bert R",
    "319 a Bert :#x",
    "312 a Bert chat.test :a chat room",
    `317 a Bert 90 ${SECONDS} :seconds idle, signon time`,
    "318 a Bert :End of /WHOIS list",
  ];
  assertAnswers(a!, [
    ["WHOIS bert", ...answer],
    ["WHOIS chat.test bert", ...answer],
    ["WHOIS bert bert", ...answer],
    ["WHOIS bert,a", ...answer],
    ["WHOIS nobody", "401 a nobody :No such nick/channel", "318 a nobody :End of /WHOIS list"],
    ["WHOIS", "431 a :No nickname given"],
    ["WHOIS :", "431 a :No nickname given"],
  ]);
  assertEquals(b!.ask("WHOIS a")[1], ":chat.test 319 Bert a :@#x");
});

Deno.test("WHOIS: shows more to server operators and to the user themselves", () => {
  const harness = new Harness();
  const [a] = harness.room("#x", "a", "b");
  const m = harness.member("#x", "m", "multi-prefix");
  setOper(harness.world, a!.user, "root", "password", harness.now);
  harness.login(a!, "anna");
  a!.send("MODE #x +v a", "MODE a +iB", "AWAY :tea time", "CHGHOST a hidden.host");
  harness.hush();
  const start = (to: string) => `311 ${to} a ~a hidden.host * :a R`;
  const what = (to: string) => [
    `312 ${to} a chat.test :a chat room`,
    `313 ${to} a :is an IRC operator`,
    `330 ${to} a anna :is logged in as`,
    `335 ${to} a :is a bot`,
  ];
  const rest = (to: string) => [
    `301 ${to} a :tea time`,
    `317 ${to} a 0 ${SECONDS} :seconds idle, signon time`,
    `318 ${to} a :End of /WHOIS list`,
  ];
  assertAnswers(a!, [[
    "WHOIS a",
    start("a"),
    "319 a a :@#x",
    ...what("a"),
    "338 a a ~a@192.0.2.1 192.0.2.1 :Is actually using host",
    "379 a a :is using modes +Bio",
    ...rest("a"),
  ]]);
  assertAnswers(m, [["WHOIS a", start("m"), "319 m a :@+#x", ...what("m"), ...rest("m")]]);
  assertAnswers(harness.user("s"), [["WHOIS a", start("s"), ...what("s"), ...rest("s")]]);
});

Deno.test("WHOWAS: shows users who are gone, the latest first", () => {
  const harness = new Harness();
  const a = harness.user("a");
  const first = harness.user("ghost");
  harness.login(first, "casper");
  first.send("QUIT");
  harness.now += 60_000;
  harness.user("Ghost").send("NICK other");
  const entry = (nick: string, time: string) => [
    `314 a ${nick} ~${nick} 192.0.2.1 * :${nick} R`,
    ...nick === "ghost" ? ["330 a ghost casper :is logged in as"] : [],
    `312 a ${nick} chat.test :Fri, 02 Jan 2026 ${time} GMT`,
  ];
  const [old, young] = [entry("ghost", "03:04:05"), entry("Ghost", "03:05:05")];
  const end = "369 a ghost :End of WHOWAS";
  assertAnswers(a, [
    ["WHOWAS ghost", ...young, ...old, end],
    ["WHOWAS ghost 1", ...young, end],
    ["WHOWAS ghost 0", ...young, ...old, end],
    ["WHOWAS ghost -1", ...young, ...old, end],
    ["WHOWAS ghost x", ...young, ...old, end],
    ["WHOWAS GHOST 9", ...young, ...old, "369 a GHOST :End of WHOWAS"],
    ["WHOWAS nobody", "406 a nobody :There was no such nickname", "369 a nobody :End of WHOWAS"],
    ["WHOWAS", "431 a :No nickname given"],
  ]);
});

Deno.test("USERHOST: shows which users are here, as does ISON", () => {
  const harness = new Harness();
  const a = harness.user("a");
  harness.user("b").send("AWAY :tea");
  const o = harness.operator("o");
  assertAnswers(a, [
    ["USERHOST A b o nobody", "302 a :a=+~a@192.0.2.1 b=-~b@192.0.2.1 o*=+~o@192.0.2.1"],
    ["USERHOST nobody", "302 a :"],
    ["USERHOST 1 2 3 4 5 a", "302 a :"],
    ["USERHOST", "461 a USERHOST :Not enough parameters"],
    ["ISON a nobody B", "303 a :a b"],
    ["ISON :a nobody B", "303 a :a b"],
    ["ISON nobody", "303 a :"],
    ["ISON", "461 a ISON :Not enough parameters"],
  ]);
  o.send("AWAY x");
  assertEquals(a.ask("USERHOST o"), [":chat.test 302 a o*=-~o@192.0.2.1"]);
});

Deno.test("AWAY: marks a user as away, and clients with away-notify are told of changes", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a");
  const n = harness.member("#x", "n", "away-notify");
  const p = harness.member("#x", "p");
  const stranger = harness.user("s", "away-notify");
  for (
    const [line, answer, told] of [
      ["AWAY :tea time", "306 a :You have been marked as being away", "AWAY :tea time"],
      ["AWAY :tea time", "306 a :You have been marked as being away"],
      ["AWAY :lunch", "306 a :You have been marked as being away", "AWAY :lunch"],
      ["AWAY", "305 a :You are no longer marked as being away", "AWAY"],
      ["AWAY :", "305 a :You are no longer marked as being away"],
      [
        `AWAY ${"x".repeat(201)}`,
        "306 a :You have been marked as being away",
        `AWAY :${"x".repeat(200)}`,
      ],
    ] as const
  ) {
    assertAnswers(a, [[line, answer]]);
    assertEquals(n.take(), told === undefined ? [] : [`:a!~a@192.0.2.1 ${told}`], line);
  }
  assertEquals([p.take(), stranger.take()], [[], []]);
  a.send("PART #x");
  harness.hush();
  a.send("JOIN #x");
  const rank = ":chat.test MODE #x +o a";
  assertEquals(n.take(), [
    ":a!~a@192.0.2.1 JOIN #x",
    `:a!~a@192.0.2.1 AWAY :${"x".repeat(200)}`,
    rank,
  ]);
  assertEquals(p.take(), [":a!~a@192.0.2.1 JOIN #x", rank]);
});

Deno.test("AWAY: with draft/pre-away a client may be away before it has registered", () => {
  const harness = new Harness();
  const early = harness.connect();
  assertAnswers(early, [["AWAY :x", "451 * :You have not registered"]]);
  early.send("CAP REQ draft/pre-away");
  assertAnswers(early, [
    ["AWAY *", "306 * :You have been marked as being away"],
    ["AWAY", "305 * :You are no longer marked as being away"],
    ["AWAY :tea time", "306 * :You have been marked as being away"],
  ]);
  early.send("NICK e", "USER e 0 * :e", "CAP END");
  assertAnswers(harness.user("a"), [["PRIVMSG e :hi", "301 a e :tea time"]]);
});

Deno.test("SETNAME: changes the real name, and clients that understand it are told", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a", "setname");
  const n = harness.member("#x", "n", "setname");
  const p = harness.member("#x", "p");
  assertAnswers(a, [["SETNAME :Anna Ö.", ":a!~a@192.0.2.1 SETNAME :Anna Ö."]]);
  assertEquals([n.take(), p.take()], [[":a!~a@192.0.2.1 SETNAME :Anna Ö."], []]);
  assertAnswers(p, [
    ["SETNAME :P"],
    ["WHO p", "352 p #x ~p 192.0.2.1 chat.test p H :0 P", "315 p p :End of WHO list"],
    ["SETNAME", "461 p SETNAME :Not enough parameters"],
    ["SETNAME :", "FAIL SETNAME INVALID_REALNAME :Realname is not valid"],
    ["SETNAME :  ", "FAIL SETNAME INVALID_REALNAME :Realname is not valid"],
    [`SETNAME ${"é".repeat(76)}`, "FAIL SETNAME INVALID_REALNAME :Realname is not valid"],
    [`SETNAME ${"é".repeat(75)}`],
  ]);
});

Deno.test("ACCOUNT: a user who logs in is known by their account", () => {
  const harness = new Harness();
  const n = harness.member("#x", "n", "account-notify extended-join account-tag");
  const p = harness.member("#x", "p");
  const a = harness.member("#x", "a", "account-notify");
  harness.login(a, "anna");
  const told = ":a!~a@192.0.2.1 ACCOUNT anna";
  assertEquals([a.take(), n.take(), p.take()], [[told], [`@account=anna ${told}`], []]);
  a.send("PART #x", "JOIN #x", "PRIVMSG #x :hi");
  assertEquals(n.take(), [
    "@account=anna :a!~a@192.0.2.1 PART #x",
    "@account=anna :a!~a@192.0.2.1 JOIN #x anna :a R",
    "@account=anna :a!~a@192.0.2.1 PRIVMSG #x :hi",
  ]);
  harness.hush();
  harness.login(a, undefined);
  assertEquals(n.take(), [":a!~a@192.0.2.1 ACCOUNT *"]);
  a.send("PART #x", "JOIN #x");
  assertEquals(n.take()[1], ":a!~a@192.0.2.1 JOIN #x * :a R");
});
