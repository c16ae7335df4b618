import { assert, assertEquals, assertMatch } from "@std/assert";
import { parsePlain } from "../../../lib/irc/sasl.ts";
import { inside, OPEN, PASSWORD } from "./visitor.ts";

Deno.test("Login: a name is registered with a password that nothing shows", () => {
  const visitor = inside("sasl=PLAIN draft/account-registration");
  assertEquals(visitor.session.signUpFault, undefined);
  visitor.do(visitor.session.signUp("correct horse", visitor.now));
  assertEquals(visitor.takeSent(), ["REGISTER * * :correct horse"]);
  visitor.server(":s REGISTER SUCCESS Deniz :The name Deniz is now yours", ":s 900 D * Deniz :in");
  assertEquals(visitor.takeEvents(), ["registered Deniz", "loggedIn Deniz"]);
  assertEquals(visitor.session.signUpFault, "You are already logged in as Deniz.");
  visitor.lose().connect("sasl=PLAIN");
  assertEquals(visitor.takeSent().at(-1), "AUTHENTICATE PLAIN");
});

Deno.test("Login: if a name can't be registered, the reason is given", () => {
  const cases: [caps: string, why: RegExp][] = [
    ["sasl=PLAIN", /does not support \/register\. .* \/msg NickServ HELP REGISTER/],
    ["draft/account-registration=email-required", /requires an e-mail address/],
  ];
  for (const [caps, why] of cases) assertMatch(inside(caps).session.signUpFault ?? "", why);
  const refused = inside("draft/account-registration");
  refused.do(refused.session.signUp("secret", refused.now));
  refused.server("FAIL REGISTER ACCOUNT_EXISTS Deniz :There is already an account Deniz");
  assertEquals(refused.takeEvents(), ["error: The server says: There is already an account Deniz"]);
  const offline = inside("draft/account-registration").lose();
  assertEquals(offline.session.signUpFault, "You are not connected to the server.");
});

Deno.test("Login: a user who is in can log in, and then asks for the name of the account", () => {
  const visitor = inside("sasl=PLAIN");
  visitor.do(visitor.session.logIn("Gamze", PASSWORD, visitor.now)).server("AUTHENTICATE +");
  assertEquals(parsePlain(visitor.message())?.authcid, "Gamze");
  visitor.takeSent();
  visitor.ok();
  assertEquals(visitor.takeSent(), ["NICK Gamze"]);
  const wrong = inside("sasl=PLAIN");
  wrong.do(wrong.session.logIn("Gamze", "x", wrong.now)).server("AUTHENTICATE +");
  wrong.server(":s 904 Deniz :failed");
  assertEquals(wrong.takeEvents(), ["loginFailed Gamze (the username or the password is wrong)"]);
  assertEquals(wrong.session.wants, "text");
});

Deno.test("Login: without SASL the service is told by the server's own command, and no echo shows", () => {
  const identify = `IDENTIFY Gamze ${PASSWORD}`;
  const visitor = inside("echo-message");
  visitor.do(visitor.session.logIn("Gamze", PASSWORD, visitor.now));
  assertEquals(visitor.takeSent(), [`NICKSERV :${identify}`]);
  visitor.server(`:Deniz!u@h PRIVMSG NickServ :${identify}`);
  assertEquals(visitor.takeEvents(), []);
  // The server does not vouch for a user called NickServ.
  visitor.do(visitor.session.logIn("Gamze", PASSWORD, visitor.now)).takeSent();
  visitor.server(":s 421 Deniz NICKSERV :Unknown command");
  assertEquals([visitor.takeSent(), visitor.takeEvents()], [[], [
    "askInsecure: This server does not vouch for NickServ: anyone with that name would get it. " +
    "Send the password of Gamze anyway?",
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
  // Another unknown command is not related to the login.
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
  // A question is dropped when the connection is lost.
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
    `askInsecure: ${OPEN}. Send the password anyway?`,
  ]]);
  visitor.confirm(false);
  assertEquals(visitor.takeEvents(), ["error: The username was not registered."]);
  visitor.do(visitor.session.signUp(PASSWORD, visitor.now)).confirm(true);
  assertEquals(visitor.takeSent(), [`REGISTER * * :${PASSWORD}`]);
  // A yes covers one password, each time that it is sent this way.
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

Deno.test("Login: a session that is replaced from elsewhere ends and does not come back", () => {
  const visitor = inside("sasl=PLAIN");
  visitor.server("ERROR :Closing link: h (Deniz connected from elsewhere)");
  assertEquals(visitor.ends, []);
  visitor.do(visitor.session.logIn("Deniz", PASSWORD, visitor.now)).server("AUTHENTICATE +");
  visitor.ok("Deniz").server("ERROR :Closing link: h (Deniz connected from elsewhere)");
  assertEquals(visitor.ends, [
    "refused: You joined as Deniz from somewhere else, so this chat ends.",
  ]);
});

Deno.test("Login: a reconnect after a logout does not log in again", () => {
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

Deno.test("Login: a logout is shown once, however often the server reports it", () => {
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
    // The account is remembered, even on the next connection.
    assertEquals([visitor.session.account, visitor.session.lastAccount], [undefined, "Deniz"]);
    assertEquals(visitor.lose().session.lastAccount, "Deniz");
  }
  // Without a logout, the service's message is shown.
  const other = inside("sasl=PLAIN").server(notice("You are now logged out of Deniz."));
  assertMatch(other.takeEvents().join(), /logged out of Deniz/);
});

Deno.test("Login: a name that is owned is refused with one instruction, not two", () => {
  const it = inside("sasl=PLAIN,SCRAM-SHA-256");
  const service = ":NickServ!NickServ@s NOTICE Deniz :The name Gamze belongs to an account. " +
    "If it is yours, type: /msg NickServ IDENTIFY Gamze PASSWORD";
  it.server(":s 433 Deniz Gamze :Nickname belongs to an account: log in to it", service);
  assertEquals(it.takeEvents(), [
    "nameRefused Gamze (Gamze belongs to an account. If it is yours, type /login Gamze) keeps " +
    "Deniz",
  ]);
  // Whoever asks the service itself gets its answer.
  it.server(service.replaceAll("Gamze", "Ada"));
  assertEquals(it.takeEvents().length, 1);
});
