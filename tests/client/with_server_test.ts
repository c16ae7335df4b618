import { assertEquals } from "@std/assert";
import { type Client as Peer, Harness } from "../server/harness.ts";
import { Drive } from "./drive.ts";

/** Sessions and the real server, joined in memory. */
class Chat {
  readonly server = new Harness();
  readonly #joined: { readonly it: Drive; peer: Peer }[] = [];

  /** Somebody in the lobby. */
  enters(name: string): Drive {
    const it = new Drive({ name, multiline: true, history: true });
    it.now = this.server.now;
    this.#joined.push({ it, peer: this.server.connect() });
    it.open();
    this.settle();
    this.hush();
    return it;
  }

  /** The connection of somebody breaks; the server notices only where it is told to. */
  loses(it: Drive, noticed = true): void {
    const joined = this.#joined.find((one) => one.it === it)!;
    if (noticed) joined.peer.vanish();
    it.lose();
    joined.peer = this.server.connect();
  }

  /** Lines go to and fro until nobody has anything more to say. */
  settle(): void {
    for (let busy = true; busy;) {
      busy = false;
      for (const { it, peer } of this.#joined) {
        const sent = it.takeSent();
        const received = peer.send(...sent).take();
        it.server(...received);
        busy ||= sent.length + received.length > 0;
      }
    }
  }

  hush(): void {
    for (const { it } of this.#joined) it.takeEvents();
  }

  /** Somebody types a line; what everyone is then told. */
  types(it: Drive, line: string, where?: string): string[][] {
    this.hush();
    it.type(line, where);
    this.settle();
    return this.#joined.map(({ it }) => it.takeEvents());
  }
}

Deno.test("on our own server every command does what it says", () => {
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
      [mode("You took from Can the rank of operator")],
      [mode("Ada took from you the rank of operator")],
    ],
    [ada, "/topic çay saati", ["topic Ada: çay saati"], ["topic Ada: çay saati"]],
    [ada, "/topic", ["topic -: çay saati"], []],
    [
      ada,
      "/mute Can",
      [mode("You have silenced Can!*@*")],
      [mode("Ada has silenced Can!*@*")],
    ],
    [can, "orada mısınız", [], [
      `error: This was not delivered: you may not speak in ${room} now.`,
    ]],
    [
      ada,
      "/unmute Can",
      [mode("You have let Can!*@* speak again")],
      [mode("Ada has let Can!*@* speak again")],
    ],
    [can, "/away çay", ["away Can: çay"], ["info: The others see that you are away."]],
    [can, "/back", ["away Can: null"], ["info: The others see that you are there again."]],
    [can, "/kick Ada", [], [
      `error: The server refuses this: only the operators of ${room} may do that.`,
    ]],
    [ada, "/kick Can yeter", ["left Can kick by Ada (yeter)"], ["removed by Ada (yeter)"]],
    [ada, "/ban Can", [mode("You have banned Can!*@*")], []],
    [
      ada,
      "/ban",
      [`info: These are banned in ${room}:`, "info: Can!*@* (by Ada, 1 second ago)"],
      [],
    ],
    [can, "özür", [], [
      `error: Cannot enter the room ${room}: you are banned from it. ` +
      "Only its operators can lift that.",
      `notSent: You are not in ${room}, so this was not sent: özür`,
    ]],
    [ada, "/unban Can", [mode("You have lifted the ban on Can!*@*")], []],
    [ada, "/invite Can", [`info: You have invited Can to ${room}.`], [
      `info: Ada invites you. /join ${room} takes you there.`,
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
    "info: Ada is ~Ada@192.0.2.1 (Ada).",
    "info: Ada is in #lobby @#müzik",
  ]);
});

Deno.test("our own server passes on who types", () => {
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

Deno.test("after a loss one is back in all rooms under the old name, with all that was said", () => {
  const chat = new Chat();
  const [ada, can] = [chat.enters("Ada"), chat.enters("Can")];
  chat.types(ada, "/join müzik");
  chat.types(can, "/join müzik");
  chat.loses(can, false);
  can.type("bir\niki", "#müzik").type("üç", "#lobby");
  can.open();
  chat.settle();
  assertEquals(can.session.phase, "nameBusy");
  // The server notices that the old connection is dead.
  const ghost = chat.server.clients.find(({ user }) => user.nick === "Can")!;
  ghost.vanish("Ping timeout");
  chat.hush();
  can.wait(1000);
  chat.settle();
  assertEquals(ada.takeEvents().filter((line) => line.startsWith("message")), [
    "message privmsg Can -> #lobby: üç",
    "message privmsg Can -> #müzik: bir\niki",
  ]);
  assertEquals([can.session.nick, can.session.unsent], ["Can", 0]);
  assertEquals(can.session.rooms.map(({ name, state }) => `${name} ${state}`), [
    "#lobby inside",
    "#müzik inside",
  ]);
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
