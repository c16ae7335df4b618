import { assertEquals } from "@std/assert";
import { MAX_HOST_BANS } from "../../../lib/server/world/host_bans.ts";
import { LOCK_AFTER } from "../../../lib/server/accounts/login_guard.ts";
import { assertAnswers, CALM, type Client, Harness } from "../harness.ts";
import { reload } from "../../../lib/server/settings/reload.ts";

const OPERS = { ...CALM, opers: [{ name: "root", password: "çok gizli" }] };

const notice = (text: string) => `NOTICE o :${text}`;

Deno.test("OPER: a user who knows the password becomes an operator", async () => {
  const harness = new Harness(OPERS);
  const a = harness.member("#lobby", "a");
  const wrong = [":chat.test 464 a :Password incorrect"];
  assertEquals(await a.askSlow("OPER root wrong"), wrong);
  assertEquals(await a.askSlow("OPER nobody :çok gizli"), wrong);
  assertEquals(await a.askSlow("OPER root :çok gizli"), [
    ":chat.test MODE a +o",
    ":chat.test MODE #lobby +o a",
    ":chat.test 381 a :You are now an IRC operator",
  ]);
  assertEquals(await a.askSlow("OPER root :çok gizli"), [
    ":chat.test 381 a :You are now an IRC operator",
  ]);
  assertAnswers(a, [["OPER root", "461 a OPER :Not enough parameters"]]);
  assertEquals(await new Harness().user("b").askSlow("OPER root x"), [
    ":chat.test 464 b :Password incorrect",
  ]);
});

