import { assertEquals } from "@std/assert";
import { Drive } from "../drive.ts";

Deno.test("Session: nobody is called like a room", () => {
  const visitor = new Drive().enter("Ali");
  visitor.say("psst", "Furkan").takeSent();
  visitor.lose().open().server(":s CAP * LS :", ":Furkan!f@h NICK #lobby");
  assertEquals(visitor.session.unsentItems.map(({ target }) => target), ["Furkan"]);
  assertEquals(visitor.takeEvents().filter((event) => event.startsWith("renamed")), []);
});

Deno.test("Session: a numeric that says nothing tells nothing", () => {
  const it = new Drive({ stays: true }).enter();
  for (let code = 2; code < 400; code++) {
    const numeric = `${code}`.padStart(3, "0");
    it.server(`:s ${numeric}`, `:s ${numeric} Ali`, `:s ${numeric} Ali Ada`);
  }
  const odd = it.takeEvents().filter((event) => /undefined|\bin \.|\bto \./.test(event));
  assertEquals(odd, []);
  assertEquals(it.session.phase, "inside");
});

Deno.test("Session: PING is answered at any time, in any phase", () => {
  const it = new Drive().open();
  it.takeSent();
  assertEquals(it.server("PING :a b").takeSent(), ["PONG :a b"]);
  it.server(":s 451 * NAMES :x").claim("Ali").takeSent();
  assertEquals(it.server("PING 42").takeSent(), ["PONG 42"]);
  assertEquals(new Drive().enter().server(":s PING s").takeSent(), ["PONG s"]);
});

Deno.test("Session: what others do becomes events", async (t) => {
  const cases: [line: string, ...events: string[]][] = [
    [
      ":Furkan!f@h PRIVMSG #lobby :Aa Alperen selam",
      "message privmsg Furkan -> #lobby: Aa Alperen selam",
    ],
    [":Furkan!f@h PRIVMSG #LOBBY ::)", "message privmsg Furkan -> #LOBBY: :)"],
    [":Furkan!f@h PRIVMSG Ali :gizli", "message private privmsg Furkan -> Ali: gizli"],
    [":Furkan!f@h PRIVMSG @#lobby :ops", "message privmsg Furkan -> @#lobby: ops"],
    [":Furkan!f@h NOTICE Ali :dikkat", "message private notice Furkan -> Ali: dikkat"],
    [":s NOTICE Ali :restart", "message private server notice s -> Ali: restart"],
    [
      ":Furkan!f@h PRIVMSG #lobby :\x01ACTION el sallar\x01",
      "message action Furkan -> #lobby: el sallar",
    ],
    [":Furkan!f@h PRIVMSG Ali :\x01VERSION\x01"],
    [":Furkan!f@h PRIVMSG Ali :\x01PING 1\x01"],
    [":Gamze!g@h JOIN #lobby", "joined Gamze"],
    [":Gamze!g@h JOIN :#lobby", "joined Gamze"],
    [":Gamze!g@h JOIN #other"],
    [":Gamze!g@h PART #lobby :hoşça kal", "left Gamze part (hoşça kal)"],
    [":Gamze!g@h QUIT :Ping timeout", "left Gamze quit (Ping timeout)"],
    [":Furkan!f@h KICK #lobby Gamze :yeter", "left Gamze kick by Furkan (yeter)"],
    [":Gamze!g@h NICK Ece", "renamed Gamze -> Ece"],
    [":Ali!ali@host NICK Veli", "renamed own Ali -> Veli"],
    [":Furkan!f@h TOPIC #lobby :ders", "topic Furkan: ders"],
    [":s 301 Ali Furkan :yemekte", "info: Furkan is away: yemekte"],
    [
      ":s 401 Ali Yok :No such nick",
      "error: This was not delivered: there is nobody called Yok here.",
    ],
    [
      ":s 404 Ali #lobby :Cannot send",
      "error: This was not delivered: you are not allowed to speak in #lobby now.",
    ],
    [
      ":s 482 Ali #lobby :No",
      "error: The server refused this: only the operators of #lobby can do that.",
    ],
    [":s 499 Ali foo :Strange", "error: The server says: foo: Strange"],
    [
      ":s 433 Ali Furkan :Nickname is already in use",
      "nameRefused Furkan (Furkan is already in use) keeps Ali",
    ],
    [
      ":s 435 Ali Furkan #x :Cannot change nickname while banned on channel",
      "nameRefused Furkan (You cannot change your username while you are banned or muted in one " +
      "of your rooms) keeps Ali",
    ],
    [":s 422 Ali :MOTD File is missing"],
    [":s 372 Ali :- hello"],
    [":s MODE #lobby +o Ali", "mode #lobby: The server made you an operator"],
    [":s MODE Ali +i"],
    [":s CAP Ali NEW :sasl"],
    [":s WARN JOIN SLOW :Yavaş", "info: The server says: Yavaş"],
    [":s NOTE * HI :Merhaba", "info: The server says: Merhaba"],
    [":s FAIL SETNAME CANNOT :Olmaz", "error: The server says: Olmaz"],
    [":Furkan!f@h REDACT #LOBBY 12 :yanlış", "redacted 12 in #lobby by Furkan"],
    [":Furkan!f@h REDACT Ali 12", "redacted 12 in Furkan by Furkan"],
    [
      ":Furkan!f@h INVITE Ali #music",
      "info: Furkan invites you to #music. To enter it, type /join #music",
    ],
    [":Furkan!f@h INVITE Gamze #lobby", "info: Furkan invites Gamze to #lobby."],
    [":Yok!f@h AWAY :çay"],
    [":s 464 Ali :Password incorrect", "error: The server says: Password incorrect"],
    [":s 332 Ali #other :x"],
    [":Furkan!f@h TOPIC #other :x"],
    [":Furkan!f@h MODE #other +o Ali"],
    [":s SETNAME x"],
    [":s constructor x"],
    [":s"],
    ["@time=2026-01-02T03:04:05.678Z"],
  ];
  for (const [line, ...events] of cases) {
    await t.step(line, () => assertEquals(new Drive().enter().server(line).takeEvents(), events));
  }
});

