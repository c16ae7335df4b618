import { assertEquals } from "@std/assert";
import { COMMANDS } from "../../../lib/server/commands/table.ts";
import { assertAnswers, CALM, Harness } from "../harness.ts";
import { setOper } from "../../../lib/server/world/operators.ts";

Deno.test("MOTD: has a line for each line of the message", () => {
  const a = new Harness({ ...CALM, motd: "Welcome\nto the chat" }).user("a");
  assertEquals(a.ask("MOTD"), [
    ":chat.test 375 a :- chat.test Message of the day -",
    ":chat.test 372 a :- Welcome",
    ":chat.test 372 a :- to the chat",
    ":chat.test 376 a :End of /MOTD command.",
  ]);
});

Deno.test("MOTD: a long line is split into pieces that fit", () => {
  const line = "Ünlü çay ".repeat(100).trim();
  const a = new Harness({ ...CALM, motd: `${line}\n\nbye` }).user("a");
  const lines = a.send("MOTD").messages().slice(1, -1).map(({ params }) => params[1]!.slice(1));
  assertEquals(
    lines.slice(0, -2).map((piece) => piece.slice(1).trim()).join(" ").length > 800,
    true,
  );
  assertEquals(lines.slice(-2), ["", " bye"]);
  for (const each of a.ask("MOTD")) {
    assertEquals(new TextEncoder().encode(each).length <= 510, true);
  }
});

Deno.test("LUSERS: counts users, connections and channels", () => {
  const harness = new Harness();
  const [a] = harness.room("#x", "a", "b");
  harness.connect();
  assertEquals(a!.ask("LUSERS"), [
    ":chat.test 251 a :There are 2 users and 0 invisible on 1 servers",
    ":chat.test 252 a 0 :operator(s) online",
    ":chat.test 253 a 1 :unknown connection(s)",
    ":chat.test 254 a 1 :channels formed",
    ":chat.test 255 a :I have 2 clients and 0 servers",
    ":chat.test 265 a 2 2 :Current local users 2, max 2",
    ":chat.test 266 a 2 2 :Current global users 2, max 2",
  ]);
});

Deno.test("LUSERS: counts invisible users and operators, and remembers the maximum", () => {
  const harness = new Harness();
  const [a, b] = [harness.user("a"), harness.user("b")];
  harness.operator("o");
  a.send("MODE a +i");
  b.send("QUIT");
  const lines = a.ask("LUSERS").map((line) => line.replace(":chat.test ", ""));
  assertEquals(lines[0], "251 a :There are 1 users and 1 invisible on 1 servers");
  assertEquals(lines[1], "252 a 1 :operator(s) online");
  assertEquals(lines[5], "265 a 2 3 :Current local users 2, max 3");
});

Deno.test("Server queries: the target is this server, a mask for it or a user, and no other server", () => {
  const harness = new Harness();
  const a = harness.user("a");
  for (const query of ["MOTD", "VERSION", "ADMIN", "TIME", "INFO", "STATS u"]) {
    const answer = a.ask(query);
    for (const target of ["chat.test", "CHAT.*", "?hat.test", "*", "a"]) {
      const lines = a.ask(`${query} ${target}`);
      assertEquals(lines, answer, `${query} ${target}`);
    }
    assertAnswers(a, [[`${query} irc.example`, "402 a irc.example :No such server"]]);
  }
});

Deno.test("Server queries: the server describes itself", () => {
  const a = new Harness().user("a");
  const date = "Fri, 02 Jan 2026 03:04:05 GMT";
  assertAnswers(a, [
    ["MOTD", "422 a :MOTD File is missing"],
    ["TIME", `391 a chat.test :${date}`],
    [
      "ADMIN",
      "256 a chat.test :Administrative info",
      "257 a Chat",
      "258 a :a chat room",
      "259 a :Ask for an operator in the lobby",
    ],
    [
      "INFO",
      "371 a :chat 0.0.0",
      "371 a :A chat room for everyone on your network, in one program",
      `371 a :Online since ${date}`,
      "374 a :End of INFO list",
    ],
    ["LINKS", "364 a chat.test chat.test :0 a chat room", "365 a * :End of /LINKS list"],
  ]);
  assertEquals(a.ask("VERSION").map((line) => line.split(" ")[1]), ["351", "005", "005", "005"]);
  assertEquals(a.ask("VERSION")[0], ":chat.test 351 a chat-0.0.0 chat.test :a chat room");
});

Deno.test("STATS: shows uptime and the use of commands, and more to operators", () => {
  const harness = new Harness({ ...CALM, opers: [{ name: "root", password: "x" }] });
  const a = harness.user("a");
  harness.now += ((24 + 2) * 3600 + 3 * 60 + 4) * 1000;
  const end = (letter: string) => `219 a ${letter} :End of /STATS report`;
  const refused = "481 a :Permission Denied- You're not an IRC operator";
  assertAnswers(a, [
    ["STATS u", "242 a :Server Up 1 days 02:03:04", end("u")],
    ["STATS m", "212 a NICK 1", "212 a USER 1", "212 a STATS 2", end("m")],
    ["STATS o", refused, end("o")],
    ["STATS k", refused, end("k")],
    ["STATS x", end("x")],
    ["STATS 👩x", end("👩")],
    ["STATS :", end("*")],
    ["STATS", "461 a STATS :Not enough parameters"],
  ]);
  setOper(harness.world, a.user, "root", "password", harness.now);
  const ban = { reason: "spam spam", by: "a", at: 0, kind: "KLINE" } as const;
  harness.world.bans.add({ ...ban, mask: "*@evil", until: Infinity });
  harness.world.bans.add({
    ...ban,
    mask: "10.0.0.0/8",
    kind: "DLINE",
    until: harness.now + 90_000,
  });
  harness.world.bans.add({ ...ban, mask: "*@past", until: harness.now });
  assertAnswers(a, [
    ["STATS o", "243 a O * * root", end("o")],
    ["STATS k", "216 a K *@evil 0 :spam spam", "216 a D 10.0.0.0/8 2 :spam spam", end("k")],
  ]);
});

Deno.test("HELP: covers every command", () => {
  const a = new Harness().user("a");
  const index = a.send("HELP").messages();
  assertEquals(
    index.map(({ command }) => command),
    ["704", "705", "705", "706"].slice(-index.length),
  );
  const listed = index.slice(1, -1).flatMap(({ params }) => params[2]!.split(" "));
  assertEquals(listed, [...COMMANDS.keys()].sort());
  for (const { name, usage, help } of COMMANDS.values()) {
    const [start, text, end] = a.send(`HELP ${name.toLowerCase()}`).messages();
    assertEquals(start!.params, ["a", name, `${name} ${usage}`.trim()]);
    assertEquals(text!.params, ["a", name, help]);
    assertEquals([end!.command, ...end!.params], ["706", "a", name, "End of /HELP"]);
  }
  assertAnswers(a, [
    ["HELP nonsense", "524 a NONSENSE :No help available on this topic"],
    ["HELP :some thing", "524 a SOME :No help available on this topic"],
  ]);
});
