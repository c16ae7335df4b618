import { assert, assertEquals, assertMatch } from "@std/assert";
import { type SessionOptions } from "../../../lib/client/session/context.ts";
import { type Credentials } from "../../../lib/client/session/login_state.ts";
import { type Secrecy } from "../../../lib/client/session/doubt.ts";
import { Drive } from "../drive.ts";
import { CREDENTIALS, DOWNGRADED, inside, LOCAL, OPEN, PASSWORD, visits } from "./visitor.ts";

Deno.test("Login: the way that tells nobody the password is preferred, and needs no yes", () => {
  for (const sasl of ["sasl=PLAIN,SCRAM-SHA-256", "sasl=SCRAM-SHA-256", "sasl"]) {
    for (const secrecy of ["open", "local", "sure"] as const) {
      for (const asks of [true, false]) {
        const visitor = visits(CREDENTIALS, asks);
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
    const asked = visits(given, true);
    asked.connect("sasl=PLAIN", secrecy).takeEvents();
    const told = fault && `askInsecure: ${fault}. Send the password of Gamze anyway?`;
    const pipe = visits(given, false);
    pipe.connect("sasl=PLAIN", secrecy);
    if (fault === undefined) {
      for (const visitor of [asked, pipe]) assertEquals(visitor.sent.at(-1), "AUTHENTICATE PLAIN");
      continue;
    }
    const again = visits(given, true);
    assertEquals(again.connect("sasl=PLAIN", secrecy).takeEvents().at(-1), told);
    assertEquals(again.session.wants, "confirmation");
    // The question stays open if the server closes the connection meanwhile.
    again.lose().connect("sasl=PLAIN", secrecy);
    assertEquals(again.takeEvents(), []);
    assert(!again.sent.some((line) => /AUTHENTICATE|NICK/.test(line)));
    again.confirm(true);
    assertEquals(again.sent.at(-1), "AUTHENTICATE PLAIN");
    again.server("AUTHENTICATE +").ok().welcome();
    // On an open network the next connection has the same risk; on a local port, another program
    // may be listening.
    again.takeEvents();
    again.lose().connect("sasl=PLAIN", secrecy);
    const once = secrecy === "local";
    assertEquals(again.takeEvents().filter((event) => event === told).length, once ? 1 : 0);
    assertEquals(again.sent.at(-1), once ? "CAP REQ sasl" : "AUTHENTICATE PLAIN");
    // Without a yes, the session goes on without a login.
    asked.confirm(false);
    assertEquals(asked.sent.slice(-3), ["NICK Gamze", "USER chat 0 * chat", "CAP END"]);
    assert(!asked.sent.some((line) => line.startsWith("AUTHENTICATE")));
    const advice = `${fault.charAt(0).toLowerCase()}${
      fault.slice(1)
    }. To send it anyway, use --insecure-password`;
    assert(pipe.ends[0]?.startsWith(`refused: Cannot log in as Gamze: ${advice}`), pipe.ends[0]);
    assert(!pipe.sent.some((line) => /AUTHENTICATE|NICK/.test(line)));
    const insecure = visits(given, false, { insecure: "always" });
    insecure.connect("sasl=PLAIN", secrecy);
    assertEquals(insecure.sent.at(-1), "AUTHENTICATE PLAIN");
  }
});

Deno.test("Login: a way that was offered is never replaced by a worse one without a yes", () => {
  for (const secrecy of ["open", "local", "sure"] as const) {
    const visitor = visits(CREDENTIALS, true);
    visitor.connect("sasl=PLAIN,SCRAM-SHA-256", secrecy).takeEvents();
    visitor.server(":s 908 * PLAIN :are available", ":s 904 * :failed").takeSent();
    assertEquals(visitor.session.wants, "confirmation");
    const faults = secrecy === "open" ? `${DOWNGRADED}. ${OPEN}` : DOWNGRADED;
    assert(visitor.takeEvents()[0]?.startsWith(`askInsecure: ${faults}. Send`));
    visitor.confirm(false);
    assertEquals(visitor.takeSent(), ["NICK Gamze", "USER chat 0 * chat", "CAP END"]);
    const yes = visits(CREDENTIALS, true);
    yes.connect("sasl=PLAIN,SCRAM-SHA-256", secrecy);
    yes.server(":s 908 * PLAIN :are available", ":s 904 * :failed").confirm(true);
    assertEquals(yes.sent.at(-1), "AUTHENTICATE PLAIN");
    const pipe = visits(CREDENTIALS, false);
    pipe.connect("sasl=PLAIN,SCRAM-SHA-256", secrecy);
    pipe.server(":s 908 * PLAIN :are available", ":s 904 * :failed", "AUTHENTICATE +");
    assertMatch(pipe.ends[0] ?? "", /^refused: Cannot log in as Gamze: this server offered a way/);
    assert(!pipe.sent.some((line) => /PLAIN|NICK/.test(line)));
  }
  // On an open connection this also holds for an old server that does not list its mechanisms.
  const old = visits(CREDENTIALS, true).connect("sasl", "open");
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
      const visitor = visits(CREDENTIALS, asks);
      visitor.do(visitor.session.open(visitor.now, "sure"));
      visitor.server(...lines, ":s 366 * #lobby :End", "AUTHENTICATE +");
      assert(!visitor.sent.some((line) => /AUTHENTICATE|NICK/.test(line)), at);
      if (asks) assert(visitor.takeEvents().at(-1)?.startsWith(`askInsecure: ${DOWNGRADED}.`), at);
      else assertMatch(visitor.ends[0] ?? "", /as Gamze: this server offered a way/);
    }
  }
  // The same holds for a later connection, and for the service.
  const later = visits(CREDENTIALS, true).connect();
  later.lose().connect("sasl=PLAIN");
  assertEquals(later.session.wants, "confirmation");
  const service = inside("sasl=SCRAM-SHA-256").server(":s CAP Deniz DEL :sasl");
  service.do(service.session.logIn("Gamze", PASSWORD, service.now));
  assertEquals([service.takeSent(), service.session.wants], [[], "confirmation"]);
});

