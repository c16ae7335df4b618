import { assertEquals } from "@std/assert";
import { Drive } from "../drive.ts";

Deno.test("Session: a newcomer sees the people in the room, is asked for a name, and enters", () => {
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
  assertEquals(it.takeSent(), ["NICK Gökçe", "USER chat 0 * chat", "CAP END"]);
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

Deno.test("Session: a server that does not list the people in the room just gets a name", async (t) => {
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
      assertEquals(it.takeSent(), ["NICK Ali", "USER chat 0 * chat", ...end]);
    });
  }
});

Deno.test("Session: a server far away, or with gaps in its answers, is entered on the first connection", () => {
  const caps = ["message-tags", "server-time"];
  const listed = `:s CAP * LS :${caps.join(" ")}`;
  const granted = caps.map((cap) => `:s CAP * ACK :${cap}`);
  const cases: [name: string, answers: [after: number, ...lines: string[]][], wait: number][] = [
    ["far away", [[2900, listed], [2900, ...granted]], 0],
    ["no answer to a request", [[0, listed], [0, granted[0]!]], 3000],
    ["no answers to requests", [[2000, listed]], 3000],
    ["a list without an end", [[0, ":s CAP * LS * :message-tags"]], 3000],
    ["a list of nothing that is wanted, without an end", [[0, ":s CAP * LS * :x"]], 3000],
  ];
  for (const again of [false, true]) {
    for (const [name, answers, wait] of cases) {
      const it = new Drive({ name: "Ali" });
      if (again) it.enter("Ali", "server-time").lose();
      it.takeSent();
      it.open();
      for (const [after, ...lines] of answers) it.wait(after).server(...lines);
      if (!again) it.server(":s 366 * #lobby :End");
      it.wait(wait);
      const sent = it.takeSent().filter((line) => !line.startsWith("CAP "));
      assertEquals(sent.filter((line) => line !== "NAMES #lobby"), [
        "NICK Ali",
        "USER chat 0 * chat",
      ], `${name}, ${again}`);
      assertEquals(it.ends, []);
    }
  }
});

Deno.test("Session: a list of capabilities that has begun is read to its end", () => {
  const it = new Drive().open().server(":s CAP * LS * :x", ":s 366 * #lobby :End of NAMES list");
  it.server(":s CAP * LS :server-time");
  assertEquals(it.takeSent(), ["CAP LS 302", "NAMES #lobby", "CAP REQ server-time"]);
});

Deno.test("Session: a server that says nothing for ten seconds is reported once", () => {
  const mute = "The server accepted the connection but has said nothing yet. It may be busy, or " +
    "this is not the port of a chat server.";
  const told = (it: Drive) => it.takeEvents().filter((event) => event.includes(mute)).length;
  const silent = new Drive().open();
  assertEquals([told(silent.wait(9999)), told(silent.wait(1)), told(silent.wait(50_000))], [
    ...[0, 1, 0],
  ]);
  assertEquals(told(new Drive().open().server(":s NOTICE * :Wait").wait(50_000)), 0);
});

Deno.test("Session: an encrypted port that is spoken to without encryption ends it", () => {
  const refusal = "ERROR :Closing link: this port accepts only encrypted connections (TLS)";
  const plain = new Drive().open().server(refusal);
  assertEquals([plain.session.phase, plain.ends.length], ["over", 1]);
  const inside = new Drive().enter().server(refusal);
  assertEquals(inside.session.phase, "inside");
});

Deno.test("Session: a server lets nobody in who has not said who they are", () => {
  const lines = [":s 001 Ali :Welcome", ":JOIN #lobby", "JOIN #lobby", ":Ali!a@h JOIN #lobby"];
  const visitor = new Drive().open().server(":s CAP * LS :", ":s 366 * #lobby :End", ...lines);
  visitor.server("NICK Ali", "NICK #lobby");
  assertEquals([visitor.session.wants, visitor.session.nick], ["name", ""]);
  assertEquals(visitor.takeEvents(), ["users arrived: ", "askName"]);
  visitor.claim("Gamze").server(":s 001 Gamze :Welcome", ":Gamze!g@h JOIN #lobby");
  assertEquals(visitor.takeEvents(), ["entered #lobby as Gamze"]);
  // A JOIN for a room of the last connection does not count as a welcome either.
  visitor.lose().open().server(":s CAP * LS :").takeEvents();
  visitor.say("selam").server(":Gamze!g@h JOIN #lobby").takeEvents();
  assertEquals(visitor.sent.filter((line) => line.startsWith("PRIVMSG")), []);
});