Deno.test("Session: a message has the server's time if that is valid", () => {
  const it = new Drive().enter();
  const times = ["@time=2026-01-02T03:04:05.678Z ", "@time=rubbish ", "@other=1 ", ""].map(
    (tags) => {
      it.events.length = 0;
      it.server(`${tags}:F!f@h PRIVMSG #lobby :x`);
      return it.events[0]?.time;
    },
  );
  assertEquals(times, [Date.UTC(2026, 0, 2, 3, 4, 5, 678), it.now, it.now, it.now]);
});

Deno.test("Session: the server's last words tell why the connection was lost", () => {
  const it = new Drive().enter().server("ERROR :Closing link: The server is closing").lose();
  assertEquals(it.takeEvents(), ["lost: Closing link: The server is closing"]);
});

Deno.test("Session: a user who was removed re-enters the room by speaking", () => {
  const it = new Drive().enter().server(":Furkan!f@h KICK #lobby Ali :yeter");
  assertEquals([it.takeEvents(), it.takeSent()], [["removed by Furkan (yeter)"], []]);
  assertEquals(it.say("özür").takeSent(), ["JOIN #lobby"]);
  it.server(":Ali!ali@host JOIN #lobby");
  assertEquals(it.takeSent(), ["PRIVMSG #lobby :özür"]);
});

Deno.test("Session: a server that falls silent is asked, then given up", () => {
  const it = new Drive().enter();
  assertEquals(it.wait(59_999).takeSent(), []);
  assertEquals(it.wait(1).takeSent(), ["PING :chat-alive"]);
  it.wait(40_000).server(":s PONG s chat-alive").wait(60_000);
  assertEquals(it.takeSent(), ["PING :chat-alive"]);
  assertEquals(it.wait(44_999).ends, []);
  assertEquals(it.wait(1).ends, ["dead: the server stopped answering"]);
});