Deno.test("Login: a yes for the server's password is none for that of an account", () => {
  const visitor = visits(CREDENTIALS, true, { password: "sesame" });
  visitor.do(visitor.session.open(visitor.now, "open")).confirm(true);
  assert(visitor.sent.includes("PASS sesame"));
  visitor.server(":s CAP * LS :sasl=SCRAM-SHA-256", ":s CAP * ACK :sasl", ":s 366 * #lobby :End");
  visitor.takeEvents();
  visitor.server(":s 908 * PLAIN :are available", ":s 904 * :failed", "AUTHENTICATE +");
  assertEquals(visitor.takeEvents(), [
    `askInsecure: ${DOWNGRADED}. ${OPEN}. Send the password of Gamze anyway?`,
  ]);
  assert(!visitor.sent.includes("AUTHENTICATE PLAIN"));
});

Deno.test("Login: a server that always wants another way is told no more than twice", () => {
  const visitor = visits(CREDENTIALS, true).connect("sasl");
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
  const visitor = visits(CREDENTIALS, true);
  visitor.connect("sasl=PLAIN", "open");
  assertEquals(visitor.session.wants, "confirmation");
  visitor.server(":s FAIL * ACCOUNT_REQUIRED :This server takes only who has an account");
  assertEquals(visitor.session.wants, "password");
  visitor.takeEvents();
  visitor.password("another one");
  assertEquals(visitor.takeEvents(), [
    `askInsecure: ${OPEN}. Send the password of Gamze anyway?`,
  ]);
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
    `refused: ${OPEN}. The server's password was not sent. To send it anyway, use ` +
    "--insecure-password.",
  ]]);
  const asked = sent("open", { insecure: "ask" });
  assertEquals([asked.sent, asked.takeEvents()], [[], [
    `askInsecure: ${OPEN}. Send the server's password anyway?`,
  ]]);
  asked.do(asked.session.confirm(true, asked.now));
  assertEquals(asked.sent, ["CAP LS 302", "PASS sesame", "NAMES #lobby"]);
  const no = sent("open", { insecure: "ask" });
  no.do(no.session.confirm(false, no.now));
  assertEquals([no.sent, no.ends], [[], ["refused: The password was not sent."]]);
  // If the connection is encrypted by the time of the answer, there is nothing left to ask.
  const later = sent("open", { insecure: "ask" }).lose();
  later.do(later.session.open(later.now, "sure"));
  assertEquals([later.sent.includes("PASS sesame"), later.session.wants], [true, "nothing"]);
  // The creator of the invitation has allowed this.
  const invited = sent("open", { password: undefined, invitation: "secret" });
  assert(invited.sent.includes("PASS secret"));
});
