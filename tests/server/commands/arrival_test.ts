import { assertEquals, assertMatch } from "@std/assert";
import { CALM, Harness } from "../harness.ts";

Deno.test("Registration: a client is welcomed once it has sent NICK and USER", () => {
  const client = new Harness().connect();
  assertEquals(client.ask("NICK Çağrı"), []);
  const codes = client.send("USER c 0 * :Çağrı B").messages().map(({ command, params }) => {
    assertEquals(params[0], "Çağrı");
    return command;
  });
  assertEquals(codes, [
    ...["001", "002", "003", "004", "005", "005", "005"],
    ...["251", "252", "253", "254", "255", "265", "266"],
    "422",
  ]);
});

Deno.test("Registration: commands that need registration are refused before it", () => {
  const client = new Harness().connect();
  for (const line of ["JOIN #lobby", "PRIVMSG a :b", "WHOIS a", "NONSENSE", "MODE #lobby"]) {
    assertEquals(client.ask(line), [":chat.test 451 * :You have not registered"], line);
  }
});

Deno.test("NAMES: an unregistered client sees the members of the lobby, and of no other room", () => {
  const harness = new Harness();
  const client = harness.connect();
  assertEquals(client.ask("NAMES #lobby"), [":chat.test 366 * #lobby :End of /NAMES list"]);
  harness.room("#lobby", "Alperen", "Gökçe");
  harness.room("#secret", "Furkan");
  assertEquals(client.ask("NAMES"), [
    ":chat.test 353 * = #lobby :Alperen Gökçe",
    ":chat.test 366 * #lobby :End of /NAMES list",
  ]);
  assertEquals(client.ask("NAMES #secret"), [":chat.test 451 * :You have not registered"]);
});

Deno.test("PASS: without the server's password a client can neither enter nor see who is there", async () => {
  const harness = new Harness({ ...CALM, password: "ğizli" });
  const refused = harness.connect();
  assertEquals(refused.ask("NAMES #lobby"), [":chat.test 451 * :You have not registered"]);
  assertEquals(await refused.askSlow("PASS wrong"), []);
  assertEquals(refused.ask("NAMES #lobby"), [":chat.test 451 * :You have not registered"]);
  assertEquals(refused.ask("NICK a", "USER a 0 * :a"), [
    ":chat.test 464 * :Password incorrect",
    "ERROR :Closing link: 192.0.2.1 (The server requires a password)",
  ]);
  assertEquals(refused.ended, "The server requires a password");
  const admitted = harness.connect();
  await admitted.askSlow("PASS wrong");
  await admitted.askSlow("PASS ğizli");
  assertEquals(admitted.ask("NAMES"), [":chat.test 366 * #lobby :End of /NAMES list"]);
  assertMatch(admitted.ask("NICK a", "USER a 0 * :a")[0]!, /^:chat\.test 001 a /);
});

Deno.test("NICK: a refused name comes with the reason, and the client may try another", () => {
  const harness = new Harness();
  harness.user("Alperen");
  const client = harness.connect().send("USER f 0 * :F");
  for (
    const [line, answer] of [
      ["NICK", "431 * :No nickname given"],
      ["NICK :", "431 * :No nickname given"],
      ["NICK Alperen", "433 * Alperen :Nickname is already in use"],
      ["NICK aLPEREN", "433 * aLPEREN :Nickname is already in use"],
      ["NICK :a b", "432 * a :A username cannot contain spaces"],
      ["NICK #a", '432 * #a :A username cannot contain "#"'],
    ] as const
  ) {
    assertEquals(client.ask(line), [`:chat.test ${answer}`], line);
  }
  harness.user("coco");
  assertEquals(client.ask("NICK сосо"), [
    ":chat.test 433 * сосо :Nickname looks like coco, who is here",
  ]);
  assertMatch(client.ask("NICK Furkan")[0]!, /^:chat\.test 001 Furkan /);
});

Deno.test("NICK: the first client to complete registration gets a contested name", () => {
  const harness = new Harness();
  const [slow, fast] = [harness.connect(), harness.connect()];
  slow.send("CAP LS 302", "NICK a", "USER a 0 * :a");
  assertMatch(fast.ask("NICK a", "USER a 0 * :a")[0]!, / 001 a /);
  assertEquals(slow.ask("CAP END"), [":chat.test 433 * a :Nickname is already in use"]);
  assertMatch(slow.ask("NICK b")[0]!, / 001 b /);
});

Deno.test("NICK: a change is told to the user and, once, to everyone who shares a room", () => {
  const harness = new Harness();
  const [a, b] = harness.room("#one", "a", "b");
  a!.send("JOIN #two");
  b!.send("JOIN #two");
  const stranger = harness.user("stranger");
  b!.take();
  const told = ":a!~a@192.0.2.1 NICK ışıl";
  assertEquals(a!.ask("NICK ışıl"), [told]);
  assertEquals(b!.take(), [told]);
  assertEquals(stranger.take(), []);
  assertEquals(a!.ask("NICK ışıl"), [], "no change, no message");
  assertEquals(a!.ask("NICK IŞIL"), [":ışıl!~a@192.0.2.1 NICK IŞIL"], "its own name in capitals");
  assertMatch(harness.user("a").ask("PING x")[0]!, /PONG/, "the old name is free");
});

