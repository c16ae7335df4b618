import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { createHmac } from "node:crypto";
import { fold } from "../../../lib/irc/names.ts";
import { cloaks, cloakSource } from "../../../lib/server/entry/cloak.ts";
import { setHost } from "../../../lib/server/world/profile.ts";
import { CALM, type Client, Harness } from "../harness.ts";
import { codes, newcomer, plain, serverWith } from "../logins.ts";
import { setOper } from "../../../lib/server/world/operators.ts";

const withKey = (key: string) => cloaks((text) => createHmac("sha256", key).update(text).digest());
const cloak = withKey("key");

Deno.test("cloaks: one address has one, which is short and says nothing of it", () => {
  for (
    const [address, parts] of [
      ["192.0.2.7", 3],
      ["127.0.0.1", 3],
      ["2001:db8::1", 4],
      ["::1", 4],
      ["fe80::1%eth0", 1],
    ] as const
  ) {
    const made = cloak(address);
    assertMatch(made, new RegExp(`^([a-z2-7]{8}\\.){${parts}}ip$`));
    assert(made.length <= 40, made);
    assertEquals([cloak(address), fold(made)], [made, made]);
    assertNotEquals(withKey("another")(address), made);
  }
  assertEquals(cloak("2001:DB8:0::0001"), cloak("2001:db8::1"));
});

Deno.test("cloaks: addresses of one network end alike, as far as they are of one", () => {
  for (
    const [one, other, common] of [
      ["192.0.2.7", "192.0.2.8", 3],
      ["192.0.2.7", "192.0.3.7", 2],
      ["192.0.2.7", "192.1.2.7", 1],
      ["2001:db8:1:2::1", "2001:db8:1:2::2", 4],
      ["2001:db8:1:2::1", "2001:db8:1:3::1", 3],
      ["2001:db8:1:2::1", "2001:db8:2:2::1", 2],
      ["2001:db8::1", "2001:db9::1", 1],
      ["192.0.2.7", "::ffff:c000:208", 3],
    ] as const
  ) {
    const [a, b] = [cloak(one).split(".").reverse(), cloak(other).split(".").reverse()];
    const alike = a.findIndex((part, index) => part !== b[index]);
    assertEquals(alike, common, `${one} ${other}`);
  }
});

Deno.test("cloakSource: only an address gives way", () => {
  assertEquals(cloakSource("a!~a@192.0.2.7", cloak), `a!~a@${cloak("192.0.2.7")}`);
  assertEquals(cloakSource("a!~a@0::1", cloak), `a!~a@${cloak("::1")}`);
  for (const source of ["chat.test", "a!~a@example.org", `a!~a@${cloak("::1")}`, ""]) {
    assertEquals(cloakSource(source, cloak), source);
  }
});

const [HOME, SCHOOL] = ["203.0.113.7", "2001:db8:1:2::9"];

/** Two users in a room from two addresses, a server operator, and a stranger. */
function scene() {
  const harness = new Harness(CALM, undefined, { cloak });
  const come = (nick: string, host: string, caps = "") => {
    const client = harness.connect(host);
    if (caps !== "") client.send(`CAP REQ :${caps}`, "CAP END");
    return client.send(`NICK ${nick}`, `USER ${nick} 0 * :${nick} R`);
  };
  const a = come("a", HOME).send("JOIN #x");
  const b = come("b", SCHOOL, "userhost-in-names chghost message-tags").send("JOIN #x");
  const stranger = come("s", "198.51.100.1", "extended-monitor message-tags");
  const oper = come("o", "198.51.100.2");
  setOper(harness.world, oper.user, "root", "password", harness.now);
  harness.hush();
  return { harness, come, a, b, stranger, oper };
}

