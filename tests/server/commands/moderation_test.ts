import { assertEquals } from "@std/assert";
import { MAX_INVITES } from "../../../lib/server/world/channels.ts";
import { assertAnswers, CALM, type Client, Harness, START } from "../harness.ts";

const SECONDS = Math.floor(START / 1000);

function ranked(): { harness: Harness; o: Client; h: Client; n: Client } {
  const harness = new Harness();
  const [o, h, n] = harness.room("#x", "o", "h", "n") as [Client, Client, Client];
  o.send("MODE #x +h h");
  harness.hush();
  return { harness, o, h, n };
}

Deno.test("KICK: the user is removed, and all members hear by whom and why", () => {
  const { harness, o, h, n } = ranked();
  const told = ":o!~o@192.0.2.1 KICK #x n :be nice";
  assertEquals(o.ask("KICK #X N :be nice"), [told]);
  assertEquals([h.take(), n.take()], [[told], [told]]);
  assertAnswers(n, [["PRIVMSG #x :hey", "404 n #x :Cannot send to channel (+n)"]]);
  assertEquals(harness.world.channels.find("#x")!.members.has(n.user), false);
  assertEquals(n.ask("JOIN #x").length, 3, "and may come back");
  o.take();
  assertAnswers(o, [
    ["KICK #x n", ":o!~o@192.0.2.1 KICK #x n :o"],
    ["KICK #x o", ":o!~o@192.0.2.1 KICK #x o :o"],
  ]);
});

Deno.test("KICK: one line removes several users, each announced in a line of its own", () => {
  const harness = new Harness();
  const [o] = harness.room("#x", "o", "a", "b", "c", "d", "e", "f");
  const kick = (nick: string, room = "#x") => `:o!~o@192.0.2.1 KICK ${room} ${nick} :out`;
  assertAnswers(
    o!,
    [
      ["KICK #x a,b :out", kick("a"), kick("b")],
      ["KICK #x nobody,c :out", "441 o nobody #x :They aren't on that channel", kick("c")],
      [
        "KICK #x d,,1,2,e :out",
        kick("d"),
        "441 o 1 #x :They aren't on that channel",
        "441 o 2 #x :They aren't on that channel",
      ],
      ["KICK #x,#x e,f :out", kick("e"), kick("f")],
    ].map(([line, ...rest]) => [line!, ...rest] as const),
  );
  const [p] = harness.room("#y", "p", "q");
  assertAnswers(p!, [["KICK #y,#z q", "461 p KICK :Not enough parameters"]]);
});

Deno.test("KICK: an invalid kick is refused", () => {
  const { harness, o, h, n } = ranked();
  assertAnswers(n, [
    ["KICK #x o", "482 n #x :You're not channel operator"],
    ["KICK #x nobody", "482 n #x :You're not channel operator"],
  ]);
  assertAnswers(h, [
    ["KICK #x o", "482 h #x :You're not channel operator"],
    ["KICK #x n", ":h!~h@192.0.2.1 KICK #x n :h"],
  ]);
  assertAnswers(harness.user("s"), [
    ["KICK #x o", "442 s #x :You're not on that channel"],
    ["KICK #nowhere o", "403 s #nowhere :No such channel"],
    ["KICK #x", "461 s KICK :Not enough parameters"],
    ["KICK", "461 s KICK :Not enough parameters"],
  ]);
  o.take();
  assertAnswers(o, [["KICK #x s", "441 o s #x :They aren't on that channel"]]);
});

Deno.test("KICK: the reason is cut to KICKLEN", () => {
  const { o } = ranked();
  assertEquals(o.ask(`KICK #x n :${"é".repeat(151)}`), [
    `:o!~o@192.0.2.1 KICK #x n :${"é".repeat(150)}`,
  ]);
});

Deno.test("INVITE: the invited user is told, and so are members with invite-notify", () => {
  const { harness, o, n } = ranked();
  const notified = harness.member("#x", "i", "invite-notify");
  const s = harness.user("s");
  assertAnswers(o, [["INVITE S #X", "341 o s #x"]]);
  const told = ":o!~o@192.0.2.1 INVITE s #x";
  assertEquals(s.take(), [told]);
  assertEquals(notified.take(), [told]);
  assertEquals(n.take(), []);
  assertAnswers(s, [["INVITE", "336 s #x", "337 s :End of /INVITE list"]]);
  s.send("JOIN #x");
  s.take();
  assertAnswers(s, [["INVITE", "337 s :End of /INVITE list"]]);
  const away = harness.user("away").send("AWAY :tea time");
  away.take();
  o.take();
  assertAnswers(o, [["INVITE away #x", "341 o away #x", "301 o away :tea time"]]);
});

