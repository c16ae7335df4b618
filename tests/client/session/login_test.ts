import { assert, assertEquals, assertMatch } from "@std/assert";
import type { SessionOptions } from "../../../lib/client/session/context.ts";
import type { Credentials } from "../../../lib/client/session/login_state.ts";
import type { Secrecy } from "../../../lib/client/session/doubt.ts";
import { toBase64 } from "../../../lib/crypto/base64.ts";
import { parsePlain, saslChunks, SaslReader } from "../../../lib/irc/sasl.ts";
import {
  type Bytes,
  newVerifier,
  ScramClient,
  ScramServer,
  type ScramVerifier,
} from "../../../lib/crypto/scram.ts";
import { quickHashes } from "../../fuzz/quick_hashes.ts";
import { Drive } from "../drive.ts";

const PASSWORD = "correct horse";
const CREDENTIALS: Credentials = { account: "Gamze", password: PASSWORD };

/** How a session logs in: with an account that was given, by asking, or both. */
function login(given: Credentials | undefined, asks: boolean): Partial<SessionOptions> {
  const insecure = asks ? "ask" : "never";
  const hashes = quickHashes();
  const exchange = (account: string, password: string) =>
    new ScramClient(hashes, account, password, toBase64(hashes.random(18)));
  return { insecure, login: { given, asks, exchange } };
}

/** A session on a connection whose server offers this way of logging in. */
class Visitor extends Drive {
  #next = 0;

  connect(sasl = "sasl=PLAIN,SCRAM-SHA-256", secrecy: Secrecy = "sure"): this {
    this.do(this.session.open(this.now, secrecy));
    if (sasl === "") this.server(":s CAP * LS :server-time", ":s CAP * ACK :server-time");
    else this.server(`:s CAP * LS :${sasl}`, ":s CAP * ACK :sasl");
    this.server(":s 366 * #lobby :End");
    return this;
  }

  /** What is kept is looked up. */
  recall(password: string | undefined): this {
    const request = this.requests.shift();
    if (request?.kind !== "recall") throw new Error("nothing is looked up");
    return this.do(this.session.recalled(request.account, password, this.now));
  }

  /** A challenge is worked out. */
  async prove(): Promise<this> {
    const request = this.requests.shift();
    if (request?.kind !== "prove") throw new Error("no challenge is worked out");
    const proof = await request.exchange.answer(request.challenge);
    return this.do(this.session.proved(request.id, proof, this.now));
  }

  confirm(yes: boolean): this {
    return this.do(this.session.confirm(yes, this.now));
  }

  password(text: string): this {
    return this.do(this.session.givePassword(text, this.now));
  }