/** All commands that show users to others. */
const QUESTIONS = [
  ...["WHOIS a", "WHO a", "WHO #x", "WHO a %tcuihsnfdlaor,1", "WHO *", "USERHOST a b", "NAMES #x"],
  ...["MONITOR + a,b", "MONITOR S", "WHOWAS gone", "LIST", "ISON a b", "MODE #x b", "TOPIC #x"],
  ...["JOIN #x", "NAMES #x", "WHO 203.0.113.*", "PRIVMSG a :hi", "PRIVMSG #x :hi"],
  ...["CHATHISTORY LATEST #x * 50", "INVITE a #x", "KICK #x a", "MODE a", "STATS k", "LUSERS"],
  ...["WHOIS a,b", "SEARCH from=a", "PART #x"],
];

Deno.test("World: nobody but operators learns an address, whatever is asked", () => {
  const { harness, come, a, b, stranger, oper } = scene();
  come("gone", HOME).send("JOIN #x", "PRIVMSG #x :hi", "QUIT :bye");
  a.send("TOPIC #x :tea", "MODE #x +b bad", "PRIVMSG #x :hi", "AWAY :tea", "NICK a2", "NICK a");
  setHost(harness.world, a.user, "example.org", harness.now);
  setHost(harness.world, a.user, cloak(HOME), harness.now);
  const open = ["WHOIS a", "WHO a %tcuihsnfdlaor,1", "WHOWAS gone", "WHO 203.0.113.* %in"];
  const lines = (
    client: Client,
  ) => [...client.take(), ...QUESTIONS.flatMap((line) => client.ask(line))];
  for (const [client, others] of [[b, [HOME]], [stranger, [HOME, SCHOOL]]] as const) {
    const told = lines(client);
    for (const address of others) {
      assertEquals(told.filter((line) => line.includes(address)), []);
      assert(told.some((line) => line.includes(cloak(address))), `the cloak of ${address} is seen`);
    }
  }
  for (const question of open) {
    assert(oper.ask(question).some((line) => line.includes(HOME)), question);
  }
  assert(
    a.ask("WHOIS a").includes(`:chat.test 338 a a ~a@${HOME} ${HOME} :Is actually using host`),
  );
  assertEquals(stranger.ask(`WHO ${HOME}`), [`:chat.test 315 s ${HOME} :End of WHO list`]);
});

Deno.test("World: what a kick, a kill and a ban tell others has no address in it", () => {
  const { harness, come, a, b, oper } = scene();
  for (
    const [nick, line] of [["c", "KICK #x c"], ["d", "KILL d"], ["e", "KLINE *@203.0.113.9 :x"], [
      "f",
      "DLINE 203.0.113.9 :x",
    ]]
  ) {
    const one = come(nick!, "203.0.113.9").send("JOIN #x");
    (nick === "c" ? a : oper).send(line!);
    const told = [...a.take(), ...b.take()];
    assertEquals(told.filter((line) => line.includes("203.0.113.9")), []);
    if (nick !== "c") {
      assertMatch(one.take().at(-1)!, /^ERROR :Closing link: 203\.0\.113\.9 /, "its own");
    }
    for (const ban of harness.world.bans.list(0)) harness.world.bans.remove(ban.mask, ban.kind);
  }
});

Deno.test("Masks: a ban on a cloak or its end holds, whatever host an operator gave since", () => {
  const whole = cloak(HOME);
  const network = whole.slice(whole.indexOf("."));
  for (
    const [mask, fits] of [
      [`*!*@${whole}`, true],
      [`*!*@*${network}`, true],
      [`*!*@*${network.slice(network.indexOf(".", 1))}`, true],
      [`*!*@${cloak("203.0.113.8")}`, false],
      ["*!*@203.0.113.0/24", true],
      [`*!*@${HOME}`, true],
      ["*!*@203.0.114.0/24", false],
      ["*!*@203.0.113.*", true],
    ] as const
  ) {
    for (const host of [undefined, "example.org"]) {
      const { harness, a, b } = scene();
      b.send("PART #x");
      const op = a;
      op.send("MODE #x -n");
      const n = harness.connect(HOME).send("NICK n", "USER n 0 * :n");
      if (host !== undefined) setHost(harness.world, n.user, host, harness.now);
      op.send(`MODE #x +b ${mask}`);
      harness.hush();
      assertEquals(n.ask("PRIVMSG #x :hi").length === 1, fits, mask);
    }
  }
});

