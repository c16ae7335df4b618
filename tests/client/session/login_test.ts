import { assert, assertEquals, assertMatch } from "@std/assert";
import { toBase64 } from "../../../lib/crypto/base64.ts";
import { parsePlain } from "../../../lib/irc/sasl.ts";
import { ScramServer } from "../../../lib/crypto/scram.ts";
import { quickHashes } from "../../fuzz/quick_hashes.ts";
import { CREDENTIALS, PASSWORD, scram, verifier, Visitor, visits } from "./visitor.ts";

Deno.test("Login: a kept password is used before the name is claimed", async () => {
  const visitor = visits(undefined, true).connect();
  assert(!visitor.sent.some((line) => /^(NICK|CAP END)/.test(line)));
  visitor.recall(PASSWORD).server("AUTHENTICATE +");
  assert(visitor.sent.includes("AUTHENTICATE SCRAM-SHA-256"));
  assert(await scram(visitor, await verifier()));
  assert(!visitor.sent.includes("NICK Gamze"));
  visitor.ok();
  assertEquals(visitor.sent.slice(-3), ["NICK Gamze", "USER chat 0 * chat", "CAP END"]);
  visitor.welcome();
  assertEquals(visitor.session.account, "Gamze");
  assertEquals(visitor.takeEvents().slice(0, 2), ["users arrived: ", "loggedIn Gamze"]);
  assert(!visitor.sent.join().includes(PASSWORD));
  // The next connection does not ask again, whatever the current username is.
  visitor.lose().takeSent();
  visitor.connect();
  assertEquals(visitor.requests, []);
  assertEquals(visitor.takeSent().at(-1), "AUTHENTICATE SCRAM-SHA-256");
});

Deno.test("Login: without a kept password a guest comes in, and each name is looked up once", () => {
  const visitor = visits(undefined, true).connect();
  visitor.recall(undefined);
  assert(visitor.sent.includes("NICK Gamze"));
  visitor.server(":s 433 * Gamze :Nickname is already in use").claim("Deniz").recall(undefined);
  visitor.server(":s 433 * Deniz :Nickname is already in use").claim("Gamze");
  assertEquals(visitor.requests, []);
  assertEquals(visitor.sent.filter((line) => line.startsWith("NICK")), [
    "NICK Gamze",
    "NICK Deniz",
    "NICK Gamze",
  ]);
});

Deno.test("Login: a server that offers no way is told", () => {
  for (
    const [sasl, said] of [["sasl=EXTERNAL", "no way of logging in"], ["", "not support accounts"]]
  ) {
    const visitor = visits(CREDENTIALS, true).connect(sasl);
    assert(visitor.takeEvents().at(-1)?.includes(said!));
    assertEquals(visitor.sent.at(-1), "CAP END");
    const pipe = visits(CREDENTIALS, false).connect(sasl);
    assert(pipe.ends[0]?.includes(said!));
    assert(!pipe.sent.includes("NICK Gamze"));
  }
});

Deno.test("Login: a mechanism that an old server refuses is replaced by one that it names", () => {
  const visitor = visits(CREDENTIALS, false).connect("sasl");
  visitor.server(":s 908 * PLAIN,EXTERNAL :are available", ":s 904 * :failed", "AUTHENTICATE +");
  assertEquals(parsePlain(visitor.message()), {
    authzid: "",
    authcid: "Gamze",
    password: PASSWORD,
  });
  visitor.ok();
  assertEquals(visitor.sent.at(-1), "CAP END");
});

Deno.test("Login: a long password goes in pieces, even if it fills the last piece", () => {
  for (const length of [10, 290, 291, 293, 294, 593, 600]) {
    const password = "p".repeat(length);
    const given = { account: "Gamze", password };
    const visitor = visits(given, false).connect("sasl=PLAIN");
    visitor.server("AUTHENTICATE +");
    assertEquals(parsePlain(visitor.message())?.password, password);
    assertEquals(visitor.sent.at(-1) === "AUTHENTICATE +", [291, 293, 593].includes(length));
  }
});

Deno.test("Login: a wrong password is asked for again, and without one another name is", async () => {
  const visitor = visits(undefined, true).connect();
  visitor.recall("wrong").server("AUTHENTICATE +").takeEvents();
  assert(!await scram(visitor, await verifier()));
  assertEquals(visitor.takeEvents(), [
    "loginFailed Gamze (the username or the password is wrong)",
    "askPassword Gamze, wrong",
  ]);
  assertEquals(visitor.session.wants, "password");
  visitor.password(PASSWORD).server("AUTHENTICATE +");
  assert(await scram(visitor, await verifier()));
  visitor.ok().welcome();
  assert(visitor.takeEvents().includes("entered #lobby as Gamze"));

  const other = visits(undefined, true).connect();
  other.recall("wrong").server("AUTHENTICATE +");
  await scram(other, await verifier());
  other.password("").takeEvents();
  assertEquals(other.session.wants, "name");
  other.claim("Deniz").recall(undefined).welcome("Deniz");
  assert(other.takeEvents().includes("entered #lobby as Deniz"));
});