Deno.test("Session: a hostile server exhausts nothing", () => {
  const it = new Drive().enter();
  it.type("/who").takeSent();
  for (let index = 0; index < 50; index++) {
    const names = Array.from({ length: 1000 }, (_, name) => `u${index}-${name}`).join(" ");
    it.server(`:s 353 Ali = #lobby :${names} ${"x".repeat(9000)}`);
  }
  it.server(":s 366 Ali #lobby :End");
  const users = it.events.find((event) => event.type === "users");
  assertEquals([users?.users.length, users?.more], [2000, 48_050]);
  const name = "n".repeat(16_000);
  it.server(`:Ali!a@h NICK ${name}`).takeSent();
  it.say("x".repeat(640));
  assertEquals(it.takeSent().filter((line) => line.startsWith("PRIVMSG")).length, 8);
  for (const line of [":s 001", ":s NICK", ":s KICK #lobby", ":s 353", ":s 366", "PING", "ERROR"]) {
    it.server(line);
  }
});

Deno.test("Session: a server that nobody listened to is not taken for dead", () => {
  const it = new Drive().enter();
  it.wait(61_000);
  assertEquals(it.takeSent(), ["PING :chat-alive"]);
  it.do(it.session.listen(it.now));
  it.wait(59_000);
  assertEquals([it.takeSent(), it.ends], [[], []]);
  it.wait(120_000);
  assertEquals([it.takeSent(), it.ends], [["PING :chat-alive"], [
    "dead: the server stopped answering",
  ]]);
});

Deno.test("Session: what is for some ranks in a room only is told as that", () => {
  const it = new Drive().enter("Ali", "message-tags").server(":s 005 Ali STATUSMSG=@+ :are");
  const told = () =>
    it.events.splice(0).map((event) =>
      event.type === "message" || event.type === "found"
        ? [event.kind, event.place, event.only]
        : event.type === "typing" || event.type === "redacted"
        ? [event.type, event.place]
        : event.type
    );
  it.server(
    ":F!f@h PRIVMSG @#LOBBY :ban?",
    ":F!f@h NOTICE +#lobby :look",
    ":F!f@h PRIVMSG @#lobby :\x01ACTION waves\x01",
    "@+typing=active :F!f@h TAGMSG @#lobby",
    "@+typing=active :F!f@h TAGMSG @#elsewhere",
    ":F!f@h REDACT @#lobby m1 :oops",
    ":F!f@h PRIVMSG #lobby :to all",
    ":F!f@h PRIVMSG Ali :to us",
  );
  assertEquals(told(), [
    ["privmsg", "@#lobby", "@"],
    ["notice", "+#lobby", "+"],
    ["action", "@#lobby", "@"],
    ["typing", "@#lobby"],
    ["redacted", "@#lobby"],
    ["privmsg", "#lobby", null],
    ["privmsg", "F", null],
  ]);
  // The same holds for our own messages, with and without an echo.
  it.type("/msg @#lobby evet").server(":s PONG s chat-1");
  assertEquals(told(), [["privmsg", "@#lobby", "@"]]);
  const echoed = new Drive().enter().type("/msg @#lobby evet");
  echoed.server(":Ali!ali@host PRIVMSG @#lobby :evet");
  assertEquals([echoed.session.unsentItems.length, echoed.events.length], [0, 1]);
  const [own] = echoed.events;
  assertEquals(own?.type === "message" && [own.own, own.only, own.place], [true, "@", "@#lobby"]);
  // The refusal names the room without the symbol. The message does not count as accepted.
  const refused = new Drive().enter("Ali", "").type("/msg @#lobby evet");
  refused.server(":s 404 Ali #lobby :Cannot send", ":s PONG s chat-1");
  assertEquals(refused.takeEvents(), [
    "error: This was not delivered: you are not allowed to speak in #lobby now.",
  ]);
  // A room's name may begin like that.
  const odd = new Drive().enter().server(":s 005 Ali STATUSMSG=&@ CHANTYPES=#& :are");
  odd.server(":Ali!ali@host JOIN &#odd").takeEvents();
  odd.server(":F!f@h PRIVMSG &#odd :x", ":F!f@h PRIVMSG &#lobby :y");
  assertEquals(odd.events.map((event) => event.type === "message" && event.only), [null, "&"]);
});