Deno.test("PING: is answered before and after registration", () => {
  const harness = new Harness();
  for (const client of [harness.connect(), harness.user("a")]) {
    assertEquals(client.ask("PING :a b"), [":chat.test PONG chat.test :a b"]);
    assertEquals(client.ask("PING"), [
      `:chat.test 461 ${client.user.target} PING :Not enough parameters`,
    ]);
  }
});

Deno.test("Replies: a reply that echoes a whole line is cut to the length of a line", () => {
  const a = new Harness().user("a");
  const token = "ç".repeat(250);
  for (const line of [`PING ${token}`, `CAP REQ :${token}`]) {
    const [answer] = a.ask(line);
    assertEquals(new TextEncoder().encode(answer).length <= 510, true, answer);
    assertMatch(answer!, /ç{200,}$/);
  }
});

Deno.test("Registration: PASS and USER are refused after registration", () => {
  const client = new Harness().user("a");
  for (const line of ["PASS x", "USER a 0 * :a"]) {
    assertEquals(client.ask(line), [":chat.test 462 a :You may not reregister"], line);
  }
});

Deno.test("QUIT: everyone in a shared room sees a user leave, with a QUIT or without", () => {
  const harness = new Harness();
  const [a, b, c] = harness.room("#x", "a", "b", "c");
  assertEquals(a!.ask("QUIT :bye all"), ["ERROR :Closing link: 192.0.2.1 (Quit: bye all)"]);
  assertEquals(c!.take(), [":a!~a@192.0.2.1 QUIT :Quit: bye all"]);
  b!.vanish("Connection reset by peer");
  assertEquals(c!.take(), [":b!~b@192.0.2.1 QUIT :Connection reset by peer"]);
  assertEquals([...harness.world.users.all()].map((user) => user.nick), ["c"]);
});

Deno.test("Liveness: a silent client is pinged, then dropped, and one that answers is kept", () => {
  const harness = new Harness({ limits: { ...CALM.limits, pingSeconds: 60 } });
  const [gone, here] = harness.room("#x", "gone", "here");
  harness.pass(29_000);
  assertEquals(gone!.take(), []);
  harness.pass(2_000);
  assertEquals(gone!.take(), ["PING :chat.test"]);
  assertEquals(here!.take(), ["PING :chat.test"]);
  harness.pass(5_000);
  assertEquals(here!.ask("PONG chat.test"), [], "asked once only");
  harness.pass(25_000);
  assertEquals(here!.take(), [
    ":gone!~gone@192.0.2.1 QUIT :Ping timeout: 60 seconds",
  ]);
  assertEquals(gone!.ended, "Ping timeout: 60 seconds");
});

Deno.test("Liveness: a connection that never registers is dropped", () => {
  const harness = new Harness({ limits: { ...CALM.limits, registrationTimeoutSeconds: 10 } });
  const client = harness.connect().send("NICK a");
  harness.pass(9_000);
  assertEquals(client.ended, undefined);
  harness.pass(1_000);
  assertEquals(client.ended, "Registration timeout");
});

Deno.test("Input lines: an unusable line is answered, costs nothing else and is logged once", () => {
  const harness = new Harness();
  const client = harness.user("a");
  const bytes = (text: string) => new TextEncoder().encode(text);
  const bad = new Uint8Array([...bytes("PRIVMSG #x :"), 0xff, 0x0a]);
  assertEquals(client.bytes(bad).take(), [
    ":chat.test FAIL PRIVMSG INVALID_UTF8 :Message rejected: it is not valid UTF-8",
  ]);
  assertEquals(client.ask(`PING ${"x".repeat(600)}`), [
    ":chat.test 417 a :Input line was too long",
  ]);
  assertEquals(client.bytes(bytes("PING \0\n")).take(), [
    ":chat.test 400 a * :Message rejected: it contains a NUL character",
  ]);
  client.bytes(bad);
  assertEquals(client.ask("NONSENSE a b"), [":chat.test 421 a NONSENSE :Unknown command"]);
  assertEquals(client.ask("PING x"), [":chat.test PONG chat.test x"]);
  assertEquals(
    harness.log.flatMap((event) => event.kind === "fault" ? [event.fault] : []),
    ["not-utf8", "too-long", "nul"],
  );
});

Deno.test("Flood control: a client that sends too fast waits, and only as long as needed", () => {
  const harness = new Harness({ limits: { messagesPerSecond: 2, burst: 10 } });
  const client = harness.connect().send("NICK a", "USER a 0 * :a", "JOIN #x");
  harness.now += 60_000;
  for (let count = 0; count < 10; count++) {
    assertEquals(client.send("PRIVMSG #x :a").wait, 0, `message ${count}`);
  }
  assertEquals(client.send("PRIVMSG #x :a").wait, 500);
  harness.now += 500;
  assertEquals(client.send("PRIVMSG #x :a").wait, 500);
  harness.now += 60_000;
  assertEquals(client.send("PRIVMSG #x :a").wait, 0);
  const floods = harness.log.filter((event) => event.kind === "fault");
  assertEquals(floods.length, 1, "logged once");
});
