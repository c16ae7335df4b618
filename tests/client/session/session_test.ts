import { assertEquals } from "@std/assert";
import { Drive } from "../drive.ts";

Deno.test("a newcomer sees who is there, is asked for a name, and enters", () => {
  const it = new Drive().open();
  assertEquals(it.takeSent(), ["CAP LS 302", "NAMES #lobby"]);
  it.server(
    ":s CAP * LS * :cap-notify sasl=PLAIN",
    ":s CAP * LS :echo-message server-time",
    ":s 353 * = #lobby :@Furkan +Gamze",
    ":s 353 * = #lobby :陳",
    ":s 366 * #lobby :End of NAMES list",
  );
  assertEquals(it.takeSent(), ["CAP REQ echo-message", "CAP REQ server-time"]);
  assertEquals(it.takeEvents(), ["users arrived: Furkan Gamze 陳"]);
  it.server(":s CAP * ACK :echo-message", ":s CAP * NAK :server-time");
  assertEquals(it.takeEvents(), ["askName"]);
  it.claim("Gökçe");
  assertEquals(it.takeSent(), ["NICK Gökçe", "USER Gke 0 * Gökçe", "CAP END"]);
  it.server(":s 001 Gökçe :Welcome");
  assertEquals(it.takeSent(), ["JOIN #lobby"]);
  it.server(
    ":Gökçe!Gke@h JOIN #lobby",
    ":s 332 Gökçe #lobby :Bugün",
    ":s 353 Gökçe = #lobby :Gökçe Furkan",
    ":s 366 Gökçe #lobby :End",
  );
  assertEquals(it.takeEvents(), [
    "entered #lobby as Gökçe",
    "topic -: Bugün",
    "users entered: Gökçe Furkan",
  ]);
});

Deno.test("a server that does not tell who is there just gets a name", async (t) => {
  const cases: [name: string, lines: string[], wait: number, capEnd: boolean][] = [
    [
      "ngIRCd",
      [
        ":s CAP * LS :multi-prefix",
        ":s 451 * :Connection not registered",
        ":s CAP * ACK :multi-prefix",
      ],
      0,
      true,
    ],
    ["InspIRCd without CAP", [":s 451 * NAMES :You have not registered."], 0, true],
    ["a server that knows neither", [":s 421 * CAP :?", ":s 451 * :Not registered"], 0, false],
    ["one that names neither", [":s 451 * :Not registered", ":s 451 * :Not registered"], 0, false],
    ["a silent server", [], 3000, true],
    ["one that greets first", [":s NOTICE * :*** Looking up your hostname"], 3000, true],
  ];
  for (const [name, lines, wait, capEnd] of cases) {
    await t.step(name, () => {
      const it = new Drive().open().server(...lines);
      if (wait > 0) assertEquals(it.wait(wait - 1).session.wants, "nothing");
      const told = it.wait(1).takeEvents();
      assertEquals(told.filter((event) => !event.startsWith("message private server")), [
        "askName",
      ]);
      it.takeSent();
      it.claim("Ali");
      const end = capEnd ? ["CAP END"] : [];
      assertEquals(it.takeSent(), ["NICK Ali", "USER Ali 0 * Ali", ...end]);
    });
  }
});

Deno.test("Session: a server lets nobody in who has not said who they are", () => {
  const lines = [":s 001 Ali :Welcome", ":JOIN #lobby", "JOIN #lobby", ":Ali!a@h JOIN #lobby"];
  const visitor = new Drive().open().server(":s CAP * LS :", ":s 366 * #lobby :End", ...lines);
  visitor.server("NICK Ali", "NICK #lobby");
  assertEquals([visitor.session.wants, visitor.session.nick], ["name", ""]);
  assertEquals(visitor.takeEvents(), ["users arrived: ", "askName"]);
  visitor.claim("Gamze").server(":s 001 Gamze :Welcome", ":Gamze!g@h JOIN #lobby");
  assertEquals(visitor.takeEvents(), ["entered #lobby as Gamze"]);
  // Nor is one in a room of the last connection.
  visitor.lose().open().server(":s CAP * LS :").takeEvents();
  visitor.say("selam").server(":Gamze!g@h JOIN #lobby").takeEvents();
  assertEquals(visitor.sent.filter((line) => line.startsWith("PRIVMSG")), []);
});

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