  /** The next message of ours in the exchange. */
  message(): Bytes {
    const reader = new SaslReader();
    for (const line of this.sent.slice(this.#next)) {
      this.#next++;
      const [, chunk] = /^AUTHENTICATE (?!PLAIN|SCRAM|\*)(.*)$/.exec(line) ?? [];
      if (chunk === undefined) continue;
      const frame = reader.push(chunk);
      if (frame.kind === "payload") return frame.bytes;
    }
    throw new Error(`there is none in ${this.sent.join("\n")}`);
  }

  /** The server's part of the exchange. */
  challenge(payload: Uint8Array): this {
    return this.server(...saslChunks(payload).map((chunk) => `AUTHENTICATE ${chunk}`));
  }

  ok(account = "Gamze"): this {
    return this.server(
      `:s 900 * *!u@h ${account} :You are now logged in`,
      ":s 903 * :SASL authentication successful",
    );
  }

  /** The welcome, up to the room. */
  welcome(name = "Gamze"): this {
    this.server(`:s 001 ${name} :Welcome`, `:${name}!u@h JOIN #lobby`);
    return this.server(`:s 353 ${name} = #lobby :${name}`, `:s 366 ${name} #lobby :End`);
  }
}

async function verifier(password = PASSWORD): Promise<ScramVerifier> {
  return (await newVerifier(quickHashes(), password))!;
}

/** A server's part of SCRAM, up to its verdict; returns whether the password was right. */
async function scram(visitor: Visitor, kept: ScramVerifier): Promise<boolean> {
  const server = new ScramServer(quickHashes(), "nonce-of-the-server");
  assertEquals(server.greet(visitor.message())?.name, "Gamze");
  visitor.challenge(server.challenge(kept));
  await visitor.prove();
  const signature = await server.check(visitor.message());
  if (signature === undefined) {
    visitor.server(":s 904 * :SASL authentication failed");
    return false;
  }
  visitor.challenge(signature);
  assertEquals(visitor.message().length, 0);
  return true;
}

Deno.test("with a password that is kept one is logged in before the name is claimed", async () => {
  const visitor = new Visitor({ name: "Gamze", ...login(undefined, true) }).connect();
  assert(!visitor.sent.some((line) => /^(NICK|CAP END)/.test(line)));
  visitor.recall(PASSWORD).server("AUTHENTICATE +");
  assert(visitor.sent.includes("AUTHENTICATE SCRAM-SHA-256"));
  assert(await scram(visitor, await verifier()));
  assert(!visitor.sent.includes("NICK Gamze"));
  visitor.ok();
  assertEquals(visitor.sent.slice(-3), ["NICK Gamze", "USER Gamze 0 * Gamze", "CAP END"]);
  visitor.welcome();
  assertEquals(visitor.session.account, "Gamze");
  assertEquals(visitor.takeEvents().slice(0, 2), ["users arrived: ", "loggedIn Gamze"]);
  assert(!visitor.sent.join().includes(PASSWORD));
  // On the next connection nobody is asked again, whatever one is called then.
  visitor.lose().takeSent();
  visitor.connect();
  assertEquals(visitor.requests, []);
  assertEquals(visitor.takeSent().at(-1), "AUTHENTICATE SCRAM-SHA-256");
});

Deno.test("where nothing is kept one comes in without, and is asked once for each name", () => {
  const visitor = new Visitor({ name: "Gamze", ...login(undefined, true) }).connect();
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

/** What is asked before a password goes where others can hear it. */
const OPEN = "This connection is not encrypted: others can read on the way what is sent";
const LOCAL = "Nobody has checked who it is that listens on this machine, and the password was " +
  "remembered for whoever did before";
const DOWNGRADED = "This server offered a way of logging in that tells nobody the password, and " +
  "now wants to be told it";

Deno.test("Login: the way that tells nobody the password is preferred, and needs no yes", () => {
  for (const sasl of ["sasl=PLAIN,SCRAM-SHA-256", "sasl=SCRAM-SHA-256", "sasl"]) {
    for (const secrecy of ["open", "local", "sure"] as const) {
      for (const asks of [true, false]) {
        const visitor = new Visitor({ name: "Gamze", ...login(CREDENTIALS, asks) });
        assertEquals(visitor.connect(sasl, secrecy).sent.at(-1), "AUTHENTICATE SCRAM-SHA-256");
      }
    }
  }
});

Deno.test("Login: the password itself goes to a server that is known, else only with a yes", () => {
  const remembered = { ...CREDENTIALS, remembered: true };
  const cases: [given: Credentials, secrecy: Secrecy, fault: string | undefined][] = [
    [CREDENTIALS, "sure", undefined],
    [remembered, "sure", undefined],
    [CREDENTIALS, "local", undefined],
    [remembered, "local", LOCAL],
    [CREDENTIALS, "open", OPEN],
    [remembered, "open", OPEN],
  ];
  for (const [given, secrecy, fault] of cases) {
    const asked = new Visitor({ name: "Gamze", ...login(given, true) });
    asked.connect("sasl=PLAIN", secrecy).takeEvents();
    const told = fault && `askInsecure: ${fault}. Send the password of Gamze itself all the same?`;
    const pipe = new Visitor({ name: "Gamze", ...login(given, false) });
    pipe.connect("sasl=PLAIN", secrecy);
    if (fault === undefined) {
      for (const visitor of [asked, pipe]) assertEquals(visitor.sent.at(-1), "AUTHENTICATE PLAIN");
      continue;
    }
    const again = new Visitor({ name: "Gamze", ...login(given, true) });
    assertEquals(again.connect("sasl=PLAIN", secrecy).takeEvents().at(-1), told);
    assertEquals(again.session.wants, "confirmation");
    // Whoever thinks about it need not notice that the server does not wait.
    again.lose().connect("sasl=PLAIN", secrecy);
    assertEquals(again.takeEvents(), []);
    assert(!again.sent.some((line) => /AUTHENTICATE|NICK/.test(line)));
    again.confirm(true);
    assertEquals(again.sent.at(-1), "AUTHENTICATE PLAIN");
    again.server("AUTHENTICATE +").ok().welcome();
    // On the next connection others can read just the same, but somebody else may listen here.
    again.takeEvents();
    again.lose().connect("sasl=PLAIN", secrecy);
    const once = secrecy === "local";
    assertEquals(again.takeEvents().filter((event) => event === told).length, once ? 1 : 0);
    assertEquals(again.sent.at(-1), once ? "CAP REQ sasl" : "AUTHENTICATE PLAIN");
    // Without it, one goes on as somebody who is not logged in.
    asked.confirm(false);
    assertEquals(asked.sent.slice(-3), ["NICK Gamze", "USER Gamze 0 * Gamze", "CAP END"]);
    assert(!asked.sent.some((line) => line.startsWith("AUTHENTICATE")));
    const advice = `${fault.charAt(0).toLowerCase()}${fault.slice(1)}. With --insecure-password`;
    assert(pipe.ends[0]?.startsWith(`refused: Cannot log in as Gamze: ${advice}`), pipe.ends[0]);
    assert(!pipe.sent.some((line) => /AUTHENTICATE|NICK/.test(line)));
    const insecure = new Visitor({ name: "Gamze", ...login(given, false), insecure: "always" });
    insecure.connect("sasl=PLAIN", secrecy);
    assertEquals(insecure.sent.at(-1), "AUTHENTICATE PLAIN");
  }
});

Deno.test("Login: a way that was offered is never replaced by a worse one without a yes", () => {
  for (const secrecy of ["open", "local", "sure"] as const) {
    const visitor = new Visitor({ name: "Gamze", ...login(CREDENTIALS, true) });
    visitor.connect("sasl=PLAIN,SCRAM-SHA-256", secrecy).takeEvents();
    visitor.server(":s 908 * PLAIN :are available", ":s 904 * :failed").takeSent();
    assertEquals(visitor.session.wants, "confirmation");
    const faults = secrecy === "open" ? `${DOWNGRADED}. ${OPEN}` : DOWNGRADED;
    assert(visitor.takeEvents()[0]?.startsWith(`askInsecure: ${faults}. Send`));
    visitor.confirm(false);
    assertEquals(visitor.takeSent(), ["NICK Gamze", "USER Gamze 0 * Gamze", "CAP END"]);
    const yes = new Visitor({ name: "Gamze", ...login(CREDENTIALS, true) });
    yes.connect("sasl=PLAIN,SCRAM-SHA-256", secrecy);
    yes.server(":s 908 * PLAIN :are available", ":s 904 * :failed").confirm(true);
    assertEquals(yes.sent.at(-1), "AUTHENTICATE PLAIN");
    const pipe = new Visitor({ name: "Gamze", ...login(CREDENTIALS, false) });
    pipe.connect("sasl=PLAIN,SCRAM-SHA-256", secrecy);
    pipe.server(":s 908 * PLAIN :are available", ":s 904 * :failed", "AUTHENTICATE +");
    assertMatch(pipe.ends[0] ?? "", /^refused: Cannot log in as Gamze: this server offered a way/);
    assert(!pipe.sent.some((line) => /PLAIN|NICK/.test(line)));
  }
  // Where others can hear it, a server of old, which names no ways at first, is no exception.
  const old = new Visitor({ name: "Gamze", ...login(CREDENTIALS, true) }).connect("sasl", "open");
  old.takeEvents();
  old.server(":s 908 * PLAIN :are available", ":s 904 * :failed");
  assert(old.takeEvents()[0]?.startsWith(`askInsecure: ${OPEN}. Send`));
});

Deno.test("Login: a way that was offered counts, however the server takes it back", () => {
  const offered = ":s CAP * LS :sasl=SCRAM-SHA-256,PLAIN";
  const cases: [lines: string[], at: string][] = [
    [[offered, ":s CAP * NEW :sasl=PLAIN", ":s CAP * ACK :sasl"], "NEW"],
    [[":s CAP * LS * :sasl=SCRAM-SHA-256", ":s CAP * LS :sasl=PLAIN", ":s CAP * ACK :sasl"], "LS"],
    [[offered, ":s CAP * DEL :sasl", ":s CAP * NEW :sasl=PLAIN", ":s CAP * ACK :sasl"], "DEL"],
  ];
  for (const [lines, at] of cases) {
    for (const asks of [true, false]) {
      const visitor = new Visitor({ name: "Gamze", ...login(CREDENTIALS, asks) });
      visitor.do(visitor.session.open(visitor.now, "sure"));
      visitor.server(...lines, ":s 366 * #lobby :End", "AUTHENTICATE +");
      assert(!visitor.sent.some((line) => /AUTHENTICATE|NICK/.test(line)), at);
      if (asks) assert(visitor.takeEvents().at(-1)?.startsWith(`askInsecure: ${DOWNGRADED}.`), at);
      else assertMatch(visitor.ends[0] ?? "", /as Gamze: this server offered a way/);
    }
  }
  // On a connection after the first, or to the service, it is the same.
  const later = new Visitor({ name: "Gamze", ...login(CREDENTIALS, true) }).connect();
  later.lose().connect("sasl=PLAIN");
  assertEquals(later.session.wants, "confirmation");
  const service = inside("sasl=SCRAM-SHA-256").server(":s CAP Deniz DEL :sasl");
  service.do(service.session.logIn("Gamze", PASSWORD, service.now));
  assertEquals([service.takeSent(), service.session.wants], [[], "confirmation"]);
});

Deno.test("Login: a yes for the server's password is none for that of an account", () => {
  const visitor = new Visitor({
    ...{ name: "Gamze", password: "sesame" },
    ...login(CREDENTIALS, true),
  });
  visitor.do(visitor.session.open(visitor.now, "open")).confirm(true);
  assert(visitor.sent.includes("PASS sesame"));
  visitor.server(":s CAP * LS :sasl=SCRAM-SHA-256", ":s CAP * ACK :sasl", ":s 366 * #lobby :End");
  visitor.takeEvents();
  visitor.server(":s 908 * PLAIN :are available", ":s 904 * :failed", "AUTHENTICATE +");
  assertEquals(visitor.takeEvents(), [
    `askInsecure: ${DOWNGRADED}. ${OPEN}. Send the password of Gamze itself all the same?`,
  ]);
  assert(!visitor.sent.includes("AUTHENTICATE PLAIN"));
});

Deno.test("Login: a server that always wants another way is told no more than twice", () => {
  const visitor = new Visitor({ name: "Gamze", ...login(CREDENTIALS, true) }).connect("sasl");
  for (const [way, other] of [["PLAIN", "SCRAM-SHA-256"], ["PLAIN", "SCRAM-SHA-256"]]) {
    visitor.server(`:s 908 * ${way} :are available`, ":s 904 * :failed", "AUTHENTICATE +");
    visitor.server(`:s 908 * ${other} :are available`, ":s 904 * :failed");
  }
  assertEquals(visitor.sent.filter((line) => /^AUTHENTICATE (PLAIN|SCRAM)/.test(line)), [
    "AUTHENTICATE SCRAM-SHA-256",
    "AUTHENTICATE PLAIN",
  ]);
  assertEquals(visitor.session.wants, "password");
});

Deno.test("Login: a question that is replaced by another one is asked again", () => {
  const visitor = new Visitor({ name: "Gamze", ...login(CREDENTIALS, true) });
  visitor.connect("sasl=PLAIN", "open");
  assertEquals(visitor.session.wants, "confirmation");
  visitor.server(":s FAIL * ACCOUNT_REQUIRED :This server takes only who has an account");
  assertEquals(visitor.session.wants, "password");
  visitor.takeEvents();
  visitor.password("another one");
  assertEquals(visitor.takeEvents(), [
    `askInsecure: ${OPEN}. Send the password of Gamze itself all the same?`,
  ]);
});

Deno.test("Login: a server that offers no way is told", () => {
  for (const [sasl, said] of [["sasl=EXTERNAL", "no way of logging in"], ["", "no accounts"]]) {
    const visitor = new Visitor({ name: "Gamze", ...login(CREDENTIALS, true) }).connect(sasl);
    assert(visitor.takeEvents().at(-1)?.includes(said!));
    assertEquals(visitor.sent.at(-1), "CAP END");
    const pipe = new Visitor({ name: "Gamze", ...login(CREDENTIALS, false) }).connect(sasl);
    assert(pipe.ends[0]?.includes(said!));
    assert(!pipe.sent.includes("NICK Gamze"));
  }
});

Deno.test("Login: the server's password goes where others can hear it only with a yes", () => {
  const options = { name: "Gamze", password: "sesame" };
  const sent = (secrecy: Secrecy, more: Partial<SessionOptions>) => {
    const it = new Drive({ ...options, ...more });
    return it.do(it.session.open(it.now, secrecy));
  };
  for (const secrecy of ["local", "sure"] as const) {
    assert(sent(secrecy, {}).sent.includes("PASS sesame"));
  }
  assert(sent("open", { insecure: "always" }).sent.includes("PASS sesame"));
  const pipe = sent("open", { insecure: "never" });
  assertEquals([pipe.sent, pipe.ends], [[], [
    `refused: ${OPEN}. So the server's password was not sent. With --insecure-password it is ` +
    "sent all the same.",
  ]]);
  const asked = sent("open", { insecure: "ask" });
  assertEquals([asked.sent, asked.takeEvents()], [[], [
    `askInsecure: ${OPEN}. Send the server's password itself all the same?`,
  ]]);
  asked.do(asked.session.confirm(true, asked.now));
  assertEquals(asked.sent, ["CAP LS 302", "PASS sesame", "NAMES #lobby"]);
  const no = sent("open", { insecure: "ask" });
  no.do(no.session.confirm(false, no.now));
  assertEquals([no.sent, no.ends], [[], ["refused: The password was not sent."]]);
  // Encrypted by the time of the answer, there is nothing to ask any more.
  const later = sent("open", { insecure: "ask" }).lose();
  later.do(later.session.open(later.now, "sure"));
  assertEquals([later.sent.includes("PASS sesame"), later.session.wants], [true, "nothing"]);
  // Whoever made the invitation has said that it may go like this.
  const invited = sent("open", { password: undefined, invitation: "secret" });
  assert(invited.sent.includes("PASS secret"));
});

Deno.test("a mechanism that a server of old refuses is replaced by one that it names", () => {
  const visitor = new Visitor({ name: "Gamze", ...login(CREDENTIALS, false) }).connect("sasl");
  visitor.server(":s 908 * PLAIN,EXTERNAL :are available", ":s 904 * :failed", "AUTHENTICATE +");
  assertEquals(parsePlain(visitor.message()), {
    authzid: "",
    authcid: "Gamze",
    password: PASSWORD,
  });
  visitor.ok();
  assertEquals(visitor.sent.at(-1), "CAP END");
});

Deno.test("long passwords go in pieces, one that fills its piece too", () => {
  for (const length of [10, 290, 291, 293, 294, 593, 600]) {
    const password = "p".repeat(length);
    const given = { account: "Gamze", password };
    const visitor = new Visitor({ name: "Gamze", ...login(given, false) }).connect("sasl=PLAIN");
    visitor.server("AUTHENTICATE +");
    assertEquals(parsePlain(visitor.message())?.password, password);
    assertEquals(visitor.sent.at(-1) === "AUTHENTICATE +", [291, 293, 593].includes(length));
  }
});

Deno.test("a wrong password is told and asked for again; without one there is another name", async () => {
  const visitor = new Visitor({ name: "Gamze", ...login(undefined, true) }).connect();
  visitor.recall("wrong").server("AUTHENTICATE +").takeEvents();
  assert(!await scram(visitor, await verifier()));
  assertEquals(visitor.takeEvents(), [
    "loginFailed Gamze (the name or the password is wrong)",
    "askPassword Gamze, wrong",
  ]);
  assertEquals(visitor.session.wants, "password");
  visitor.password(PASSWORD).server("AUTHENTICATE +");
  assert(await scram(visitor, await verifier()));
  visitor.ok().welcome();
  assert(visitor.takeEvents().includes("entered #lobby as Gamze"));

  const other = new Visitor({ name: "Gamze", ...login(undefined, true) }).connect();
  other.recall("wrong").server("AUTHENTICATE +");
  await scram(other, await verifier());
  other.password("").takeEvents();
  assertEquals(other.session.wants, "name");
  other.claim("Deniz").recall(undefined).welcome("Deniz");
  assert(other.takeEvents().includes("entered #lobby as Deniz"));
});

Deno.test("in a pipe a login that fails is the end, with words", async () => {
  const cases: [answer: string, reason: RegExp][] = [
    [":s 904 * :SASL authentication failed", /Cannot log in as Gamze: the name or the password is/],
    [":s 902 * :Too many failed logins: try again in 9 minutes", /: Too many .* 9 minutes\.$/],
    [":s 905 * :SASL message too long", /: the server finds it too long\.$/],
    ["AUTHENTICATE ///", /: the server's answer makes no sense\.$/],
    [`AUTHENTICATE ${"A".repeat(401)}`, /: the server's answer makes no sense\.$/],
    ["AUTHENTICATE +", /: the server asks for what is not safe\.$/],
    [`AUTHENTICATE ${btoa("r=x,s=AAAA,i=1")}`, /: the server asks for what is not safe\.$/],
    [":s 903 * :fine", /: the server did not prove that it knows this account, so .*meant\.$/],
  ];
  for (const [answer, reason] of cases) {
    const visitor = new Visitor({ name: "Gamze", ...login(CREDENTIALS, false) }).connect();
    visitor.server("AUTHENTICATE +", answer);
    if (visitor.requests.length > 0) await visitor.prove();
    assertMatch(visitor.ends[0] ?? "", reason);
    assert(!visitor.sent.includes("NICK Gamze"), answer);
  }
});

Deno.test("a server that can't prove that it knows the account is not believed", async () => {
  const visitor = new Visitor({ name: "Gamze", ...login(CREDENTIALS, true) }).connect();
  const server = new ScramServer(quickHashes(), "x");
  visitor.server("AUTHENTICATE +");
  server.greet(visitor.message());
  visitor.challenge(server.challenge(await verifier("something else")));
  await visitor.prove();
  visitor.takeEvents();
  visitor.challenge(new TextEncoder().encode(`v=${toBase64(new Uint8Array(32))}`));
  assertEquals(visitor.takeEvents(), [
    "loginFailed Gamze (the server did not prove that it knows this account, so it may not be the " +
    "one that is meant)",
  ]);
  assert(visitor.sent.includes("AUTHENTICATE *"));
});

Deno.test("nobody waits for ever: for what is kept, or for the server's verdict", () => {
  const slow = new Visitor({ name: "Gamze", ...login(undefined, true) }).connect();
  slow.wait(59_000);
  assert(!slow.sent.includes("NICK Gamze"));
  slow.wait(2000);
  assert(slow.sent.includes("NICK Gamze"));
  slow.recall(PASSWORD);
  assert(!slow.sent.some((line) => line.startsWith("AUTHENTICATE")));
  const silent = new Visitor({ name: "Gamze", ...login(CREDENTIALS, true) }).connect();
  // The server is there, but its services are not.
  for (let second = 0; second < 62; second++) silent.wait(1000).server(":s NOTICE * :still here");
  assertEquals(silent.sent.slice(-4), [
    "AUTHENTICATE *",
    "NICK Gamze",
    "USER Gamze 0 * Gamze",
    "CAP END",
  ]);
});

Deno.test("an answer that comes after the connection was lost is for nobody", async () => {
  const visitor = new Visitor({ name: "Gamze", ...login(CREDENTIALS, true) }).connect();
  visitor.server("AUTHENTICATE +");
  const server = new ScramServer(quickHashes(), "x");
  server.greet(visitor.message());
  visitor.challenge(server.challenge(await verifier()));
  visitor.lose().connect().takeSent();
  await visitor.prove();
  assertEquals(visitor.takeSent(), []);
});

Deno.test("who wants a name that belongs to someone is asked for its password, where that can be", () => {
  const owned =
    ":s 433 * Gamze :Nickname belongs to an account: log in to it, or choose another name";
  const visitor = new Visitor({ name: "Gamze", ...login(undefined, true) }).connect();
  visitor.recall(undefined).takeEvents();
  assertEquals(visitor.server(owned).takeEvents(), ["askPassword Gamze, owned"]);
  // Servers don't wait long; whoever thinks about it need not notice.
  visitor.lose().connect();
  assertEquals(visitor.takeEvents(), []);
  visitor.takeSent();
  visitor.password(PASSWORD);
  assertEquals(visitor.takeSent(), ["AUTHENTICATE SCRAM-SHA-256"]);

  const pipe = new Visitor({ name: "Gamze" }).connect("").server(owned);
  assertEquals(pipe.takeEvents().slice(1), [
    "nameRefused Gamze (Gamze belongs to someone, who logs in with --account Gamze)",
    "askName",
  ]);
  const alike = new Visitor({ name: "Gamze", ...login(undefined, true) }).connect();
  alike.recall(undefined).takeEvents();
  alike.server(":s 433 * Gamze :Nickname looks like Gаmze, which belongs to an account");
  assertEquals(alike.session.wants, "name");
});

Deno.test("a server for those with accounts asks for a password; in a pipe it is the end", () => {
  const turnedAway = "FAIL * ACCOUNT_REQUIRED :This server takes only who has an account";
  const visitor = new Visitor({ name: "Gamze", ...login(undefined, true) }).connect();
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
  const guest = new Visitor({ name: "Gamze", password: "chat-token", ...login(undefined, true) });
  guest.connect().recall(undefined).welcome("Gamze").lose();
  guest.takeSent();
  guest.connect();
  assertEquals(guest.takeSent().filter((line) => line.startsWith("PASS")), ["PASS chat-token"]);
  guest.takeEvents();
  guest.server(turnedAway);
  assertEquals(guest.takeEvents(), []);
  assertMatch(guest.ends[0]!, /^refused: .*The invitation that you came in on counts no longer\.$/);
});

Deno.test("Login: a server that can't read its accounts is no reason to ask for another password", () => {
  const visitor = new Visitor({ name: "Gamze", ...login(undefined, true) }).connect("sasl=PLAIN");
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

/** Somebody who is in, on a server that offers this. */
function inside(sasl: string, secrecy: Secrecy = "sure"): Visitor {
  const visitor = new Visitor({ name: "Deniz", ...login(undefined, true) });
  visitor.do(visitor.session.open(visitor.now, secrecy));
  const names = sasl.replace(/=\S+/g, "");
  visitor.server(`:s CAP * LS :${sasl}`, `:s CAP * ACK :${names}`, ":s 366 * #lobby :End");
  if (visitor.requests.length > 0) visitor.recall(undefined);
  visitor.welcome("Deniz").takeSent();
  visitor.takeEvents();
  return visitor;
}

Deno.test("a name is registered with a password that nothing shows", () => {
  const visitor = inside("sasl=PLAIN draft/account-registration");
  assertEquals(visitor.session.signUpFault, undefined);
  visitor.do(visitor.session.signUp("correct horse", visitor.now));
  assertEquals(visitor.takeSent(), ["REGISTER * * :correct horse"]);
  visitor.server(":s REGISTER SUCCESS Deniz :The name Deniz is now yours", ":s 900 D * Deniz :in");
  assertEquals(visitor.takeEvents(), ["registered Deniz", "loggedIn Deniz"]);
  assertEquals(visitor.session.signUpFault, "You are logged in as Deniz already.");
  visitor.lose().connect("sasl=PLAIN");
  assertEquals(visitor.takeSent().at(-1), "AUTHENTICATE PLAIN");
});

Deno.test("where a name can't be registered like that, it is said why", () => {
  const cases: [caps: string, why: RegExp][] = [
    ["sasl=PLAIN", /registers names in its own way, if at all: \/msg NickServ HELP REGISTER/],
    ["draft/account-registration=email-required", /only with an e-mail address/],
  ];
  for (const [caps, why] of cases) assertMatch(inside(caps).session.signUpFault ?? "", why);
  const refused = inside("draft/account-registration");
  refused.do(refused.session.signUp("secret", refused.now));
  refused.server("FAIL REGISTER ACCOUNT_EXISTS Deniz :There is an account Deniz already");
  assertEquals(refused.takeEvents(), ["error: The server says: There is an account Deniz already"]);
  const offline = inside("draft/account-registration").lose();
  assertEquals(offline.session.signUpFault, "There is no connection to the server now.");
});

Deno.test("who is in logs in anew, and then asks for the name of the account", () => {
  const visitor = inside("sasl=PLAIN");
  visitor.do(visitor.session.logIn("Gamze", PASSWORD, visitor.now)).server("AUTHENTICATE +");
  assertEquals(parsePlain(visitor.message())?.authcid, "Gamze");
  visitor.takeSent();
  visitor.ok();
  assertEquals(visitor.takeSent(), ["NICK Gamze"]);
  const wrong = inside("sasl=PLAIN");
  wrong.do(wrong.session.logIn("Gamze", "x", wrong.now)).server("AUTHENTICATE +");
  wrong.server(":s 904 Deniz :failed");
  assertEquals(wrong.takeEvents(), ["loginFailed Gamze (the name or the password is wrong)"]);
  assertEquals(wrong.session.wants, "text");
});

Deno.test("Login: without SASL the service is told by the server's own command, and no echo shows", () => {
  const identify = `IDENTIFY Gamze ${PASSWORD}`;
  const visitor = inside("echo-message");
  visitor.do(visitor.session.logIn("Gamze", PASSWORD, visitor.now));
  assertEquals(visitor.takeSent(), [`NICKSERV :${identify}`]);
  visitor.server(`:Deniz!u@h PRIVMSG NickServ :${identify}`);
  assertEquals(visitor.takeEvents(), []);
  // Nobody vouches for a user who is called that.
  visitor.do(visitor.session.logIn("Gamze", PASSWORD, visitor.now)).takeSent();
  visitor.server(":s 421 Deniz NICKSERV :Unknown command");
  assertEquals([visitor.takeSent(), visitor.takeEvents()], [[], [
    "askInsecure: This server does not vouch for NickServ: whoever calls itself so would be told. " +
    "Send the password of Gamze itself all the same?",
  ]]);
  visitor.confirm(false);
  assertEquals([visitor.takeSent(), visitor.takeEvents()], [[], [
    "error: You were not logged in.",
  ]]);
  visitor.do(visitor.session.logIn("Gamze", PASSWORD, visitor.now)).takeSent();
  visitor.server(":s 421 Deniz NICKSERV :Unknown command").confirm(true);
  assertEquals(visitor.takeSent(), [`PRIVMSG NickServ :${identify}`]);
  visitor.server(`:Deniz!u@h PRIVMSG NickServ :${identify}`);
  assertEquals(visitor.takeEvents().length, 1);
  visitor.server(":s 401 Deniz NickServ :No such nick/channel");
  assertEquals(visitor.takeEvents(), ["error: There is nobody called NickServ here."]);
  // Another unknown command is none of its business.
  visitor.server(":s 421 Deniz NICKSERV :Unknown command");
  assertEquals(visitor.takeEvents(), ["error: The server says: NICKSERV: Unknown command"]);

  const open = inside("echo-message", "open");
  open.do(open.session.logIn("Gamze", PASSWORD, open.now));
  assertEquals([open.takeSent(), open.takeEvents().length, open.session.wants], [
    ...[[], 1],
    "confirmation",
  ]);
  open.confirm(true);
  assertEquals(open.takeSent(), [`NICKSERV :${identify}`]);
  // A question that nobody can answer any more is none.
  const lost = inside("echo-message", "open");
  lost.do(lost.session.logIn("Gamze", PASSWORD, lost.now)).lose().confirm(true);
  assertEquals(lost.takeSent(), []);
});

Deno.test("Login: whoever is in is asked, too, before the password itself goes out", () => {
  const visitor = inside("sasl=PLAIN draft/account-registration", "open");
  visitor.do(visitor.session.logIn("Gamze", PASSWORD, visitor.now));
  assertEquals([visitor.takeSent(), visitor.session.wants], [[], "confirmation"]);
  visitor.confirm(false);
  assertEquals(visitor.takeEvents().at(-1), "error: You were not logged in.");
  visitor.do(visitor.session.signUp(PASSWORD, visitor.now));
  assertEquals([visitor.takeSent(), visitor.takeEvents()], [[], [
    `askInsecure: ${OPEN}. Send the password itself all the same?`,
  ]]);
  visitor.confirm(false);
  assertEquals(visitor.takeEvents(), ["error: The username was not registered."]);
  visitor.do(visitor.session.signUp(PASSWORD, visitor.now)).confirm(true);
  assertEquals(visitor.takeSent(), [`REGISTER * * :${PASSWORD}`]);
  // A yes is for one password, and for all times that it is sent like this.
  for (const asked of [true, false]) {
    visitor.do(visitor.session.logIn("Gamze", PASSWORD, visitor.now));
    assertEquals(visitor.session.wants, asked ? "confirmation" : "text");
    if (asked) visitor.confirm(true);
    assertEquals(visitor.takeSent(), ["AUTHENTICATE PLAIN"]);
    visitor.server("AUTHENTICATE +", ":s 904 Deniz :failed").takeSent();
  }
  const local = inside("draft/account-registration", "local");
  local.do(local.session.signUp(PASSWORD, local.now));
  assertEquals(local.takeSent(), [`REGISTER * * :${PASSWORD}`]);
});

Deno.test("Login: whoever has not proved to know the account can't say that one is logged in", async () => {
  // Before it is even asked, that is nothing: the login goes on.
  for (const given of [CREDENTIALS, undefined]) {
    const early = new Visitor({ name: "Gamze", ...login(given, true) });
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
  // A login that we broke off is none later either; one that is proved is.
  const slow = new Visitor({ name: "Gamze", ...login(CREDENTIALS, true) }).connect();
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
    const visitor = new Visitor({ name: "Gamze", ...login(CREDENTIALS, true) }).connect();
    visitor.takeEvents();
    visitor.server(...lines);
    assertEquals([visitor.takeEvents(), visitor.session.account], [[
      "loginFailed Gamze (the server did not prove that it knows this account, so it may not be " +
      "the one that is meant)",
    ], undefined]);
  }
  // It is the signature that counts.
  const visitor = new Visitor({ name: "Gamze", ...login(CREDENTIALS, true) }).connect();
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

Deno.test("who came in from elsewhere is not thrown out there in turn", () => {
  const visitor = inside("sasl=PLAIN");
  visitor.server("ERROR :Closing link: h (Deniz connected from elsewhere)");
  assertEquals(visitor.ends, []);
  visitor.do(visitor.session.logIn("Deniz", PASSWORD, visitor.now)).server("AUTHENTICATE +");
  visitor.ok("Deniz").server("ERROR :Closing link: h (Deniz connected from elsewhere)");
  assertEquals(visitor.ends, [
    "refused: You have come in as Deniz from elsewhere, so this chat ends.",
  ]);
});

Deno.test("one logs out, and is not logged in again behind one's back", () => {
  const visitor = inside("sasl=PLAIN");
  assertEquals(visitor.type("/logout").takeEvents(), ["error: You are not logged in."]);
  visitor.do(visitor.session.logIn("Deniz", PASSWORD, visitor.now)).server("AUTHENTICATE +");
  visitor.ok("Deniz").takeSent();
  visitor.takeEvents();
  assertEquals(visitor.type("/logout").takeSent(), ["PRIVMSG NickServ :LOGOUT"]);
  visitor.server(":s 901 Deniz Deniz!u@h :You are now logged out");
  assertEquals(visitor.takeEvents(), ["loggedOut"]);
  visitor.lose().connect("sasl=PLAIN");
  assertEquals(visitor.requests, []);
  assert(visitor.sent.includes("NICK Deniz"));
});

Deno.test("logging out is told once, however often the server says it", () => {
  const notice = (text: string) => `:NickServ!NickServ@s NOTICE Deniz :${text}`;
  const gone = ":s 901 Deniz Deniz!u@h :You are now logged out";
  const ours = [
    notice("You are now logged out of Deniz."),
    gone,
    ":Deniz!u@h NICK Guest1",
    ":NickServ!NickServ@s NOTICE Guest1 :Deniz belongs to an account that you are not logged in " +
    "to. Your name is now Guest1. To choose another one, type: /nick NAME",
  ];
  const cases: [lines: string[], told: RegExp[]][] = [
    [ours, [/^loggedOut$/, /^renamed/]],
    [[gone, notice("You are now logged out.")], [/^loggedOut$/]],
    [[notice("You have been logged out.")], [/^loggedOut$/]],
    [[gone, notice("Something else.")], [/^loggedOut$/, /Something else/]],
  ];
  for (const [lines, told] of cases) {
    const visitor = inside("sasl=PLAIN");
    visitor.do(visitor.session.logIn("Deniz", PASSWORD, visitor.now)).server("AUTHENTICATE +");
    visitor.ok("Deniz").takeEvents();
    const events = visitor.type("/logout").server(...lines).takeEvents();
    assertEquals(events.length, told.length, events.join());
    told.forEach((pattern, index) => assertMatch(events[index]!, pattern));
    // The account is remembered, also on the next connection.
    assertEquals([visitor.session.account, visitor.session.lastAccount], [undefined, "Deniz"]);
    assertEquals(visitor.lose().session.lastAccount, "Deniz");
  }
  // Without a logout the service is heard.
  const other = inside("sasl=PLAIN").server(notice("You are now logged out of Deniz."));
  assertMatch(other.takeEvents().join(), /logged out of Deniz/);
});
