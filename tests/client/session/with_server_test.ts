import { assertEquals } from "@std/assert";
import { Chat } from "../chat.ts";
import type { Drive } from "../drive.ts";
import { setOper } from "../../../lib/server/world/operators.ts";

Deno.test("Session: every command does what it says on our own server", () => {
  const chat = new Chat();
  const [ada, can] = [chat.enters("Ada"), chat.enters("Can")];
  chat.types(ada, "/join müzik");
  chat.types(can, "/join MÜZİK");
  const room = "#müzik";
  assertEquals(can.session.room(room)?.members, [
    { name: "Can", symbol: "", away: false },
    { name: "Ada", symbol: "@", away: false },
  ]);
  const said = (text: string, from: string, own = "") =>
    `message ${own}privmsg ${from} -> ${room}: ${text}`;
  const mode = (text: string) => `mode ${room}: ${text}`;
  const cases: [who: Drive, line: string, ada: string[], can: string[]][] = [
    [can, "selam", [said("selam", "Can")], [said("selam", "Can", "own ")]],
    [can, "bir\n\niki", [said("bir\n\niki", "Can")], [said("bir\n\niki", "Can", "own ")]],
    [
      ada,
      "/op Can",
      [mode("You made Can an operator")],
      [mode("Ada made you an operator")],
    ],
    [
      ada,
      "/deop can",
      [mode("You took the rank of operator from Can")],
      [mode("Ada took the rank of operator from you")],
    ],
    [ada, "/topic çay saati", ["topic Ada: çay saati"], ["topic Ada: çay saati"]],
    [ada, "/topic", ["topic -: çay saati"], []],
    [
      ada,
      "/mute Can",
      [mode("You muted Can (Can!*@*)")],
      [mode("Ada muted you (Can!*@*)")],
    ],
    [can, "orada mısınız", [], [
      `error: This was not delivered: you are not allowed to speak in ${room} now.`,
    ]],
    [
      ada,
      "/unmute Can",
      [mode("You let Can!*@* speak again")],
      [mode("Ada let Can!*@* speak again")],
    ],
    [can, "/away çay", ["away Can: çay"], ["info: The others see that you are away."]],
    [can, "/back", ["away Can: null"], ["info: The others see that you are no longer away."]],
    [can, "/kick Ada", [], [
      `error: The server refused this: only the operators of ${room} can do that.`,
    ]],
    [ada, "/kick Can yeter", ["left Can kick by Ada (yeter)"], ["removed by Ada (yeter)"]],
    [ada, "/ban Can", [mode("You banned Can (Can!*@*)")], []],
    [
      ada,
      "/ban",
      [`info: Banned from ${room}:`, "info: Can!*@* (by Ada, 1 second ago)"],
      [],
    ],
    [can, "özür", [], [
      `error: Cannot enter the room ${room}: you are banned from it. ` +
      "Only its operators can lift the ban.",
      `notSent: You are not in ${room}, so this was not sent: özür`,
    ]],
    [ada, "/unban Can", [mode("You lifted the ban on Can!*@*")], []],
    [ada, "/invite Can", [`info: You have invited Can to ${room}.`], [
      `info: Ada invites you to ${room}. To enter it, type /join ${room}`,
    ]],
    [can, "özür", ["joined Can", said("özür", "Can")], [
      `entered ${room} as Can again`,
      "topic -: çay saati",
      "users entered: Ada Can",
      said("özür", "Can", "own "),
    ]],
    [can, "/msg Ada gizli", ["message private privmsg Can -> Ada: gizli"], [
      "message own privmsg Can -> Ada: gizli",
    ]],
    [can, "/nick Cem", ["renamed Can -> Cem"], ["renamed own Can -> Cem"]],
    [can, "/part", ["left Cem part ()"], [`parted ${room}`]],
    [can, "/who müzik", [], ["users asked: Ada"]],
    [can, "/whois Yok", [], ["error: There is nobody called Yok here."]],
    [can, "/list çay", [], [
      'info: There is 1 room with "çay" in the name or topic:',
      `info: ${room}, 1 person: çay saati`,
    ]],
  ];
  for (const [who, line, ...told] of cases) assertEquals(chat.types(who, line, room), told, line);
  assertEquals(chat.types(can, "/whois Ada")[1]?.slice(0, 2), [
    "info: Ada is ~chat@192.0.2.1.",
    "info: Ada is in #lobby @#müzik",
  ]);
});