Deno.test("OPER: the answers to wrong passwords take longer and longer, then the network is locked out", async () => {
  const harness = new Harness({
    ...OPERS,
    opers: [...OPERS.opers, { name: "two", password: "x2" }],
  });
  const [a, b] = [harness.user("a"), harness.user("b")];
  for (let count = 0; count < LOCK_AFTER; count++) {
    const answers = await (count % 2 ? a : b).askSlow("OPER root wrong");
    assertEquals(answers.length, 1);
  }
  assertEquals(harness.waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  assertEquals(await harness.user("c").askSlow("OPER root :çok gizli"), [
    ":chat.test NOTICE c :Too many failed logins: try again in 15 minutes",
    ":chat.test 464 c :Password incorrect",
  ]);
  assertEquals(
    (await b.askSlow("OPER two x2")).at(-1),
    ":chat.test 381 b :You are now an IRC operator",
  );
  assertEquals(harness.waits.length, 7, "a right answer is not held back");
});

Deno.test("OPER: a right password is compared slowly once, and again after it was changed", async () => {
  const harness = new Harness(OPERS);
  const compared: string[] = [];
  const verify = (stored: string, given: string) => {
    compared.push(given);
    return Promise.resolve(stored === given);
  };
  Object.assign(harness.world.init, { verify });
  const a = harness.user("a");
  for (const given of ["wrong", "çok gizli", "çok gizli", "wrong again"]) {
    await a.askSlow(`OPER root :${given}`);
  }
  assertEquals(compared, ["wrong", "çok gizli"]);
  const changed = harness.config({ ...OPERS, opers: [{ name: "root", password: "new" }] });
  reload(harness.world, changed, harness.now);
  const b = harness.user("b");
  await b.askSlow("OPER root :çok gizli");
  assertEquals(b.user.oper, undefined);
  await b.askSlow("OPER root new");
  assertEquals([b.user.oper, compared.slice(2)], ["root", ["çok gizli", "new"]]);
});

Deno.test("OPER: a user who leaves while the password is compared does not become an operator", async () => {
  const harness = new Harness(OPERS);
  const a = harness.user("a");
  a.send("OPER root :çok gizli").vanish();
  assertEquals((await a.settled()).take(), []);
  assertEquals(a.user.oper, undefined);
});

Deno.test("Operator commands: all other users are refused", () => {
  const a = new Harness().user("a");
  for (
    const line of [
      "KILL a :x",
      "WALLOPS :x",
      "REHASH",
      "CHGHOST a b",
      "KLINE *@x :y",
      "UNKLINE *@x",
      "DLINE 1.1.1.1 :x",
      "UNDLINE 1.1.1.1",
      "KILL",
    ]
  ) {
    assertAnswers(a, [[line, "481 a :Permission Denied- You're not an IRC operator"]]);
  }
});

Deno.test("KILL: the connection ends, and everyone in a shared room is told", () => {
  const harness = new Harness();
  const o = harness.operator("o");
  const [a, b] = harness.room("#x", "a", "b");
  assertAnswers(o, [
    ["KILL B :no more"],
    ["KILL nobody :x", "401 o nobody :No such nick/channel"],
    ["KILL", "461 o KILL :Not enough parameters"],
  ]);
  assertEquals(b!.take(), [
    ":o!~o@192.0.2.1 KILL b :no more",
    "ERROR :Closing link: 192.0.2.1 (Killed (o (no more)))",
  ]);
  assertEquals(a!.take(), [":b!~b@192.0.2.1 QUIT :Killed (o (no more))"]);
  assertEquals(b!.ended, "Killed (o (no more))");
  o.send("KILL a :");
  assertEquals(a!.ended, "Killed (o (No reason given))");
  assertEquals(o.ask("KILL o :bye").at(-1), "ERROR :Closing link: 192.0.2.1 (Killed (o (bye)))");
});

Deno.test("WALLOPS: reaches the users who set +w", () => {
  const harness = new Harness();
  const o = harness.operator("o");
  const [a, b] = [harness.user("a").send("MODE a +w"), harness.user("b")];
  harness.hush();
  assertAnswers(o, [
    ["WALLOPS :tea is ready"],
    ["WALLOPS :", "461 o WALLOPS :Not enough parameters"],
    ["WALLOPS", "461 o WALLOPS :Not enough parameters"],
  ]);
  assertEquals([a.take(), b.take()], [[":o!~o@192.0.2.1 WALLOPS :tea is ready"], []]);
});

Deno.test("REHASH: reads the configuration again and reports the result", async () => {
  const harness = new Harness();
  const o = harness.operator("o");
  const begun = ":chat.test 382 o configuration Rehashing";
  assertEquals(await o.askSlow("REHASH"), [
    begun,
    ":chat.test NOTICE o :The configuration was reloaded",
  ]);
  harness.reload = () => Promise.reject(new Error("Unknown key: x."));
  assertEquals(await o.askSlow("REHASH"), [
    begun,
    ":chat.test NOTICE o :The configuration was not changed. Unknown key: x.",
  ]);
});

Deno.test("REHASH: who is taken out of the configuration is no operator any more; with another password one is", async () => {
  const harness = new Harness({
    opers: [{ name: "a", password: "x" }, { name: "b", password: "x" }],
  });
  const [a, b] = [harness.user("a"), harness.user("b")];
  await a.askSlow("OPER a x");
  await b.askSlow("OPER b x");
  harness.hush();
  reload(
    harness.world,
    harness.config({ opers: [{ name: "b", password: "new" }] }),
    harness.now,
  );
  assertEquals([a.take(), b.take()], [[":chat.test MODE a -o"], []]);
  assertAnswers(a, [["KILL b :x", "481 a :Permission Denied- You're not an IRC operator"]]);
  assertAnswers(b, [["KILL nobody :x", "401 b nobody :No such nick/channel"]]);
  assertEquals([a.ended, b.ended], [undefined, undefined]);
});

Deno.test("CHGHOST: the host changes, and clients that understand it are told", () => {
  const harness = new Harness();
  const o = harness.operator("o");
  const a = harness.member("#x", "a", "chghost").send("MODE #x +v a");
  const c = harness.member("#x", "c", "chghost");
  const p = harness.member("#x", "p");
  assertAnswers(o, [
    ["CHGHOST A anna.example", notice("The host of a is now anna.example")],
    ["CHGHOST nobody x", "401 o nobody :No such nick/channel"],
    ["CHGHOST a", "461 o CHGHOST :Not enough parameters"],
    [
      "CHGHOST a a!b",
      notice("a!b is not a valid host: only letters, digits and . : / - are allowed"),
    ],
    [
      `CHGHOST a ${"x".repeat(64)}`,
      notice(`${"x".repeat(64)} is not a valid host: only letters, digits and . : / - are allowed`),
    ],
  ]);
  const told = [":a!~a@192.0.2.1 CHGHOST ~a anna.example"];
  assertEquals([a.take(), c.take()], [told, told]);
  assertEquals(p.take(), [
    ":a!~a@192.0.2.1 QUIT :Changing host",
    ":a!~a@anna.example JOIN #x",
    ":chat.test MODE #x +ov a a",
  ], "who does not understand it sees the user go and come back");
  a.send("PRIVMSG #x :hi");
  assertEquals(p.take(), [":a!~a@anna.example PRIVMSG #x :hi"]);
  p.send("MODE #x +b 192.0.2.*");
  const [q] = harness.room("#y", "q");
  q!.send("MODE #y +b *!~a@192.0.2.*");
  a.take();
  assertAnswers(a, [["JOIN #y", "474 a #y :Cannot join channel (+b)"]]);
});

/** A registered user from an address. */
function comeFrom(harness: Harness, host: string, user = "u"): Client {
  return harness.connect(host).send(`NICK n${harness.clients.length}`, `USER ${user} 0 * :r`);
}

Deno.test("KLINE: keeps out a user name and host at once, until it ends or is taken back", () => {
  const harness = new Harness();
  const o = harness.operator("o");
  const a = comeFrom(harness, "10.1.1.1", "evil");
  const b = comeFrom(harness, "10.1.1.1", "good");
  harness.hush();
  assertAnswers(o, [[
    "KLINE 1m ~evil@10.* :no spam",
    notice("Added a temporary KLINE for ~evil@10.*: no spam"),
  ]]);
  assertEquals(a.take(), [
    ":chat.test 465 n2 :You are banned from this server: no spam",
    "ERROR :Closing link: 10.1.1.1 (Banned: no spam)",
  ]);
  assertEquals(b.ended, undefined);
  const again = comeFrom(harness, "10.9.9.9", "evil");
  assertEquals(again.take(), [
    ":chat.test 465 n4 :You are banned from this server: no spam",
    "ERROR :Closing link: 10.9.9.9 (Banned: no spam)",
  ]);
  harness.now += 60_000;
  assertEquals(comeFrom(harness, "10.9.9.9", "evil").ended, undefined);
  assertAnswers(o, [
    ["KLINE *@10.9.9.9", "461 o KLINE :Not enough parameters"],
    ["KLINE *@10.9.9.9 :", notice("Added a KLINE for *@10.9.9.9: No reason given")],
    ["UNKLINE *@10.9.9.9", notice("Removed the KLINE for *@10.9.9.9")],
    ["UNKLINE *@10.9.9.9", notice("There is no KLINE for *@10.9.9.9")],
    ["UNDLINE 10.9.9.9", notice("There is no DLINE for 10.9.9.9")],
    ["UNKLINE", "461 o UNKLINE :Not enough parameters"],
  ]);
  assertEquals(comeFrom(harness, "10.9.9.9").ended, undefined);
});

Deno.test("DLINE: keeps out a range of addresses", () => {
  const harness = new Harness();
  const o = harness.operator("o");
  const unregistered = harness.connect("2001:db8::5");
  assertAnswers(o, [
    ["DLINE 2001:db8::/32 :go away", notice("Added a DLINE for 2001:db8::/32: go away")],
    ["DLINE 0 198.51.100.0/24 :all", notice("Added a DLINE for 198.51.100.0/24: all")],
  ]);
  assertEquals(unregistered.take(), [
    ":chat.test 465 * :You are banned from this server: go away",
    "ERROR :Closing link: 2001:db8::5 (Banned: go away)",
  ]);
  assertEquals(comeFrom(harness, "2001:db8:1::1").ended, "Banned: go away");
  assertEquals(comeFrom(harness, "198.51.100.9").ended, "Banned: all");
  assertAnswers(o, [["UNDLINE 198.51.100.0/24", notice("Removed the DLINE for 198.51.100.0/24")]]);
  assertEquals(comeFrom(harness, "198.51.100.9").ended, undefined);
});

Deno.test("KLINE: an invalid KLINE or DLINE is refused with the reason", () => {
  const harness = new Harness();
  const o = harness.operator("o");
  const none = (mask: string) =>
    notice(`${mask} is not an address or a range such as 192.0.2.0/24`);
  const full = (mask: string) => notice(`${mask} was not added: the server already has 1000 bans`);
  const bits = notice("The number of bits after / must be from 0 to 32");
  assertAnswers(o, [
    [
      "KLINE nick :x",
      notice("nick is not a user@host mask. * and ? are wildcards, as in *@192.0.2.*"),
    ],
    ["KLINE *@* :x", notice("*@* would ban you too")],
    ["KLINE *@?*.* :x", notice("*@?*.* would ban you too")],
    ["DLINE 0.0.0.0/0 :x", notice("0.0.0.0/0 would ban you too")],
    ["KLINE *@192.0.0.0/8 :x", notice("*@192.0.0.0/8 would ban you too")],
    ["DLINE example.com :x", none("example.com")],
    ["DLINE 1.2.3.4/33 :x", none("1.2.3.4/33")],
    ["KLINE *@1.2.3.4/33 :x", bits],
    ["KLINE x!*@300.2.3.4 :x", notice("300.2.3.4 is not an address")],
  ]);
  for (let index = 0; index < MAX_HOST_BANS; index++) o.send(`KLINE x@${index} :x`);
  assertAnswers(o, [
    ["KLINE x@more :x", full("x@more")],
    ["KLINE x@0 :y", notice("Added a KLINE for x@0: y")],
  ]);
});

Deno.test("KLINE: ranges, any spelling of IPv6 and nick!user@host keep out, and are taken back so", () => {
  const cases: [given: string, shown: string, hit: string[], missed: string[], other: string][] = [
    ["*@10.1.0.0/16", "*@10.1.0.0/16", ["10.1.255.9"], ["10.2.0.1", "::1"], "*@10.1.7.7/16"],
    [
      "~u@2001:DB8::/32",
      "~u@2001:db8::/32",
      ["2001:db8:7::1"],
      ["2001:db9::1"],
      "~u@2001:db8:0::/32",
    ],
    ["*@2001:db8:0:0::1", "*@2001:db8::1", ["2001:db8::1"], ["2001:db8::2"], "*@2001:0DB8::0001"],
    ["~v@10.0.0.0/8", "~v@10.0.0.0/8", [], ["10.1.1.1"], "~v@10.9.9.9/8"],
    ["n*!*@10.0.0.0/8", "n*!*@10.0.0.0/8", ["10.1.1.1"], ["11.1.1.1"], "N*!*@10.0.0.1/8"],
    ["m*!*@10.0.0.0/8", "m*!*@10.0.0.0/8", [], ["10.1.1.1"], "m*!*@10.0.0.0/8"],
    ["n*!*@*", "n*!*@*", ["10.1.1.1", "::1"], [], "n*!*@*"],
  ];
  for (const [given, shown, hit, missed, other] of cases) {
    const harness = new Harness();
    const o = harness.operator("o");
    const [there] = hit.map((host) => comeFrom(harness, host));
    assertAnswers(o, [[`KLINE ${given} :x`, notice(`Added a KLINE for ${shown}: x`)]]);
    assertEquals(there?.ended, hit.length > 0 ? "Banned: x" : undefined, given);
    for (const host of hit) assertEquals(comeFrom(harness, host).ended, "Banned: x", host);
    for (const host of missed) assertEquals(comeFrom(harness, host).ended, undefined, host);
    assertAnswers(o, [
      ["STATS k", `216 o K ${shown} 0 x`, "219 o k :End of /STATS report"],
      [`UNKLINE ${other}`, notice(`Removed the KLINE for ${other}`)],
      ["STATS k", "219 o k :End of /STATS report"],
    ]);
  }
});

Deno.test("KLINE: who takes a name that is banned is put out", () => {
  const harness = new Harness();
  const o = harness.operator("o");
  const a = comeFrom(harness, "10.1.1.1");
  assertAnswers(o, [["KLINE bad*!*@* :x", notice("Added a KLINE for bad*!*@*: x")]]);
  a.send("NICK badger");
  assertEquals(a.ended, "Banned: x");
});
