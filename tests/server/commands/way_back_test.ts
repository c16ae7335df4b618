import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import type { ConfigOverrides } from "../../../lib/server/settings/config.ts";
import { type Client, Harness } from "../harness.ts";

const CAP = "chat.internal/resume";

/** Registers a user with a way back; returns its client and its secret. */
function comer(harness: Harness, nick: string, caps = "", host = "192.0.2.1", secure = false) {
  const client = harness.connect(host, secure);
  client.send(`CAP REQ :${`${CAP} ${caps}`.trim()}`, `NICK ${nick}`, `USER ${nick} 0 * :${nick} R`);
  client.take();
  const secret = secretIn(client.send("CAP END").take());
  return { client, secret };
}

function secretIn(lines: readonly string[]): string {
  const found = lines.map((line) => /RESUME TOKEN (\S+)$/.exec(line)?.[1]).find(Boolean);
  assert(found !== undefined, `a secret in ${JSON.stringify(lines)}`);
  return found;
}

/** A new connection shows a secret. Returns its client and what it got. */
function back(harness: Harness, secret: string, caps = "", host = "192.0.2.1", secure = false) {
  const client = harness.connect(host, secure);
  client.ask(`CAP REQ :${`${CAP} ${caps}`.trim()}`);
  return { client, lines: client.ask(`RESUME ${secret}`) };
}

function quits(client: Client): string[] {
  return client.take().filter((line) => line.includes(" QUIT "));
}

const INVALID =
  ":chat.test FAIL RESUME INVALID_TOKEN :There is no way back with this secret: choose a name";

const settings = (overrides: ConfigOverrides["limits"]): ConfigOverrides => ({
  limits: { messagesPerSecond: 0, ...overrides },
});

Deno.test("RESUME: a broken connection is told to nobody, and its user comes back as it was", () => {
  const harness = new Harness();
  const eve = harness.member("#room", "eve");
  const { client: bob, secret } = comer(harness, "bob");
  bob.send("JOIN #own", "TOPIC #own :tea", "MODE bob +i", "AWAY :lunch", "JOIN #room");
  harness.hush();
  bob.vanish("Connection reset by peer");
  harness.pass(50_000);
  assertEquals(eve.take(), []);
  assertEquals(eve.ask("NAMES #room")[0], ":chat.test 353 eve = #room :@eve bob");

  const { client: again, lines } = back(harness, secret);
  assertEquals(lines[0], ":chat.test RESUME SUCCESS bob");
  assertEquals(lines[1], ":chat.test 001 bob :Welcome to the Chat Network, bob");
  const after = lines.slice(lines.findIndex((line) => line.includes(" 221 ")));
  assertEquals(after.map((line) => line.replace(/\d{10}|(?<=TOKEN ).*/, "X")), [
    ":chat.test 221 bob +i",
    ":chat.test 306 bob :You have been marked as being away",
    ":bob!~bob@192.0.2.1 JOIN #own",
    ":chat.test 332 bob #own :tea",
    ":chat.test 333 bob #own bob!~bob@192.0.2.1 X",
    ":chat.test 353 bob = #own :@bob",
    ":chat.test 366 bob #own :End of /NAMES list",
    ":bob!~bob@192.0.2.1 JOIN #room",
    ":chat.test 353 bob = #room :@eve bob",
    ":chat.test 366 bob #room :End of /NAMES list",
    ":chat.test RESUME TOKEN X",
  ]);
  assertEquals(eve.take(), []);
  again.send("PRIVMSG #room :hello");
  assertEquals(eve.take(), [":bob!~bob@192.0.2.1 PRIVMSG #room :hello"]);
  assertEquals(harness.log.map(({ kind }) => kind).filter((kind) => kind !== "connected"), [
    "claimed",
    "claimed",
    "lost",
    "returned",
    "said",
  ]);
});