Deno.test("Login: a failure in a pipe ends the session with a reason", async () => {
  const cases: [answer: string, reason: RegExp][] = [
    [
      ":s 904 * :SASL authentication failed",
      /Cannot log in as Gamze: the username or the password is/,
    ],
    [":s 902 * :Too many failed logins: try again in 9 minutes", /: Too many .* 9 minutes\.$/],
    [":s 905 * :SASL message too long", /: the login is too long for the server\.$/],
    ["AUTHENTICATE ///", /: the server sent an invalid answer\.$/],
    [`AUTHENTICATE ${"A".repeat(401)}`, /: the server sent an invalid answer\.$/],
    ["AUTHENTICATE +", /: the server asked for something that is not safe\.$/],
    [
      `AUTHENTICATE ${btoa("r=x,s=AAAA,i=1")}`,
      /: the server asked for something that is not safe\.$/,
    ],
    [
      ":s 903 * :fine",
      /: the server did not prove that it knows this account, so .* right server\.$/,
    ],
  ];
  for (const [answer, reason] of cases) {
    const visitor = visits(CREDENTIALS, false).connect();
    visitor.server("AUTHENTICATE +", answer);
    if (visitor.requests.length > 0) await visitor.prove();
    assertMatch(visitor.ends[0] ?? "", reason);
    assert(!visitor.sent.includes("NICK Gamze"), answer);
  }
});

Deno.test("Login: a server that can't prove that it knows the account is not believed", async () => {
  const visitor = visits(CREDENTIALS, true).connect();
  const server = new ScramServer(quickHashes(), "x");
  visitor.server("AUTHENTICATE +");
  server.greet(visitor.message());
  visitor.challenge(server.challenge(await verifier("something else")));
  await visitor.prove();
  visitor.takeEvents();
  visitor.challenge(new TextEncoder().encode(`v=${toBase64(new Uint8Array(32))}`));
  assertEquals(visitor.takeEvents(), [
    "loginFailed Gamze (the server did not prove that it knows this account, so it may not be the " +
    "right server)",
  ]);
  assert(visitor.sent.includes("AUTHENTICATE *"));
});

Deno.test("Login: nobody waits for ever for a stored password or the server's verdict", () => {
  const slow = visits(undefined, true).connect();
  slow.wait(59_000);
  assert(!slow.sent.includes("NICK Gamze"));
  slow.wait(2000);
  assert(slow.sent.includes("NICK Gamze"));
  slow.recall(PASSWORD);
  assert(!slow.sent.some((line) => line.startsWith("AUTHENTICATE")));
  const silent = visits(CREDENTIALS, true).connect();
  // The server answers, but its services do not.
  for (let second = 0; second < 62; second++) silent.wait(1000).server(":s NOTICE * :still here");
  assertEquals(silent.sent.slice(-4), [
    "AUTHENTICATE *",
    "NICK Gamze",
    "USER chat 0 * chat",
    "CAP END",
  ]);
});

Deno.test("Login: a proof that is ready only after the connection was lost is not sent", async () => {
  const visitor = visits(CREDENTIALS, true).connect();
  visitor.server("AUTHENTICATE +");
  const server = new ScramServer(quickHashes(), "x");
  server.greet(visitor.message());
  visitor.challenge(server.challenge(await verifier()));
  visitor.lose().connect().takeSent();
  await visitor.prove();
  assertEquals(visitor.takeSent(), []);
});

Deno.test("Login: the password of an owned name is asked for, if a person can answer", () => {
  const owned =
    ":s 433 * Gamze :Nickname belongs to an account: log in to it, or choose another name";
  const visitor = visits(undefined, true).connect();
  visitor.recall(undefined).takeEvents();
  assertEquals(visitor.server(owned).takeEvents(), ["askPassword Gamze, owned"]);
  // Servers close slow connections. The question stays open meanwhile.
  visitor.lose().connect();
  assertEquals(visitor.takeEvents(), []);
  visitor.takeSent();
  visitor.password(PASSWORD);
  assertEquals(visitor.takeSent(), ["AUTHENTICATE SCRAM-SHA-256"]);

  const pipe = new Visitor({ name: "Gamze" }).connect("").server(owned);
  assertEquals(pipe.takeEvents().slice(1), [
    "nameRefused Gamze (Gamze belongs to an account. If it is yours, log in with --account Gamze)",
    "askName",
  ]);
  const alike = visits(undefined, true).connect();
  alike.recall(undefined).takeEvents();
  alike.server(":s 433 * Gamze :Nickname looks like Gаmze, which belongs to an account");
  assertEquals(alike.session.wants, "name");
});

