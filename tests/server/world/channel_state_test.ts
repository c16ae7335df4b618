import { assertEquals } from "@std/assert";
import { Tidier } from "../../../lib/server/world/tidy.ts";
import { assertAnswers, CALM, type Client, Harness } from "../harness.ts";

const DAY = 86_400_000;

const VERIFIER = { mechanism: "", salt: "", iterations: 1, storedKey: "", serverKey: "" };

/** A user who is logged in to an account of the same name. */
function owner(harness: Harness, nick: string, caps = ""): Client {
  const client = harness.user(nick, caps);
  harness.store.accounts.add(nick, VERIFIER, harness.now);
  harness.login(client, nick);
  client.take();
  return client;
}

/** Restarts the server with its data. */
function restarted(harness: Harness): Harness {
  harness.world.close("The server is closing", harness.now);
  return new Harness(CALM, harness);
}

/** The prefixes of a name in a room. */
function prefixes(client: Client, room: string, nick: string): string {
  const names = client.ask(`NAMES ${room}`)[0]!.split(" :")[1]!.split(" ");
  return names.find((name) => name.replace(/^[@%+]+/, "") === nick)!.replace(nick, "");
}

Deno.test("Channel state: the setup of a room survives a restart", () => {
  const before = new Harness();
  const a = before.member("#X", "a");
  a.send("TOPIC #x :Songs", "MODE #x +klsm-t key 5", "MODE #x +bbeI b *!*@x c d");
  const [modes, ...lists] = a.ask("MODE #x", "MODE #x +b", "MODE #x +e", "MODE #x +I");
  for (const harness of [before, restarted(before)]) {
    const again = harness.member("#other", "again");
    assertEquals(again.ask("JOIN #x"), [":chat.test 475 again #X :Cannot join channel (+k)"]);
    const lines = again.ask("JOIN #x key");
    assertEquals(lines.filter((line) => / 33[23] /.test(line)), [
      ":chat.test 332 again #X :Songs",
      ":chat.test 333 again #X a!~a@192.0.2.1 1767323045",
    ]);
    const told = again.ask("MODE #x", "MODE #x +b", "MODE #x +e", "MODE #x +I");
    const own = [modes!, ...lists].map((line) => line.replace(" a ", " again "));
    if (harness !== before) assertEquals(told, own);
    again.send("PART #x");
  }
});

Deno.test("Channel state: the setup of a room survives a crash", () => {
  const before = new Harness();
  before.member("#x", "a").send("TOPIC #x :Songs", "MODE #x +b b");
  const after = new Harness(CALM, before);
  assertEquals(after.user("b").ask("JOIN #x"), [
    ":chat.test 474 b #x :Cannot join channel (+b)",
  ]);
});

Deno.test("Channel state: a room with default settings is forgotten when its last member leaves", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a").send("PRIVMSG #x :x", "TOPIC #x :y", "TOPIC #x :");
  a.send("PART #x");
  assertEquals([harness.world.channels.find("#x"), harness.store.serverState.channels()], [
    undefined,
    [],
  ]);
  const b = harness.member("#x", "b");
  assertEquals(prefixes(b, "#x", "b"), "@");
});

Deno.test("Channel state: a ban lasts although the room is empty", () => {
  const harness = new Harness();
  const [a, b] = harness.room("#x", "a", "b");
  a!.send("MODE #x +b b", "KICK #x b", "PART #x");
  b!.take();
  assertAnswers(b!, [["JOIN #x", "474 b #x :Cannot join channel (+b)"]]);
});

Deno.test("Channel state: a user who may enter an empty room without an owner becomes its operator", () => {
  const harness = new Harness();
  harness.member("#x", "a").send("MODE #x +k key", "QUIT");
  const b = harness.user("b");
  assertAnswers(b, [["JOIN #x", "475 b #x :Cannot join channel (+k)"]]);
  b.send("JOIN #x key");
  assertEquals(prefixes(b, "#x", "b"), "@");
  // An account with only a lower rank does not own the room.
  const v = owner(harness, "v").send("JOIN #x key");
  b.send("MODE #x +v v", "QUIT");
  v.send("QUIT");
  const [c, d] = ["c", "d"].map((nick) => harness.user(nick).send("JOIN #x key"));
  assertEquals([prefixes(c!, "#x", "c"), prefixes(c!, "#x", "d"), d!.ended], ["@", "", undefined]);
});