Deno.test("RESUME: who does not come back in time leaves, with the reason of the loss", () => {
  const cases: [why: string, ms: number, most?: number | undefined, seconds?: number][] = [
    ["Connection closed", 60_000],
    ["it was the browser", 10_000, 10_000],
    ["a shorter time", 5_000, undefined, 5],
    ["a shorter time still", 5_000, 10_000, 5],
  ];
  for (const [why, ms, most, seconds] of cases) {
    const harness = new Harness(settings(seconds === undefined ? {} : { returnSeconds: seconds }));
    const eve = harness.member("#room", "eve");
    const { client: bob, secret } = comer(harness, "bob");
    bob.send("JOIN #room");
    harness.hush();
    bob.vanish(why, most);
    harness.pass(ms - 1);
    assertEquals(eve.take(), [], why);
    harness.pass(1);
    assertEquals(quits(eve), [`:bob!~bob@192.0.2.1 QUIT :${why}`]);
    assertEquals(back(harness, secret).lines, [INVALID]);
    assertEquals(harness.world.users.size, 1);
  }
});

Deno.test("RESUME: leaving, being killed or having no capability leaves at once", () => {
  const harness = new Harness();
  const eve = harness.member("#room", "eve");
  const oper = harness.operator("op");
  const cases: [string, (bob: Client) => void, string][] = [
    [CAP, (bob) => bob.send("QUIT :bye"), "Quit: bye"],
    [CAP, () => oper.send("KILL bob :spam"), "Killed (op (spam))"],
    [CAP, (bob) => {
      bob.send(`CAP REQ :-${CAP}`);
      bob.vanish();
    }, "Connection closed"],
    ["server-time", (bob) => bob.vanish(), "Connection closed"],
  ];
  for (const [cap, leave, reason] of cases) {
    const bob = harness.member("#room", "bob", cap);
    leave(bob);
    assertEquals(eve.take(), [`:bob!~bob@192.0.2.1 QUIT :${reason}`]);
  }
});

Deno.test("RESUME: it is not offered if the time is 0", () => {
  for (const [returnSeconds, offered] of [[60, true], [0, false]] as const) {
    const lines = new Harness(settings({ returnSeconds })).connect().ask("CAP LS 302");
    assertEquals(lines.join(" ").includes(CAP), offered);
  }
});

Deno.test("RESUME: a connection that still lives is told that another took over, and closed", () => {
  const harness = new Harness();
  const eve = harness.member("#room", "eve");
  const { client: bob, secret } = comer(harness, "bob", "standard-replies");
  bob.send("JOIN #room");
  harness.hush();
  const { client: thief, lines } = back(harness, secret, "", "198.51.100.7");
  assertEquals(lines[0], ":chat.test RESUME SUCCESS bob");
  assertEquals(bob.take(), [
    ":chat.test NOTE RESUME TAKEN_OVER 198.51.100.7 :Another connection showed your secret, and " +
    "is you from now on",
    "ERROR :Closing link: 192.0.2.1 (Another connection took over)",
  ]);
  // Nothing that the old connection does counts any more.
  bob.vanish();
  assertEquals(harness.world.users.find("bob")?.lost, undefined);
  assertEquals(eve.take(), []);
  assertEquals(thief.ask("PING x"), [":chat.test PONG chat.test x"]);
});

Deno.test("RESUME: each return gives a new secret; the used one counts until a line comes", () => {
  const harness = new Harness();
  const { client: bob, secret } = comer(harness, "bob");
  bob.vanish();
  const first = back(harness, secret);
  const next = secretIn(first.lines);
  assertNotEquals(next, secret);
  assertMatch(next, /^[A-Za-z0-9+/]{44}$/);
  // The connection broke before the new secret arrived.
  first.client.vanish();
  const second = back(harness, secret);
  assertEquals(second.lines[0], ":chat.test RESUME SUCCESS bob");
  // The one that never arrived is worth nothing.
  assertEquals(back(harness, next).lines, [INVALID]);
  second.client.send("PING x");
  assertEquals(back(harness, secret).lines, [INVALID]);
  const third = back(harness, secretIn(second.lines));
  assertEquals(third.lines[0], ":chat.test RESUME SUCCESS bob");
  assertEquals(harness.world.users.size, 1);
  assertEquals(harness.world.connections.size, 3);
});