Deno.test("INVITE: an invalid invitation is refused", () => {
  const { harness, o, h, n } = ranked();
  const s = harness.user("s");
  assertAnswers(n, [
    ["INVITE s", "461 n INVITE :Not enough parameters"],
    ["INVITE s #nowhere", "403 n #nowhere :No such channel"],
    ["INVITE s #lobby", "442 n #lobby :You're not on that channel"],
    ["INVITE nobody #x", "401 n nobody :No such nick/channel"],
    ["INVITE o #x", "443 n o #x :is already on channel"],
    ["INVITE s #x", "341 n s #x"],
  ]);
  o.send("MODE #x +i");
  assertAnswers(n.send(), [["INVITE s #x", "482 n #x :You're not channel operator"]]);
  assertAnswers(h, [["INVITE s #x", "341 h s #x"]]);
  assertAnswers(s, [["INVITE o #x", "442 s #x :You're not on that channel"]]);
});

Deno.test("INVITE: only a user's newest invitations count, and they go with the room", () => {
  const harness = new Harness({ limits: { ...CALM.limits, channelsPerUser: 0 } });
  const [o, s] = [harness.user("o"), harness.user("s")];
  for (let index = 0; index <= MAX_INVITES; index++) o.send(`JOIN #${index}`, `INVITE s #${index}`);
  const list = () => s.ask("INVITE").slice(0, -1).map((line) => line.split(" ")[3]);
  assertEquals(list(), Array.from({ length: MAX_INVITES }, (_, index) => `#${index + 1}`));
  o.send("PART #1");
  assertEquals(list().length, MAX_INVITES - 1);
  o.send("QUIT");
  assertEquals(list(), []);
});

Deno.test("RENAME: the room gets another name and keeps everything else", () => {
  const { harness, o, n } = ranked();
  const knows = harness.member("#x", "k", "draft/channel-rename");
  o.send("TOPIC #x :tea", "MODE #x +b evil");
  harness.hush();
  assertAnswers(o, [
    [
      "RENAME #x #y :better",
      ":o!~o@192.0.2.1 PART #x :better",
      ":o!~o@192.0.2.1 JOIN #y",
      "332 o #y :tea",
      `333 o #y o!~o@192.0.2.1 ${SECONDS}`,
      "353 o = #y :@o %h n k",
      "366 o #y :End of /NAMES list",
    ],
    [
      "MODE #y b",
      `367 o #y evil!*@* o!~o@192.0.2.1 ${SECONDS}`,
      "368 o #y :End of channel ban list",
    ],
    ["NAMES #x", "366 o #x :End of /NAMES list"],
  ]);
  assertEquals(knows.take(), [":o!~o@192.0.2.1 RENAME #x #y :better"]);
  assertEquals(n.take().slice(0, 2), [
    ":n!~n@192.0.2.1 PART #x :better",
    ":n!~n@192.0.2.1 JOIN #y",
  ]);
  assertAnswers(o, [[
    "RENAME #y #z",
    "FAIL RENAME CANNOT_RENAME #y #z :This channel was renamed recently: try again in a moment",
  ]]);
  harness.now += 10_000;
  o.send("RENAME #y #z");
  assertEquals(knows.take(), [":o!~o@192.0.2.1 RENAME #y #z :"]);
  assertEquals(n.take().slice(0, 2), [":n!~n@192.0.2.1 PART #y", ":n!~n@192.0.2.1 JOIN #z"]);
});

Deno.test("RENAME: a change of ASCII case alone is told only to clients with draft/channel-rename", () => {
  const { harness, o, n } = ranked();
  const knows = harness.member("#x", "k", "draft/channel-rename");
  assertAnswers(o, [["RENAME #x #X"]]);
  assertEquals([n.take(), knows.take()], [[], [":o!~o@192.0.2.1 RENAME #x #X :"]]);
  harness.room("#Çay", "p");
  const p = harness.clients.at(-1)!;
  // The server takes these for one name. Clients only fold ASCII, so they see two.
  assertEquals(p.ask("RENAME #Çay #çay").slice(0, 2), [
    ":p!~p@192.0.2.1 PART #Çay",
    ":p!~p@192.0.2.1 JOIN #çay",
  ]);
});