Deno.test("PING is answered at any time, in any phase", () => {
  const it = new Drive().open();
  it.takeSent();
  assertEquals(it.server("PING :a b").takeSent(), ["PONG :a b"]);
  it.server(":s 451 * NAMES :x").claim("Ali").takeSent();
  assertEquals(it.server("PING 42").takeSent(), ["PONG 42"]);
  assertEquals(new Drive().enter().server(":s PING s").takeSent(), ["PONG s"]);
});

Deno.test("a refused name is explained, and asked for again on the same connection", async (t) => {
  const cases: [line: string, reason: string][] = [
    ["433 * Ali :Nickname is already in use", "Ali is already in use"],
    ["433 * Ali :Nickname looks like Аli, who is here", "Nickname looks like Аli, who is here"],
    [
      "432 * Çağrı :Erroneous Nickname",
      "Çağrı is not allowed as a username on this server: it may take only the letters a to z, " +
      "digits, - and _",
    ],
    [
      "432 * 1Ali :Erroneous Nickname",
      "1Ali is not allowed as a username on this server: it may not begin with a digit",
    ],
    ["432 * Ali :Erroneous Nickname", "Ali is not allowed as a username on this server"],
    ['432 * Ali :A username cannot contain "x"', 'A username cannot contain "x"'],
    ["436 * Ali :Nickname collision KILL", "Ali is already in use"],
    ["437 * Ali :Nick/channel is temporarily unavailable", "Ali cannot be used at the moment"],
  ];
  for (const [line, reason] of cases) {
    await t.step(line, () => {
      const name = line.split(" ")[2]!;
      const it = new Drive().open().server(":s 451 * NAMES :x").claim(name);
      it.takeSent();
      it.takeEvents();
      it.server(`:s ${line}`);
      assertEquals(it.takeEvents(), [`nameRefused ${name} (${reason})`, "askName"]);
      assertEquals(it.claim("Veli").takeSent(), ["NICK Veli"]);
      it.server(":s 001 Veli :Welcome");
      assertEquals(it.takeSent(), ["JOIN #lobby"]);
    });
  }
});

Deno.test("a name that would say something else on the wire is never sent", () => {
  const names = [
    "",
    " ",
    "a b",
    "a\u3000b",
    ":a",
    "#a",
    "a!b",
    "a@b",
    "a,b",
    "a\u200bb",
    "x".repeat(201),
  ];
  for (const name of names) {
    const typed = new Drive().open().server(":s 451 * NAMES :x");
    typed.takeSent();
    typed.takeEvents();
    typed.claim(name);
    assertEquals(typed.takeEvents().map((event) => event.split(" ")[0]), [
      "nameRefused",
      "askName",
    ]);
    assertEquals(typed.takeSent(), [], JSON.stringify(name));
    const given = new Drive({ name }).open().server(":s 451 * NAMES :x");
    assertEquals(given.takeEvents().map((event) => event.split(" ")[0]), [
      "nameRefused",
      "askName",
    ]);
  }
});

Deno.test("a name given in advance is claimed once the users are shown", () => {
  const it = new Drive({ name: "ci", room: "#builds", password: "geheim" });
  it.do(it.session.open(it.now, "sure"));
  assertEquals(it.takeSent(), ["CAP LS 302", "PASS geheim", "NAMES #builds"]);
  it.server(":s CAP * LS :", ":s 366 * #builds :End");
  assertEquals(it.takeSent(), ["NICK ci", "USER ci 0 * ci", "CAP END"]);
  assertEquals(it.takeEvents(), ["users arrived: "]);
});