Deno.test("RESUME: a new secret replaces the one before", () => {
  const harness = new Harness();
  const { client: bob, secret } = comer(harness, "bob");
  const next = secretIn(bob.ask(`CAP REQ ${CAP}`));
  assertEquals(back(harness, secret).lines, [INVALID]);
  assertEquals(back(harness, next).lines[0], ":chat.test RESUME SUCCESS bob");
});

Deno.test("RESUME: nonsense, a registered user and a missing capability are refused", () => {
  const harness = new Harness();
  const { client: bob, secret } = comer(harness, "bob");
  const fail = (code: string, why: string) => [`:chat.test FAIL RESUME ${code} :${why}`];
  for (const wrong of ["x", ":", secret.slice(0, -1), `${secret}A`, secret.toLowerCase()]) {
    assertEquals(back(harness, wrong).lines, [INVALID], wrong);
  }
  assertEquals(
    harness.connect().ask(`RESUME ${secret}`),
    fail("CANNOT_RESUME", `Request the capability ${CAP} first`),
  );
  assertEquals(
    comer(harness, "eve").client.ask(`RESUME ${secret}`),
    fail("CANNOT_RESUME", "You have a name already"),
  );
  assertEquals(harness.connect().ask("RESUME"), [
    ":chat.test 461 * RESUME :Not enough parameters",
  ]);
  assertEquals(bob.take(), []);
});

Deno.test("RESUME: a secret from an encrypted connection is worth nothing once it was sent plain", () => {
  const harness = new Harness();
  const { client: bob, secret } = comer(harness, "bob", "", "192.0.2.1", true);
  bob.vanish();
  assertEquals(back(harness, secret).lines, [
    ":chat.test FAIL RESUME INSECURE :The secret was given on an encrypted connection",
  ]);
  assertEquals(back(harness, secret, "", "192.0.2.1", true).lines, [INVALID]);
  // Nobody can come back, so nobody is waited for, even on a server without timeouts.
  assertEquals(harness.world.users.size, 0);
});

Deno.test("RESUME: a live connection survives that its secret was sent plain", () => {
  const harness = new Harness();
  const { client: bob, secret } = comer(harness, "bob", "", "192.0.2.1", true);
  back(harness, secret);
  assertEquals(back(harness, secret, "", "192.0.2.1", true).lines, [INVALID]);
  assertEquals(bob.ask("PING x"), [":chat.test PONG chat.test x"]);
});

Deno.test("RESUME: who comes back after a ping timeout is not dropped for its old silence", () => {
  const harness = new Harness();
  const { client: bob, secret } = comer(harness, "bob");
  for (let times = 0; times < 24; times++) harness.pass(5000);
  assertEquals(bob.ended, "Ping timeout: 120 seconds");
  const { client: again } = back(harness, secret);
  harness.pass(59_000);
  assertEquals(again.ended, undefined);
  again.take();
  harness.pass(1000);
  assertMatch(again.take().join(), /PING/);
  harness.pass(60_000);
  assertEquals(again.ended, "Ping timeout: 120 seconds");
});

Deno.test("RESUME: nobody waits longer because the clock was set back", () => {
  const harness = new Harness();
  const { client: bob } = comer(harness, "bob");
  bob.vanish();
  harness.now -= 86_400_000;
  harness.pass(0);
  assertEquals(harness.world.users.size, 0);
});

Deno.test("RESUME: a private message that was deleted does not come again", () => {
  const harness = new Harness();
  const caps = "message-tags echo-message draft/message-redaction";
  const eve = harness.user("eve", caps);
  const { client: bob, secret } = comer(harness, "bob", caps);
  bob.vanish();
  const [, first] = /msgid=([^; ]+)/.exec(eve.ask("PRIVMSG bob :a secret")[0]!)!;
  eve.send("PRIVMSG bob :hello", `REDACT bob ${first}`);
  const { lines } = back(harness, secret, caps);
  const said = lines.filter((line) => line.includes(" PRIVMSG "));
  assertEquals(said.map((line) => line.split(" :").at(-1)), ["hello"]);
});