Deno.test("Channel state: an operator with an account is it again on return, and nobody else meanwhile", () => {
  const before = new Harness();
  owner(before, "ada").send("JOIN #x", "PART #x");
  for (const harness of [before, restarted(before)]) {
    const b = harness.member("#x", "b");
    assertEquals(prefixes(b, "#x", "b"), "");
    const ada = owner(harness, harness === before ? "ada2" : "ada3");
    harness.login(ada, "ADA");
    ada.send("JOIN #x");
    assertEquals(b.take().slice(-1), [`:chat.test MODE #x +o ${ada.user.nick}`]);
    assertEquals(prefixes(b, "#x", ada.user.nick), "@");
    ada.send("QUIT");
    b.send("QUIT");
  }
});

Deno.test("Channel state: the opener without an account is operator again, and no stranger with the name", () => {
  const before = new Harness();
  const opener = before.member("#x", "ada").send("TOPIC #x :t");
  const guest = (harness: Harness, nick: string, host = "192.0.2.1") =>
    harness.connect(host).send(`NICK ${nick}`, "USER ada 0 * :x", "JOIN #x");
  before.member("#x", "stays");
  opener.vanish();
  for (const harness of [before, restarted(before)]) {
    const stays = harness.world.users.find("stays") === undefined
      ? harness.member("#x", "stays")
      : before.clients[1]!;
    const ranks = (client: Client) => prefixes(stays, "#x", client.user.nick);
    for (const [nick, host] of [["ada", "192.0.2.9"], ["adb", "192.0.2.1"]] as const) {
      const stranger = guest(harness, nick, host);
      assertEquals(ranks(stranger), "", `${nick} ${host}`);
      stranger.send("QUIT");
    }
    // A dead connection has the name, and the room is entered under another one at first.
    const again = guest(harness, "ada_");
    assertEquals(ranks(again), "");
    stays.take();
    again.send("NICK Ada");
    assertEquals(stays.take().slice(-1), [":chat.test MODE #x +o Ada"]);
    // A new name is one to be known by.
    again.send("NICK eda", "PART #x", "JOIN #x");
    assertEquals(ranks(again), "@");
    again.send("NICK ada", "QUIT");
    harness.hush();
  }
});

Deno.test("Channel state: a new name of the opener is saved at once, and costs for each room", () => {
  const left = (rooms: number) => {
    const harness = new Harness({ limits: { messagesPerSecond: 1, burst: 100 } });
    const opener = harness.user("ada");
    for (let room = 0; room < rooms; room++) opener.send(`JOIN #r${room}`, `TOPIC #r${room} :t`);
    harness.now += 1_000_000;
    opener.send("NICK eda");
    const saved = harness.world.store.serverState.channels();
    assertEquals(saved.filter((state) => state.opener?.startsWith("eda!")).length, rooms);
    // What a command that costs more than everything has to wait for.
    return opener.user.allowance.bucket.take(1000, harness.now);
  };
  assertEquals(Math.round(left(20) - left(0)), 2000);
});