Deno.test("RENAME: joining under the old name leads to the new one", () => {
  const { harness, o } = ranked();
  o.send("RENAME #x #y");
  const s = harness.user("s");
  assertEquals(s.ask("JOIN #X").slice(0, 2), [
    ":chat.test 470 s #X #y :The channel has been renamed",
    ":s!~s@192.0.2.1 JOIN #y",
  ]);
  assertAnswers(harness.user("k", "draft/channel-rename"), [
    ["JOIN #x", "FAIL JOIN CHANNEL_RENAMED #x #y :The channel has been renamed"],
  ]);
  for (const client of harness.clients) client.send("JOIN 0");
  assertEquals(s.ask("JOIN #x")[0], ":s!~s@192.0.2.1 JOIN #x", "the redirect ends with the room");
});

Deno.test("RENAME: a former name leads to the room that had it, and to no stranger's", () => {
  const { harness, o } = ranked();
  o.send("RENAME #x #y");
  harness.now += 60_000;
  o.send("RENAME #y #z");
  const s = harness.user("s");
  assertEquals(s.ask("JOIN #x")[1], ":s!~s@192.0.2.1 JOIN #z");
  for (const client of harness.clients) client.send("JOIN 0");
  harness.room("#z", "stranger");
  assertEquals(s.ask("JOIN #x")[0], ":s!~s@192.0.2.1 JOIN #x");
});

Deno.test("INVITE: a member's invitation does not undo one from an operator", () => {
  const { harness, o, n } = ranked();
  o.send("MODE #x +k word");
  const s = harness.user("s");
  o.send("INVITE s #x");
  n.send("INVITE s #x");
  s.take();
  assertEquals(s.ask("JOIN #x")[0], ":s!~s@192.0.2.1 JOIN #x");
});

Deno.test("RENAME: the new name of a secret room is not told", () => {
  const { harness, o } = ranked();
  o.send("MODE #x +s", "RENAME #x #y");
  const s = harness.user("s");
  assertEquals(s.ask("JOIN #x")[0], ":s!~s@192.0.2.1 JOIN #x");
});

Deno.test("MODE: a server operator may take operator rank in any room they are in", () => {
  const { harness } = ranked();
  const boss = harness.operator("boss");
  assertAnswers(boss, [["KICK #x o", "442 boss #x :You're not on that channel"]]);
  boss.send("JOIN #x");
  harness.hush();
  assertEquals(boss.ask("MODE #x +o boss").length, 1);
  assertEquals(boss.ask("KICK #x o :enough").length, 1);
});

Deno.test("RENAME: an invalid rename is refused with the reason", () => {
  const { harness, o, h } = ranked();
  harness.room("#taken", "p");
  assertAnswers(h, [["RENAME #x #y", "482 h #x :You're not channel operator"]]);
  assertAnswers(o, [
    ["RENAME #x", "461 o RENAME :Not enough parameters"],
    ["RENAME #nowhere #y", "403 o #nowhere :No such channel"],
    ["RENAME #taken #y", "442 o #taken :You're not on that channel"],
    [
      "RENAME #x #Taken",
      "FAIL RENAME CHANNEL_NAME_IN_USE #x #Taken :The channel name is already taken",
    ],
    ["RENAME #x y", "FAIL RENAME CANNOT_RENAME #x y :A room name must start with #"],
    ["RENAME #x #", "FAIL RENAME CANNOT_RENAME #x # :A room name cannot be empty"],
  ]);
  const boss = harness.operator("boss").send("JOIN #lobby");
  assertAnswers(boss, [
    ["RENAME #lobby #y", "FAIL RENAME CANNOT_RENAME #lobby #y :The lobby cannot be renamed"],
  ]);
});

Deno.test("RENAME: a hundred former names are remembered", () => {
  const harness = new Harness();
  const [a] = harness.room("#0", "a");
  const rename = (count: number) => {
    harness.now += 60_000;
    a!.send(`RENAME #${count} #${count + 1}`);
  };
  for (let count = 0; count < 100; count++) rename(count);
  assertEquals(harness.world.channels.formerly("#0")?.name, "#100", "however often it was renamed");
  rename(100);
  assertEquals(harness.world.channels.formerly("#0"), undefined);
  assertEquals(harness.world.channels.formerly("#1")?.name, "#101");
  a!.send("PART #101");
  assertEquals(
    harness.world.channels.formerly("#1"),
    undefined,
    "the redirect ends with the room",
  );
});