Deno.test("RESUME: another address is told as CHGHOST, and bans on it hold", () => {
  const harness = new Harness();
  const eve = harness.member("#room", "eve", "chghost");
  const old = harness.member("#room", "old");
  const oper = harness.operator("op");
  const { client: bob, secret } = comer(harness, "bob", "chghost");
  bob.send("JOIN #room");
  harness.hush();
  bob.vanish();
  const { lines } = back(harness, secret, "chghost", "198.51.100.7");
  assert(lines.includes(":bob!~bob@198.51.100.7 JOIN #room"), lines.join("\n"));
  assertEquals(eve.take(), [":bob!~bob@192.0.2.1 CHGHOST ~bob 198.51.100.7"]);
  assertEquals(old.take(), []);
  assertEquals(
    oper.ask("WHOIS bob").find((line) => / 338 | 378 /.test(line))?.includes("198.51"),
    true,
  );

  oper.send("KLINE 60 *@203.0.113.9 :no");
  harness.hush();
  const third = back(harness, secretIn(lines), "chghost", "203.0.113.9");
  assertEquals(third.lines.slice(-2), [
    ":chat.test 465 bob :You are banned from this server: no",
    "ERROR :Closing link: 203.0.113.9 (Banned: no)",
  ]);
});

Deno.test("RESUME: an operator's host and the ranks of an opener stay", () => {
  const harness = new Harness();
  const oper = harness.operator("op");
  const { client: bob, secret } = comer(harness, "bob");
  bob.send("JOIN #own");
  oper.send("CHGHOST bob hidden.example");
  bob.vanish();
  const { client: again } = back(harness, secret, "", "198.51.100.7");
  assertEquals(again.user.host, "hidden.example");
  // It opened the room, under its new address too.
  again.send("PART #own", "JOIN #own");
  assertEquals(
    again.take().find((line) => line.includes(" 353 ")),
    ":chat.test 353 bob = #own :@bob",
  );
});

Deno.test("RESUME: a kick, a full room, a ban in a room and a deleted account meanwhile", () => {
  const harness = new Harness();
  const eve = harness.member("#kicked", "eve").send("JOIN #full", "JOIN #banned");
  const { client: bob, secret } = comer(harness, "bob");
  bob.send("JOIN #kicked", "JOIN #full", "JOIN #banned");
  harness.login(bob, "bob");
  bob.vanish();
  eve.send("KICK #kicked bob :out", "MODE #full +l 1", "MODE #banned +b bob!*@*");
  harness.login({ user: harness.world.users.find("bob")! } as Client, undefined);
  const { client: again, lines } = back(harness, secret);
  const joins = lines.filter((line) => line.includes(" JOIN ")).map((line) =>
    line.split(" ").at(-1)
  );
  assertEquals(joins, ["#full", "#banned"]);
  assertEquals(lines.some((line) => line.includes(" 900 ")), false);
  assertEquals(again.ask("PRIVMSG #banned :psst"), [
    ":chat.test 404 bob #banned :Cannot send to channel (+b)",
  ]);
});

Deno.test("RESUME: private messages that may not have arrived come again", () => {
  const harness = new Harness();
  const caps = "server-time message-tags echo-message";
  const eve = harness.user("eve");
  const { client: bob, secret } = comer(harness, "bob", caps);
  eve.send("PRIVMSG bob :long ago");
  harness.now += 61_000;
  bob.send("PING x");
  eve.send("PRIVMSG bob :just before");
  bob.send("PRIVMSG eve :mine");
  const [first, mine] = bob.take().slice(-2);
  bob.vanish();
  eve.send("PRIVMSG bob :while away", "NOTICE bob :and this");
  const { lines } = back(harness, secret, caps);
  const said = lines.filter((line) => / (PRIVMSG|NOTICE) /.test(line));
  assertEquals(said.slice(0, 2), [first, mine]);
  assertEquals(said.map((line) => line.split(" :").at(-1)), [
    "just before",
    "mine",
    "while away",
    "and this",
  ]);
  assertMatch(lines.at(-1)!, /RESUME TOKEN/);
});