Deno.test("Session: our own server passes on that somebody types", () => {
  const chat = new Chat();
  const [ada, can] = [chat.enters("Ada"), chat.enters("Can")];
  chat.hush();
  ada.do(ada.session.typing("#lobby", "active", ada.now));
  ada.do(ada.session.typing("Can", "active", ada.now));
  chat.settle();
  assertEquals([ada.takeEvents(), can.takeEvents()], [[], [
    "typing Ada in #lobby",
    "typing Ada in Ada",
  ]]);
});

Deno.test("Session: after a loss it is back where it was with all messages, and others notice nothing", () => {
  const chat = new Chat();
  const [ada, can] = [chat.enters("Ada"), chat.enters("Can")];
  chat.types(ada, "/join müzik");
  chat.types(can, "/join müzik");
  for (const noticed of [false, true]) {
    chat.loses(can, noticed);
    can.type("bir\niki", "#müzik").type("üç", "#lobby").type("/msg Ada dört");
    chat.types(ada, "/msg Can beş");
    chat.hush();
    can.open();
    chat.settle();
    assertEquals(ada.takeEvents(), [
      "message privmsg Can -> #lobby: üç",
      "message privmsg Can -> #müzik: bir\niki",
      "message private privmsg Can -> Ada: dört",
    ]);
    assertEquals(can.takeEvents().filter((line) => line.startsWith("message")), [
      "message old private privmsg Ada -> Can: beş",
      "message own privmsg Can -> #lobby: üç",
      "message own privmsg Can -> #müzik: bir\niki",
      "message own privmsg Can -> Ada: dört",
    ]);
    assertEquals([can.session.nick, can.session.unsentItems.length], ["Can", 0]);
    assertEquals(can.session.rooms.map(({ name, state }) => `${name} ${state}`), [
      "#lobby inside",
      "#müzik inside",
    ]);
  }
});

Deno.test("Session: what the server had when the connection broke is not said twice", () => {
  const chat = new Chat();
  const [ada, can] = [chat.enters("Ada"), chat.enters("Can")];
  const peer = chat.server.clients.find(({ user }) => user.nick === "Can")!;
  can.type("bir").type("/msg Ada iki");
  // The server gets them, but its echoes are lost.
  peer.send(...can.takeSent()).take();
  chat.loses(can, false);
  chat.hush();
  chat.settle();
  assertEquals(ada.takeEvents().map((line) => line.slice(-3)), ["bir", "iki"]);
  can.open();
  chat.settle();
  assertEquals([ada.takeEvents(), can.session.unsentItems], [[], []]);
  assertEquals(can.takeEvents().filter((line) => line.startsWith("message")), [
    "message old own privmsg Can -> Ada: iki",
    "message old own privmsg Can -> #lobby: bir",
  ]);
});

Deno.test("Hostmasks: on our own server /ban is on the cloak, not on the address", () => {
  const chat = new Chat();
  Object.assign(chat.server.world.init, {
    cloak: (host: string) => `${host.replaceAll(".", "x")}.ip`,
  });
  const [ada, can] = [chat.enters("Ada"), chat.enters("Can", "203.0.113.7")];
  chat.types(ada, "/join müzik");
  chat.types(can, "/join müzik");
  setOper(chat.server.world, chat.server.world.users.find("Ada")!, "root", "password", ada.now);
  for (const line of ["/whois Can", "/ban Can"]) chat.types(ada, line, "#müzik");
  const bans = chat.server.world.channels.find("#müzik")!.lists.b;
  assertEquals([...bans.values()].map(({ mask }) => mask.text), ["*!*@203x0x113x7.ip"]);
});

/** Two sessions in the lobby. Can's connection is lost after these messages. */
function oneIsLost(words: readonly string[]): { chat: Chat; ada: Drive; can: Drive } {
  const chat = new Chat();
  const [ada, can] = [chat.enters("Ada"), chat.enters("Can")];
  for (const word of words) {
    chat.pass(1000);
    chat.types(ada, word);
  }
  chat.loses(can);
  chat.pass(1000);
  return { chat, ada, can };
}