Deno.test("Bans: an address that somebody typed is shown to the room and to operators of the server", () => {
  const harness = new Harness(CALM, undefined, { cloak });
  const [op, member] = harness.room("#x", "op", "member");
  op!.send(`MODE #x +bb *!*@${HOME} ~q:*!*@${HOME}`, "MODE #x +bb *!*@203.0.113.0/24 bad");
  const stranger = harness.user("stranger");
  const shown = (client: Client) =>
    client.ask("MODE #x b").slice(0, -1).map((line) => line.split(" ")[4]);
  const others = ["*!*@203.0.113.0/24", "bad!*@*"];
  assertEquals(shown(stranger), others);
  for (const client of [op!, member!, harness.operator("boss")]) {
    assertEquals(shown(client), [`*!*@${HOME}`, `~q:*!*@${HOME}`, ...others]);
  }
});

Deno.test("Accounts: an owner is told of failed logins by the cloak of who failed", async () => {
  const harness = await serverWith(["Gamze"]);
  Object.assign(harness.world.init, { cloak });
  await plain(newcomer(harness, "Furkan", HOME), "Gamze", "wrong horse");
  const client = newcomer(harness, "Gamze");
  assertEquals(codes(await plain(client, "Gamze")), ["900", "903"]);
  const told = client.ask("CAP END").at(-1)!;
  assertMatch(told, new RegExp(`The latest was from ${cloak(HOME)} at `));
});

Deno.test("History: addresses that an earlier version kept are not shown", () => {
  const before = new Harness();
  const [a] = before.room("#x", "a");
  a!.send("PRIVMSG #x :hi", "TOPIC #x :tea", "MODE #x +b 203.0.113.7", "MODE #x +b ~q:c");
  a!.send("MODE #x +e *!*@203.0.113.0/24");
  const state = before.store.serverState.channels()[0]!;
  before.store.serverState.saveChannel("#x", { ...state, cloaked: false });
  a!.send("QUIT");
  before.store.serverState.saveChannel("#x", { ...state, cloaked: false });
  const harness = new Harness(CALM, before, { cloak });
  const b = harness.connect("198.51.100.1");
  b.send("CAP REQ :batch draft/event-playback draft/chathistory", "CAP END");
  b.send("NICK b", "USER b 0 * :b", "JOIN #x");
  const told = [
    ...b.take(),
    ...["CHATHISTORY LATEST #x * 50", "MODE #x b", "MODE #x e", "TOPIC #x", "SEARCH text=hi"]
      .flatMap((line) => b.ask(line)),
  ];
  assertEquals(told.filter((line) => /192\.0\.2\.1|203\.0\.113\.7/.test(line)), []);
  const own = cloak("192.0.2.1");
  for (
    const line of [
      `:a!~a@${own} PRIVMSG #x :hi`,
      `:a!~a@${own} MODE #x +b ~q:c!*@*`,
      ` 333 b #x a!~a@${own} `,
      ` 367 b #x *!*@${cloak(HOME)} a!~a@${own} `,
      ` 348 b #x *!*@203.0.113.0/24 a!~a@${own} `,
    ]
  ) {
    assert(told.some((each) => each.includes(line)), `${line}\n${told.join("\n")}`);
  }
  const shut = harness.connect(HOME).send("NICK c", "USER c 0 * :c");
  harness.hush();
  assertEquals(shut.ask("JOIN #x")[0]?.split(" ")[1], "JOIN", "the exception still holds");
  b.send("MODE #x -e *!*@203.0.113.0/24", "KICK #x c");
  harness.hush();
  assertEquals(shut.ask("JOIN #x")[0]?.split(" ")[1], "474", "and so does the ban");
});

Deno.test("CHGHOST: an address can't be a host", () => {
  const { oper, a } = scene();
  for (const host of ["10.0.0.1", "2001:db8::1"]) {
    assertEquals(oper.ask(`CHGHOST a ${host}`), [
      `:chat.test NOTICE o :${host} is not a valid host: it would be mistaken for the user's address`,
    ]);
  }
  assertEquals(a.user.host, cloak(HOME));
});