Deno.test("RESUME: a message to a rank that may not have arrived comes again", () => {
  const harness = new Harness();
  const caps = "draft/chathistory batch message-tags echo-message";
  const eve = harness.member("#room", "eve");
  const { client: bob, secret } = comer(harness, "bob", caps);
  bob.send("JOIN #room");
  eve.send("MODE #room +v bob");
  bob.vanish();
  eve.send("PRIVMSG +#room :for some", "PRIVMSG @#room :not for him", "PRIVMSG #room :for all");
  const said = back(harness, secret, caps).lines.filter((line) => line.includes(" PRIVMSG "));
  assertEquals(said.map((line) => line.split(" :").at(-1)), ["for some"]);
});

Deno.test("RESUME: a room that was renamed meanwhile is named so to those who understand it", () => {
  const cases = [["draft/channel-rename", [":chat.test RENAME #room #new :"]], ["", []]] as const;
  for (const [caps, told] of cases) {
    const harness = new Harness();
    const eve = harness.member("#room", "eve");
    const { client: bob, secret } = comer(harness, "bob", caps);
    bob.send("JOIN #room");
    bob.vanish();
    eve.send("RENAME #room #new");
    const { lines } = back(harness, secret, caps);
    const about = lines.filter((line) => / (RENAME|JOIN) /.test(line));
    assertEquals(about, [...told, ":bob!~bob@192.0.2.1 JOIN #new"]);
  }
});

Deno.test("RESUME: private messages that have arrived are not kept for that", () => {
  const harness = new Harness();
  const eve = harness.user("eve");
  const { client: bob, secret } = comer(harness, "bob");
  const kept = () => harness.world.stays.unsure(bob.user).length;
  eve.send("PRIVMSG bob :one", "PRIVMSG bob :two");
  harness.pass(30_000);
  bob.send("PING x").vanish();
  harness.pass(30_000);
  assertEquals(kept(), 2, "they may be missing");
  const { client: again } = back(harness, secret);
  harness.pass(31_000);
  again.send("PING x");
  harness.pass(0);
  // The clock can't bring them back.
  harness.now -= 120_000;
  again.send("PING x");
  assertEquals(kept(), 0);
});

Deno.test("RESUME: a client without chathistory is shown what it missed in its rooms", () => {
  const harness = new Harness();
  const eve = harness.member("#room", "eve");
  const { client: bob, secret } = comer(harness, "bob", "batch server-time");
  bob.send("JOIN #room");
  eve.send("PRIVMSG #room :one");
  bob.send("PING heard");
  bob.vanish();
  eve.send("PRIVMSG #room :two", "PRIVMSG #room :three");
  const { lines } = back(harness, secret, "batch server-time");
  assertEquals(
    lines.filter((line) => line.includes(" PRIVMSG ")).map((line) => line.split(" :").at(-1)),
    ["two", "three"],
  );
});

Deno.test("RESUME: no more wait for one address than may be connected from it", () => {
  const harness = new Harness(settings({ connectionsPerIp: 2 }));
  const hosts = ["192.0.2.1", "192.0.2.1", "192.0.2.1", "198.51.100.7"];
  const all = hosts.map((host, index) => comer(harness, `u${index}`, "", host).client);
  for (const one of all) one.vanish();
  assertEquals(Array.from(harness.world.users.all(), ({ nick }) => nick), ["u0", "u1", "u3"]);
});