/** What a returning session is shown. */
function comesBack(chat: Chat, it: Drive): string[] {
  chat.hush();
  it.open();
  chat.settle();
  return it.takeEvents().filter((line) => /^(message|info(?!: Connected again)|error)/.test(line))
    .map((line) => line.replace("privmsg Ada -> #lobby: ", ""));
}

Deno.test("Catching up with our own server: what was taken back meanwhile hides nothing", () => {
  const { chat, ada, can } = oneIsLost(["bir", "iki"]);
  const last = chat.server.store.history.latest("#lobby", undefined, { limit: 2, events: false });
  for (const { msgid } of last) {
    const peer = chat.server.clients.find(({ user }) => user.nick === "Ada")!;
    peer.send(`REDACT #lobby ${msgid}`);
  }
  chat.types(ada, "üç");
  chat.types(ada, "dört");
  assertEquals(comesBack(chat, can), ["message old üç", "message old dört"]);
});

Deno.test("Catching up with our own server: it is said if the server has forgotten what was shown", () => {
  const { chat, ada, can } = oneIsLost(["bir"]);
  chat.restarts(false);
  comesBack(chat, ada);
  chat.pass(1000);
  chat.types(ada, "iki");
  assertEquals(comesBack(chat, can), [
    "message old iki",
    "info: Some messages in #lobby may be missing here: " +
    "the server no longer has the last messages that you saw.",
  ]);
});

Deno.test("Catching up with our own server: a restart loses nothing", () => {
  const { chat, ada, can } = oneIsLost(["bir"]);
  chat.restarts(true);
  assertEquals(comesBack(chat, ada), []);
  chat.types(ada, "iki");
  assertEquals(comesBack(chat, can), ["message old iki"]);
});

Deno.test("Catching up with our own server: what is more than is fetched is said to be missing", () => {
  const { chat, ada, can } = oneIsLost(["bir"]);
  for (let index = 0; index < 510; index++) {
    chat.pass(10);
    chat.types(ada, `${index}`);
  }
  const told = comesBack(chat, can);
  assertEquals([told.length, told[0], told.at(-2)], [501, "message old 0", "message old 499"]);
  assertEquals(told.at(-1), "info: You missed more messages than are shown here.");
});

Deno.test("Catching up with our own server: a clock that was ahead hides nothing", () => {
  for (const ahead of [2 * 3_600_000, 400 * 86_400_000]) {
    const chat = new Chat();
    const [ada, can] = [chat.enters("Ada"), chat.enters("Can")];
    chat.server.now += ahead;
    chat.types(ada, "bir");
    chat.loses(can);
    chat.types(ada, "iki");
    chat.server.now -= ahead;
    chat.pass(1000);
    chat.types(ada, "üç");
    assertEquals(comesBack(chat, can), ["message old iki", "message old üç"], `${ahead}`);
    // Older messages are still found from the first line on.
    chat.types(can, "/history");
    chat.pass(1000);
    chat.loses(can);
    chat.types(ada, "dört");
    assertEquals(comesBack(chat, can), ["message old dört"], `${ahead}`);
  }
});

Deno.test("Session: what is for the operators of a room reaches them alone, and is told as that", () => {
  const chat = new Chat();
  const [ada, can, efe] = [chat.enters("Ada"), chat.enters("Can"), chat.enters("Efe")];
  for (const it of [ada, can, efe]) chat.types(it, "/join müzik");
  chat.types(ada, "/op Can", "#müzik");
  const places = () =>
    [ada, can, efe].map((it) =>
      it.events.splice(0).flatMap((event) =>
        event.type === "message" ? [`${event.place} ${event.only}`] : []
      )
    );
  places();
  ada.type("/msg @#müzik bir").type("/me bakar", "@#müzik");
  can.type("iki", "@#müzik");
  chat.settle();
  const all = Array(3).fill("@#müzik @");
  assertEquals(places(), [all, all, []]);
  ada.type("üç", "#müzik");
  chat.settle();
  assertEquals(places(), [["#müzik null"], ["#müzik null"], ["#müzik null"]]);
});