Deno.test("Session: a refused name is explained, and asked for again on the same connection", async (t) => {
  const cases: [line: string, reason: string][] = [
    ["433 * Ali :Nickname is already in use", "Ali is already in use"],
    ["433 * Ali :Nickname looks like Аli, who is here", "Ali looks like Аli, who is here"],
    ["433 * Ali :Nickname is reserved for the server", "Ali is reserved for the server"],
    [
      "432 * Çağrı :Erroneous Nickname",
      "Çağrı is not allowed as a username on this server: it can contain only the letters a to z, " +
      "digits, - and _",
    ],
    [
      "432 * 1Ali :Erroneous Nickname",
      "1Ali is not allowed as a username on this server: it cannot start with a digit",
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

Deno.test("Session: a name that would say something else on the wire is never sent", () => {
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

Deno.test("Session: a name given in advance is claimed once the users are shown", () => {
  const it = new Drive({ name: "ci", room: "#builds", password: "geheim" });
  it.do(it.session.open(it.now, "sure"));
  assertEquals(it.takeSent(), ["CAP LS 302", "PASS geheim", "NAMES #builds"]);
  it.server(":s CAP * LS :", ":s 366 * #builds :End");
  assertEquals(it.takeSent(), ["NICK ci", "USER chat 0 * chat", "CAP END"]);
  assertEquals(it.takeEvents(), ["users arrived: "]);
});

Deno.test("Session: a wrong or missing password or a ban ends it, in plain words", () => {
  const cases: [password: string | undefined, line: string, end: string][] = [
    [
      undefined,
      "464 * :Password incorrect",
      "refused: The server requires a password. Give it with --password-file FILE.",
    ],
    ["x", "464 * :Password incorrect", "refused: The server does not accept this password."],
    [undefined, "465 * :go away", "refused: You are banned from this server: go away"],
    [
      undefined,
      "465 * :You are banned from this server- no spam",
      "refused: You are banned from this server: no spam",
    ],
    [
      undefined,
      "465 * :You are banned from this server.",
      "refused: You are banned from this server.",
    ],
  ];
  for (const [password, line, end] of cases) {
    const it = new Drive({ password, name: "Ali", insecure: "always" }).open().server(
      ":s 451 * NAMES :x",
      `:s ${line}`,
    );
    assertEquals(it.ends, [end]);
  }
});

Deno.test("Session: a room that can't be entered ends it, in plain words", () => {
  for (
    const [line, why] of [
      ["471 Ali #lobby :Cannot join channel (+l)", "it is full"],
      ["473 Ali #lobby :Cannot join channel (+i)", "only people with an invitation can enter"],
      ["474 Ali #lobby :Cannot join channel (+b)", "you are banned from it"],
      ["475 Ali #lobby :Cannot join channel (+k)", "it requires a key"],
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

Deno.test("Session: late capabilities are requested, and a refused one spoils no other", () => {
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

Deno.test("Session: a name that the server would cut is not asked for", () => {
  const it = new Drive().enter().server(":s 005 Ali NICKLEN=5 :are");
  assertEquals(it.claim("Gökçen").takeEvents(), [
    "nameRefused Gökçen (A username can be 5 characters long at most) keeps Ali",
  ]);
  assertEquals(it.claim("Gökçe").takeSent(), ["NICK Gökçe"]);
});

Deno.test("Session: a name that a ghost still holds is tried again until it is free", () => {
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

Deno.test("Session: a program waits for a name that is kept, and a person is told", () => {
  const kept = "is kept for 9 more seconds, because the connection of its user broke: choose it " +
    "again then, or another one now";
  const refusal = [":s CAP * LS :", ":s 366 * #lobby :End", `:s 433 * ci :Nickname ${kept}`];
  const person = new Drive({ name: "ci", person: true }).open().server(...refusal);
  assertEquals(person.takeEvents(), [
    "users arrived: ",
    `nameRefused ci (ci ${kept})`,
    "askName",
  ]);
  const program = new Drive({ name: "ci", person: false }).open().server(...refusal);
  assertEquals(program.takeEvents(), ["users arrived: ", "nameBusy ci"]);
  program.takeSent();
  assertEquals(program.wait(1000).takeSent(), ["NICK ci"]);
  program.server(":s 001 ci :Hi", ":ci!c@h JOIN #lobby");
  assertEquals(program.takeEvents(), ["entered #lobby as ci"]);
});

Deno.test("Session: another name can be taken while ours is held", () => {
  const it = new Drive().enter().lose();
  it.open().server(":s CAP * LS :", ":s 433 * Ali :Nickname is already in use").takeSent();
  assertEquals(it.claim("Veli").takeSent(), ["NICK Veli"]);
});

Deno.test("Session: a connection that ends while a name is being chosen is replaced silently", () => {
  const it = new Drive().open().server(":s CAP * LS :", ":s 366 * #lobby :End");
  it.takeEvents();
  it.takeSent();
  it.server("ERROR :Closing link: Registration timeout").lose();
  assertEquals([it.session.wants, it.takeEvents()], ["name", []]);
  it.open().server(":s CAP * LS :");
  assertEquals([it.takeSent(), it.takeEvents()], [["CAP LS 302"], []]);
  assertEquals(it.claim("Ali").takeSent(), ["NICK Ali", "USER chat 0 * chat", "CAP END"]);
});

Deno.test("Session: a name chosen while there is no connection is claimed on the next", () => {
  const it = new Drive().open().server(":s CAP * LS :", ":s 366 * #lobby :End").lose();
  it.takeSent();
  assertEquals(it.claim("Ali").takeSent(), []);
  it.open().server(":s CAP * LS :");
  assertEquals(it.takeSent(), ["CAP LS 302", "NICK Ali", "USER chat 0 * chat", "CAP END"]);
});

Deno.test("Session: a server that never lets us in is given up", () => {
  const it = new Drive({ name: "Ali" }).open().server(":s 451 * NAMES :x");
  for (let index = 0; index < 3; index++) it.wait(20_000).server("PING x");
  assertEquals(it.ends, ["dead: the server did not let you in"]);
});

Deno.test("Session: what was typed first as a name is told to nobody as a user name or real name", () => {
  const it = new Drive().open().server(":s CAP * LS :", ":s 366 * #lobby :End");
  it.claim("hunter2").server(":s 433 * hunter2 :Nickname is already in use").claim("Ali");
  assertEquals(it.sent.filter((line) => line.includes("hunter2")), ["NICK hunter2"]);
});