Deno.test("a wrong or missing password and a ban end it, in plain words", () => {
  const cases: [password: string | undefined, line: string, end: string][] = [
    [
      undefined,
      "464 * :Password incorrect",
      "refused: The server wants a password. Give it with --password-file FILE.",
    ],
    ["x", "464 * :Password incorrect", "refused: The server does not accept this password."],
    [undefined, "465 * :go away", "refused: You are banned from this server: go away"],
  ];
  for (const [password, line, end] of cases) {
    const it = new Drive({ password, name: "Ali", insecure: "always" }).open().server(
      ":s 451 * NAMES :x",
      `:s ${line}`,
    );
    assertEquals(it.ends, [end]);
  }
});

Deno.test("a room that can't be entered ends it, in plain words", () => {
  for (
    const [line, why] of [
      ["471 Ali #lobby :Cannot join channel (+l)", "it is full"],
      ["473 Ali #lobby :Cannot join channel (+i)", "one must be invited to it"],
      ["474 Ali #lobby :Cannot join channel (+b)", "you are banned from it"],
      ["475 Ali #lobby :Cannot join channel (+k)", "it needs a key"],
      [
        "437 Ali #lobby :Nick/channel is temporarily unavailable",
        "the server does not let you in now",
      ],
      ["403 Ali #lobby :No such channel", "there is no room called #lobby"],
    ]
  ) {
    const it = new Drive({ name: "Ali" }).open().server(":s 451 * NAMES :x", ":s 001 Ali :Hi");
    it.server(`:s ${line}`);
    assertEquals(it.ends, [`refused: Cannot enter the room #lobby: ${why}.`]);
  }
});

Deno.test("capabilities that come later are asked for, and one that is refused spoils no other", () => {
  const it = new Drive().enter();
  assertEquals(it.server(":s CAP Ali NEW :away-notify foo echo-message").takeSent(), [
    "CAP REQ away-notify",
  ]);
  const again = ":s CAP Ali NEW :away-notify";
  assertEquals(it.server(":s CAP Ali ACK :away-notify", again).takeSent(), []);
  assertEquals(it.server(":s CAP Ali DEL :away-notify", again).takeSent(), ["CAP REQ away-notify"]);
  const picky = new Drive({ name: "Ali" }).open();
  picky.server(":s CAP * LS :away-notify chghost server-time", ":s 366 * #lobby :End").takeSent();
  picky.server(":s CAP * ACK :server-time", ":s CAP * NAK :away-notify chghost");
  assertEquals(picky.takeSent(), ["CAP REQ away-notify", "CAP REQ chghost"]);
  assertEquals(picky.server(":s CAP * NAK :away-notify").takeSent(), []);
  assertEquals(picky.server(":s CAP * ACK :chghost").takeSent()[0], "NICK Ali");
});

Deno.test("a name that the server would cut is not asked for", () => {
  const it = new Drive().enter().server(":s 005 Ali NICKLEN=5 :are");
  assertEquals(it.claim("Gökçen").takeEvents(), [
    "nameRefused Gökçen (A username can be 5 characters long at most) keeps Ali",
  ]);
  assertEquals(it.claim("Gökçe").takeSent(), ["NICK Gökçe"]);
});

Deno.test("how others see us decides how long a message may be", () => {
  const longest = (...lines: string[]) => {
    const it = new Drive().enter().server(...lines).say("x".repeat(600));
    return it.takeSent()[0]!.length;
  };
  const usual = longest();
  const host = "h".repeat(20);
  assertEquals(longest(`:s 396 Ali ${host} :is now your host`), usual - 16);
  assertEquals(longest(`:s 396 Ali u@${host} :is now your host`), usual - 16);
  assertEquals(longest(`:Ali!ali@host CHGHOST uuuuu ${host}`), usual - 18);
});