Deno.test("Channel state: the opener without an account loses the rank for good when it is taken", () => {
  for (const isHere of [true, false]) {
    const harness = new Harness();
    const [a, b] = harness.room("#x", "ada", "b") as [Client, Client];
    a.send("MODE #x +o b");
    if (!isHere) a.send("PART #x");
    assertEquals(b.ask("MODE #x -o ada").slice(-1), [":b!~b@192.0.2.1 MODE #x -o ada"]);
    a.send("PART #x", "JOIN #x");
    assertEquals(prefixes(b, "#x", "ada"), "");
    assertEquals(harness.world.channels.find("#x")?.opener, undefined);
  }
  // That works too while a stranger has the name.
  const other = new Harness();
  const [ada, op] = other.room("#x", "ada", "op") as [Client, Client];
  ada.send("MODE #x +o op", "QUIT");
  const stranger = other.connect("192.0.2.9").send("NICK ada", "USER x 0 * :x", "JOIN #x");
  assertEquals(op.ask("MODE #x -o ada").slice(-1), [":op!~op@192.0.2.1 MODE #x -o ada"]);
  assertEquals(other.world.channels.find("#x")?.opener, undefined);
  assertEquals(prefixes(op, "#x", stranger.user.nick), "");
  // Behind an exempt address are many, and with an account only that counts.
  const exempt = new Harness({ limits: { ...CALM.limits, exempt: ["192.0.2.1"] } });
  const [a, b] = exempt.room("#x", "ada", "b") as [Client, Client];
  a.send("PART #x", "JOIN #x");
  assertEquals(prefixes(b, "#x", "ada"), "");
  // That counts also if it is exempt only since then.
  const later = new Harness();
  const [e, f] = later.room("#x", "e", "f") as [Client, Client];
  const { config } = later.world;
  later.world.config = { ...config, limits: { ...config.limits, exempt: ["192.0.2.1"] } };
  e.send("PART #x", "JOIN #x", "NICK g", "NICK e");
  assertEquals(prefixes(f, "#x", "e"), "");
  const harness = new Harness();
  const c = harness.member("#x", "c");
  harness.login(owner(harness, "other"), undefined);
  harness.login(c, "other");
  assertEquals(harness.world.channels.find("#x")?.opener, undefined);
  c.send("MODE #x +m");
  harness.login(c, undefined);
  const d = harness.member("#x", "d");
  c.send("PART #x", "JOIN #x");
  assertEquals(prefixes(d, "#x", "c"), "");
});

Deno.test("Channel state: an account returns with the ranks that it was last given or left with", () => {
  const harness = new Harness();
  const a = owner(harness, "a").send("JOIN #x");
  const b = owner(harness, "b").send("JOIN #x");
  const comeBack = () => b.send("PART #x", "JOIN #x");
  a.send("MODE #x +hv b b");
  comeBack();
  assertEquals(prefixes(a, "#x", "b"), "%");
  a.send("MODE #x -hv b b");
  comeBack();
  assertEquals(prefixes(a, "#x", "b"), "");
});

Deno.test("Channel state: the ranks of an account can be taken from it while it is away", () => {
  const harness = new Harness();
  const a = owner(harness, "a").send("JOIN #x");
  const b = owner(harness, "Bob").send("JOIN #x");
  a.send("MODE #x +ov Bob Bob");
  b.send("PART #x");
  a.take();
  assertAnswers(a, [
    ["MODE #x -o bob", ":a!~a@192.0.2.1 MODE #x -o Bob"],
    ["MODE #x -o bob", "441 a Bob #x :They aren't on that channel"],
  ]);
  b.send("JOIN #x");
  assertEquals(prefixes(a, "#x", "Bob"), "+");
});

Deno.test("Channel state: a user who logs in after opening a room owns it and has ranks there", () => {
  const harness = new Harness();
  const a = harness.member("#x", "a");
  harness.store.accounts.add("ada", VERIFIER, harness.now);
  harness.login(a, "ada");
  const b = harness.member("#x", "b");
  a.send("PART #x", "JOIN #y");
  harness.login(a, undefined);
  a.send("JOIN #x");
  assertEquals(prefixes(b, "#x", "a"), "");
  b.take();
  harness.login(a, "ada");
  assertEquals(b.take(), [":chat.test MODE #x +o a"]);
});

Deno.test("Channel state: server operators have the lobby only while they are operators", () => {
  const harness = new Harness();
  const o = harness.operator("o").send("JOIN #lobby");
  harness.store.accounts.add("o", VERIFIER, harness.now);
  harness.login(o, "o");
  assertEquals(harness.world.channels.lobby.accounts.size, 0);
  // A user who is made operator there keeps that rank with the account.
  const a = owner(harness, "a").send("JOIN #lobby");
  o.send("MODE #lobby +o a");
  a.send("PART #lobby", "JOIN #lobby");
  assertEquals(prefixes(o, "#lobby", "a"), "@");
});

Deno.test("Channel state: nobody owns more rooms than a user can be in", () => {
  const harness = new Harness({ limits: { ...CALM.limits, channelsPerUser: 2 } });
  const a = owner(harness, "a");
  for (const room of ["#1", "#2", "#3"]) a.send(`JOIN ${room}`, `PART ${room}`);
  assertEquals(harness.store.serverState.channels().map(({ name }) => name), ["#1", "#2"]);
});