Deno.test("RESUME: a person in many rooms can't be shown them again and again", async () => {
  const harness = new Harness({ limits: { messagesPerSecond: 4, burst: 20 } });
  const { client: bob, secret } = comer(harness, "bob");
  for (let room = 0; room < 90; room++) {
    harness.now += 1000;
    bob.send(`JOIN #room${room}`);
  }
  harness.now += 60_000;
  let token = secret;
  for (let times = 0; times < 5; times++) {
    const { client, lines } = back(harness, token);
    const late = await client.settled().then((settled) => settled.take());
    token = secretIn([...lines, ...late]);
    client.send("PING x");
  }
  assert(harness.waits.length > 0);
});

Deno.test("RESUME: whoever wants the name meanwhile learns for how long it is kept", () => {
  const harness = new Harness(settings({ returnSeconds: 40 }));
  const { client: bob } = comer(harness, "bob");
  bob.vanish();
  const eve = harness.connect();
  const cases: [after: number, told: string][] = [
    [0, "40 more seconds"],
    [38_500, "2 more seconds"],
    [1000, "1 more second"],
  ];
  for (const [after, told] of cases) {
    harness.now += after;
    assertEquals(eve.ask("NICK bob"), [
      `:chat.test 433 * bob :Nickname is kept for ${told}, because the connection of its user ` +
      "broke: choose it again then, or another one now",
    ]);
  }
});

Deno.test("RESUME: when the server closes, nobody waits", () => {
  const harness = new Harness();
  const { client: bob } = comer(harness, "bob");
  harness.world.close("The server is closing", harness.now);
  bob.vanish();
  assertEquals(harness.world.users.size, 0);
});

Deno.test("Stays: whose server is gone waits for a while, also without a way back", () => {
  const harness = new Harness();
  const eve = harness.member("#room", "eve");
  const bob = harness.member("#room", "bob");
  const { client: can } = comer(harness, "can");
  const unborn = harness.connect();
  for (const { user } of [bob, can, unborn]) {
    harness.world.disconnected(user, "Connection lost", harness.now, { ghostMs: 20_000 });
  }
  assertEquals(harness.world.connections.size, 3);
  harness.hush();
  // The end of a connection may be told twice.
  harness.world.disconnected(bob.user, "Connection closed", harness.now);
  harness.pass(19_999);
  assertEquals(eve.take(), []);
  const taken = harness.connect().ask("NICK bob");
  assertMatch(taken[0]!, /433 .*kept for 1 more second/);
  harness.pass(1);
  assertEquals(quits(eve), [":bob!~bob@192.0.2.1 QUIT :Connection lost"]);
  assertEquals(harness.world.users.find("can")?.lost?.ms, 60_000);
});

Deno.test("Stays: how far a user had received what was sent is what its server says", () => {
  const harness = new Harness();
  const eve = harness.member("#room", "eve");
  const bob = harness.member("#room", "bob");
  const heard = harness.world.mark(harness.now);
  eve.send("PRIVMSG #room :missed");
  bob.send("PING x");
  harness.world.disconnected(bob.user, "Connection lost", harness.now, { heard });
  harness.hush();
  const again = harness.user("bob");
  const shown = again.ask("JOIN #room").filter((line) => line.includes("NOTICE"));
  assertEquals(shown.map((line) => line.split(" :").at(-1)), [
    "--- messages that you missed ---",
    "[03:04:05] <eve> missed",
    "--- now ---",
  ]);
});

Deno.test("Stays: a key that was made beforehand is used once, and told only with its secret", () => {
  const harness = new Harness();
  const { client: bob, secret } = comer(harness, "bob");
  const { stays } = harness.world;
  const { id, hash, token } = stays.makeKey();
  bob.user.nextWay = { id, hash };
  assertEquals(bob.ask(`CAP REQ ${CAP}`), [`:chat.test CAP bob ACK :${CAP}`]);
  assertEquals([stays.find(stays.keyOf(token)), stays.find(stays.keyOf(secret))], [
    bob.user,
    undefined,
  ]);
  assertNotEquals(secretIn(bob.ask(`CAP REQ ${CAP}`)), token);
});