Deno.test("what others do becomes events", async (t) => {
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
      "error: This was not delivered: you may not speak in #lobby now.",
    ],
    [
      ":s 482 Ali #lobby :No",
      "error: The server refuses this: only the operators of #lobby may do that.",
    ],
    [":s 499 Ali foo :Strange", "error: The server says: foo: Strange"],
    [
      ":s 433 Ali Furkan :Nickname is already in use",
      "nameRefused Furkan (Furkan is already in use) keeps Ali",
    ],
    [
      ":s 435 Ali Furkan #x :Cannot change nickname while banned on channel",
      "nameRefused Furkan (Your username cannot be changed while you are banned or muted in a room " +
      "that you are in) keeps Ali",
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
    [":Furkan!f@h INVITE Ali #music", "info: Furkan invites you. /join #music takes you there."],
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

Deno.test("a message has the server's time where it gives one that can be", () => {
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

Deno.test("what was said is accepted by its echo, and told once", () => {
  const it = new Drive().enter().say("selam").say("selam");
  assertEquals(it.takeSent(), ["PRIVMSG #lobby :selam", "PRIVMSG #lobby :selam"]);
  assertEquals(it.session.unsentItems.length, 2);
  it.server(":Ali!ali@host PRIVMSG #lobby :selam");
  assertEquals([it.session.unsentItems.length, it.takeEvents()], [1, [
    "message own privmsg Ali -> #lobby: selam",
  ]]);
  it.wait(1999);
  assertEquals(it.takeSent(), []);
  assertEquals(it.wait(1).takeSent(), ["PING chat-1"]);
  it.server(":s PONG s chat-1");
  assertEquals([it.session.unsentItems.length, it.takeEvents()], [0, []]);
});

Deno.test("what one tells oneself is told once, though the server says it twice", () => {
  const cases = {
    "with ids": ["@msgid=1 ", "@msgid=1 ", "@msgid=2 ", "@msgid=2 "],
    "without": ["", "", "", ""],
    "in another order": ["@msgid=1 ", "@msgid=2 ", "@msgid=1 ", "@msgid=2 "],
  };
  for (const [name, tags] of Object.entries(cases)) {
    const it = new Drive().enter().type("/msg Ali not").type("/msg Ali not");
    for (const each of tags) it.server(`${each}:Ali!ali@host PRIVMSG Ali :not`);
    const told = "message own privmsg Ali -> Ali: not";
    assertEquals([it.session.unsentItems.length, it.takeEvents()], [0, [told, told]], name);
  }
  const bare = new Drive().enter("Ali", "server-time").type("/msg Ali not");
  bare.server(":Ali!ali@host PRIVMSG Ali :not", ":s PONG s :chat-1");
  assertEquals(bare.takeEvents(), ["message own privmsg Ali -> Ali: not"]);
});

Deno.test("without echoes a PING tells what was accepted, one at a time", () => {
  const it = new Drive().enter("Ali", "server-time").say("bir");
  assertEquals(it.takeSent(), ["PRIVMSG #lobby :bir", "PING chat-1"]);
  it.say("iki");
  assertEquals(it.takeSent(), ["PRIVMSG #lobby :iki"]);
  it.server(":s PONG s :chat-1");
  assertEquals(it.takeEvents(), ["message own privmsg Ali -> #lobby: bir"]);
  assertEquals(it.takeSent(), ["PING chat-2"]);
  it.server(":s PONG s :chat-1", ":s PONG s :rubbish");
  assertEquals(it.session.unsentItems.length, 1);
  it.server(":s PONG s :chat-2");
  assertEquals([it.session.unsentItems.length, it.takeEvents()], [0, [
    "message own privmsg Ali -> #lobby: iki",
  ]]);
});

Deno.test("no more than eight messages are on their way at once", () => {
  const it = new Drive().enter("Ali", "");
  for (let index = 1; index <= 20; index++) it.say(`${index}`);
  const messages = () => it.takeSent().filter((line) => line.startsWith("PRIVMSG")).length;
  assertEquals(messages(), 8);
  // The PING went behind the first message.
  assertEquals([it.server(":s PONG s chat-1"), messages()][1], 1);
  assertEquals([it.server(":s PONG s chat-2"), messages()][1], 8);
  assertEquals([it.server(":s PONG s chat-3"), messages()][1], 3);
  assertEquals(it.session.unsentItems.length, 3);
});

Deno.test("what was not accepted is sent again on the next connection, in its order", () => {
  const it = new Drive().enter().say("bir").say("iki");
  it.server(":Ali!ali@host PRIVMSG #lobby :bir").takeSent();
  it.lose().say("üç");
  assertEquals(it.takeEvents().at(-1), "lost: the server closed the connection");
  it.open().server(":s CAP * LS :", ":s 001 Ali :Hi");
  assertEquals(it.takeSent(), [
    "CAP LS 302",
    "NICK Ali",
    "USER Ali 0 * Ali",
    "CAP END",
    "JOIN #lobby",
  ]);
  it.server(":Ali!ali@host JOIN #lobby");
  assertEquals(it.takeEvents(), ["entered #lobby as Ali again"]);
  assertEquals(it.takeSent(), ["PRIVMSG #lobby :iki", "PRIVMSG #lobby :üç", "PING chat-1"]);
});

Deno.test("a message that the server refused is not sent again", () => {
  const it = new Drive().enter().say("bir").server(":s 404 Ali #lobby :Cannot send to channel");
  assertEquals(it.session.unsentItems.length, 0);
});

Deno.test("our name still held by a ghost is tried again until it is free", () => {
  const it = new Drive().enter().lose();
  it.open().server(":s CAP * LS :").takeSent();
  it.takeEvents();
  const tries: number[] = [];
  const started = it.now;
  for (let index = 0; index < 6; index++) {
    it.server(":s 433 * Ali :Nickname is already in use");
    while (it.takeSent().length === 0) it.wait(500);
    tries.push(it.now - started);
  }
  assertEquals(tries, [1000, 3000, 7000, 15000, 30000, 45000]);
  assertEquals(it.takeEvents(), ["nameBusy Ali"]);
  it.server(":s 001 Ali :Hi", ":Ali!a@h JOIN #lobby");
  assertEquals(it.takeEvents(), ["entered #lobby as Ali again"]);
});

Deno.test("another name can be taken while ours is held", () => {
  const it = new Drive().enter().lose();
  it.open().server(":s CAP * LS :", ":s 433 * Ali :Nickname is already in use").takeSent();
  assertEquals(it.claim("Veli").takeSent(), ["NICK Veli"]);
});

Deno.test("a connection that ends while a name is thought about is replaced without a word", () => {
  const it = new Drive().open().server(":s CAP * LS :", ":s 366 * #lobby :End");
  it.takeEvents();
  it.takeSent();
  it.server("ERROR :Closing link: Registration timeout").lose();
  assertEquals([it.session.wants, it.takeEvents()], ["name", []]);
  it.open().server(":s CAP * LS :");
  assertEquals([it.takeSent(), it.takeEvents()], [["CAP LS 302"], []]);
  assertEquals(it.claim("Ali").takeSent(), ["NICK Ali", "USER Ali 0 * Ali", "CAP END"]);
});

Deno.test("a name chosen while there is no connection is claimed on the next", () => {
  const it = new Drive().open().server(":s CAP * LS :", ":s 366 * #lobby :End").lose();
  it.takeSent();
  assertEquals(it.claim("Ali").takeSent(), []);
  it.open().server(":s CAP * LS :");
  assertEquals(it.takeSent(), ["CAP LS 302", "NICK Ali", "USER Ali 0 * Ali", "CAP END"]);
});

Deno.test("the server's last words tell why the connection was lost", () => {
  const it = new Drive().enter().server("ERROR :Closing link: The server is closing").lose();
  assertEquals(it.takeEvents(), ["lost: Closing link: The server is closing"]);
});

Deno.test("at the end of input all that was said is accepted before QUIT", () => {
  const it = new Drive().enter().say("bir").say("iki");
  it.takeSent();
  it.do(it.session.finish("Leaving", it.now));
  assertEquals([it.takeSent(), it.ends], [["PING chat-1"], []]);
  it.server(":Ali!ali@host PRIVMSG #lobby :bir", ":Ali!ali@host PRIVMSG #lobby :iki");
  assertEquals([it.takeSent(), it.ends], [["QUIT :Leaving"], ["left"]]);
});

Deno.test("the end of input while disconnected waits for the next connection", () => {
  const it = new Drive().enter().lose().say("bir");
  it.do(it.session.finish("Leaving", it.now));
  assertEquals(it.ends, []);
  it.open().server(":s CAP * LS :", ":s 001 Ali :Hi", ":Ali!a@h JOIN #lobby", ":s PONG s chat-1");
  assertEquals([it.takeSent().at(-1), it.ends], ["QUIT :Leaving", ["left"]]);
});

Deno.test("quitting at once says so and forgets the rest", () => {
  const it = new Drive().enter().say("bir");
  it.takeSent();
  it.do(it.session.quit("Leaving", it.now));
  assertEquals([it.takeSent(), it.ends, it.session.unsentItems.length], [["QUIT :Leaving"], [
    "left",
  ], 1]);
  assertEquals(it.server("PING x").lose().takeSent(), []);
});

Deno.test("whoever was removed is taken back by what they say next", () => {
  const it = new Drive().enter().server(":Furkan!f@h KICK #lobby Ali :yeter");
  assertEquals([it.takeEvents(), it.takeSent()], [["removed by Furkan (yeter)"], []]);
  assertEquals(it.say("özür").takeSent(), ["JOIN #lobby"]);
  it.server(":Ali!ali@host JOIN #lobby");
  assertEquals(it.takeSent(), ["PRIVMSG #lobby :özür"]);
});

Deno.test("a server that falls silent is asked, then given up", () => {
  const it = new Drive().enter();
  assertEquals(it.wait(59_999).takeSent(), []);
  assertEquals(it.wait(1).takeSent(), ["PING chat-alive"]);
  it.wait(40_000).server(":s PONG s chat-alive").wait(60_000);
  assertEquals(it.takeSent(), ["PING chat-alive"]);
  assertEquals(it.wait(44_999).ends, []);
  assertEquals(it.wait(1).ends, ["dead: the server does not answer any more"]);
});

Deno.test("a server that never lets us in is given up", () => {
  const it = new Drive({ name: "Ali" }).open().server(":s 451 * NAMES :x");
  for (let index = 0; index < 3; index++) it.wait(20_000).server("PING x");
  assertEquals(it.ends, ["dead: the server does not let us in"]);
});

Deno.test("a long text is cut so that others get each line whole", () => {
  const it = new Drive().enter();
  const text = "👩‍👧ğ".repeat(300);
  it.type(`/me ${text}`);
  const encoder = new TextEncoder();
  const pieces: string[] = [];
  for (let round = 0; round < 10 && it.session.unsentItems.length > 0; round++) {
    for (const line of it.takeSent()) {
      const seen = `:Ali!ali@host ${line}\r\n`;
      assertEquals(encoder.encode(seen).length <= 512, true);
      // deno-lint-ignore no-control-regex
      const piece = /^PRIVMSG #lobby :\x01ACTION (.*)\x01$/.exec(line)?.[1];
      if (piece === undefined) continue;
      pieces.push(piece);
      it.server(`:Ali!ali@host ${line}`);
    }
  }
  assertEquals(pieces.join(""), text);
});

Deno.test("text can't break out of its line", () => {
  const it = new Drive().enter().say("a\r\nQUIT\0\nb");
  assertEquals(it.takeSent(), [
    "PRIVMSG #lobby :a",
    "PRIVMSG #lobby :QUIT ",
    "PRIVMSG #lobby :b",
  ]);
  it.do(it.session.perform({ do: "act", text: "a\r\nQUIT" }, "", it.now));
  // deno-lint-ignore no-control-regex
  assertEquals(it.takeSent().map((line) => line.replace(/\x01/g, "|")), [
    "PRIVMSG #lobby :|ACTION a QUIT|",
  ]);
});

Deno.test("a hostile server exhausts nothing", () => {
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

Deno.test("Session: abandoned, it leaves when what is on its way has arrived, and sends nothing new", () => {
  const it = new Drive().enter();
  for (let index = 0; index < 10; index++) it.say(`${index}`);
  it.takeSent();
  assertEquals(it.session.unsentItems.filter(({ doubtful }) => !doubtful).length, 2);
  it.do(it.session.abandon("Leaving", it.now));
  assertEquals([it.session.unsentItems.length, it.ends], [8, []]);
  for (let index = 0; index < 8; index++) it.server(`:Ali!ali@host PRIVMSG #lobby :${index}`);
  assertEquals([it.takeSent().at(-1), it.ends], ["QUIT :Leaving", ["left"]]);
  // What was sent on a connection that is lost may have arrived.
  const lost = new Drive().enter();
  for (let index = 0; index < 10; index++) lost.say(`${index}`);
  lost.lose();
  lost.do(lost.session.abandon("Leaving", lost.now));
  assertEquals(lost.session.unsentItems.map(({ doubtful }) => doubtful), Array(8).fill(true));
});

Deno.test("Session: a refusal tells which message it was", () => {
  const it = new Drive().enter().say("bir").server(":s 404 Ali #lobby :Cannot send");
  const [event] = it.events;
  assertEquals(event?.type === "error" && event.line, "bir");
});

Deno.test("Session: a server that nobody listened to is not taken for dead", () => {
  const it = new Drive().enter();
  it.wait(61_000);
  assertEquals(it.takeSent(), ["PING chat-alive"]);
  it.do(it.session.listen(it.now));
  it.wait(59_000);
  assertEquals([it.takeSent(), it.ends], [[], []]);
  it.wait(120_000);
  assertEquals([it.takeSent(), it.ends], [["PING chat-alive"], [
    "dead: the server does not answer any more",
  ]]);
});

Deno.test("Session: a program does not wait for ever for a server that takes nothing and says so", () => {
  const sit = (it: Drive, minutes: number) => {
    for (let at = 0; at < 2 * minutes; at++) it.wait(30_000).server(":s NOTICE Ali :still here");
  };
  const it = new Drive().enter().say("bir");
  sit(it, 4);
  assertEquals(it.ends, []);
  // While nobody listens, it may have been said.
  it.do(it.session.listen(it.now));
  sit(it, 4);
  assertEquals(it.ends, []);
  sit(it, 2);
  assertEquals(it.ends, ["refused: The server does not say whether it takes what is said to it."]);
  assertEquals(it.session.unsentItems.map(({ text, doubtful }) => [text, doubtful]), [[
    "bir",
    true,
  ]]);
  // A person sees that it was not taken yet, and decides.
  const person = new Drive({ stays: true }).enter().say("bir");
  sit(person, 20);
  assertEquals([person.ends, person.session.unsentItems.length], [[], 1]);
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
  // Our own too, with an echo and without.
  it.type("/msg @#lobby evet").server(":s PONG s chat-1");
  assertEquals(told(), [["privmsg", "@#lobby", "@"]]);
  const echoed = new Drive().enter().type("/msg @#lobby evet");
  echoed.server(":Ali!ali@host PRIVMSG @#lobby :evet");
  assertEquals([echoed.session.unsentItems.length, echoed.events.length], [0, 1]);
  const [own] = echoed.events;
  assertEquals(own?.type === "message" && [own.own, own.only, own.place], [true, "@", "@#lobby"]);
  // A refusal names the room without the symbol; the message is not taken for accepted.
  const refused = new Drive().enter("Ali", "").type("/msg @#lobby evet");
  refused.server(":s 404 Ali #lobby :Cannot send", ":s PONG s chat-1");
  assertEquals(refused.takeEvents(), [
    "error: This was not delivered: you may not speak in #lobby now.",
  ]);
  // A room may have such a name.
  const odd = new Drive().enter().server(":s 005 Ali STATUSMSG=&@ CHANTYPES=#& :are");
  odd.server(":Ali!ali@host JOIN &#odd").takeEvents();
  odd.server(":F!f@h PRIVMSG &#odd :x", ":F!f@h PRIVMSG &#lobby :y");
  assertEquals(odd.events.map((event) => event.type === "message" && event.only), [null, "&"]);
});