Deno.test("Channel state: an empty room that needs an invitation opens to server operators", () => {
  const harness = new Harness();
  harness.member("#x", "a").send("MODE #x +i", "QUIT");
  const b = harness.user("b");
  assertAnswers(b, [["JOIN #x", "473 b #x :Cannot join channel (+i)"]]);
  const o = harness.operator("o").send("JOIN #x");
  assertEquals(prefixes(o, "#x", "o"), "@");
});

Deno.test("Channel state: a room unused for as long as history is kept is forgotten with its messages", () => {
  const harness = new Harness({ ...CALM, history: { days: 2 } });
  const tidier = new Tidier();
  const a = harness.member("#x", "a").send("MODE #x +k key", "PRIVMSG #x :secret");
  harness.now += 3 * DAY;
  tidier.run(harness.world, harness.now);
  a.send("QUIT");
  harness.now += 1.5 * DAY;
  tidier.run(harness.world, harness.now);
  assertEquals(harness.world.channels.find("#x")?.key, "key", "it was used a day and a half ago");
  harness.now += DAY;
  tidier.run(harness.world, harness.now);
  assertEquals(harness.store.serverState.channels(), []);
  const b = harness.user("b");
  assertEquals(b.ask("JOIN #x").filter((line) => line.includes("secret")), []);
  assertEquals(b.ask("SEARCH text=secret"), []);
});

Deno.test("Tidier: by a clock that has not been set yet no room is forgotten, nor for that later", () => {
  const harness = new Harness({ ...CALM, history: { days: 2 } });
  const tidier = new Tidier();
  const { now } = harness;
  harness.member("#x", "a").send("MODE #x +k key", "QUIT");
  for (const time of [5000, now, now + DAY]) {
    harness.now = time;
    tidier.run(harness.world, time);
    assertEquals(harness.world.channels.find("#x")?.key, "key", `${time}`);
  }
  harness.now += 3 * DAY;
  tidier.run(harness.world, harness.now);
  assertEquals(harness.world.channels.find("#x"), undefined);
});

Deno.test("Channel state: at the limit of rooms an empty one without an owner makes room", () => {
  const harness = new Harness({
    limits: { ...CALM.limits, channels: 4, exempt: ["192.0.2.0/24"] },
  });
  owner(harness, "ada").send("JOIN #owned", "PART #owned");
  for (const room of ["#old", "#new"]) {
    harness.member(room, "a").send("MODE " + room + " +l 9", "QUIT");
    harness.now += 1000;
  }
  const b = harness.user("b").send("JOIN #b");
  const names = [...harness.world.channels.all.values()].map(({ name }) => name);
  assertEquals(names, ["#lobby", "#owned", "#new", "#b"]);
  b.send("JOIN #c");
  b.take();
  assertAnswers(b, [["JOIN #d", "437 b #d :The server has reached its limit of rooms"]]);
});

Deno.test("Channel state: the ranks of a deleted account are nobody's", () => {
  const harness = new Harness();
  owner(harness, "ada").send("JOIN #x", "QUIT");
  harness.store.accounts.remove("ada");
  new Tidier().run(harness.world, harness.now);
  assertEquals(harness.world.channels.find("#x"), undefined);
  const again = owner(harness, "ada");
  harness.member("#x", "b");
  again.send("JOIN #x");
  assertEquals(prefixes(again, "#x", "ada"), "");
});

Deno.test("Channel state: a renamed room keeps its state and history under the new name", () => {
  const before = new Harness();
  const a = before.member("#x", "a");
  a.send("TOPIC #x :Songs", "PRIVMSG #x :hello", "RENAME #x #y");
  const after = restarted(before);
  const b = after.user("b", "server-time");
  const lines = b.ask("JOIN #y").map((line) => line.replace(/^@\S+ /, ""));
  assertEquals(lines.filter((line) => / (332|NOTICE) /.test(line)), [
    ":chat.test 332 b #y :Songs",
    ":chat.test NOTICE #y :--- messages from before you joined ---",
    ":chat.test NOTICE #y :[03:04:05] <a> hello",
    ":chat.test NOTICE #y :--- now ---",
  ]);
  assertEquals(after.world.channels.find("#x"), undefined);
});