Deno.test("Login: a server that requires an account asks for the password, but ends a pipe", () => {
  const turnedAway = "FAIL * ACCOUNT_REQUIRED :This server takes only who has an account";
  const visitor = visits(undefined, true).connect();
  visitor.recall(undefined).takeEvents();
  visitor.server(turnedAway).lose();
  assertEquals(visitor.takeEvents(), [
    "error: The server says: This server takes only who has an account.",
    "askPassword Gamze, required",
  ]);
  visitor.connect().takeSent();
  assertEquals(visitor.password(PASSWORD).takeSent(), ["AUTHENTICATE SCRAM-SHA-256"]);
  const pipe = new Visitor({ name: "Gamze" }).connect("").server(turnedAway);
  assertMatch(pipe.ends[0]!, /^refused: .*who has an account\. Log in with --account NAME/);
});

Deno.test("Login: a guest who is turned away on coming back is not asked for an account's password", () => {
  const turnedAway =
    "FAIL * ACCOUNT_REQUIRED :Only who has an account or an invitation may come in";
  const guest = visits(undefined, true, { password: "chat-token" });
  guest.connect().recall(undefined).welcome("Gamze").lose();
  guest.takeSent();
  guest.connect();
  assertEquals(guest.takeSent().filter((line) => line.startsWith("PASS")), ["PASS chat-token"]);
  guest.takeEvents();
  guest.server(turnedAway);
  assertEquals(guest.takeEvents(), []);
  assertMatch(guest.ends[0]!, /^refused: .*Your invitation is no longer valid\.$/);
});

Deno.test("Login: a server that can't read its accounts is no reason to ask for another password", () => {
  const visitor = visits(undefined, true).connect("sasl=PLAIN");
  visitor.recall(PASSWORD).takeSent();
  visitor.server(
    ":s FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE :The server cannot read its accounts at the moment: try again later",
    ":s 904 * :SASL authentication failed",
  );
  assertEquals(visitor.takeEvents().slice(1), [
    "loginFailed Gamze (The server cannot read its accounts at the moment: try again later)",
  ]);
  assertEquals(visitor.takeSent()[0], "NICK Gamze");
  visitor.server(
    ":s 433 * Gamze :Nickname has an owner, whose account can't be read now: choose another",
  );
  assertEquals(visitor.session.wants, "name");
});

Deno.test("Login: whoever has not proved to know the account can't say that one is logged in", async () => {
  // Before the client has asked for a login, such a line means nothing, and the login goes on.
  for (const given of [CREDENTIALS, undefined]) {
    const early = visits(given, true);
    early.do(early.session.open(early.now, "sure"));
    early.server(":s CAP * LS :sasl=SCRAM-SHA-256", ":s CAP * ACK :sasl");
    if (given !== undefined) early.server(":s 900 * *!u@h Gamze :You are now logged in");
    early.server(":s 366 * #lobby :End");
    if (given === undefined) {
      early.server(":s 900 * *!u@h Gamze :You are now logged in").recall(PASSWORD);
    }
    assertEquals([early.session.account, early.sent.at(-1)], [
      undefined,
      "AUTHENTICATE SCRAM-SHA-256",
    ]);
  }
  // A login that the client aborted does not count later either; a proved one does.
  const slow = visits(CREDENTIALS, true).connect();
  slow.server("AUTHENTICATE ///", ":s 900 * *!u@h Gamze :You are now logged in").welcome();
  assertEquals(slow.session.account, undefined);
  slow.do(slow.session.logIn("Gamze", PASSWORD, slow.now)).server("AUTHENTICATE +");
  assert(await scram(slow, await verifier()));
  slow.server(":s 903 * :fine", ":s 900 * *!u@h Gamze :You are now logged in");
  assertEquals(slow.session.account, "Gamze");
  const lies: string[][] = [
    [":s 900 * *!u@h Gamze :You are now logged in", ":s 903 * :fine"],
    ["AUTHENTICATE +", ":s 900 * *!u@h Gamze :You are now logged in", ":s 903 * :fine"],
    ["AUTHENTICATE +", ":s 903 * :fine", ":s 900 * *!u@h Gamze :You are now logged in"],
  ];
  for (const lines of lies) {
    const visitor = visits(CREDENTIALS, true).connect();
    visitor.takeEvents();
    visitor.server(...lines);
    assertEquals([visitor.takeEvents(), visitor.session.account], [[
      "loginFailed Gamze (the server did not prove that it knows this account, so it may not be " +
      "the right server)",
    ], undefined]);
  }
  // Only the signature counts.
  const visitor = visits(CREDENTIALS, true).connect();
  visitor.server("AUTHENTICATE +");
  const server = new ScramServer(quickHashes(), "x");
  server.greet(visitor.message());
  visitor.challenge(server.challenge(await verifier("something else")));
  await visitor.prove();
  visitor.takeEvents();
  visitor.server(":s 900 * *!u@h Gamze :You are now logged in");
  visitor.challenge(new TextEncoder().encode(`v=${toBase64(new Uint8Array(32))}`));
  visitor.server(":s 900 * *!u@h Gamze :You are now logged in");
  assertEquals(visitor.takeEvents().map((event) => event.slice(0, 17)), ["loginFailed Gamze"]);
});