Deno.test("Server bans: a ban survives a restart with the time that is left", () => {
  const before = new Harness();
  const o = before.operator("o");
  o.send("KLINE 10 *@evil :x", "DLINE 10.0.0.0/8 :y", "KLINE *@gone :z", "UNKLINE *@gone");
  o.send("DLINE 11.0.0.1 :x", "UNDLINE 11.0.0.1", "KLINE 1 *@Past :x", "KLINE 20 *@past :again");
  before.now += 5 * 60_000;
  const list = (harness: Harness, nick: string) => {
    const lines = harness.operator(nick).ask("STATS k");
    return lines.map((line) => line.replace(` ${nick} `, " "));
  };
  const known = list(before, "o2");
  assertEquals(known.length, 4);
  assertEquals(list(restarted(before), "o3"), known);
});

Deno.test("MARKREAD: markers last with the account and are shown to everyone logged in to it", () => {
  const before = new Harness();
  const marker = (minute: number) => `timestamp=2026-01-02T03:0${minute}:00.000Z`;
  const a = owner(before, "ada", "draft/read-marker");
  const other = before.user("other", "draft/read-marker");
  before.login(other, "ada");
  other.take();
  a.send(`MARKREAD #x ${marker(1)}`);
  assertEquals(other.take(), [`:chat.test MARKREAD #x ${marker(1)}`]);
  const after = restarted(before);
  const again = after.user("again");
  assertAnswers(again, [["MARKREAD #X", "MARKREAD #X *"]]);
  after.login(again, "ADA");
  assertAnswers(again, [["MARKREAD #X", `MARKREAD #X ${marker(1)}`]]);
  after.login(again, undefined);
  assertAnswers(again, [["MARKREAD #X", "MARKREAD #X *"]]);
});

Deno.test("Rooms: one network opens a tenth of them, and is told that, whoever of it asks", () => {
  const limits = { ...CALM.limits, channels: 30, exempt: ["203.0.113.0/24"] };
  const harness = new Harness({ limits });
  const [a, b] = [harness.user("a"), harness.user("b")];
  a.send("JOIN #1,#2");
  b.send("JOIN #lobby,#3");
  harness.hush();
  const refusal = "437 b #4 :Too many rooms have been opened from your address";
  assertAnswers(b, [["JOIN #4", refusal]]);
  assertEquals(a.ask("JOIN #3")[0], ":a!~a@192.0.2.1 JOIN #3", "one that is there");
  const enter = (nick: string, host: string) =>
    harness.connect(host).send(`NICK ${nick}`, `USER ${nick} 0 * :x`, "JOIN #4", "JOIN #4b,#4c");
  enter("c", "198.51.100.1").send("PART #4", "PART #4b");
  for (let count = 0; count < 9; count++) enter(`e${count}`, "203.0.113.7");
  assertEquals(harness.world.channels.opened.of("203.0.113.7"), 0);
  a.send("PART #1");
  b.take();
  assertEquals(b.ask("JOIN #5")[0], ":b!~b@192.0.2.1 JOIN #5", "one is gone");
  assertEquals(b.ask("JOIN #6"), [
    ":chat.test 437 b #6 :Too many rooms have been opened from your address",
  ]);
  a.send("MODE #2 +l 9", "PART #2");
  b.take();
  assertEquals(b.ask("JOIN #6")[0], ":b!~b@192.0.2.1 JOIN #6", "an empty one makes room");
  assertEquals(harness.world.channels.find("#2"), undefined);
});

Deno.test("Rooms: which network a kept room counts for is known after a restart", () => {
  const limits = { ...CALM.limits, channels: 20 };
  const before = new Harness({ limits });
  const ada = owner(before, "ada").send("JOIN #1,#2", "MODE #1 +l 9");
  assertEquals(ada.ask("JOIN #3").at(-1)?.includes(" 437 "), true);
  before.world.close("bye", before.now);
  const after = new Harness({ limits }, before);
  assertEquals(after.user("b").ask("JOIN #3").at(-1)?.includes(" 437 "), true);
  after.connect("198.51.100.1").send("NICK c", "USER c 0 * :c", "JOIN #3");
  assertEquals(after.world.channels.find("#3")?.members.size, 1);
});
