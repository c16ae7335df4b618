import { assertEquals } from "@std/assert";
import { MOST_MEMBERS, MOST_ROOMS } from "../../../lib/client/session/rooms.ts";
import { Drive } from "../drive.ts";

/** A session in #lobby and #music. */
function inTwo(options: ConstructorParameters<typeof Drive>[0] = {}): Drive {
  const it = new Drive(options).enter().type("/join music");
  it.server(":Ali!ali@host JOIN #music", ":s 353 Ali = #music :@Furkan +Gamze Ali");
  it.server(":s 366 Ali #music :End");
  it.takeSent();
  it.takeEvents();
  return it;
}

function members(it: Drive, room: string): string {
  const list = it.session.room(room)?.members ?? [];
  return list.map(({ name, symbol, away }) => `${symbol}${name}${away ? " (away)" : ""}`).join(" ");
}

Deno.test("Session: a user can enter, speak in and leave further rooms", () => {
  const it = new Drive().enter().type("/join Music");
  assertEquals(it.takeSent(), ["JOIN #Music"]);
  assertEquals(it.session.room("#MUSIC")?.state, "joining");
  it.server(":Ali!ali@host JOIN #music", ":s 332 Ali #music :Bugün caz");
  it.server(":s 333 Ali #music Furkan!f@h 999", ":s 353 Ali = #music :@Furkan Ali");
  it.server(":s 366 Ali #music :End");
  assertEquals(it.events.find(({ type }) => type === "topic"), {
    type: "topic",
    room: "#music",
    text: "Bugün caz",
    by: null,
    setBy: "Furkan",
    setAt: 999_000,
    time: it.now,
  });
  assertEquals(it.takeEvents(), [
    "entered #music as Ali",
    "topic -: Bugün caz",
    "users entered: Furkan Ali",
  ]);
  assertEquals(it.session.rooms.map(({ name, state, topic }) => [name, state, topic]), [
    ["#lobby", "inside", ""],
    ["#music", "inside", "Bugün caz"],
  ]);
  it.type("selam", "#Music").type("/me dinler", "#music");
  assertEquals(it.takeSent(), [
    "PRIVMSG #Music :selam",
    "PRIVMSG #music :\x01ACTION dinler\x01",
  ]);
  it.server(":Ali!ali@host PRIVMSG #music :selam", ":Furkan!f@h PRIVMSG @#music :x");
  assertEquals(it.events.map((event) => event.type === "message" && event.place), [
    "#music",
    "@#music",
  ]);
  it.takeEvents();
  assertEquals(it.type("/part", "#music").takeSent(), ["PART #music"]);
  it.server(":Ali!ali@host PART #music");
  assertEquals([it.takeEvents(), it.session.room("#music")], [["parted #music"], undefined]);
  assertEquals(it.session.phase, "inside");
});

Deno.test("Session: a topic is shown even if its author is not given", () => {
  const it = new Drive().enter().server(":s 332 Ali #lobby :ders");
  assertEquals(it.takeEvents(), []);
  assertEquals(it.wait(499).takeEvents(), []);
  assertEquals(it.wait(1).takeEvents(), ["topic -: ders"]);
  it.server(":s 332 Ali #lobby :ders", ":F!f@h PRIVMSG #lobby :x");
  assertEquals(it.takeEvents()[0], "topic -: ders");
});

Deno.test("Session: a private conversation belongs to the other person, in both directions", () => {
  const it = new Drive().enter().type("/msg Furkan selam").type("naber", "Furkan");
  assertEquals(it.takeSent(), ["PRIVMSG Furkan :selam", "PRIVMSG Furkan :naber"]);
  it.server(":Ali!ali@host PRIVMSG Furkan :selam", ":Furkan!f@h PRIVMSG Ali :iyi");
  it.server(":NickServ!NickServ@services NOTICE Ali :This nickname is registered.");
  it.server(":s NOTICE Ali :restart", ":s NOTICE #lobby :hepinize");
  assertEquals(it.events.map((event) => event.type === "message" && event.place), [
    "Furkan",
    "Furkan",
    "NickServ",
    "",
    "#lobby",
  ]);
});

Deno.test("Session: joins, departures, renames and modes change the members of a room", () => {
  const cases: [lines: string[], lobby: string, music: string, rooms: string[][]][] = [
    [[], "@Ali", "Ali @Furkan +Gamze", []],
    [[":Gamze!g@h QUIT :x"], "@Ali", "Ali @Furkan", [["#music"]]],
    [[":Gamze!g@h JOIN #lobby", ":Gamze!g@h QUIT :x"], "@Ali", "Ali @Furkan", [[
      "#lobby",
      "#music",
    ]]],
    [[":Gamze!g@h PART #music"], "@Ali", "Ali @Furkan", [["#music"]]],
    [[":Furkan!f@h KICK #music Gamze"], "@Ali", "Ali @Furkan", [["#music"]]],
    [[":Gamze!g@h NICK Ece"], "@Ali", "Ali @Furkan +Ece", [["#music"]]],
    [[":Ali!a@h NICK Veli"], "@Veli", "@Furkan +Gamze Veli", [["#lobby", "#music"]]],
    [[":Gamze!g@h AWAY :yemekte"], "@Ali", "Ali @Furkan +Gamze (away)", [["#music"]]],
    [[":Gamze!g@h AWAY :yemekte", ":Gamze!g@h AWAY"], "@Ali", "Ali @Furkan +Gamze", [["#music"], [
      "#music",
    ]]],
    [[":Furkan!f@h MODE #music +o-v Gamze Gamze"], "@Ali", "Ali @Furkan @Gamze", []],
    [[":Furkan!f@h MODE #music -o Furkan"], "@Ali", "Ali Furkan +Gamze", []],
    [[":Ayşe!g@h JOIN #music acc :Ayşe"], "@Ali", "Ali @Furkan +Gamze Ayşe", []],
    [[":s 353 Ali = #music :@+Furkan!f@h +Gamze"], "@Ali", "Ali @Furkan +Gamze", []],
  ];
  for (const [lines, lobby, music, rooms] of cases) {
    const it = inTwo().server(...lines);
    assertEquals([members(it, "#lobby"), members(it, "#music")], [lobby, music], lines.join());
    assertEquals(it.events.flatMap((event) => "rooms" in event ? [event.rooms] : []), rooms);
  }
});

Deno.test("Session: all rooms are entered again after a loss, with their keys, in few lines", () => {
  const it = inTwo().type("/join secret kimseler");
  it.server(":Ali!ali@host JOIN #secret").lose();
  assertEquals(it.session.rooms.map(({ state }) => state), ["outside", "outside", "outside"]);
  it.takeSent();
  it.open().server(":s CAP * LS :", ":s 001 Ali :Hi");
  assertEquals(it.takeSent().slice(-2), ["JOIN #lobby", "JOIN #secret,#music kimseler"]);
  it.takeEvents();
  it.server(":Ali!ali@host JOIN #music", ":Ali!ali@host JOIN #lobby");
  assertEquals(it.takeEvents(), ["entered #music as Ali again", "entered #lobby as Ali again"]);
});

Deno.test("Session: the lines that enter many rooms again give each room its key", () => {
  const it = new Drive().enter();
  const rooms = Array.from({ length: 40 }, (_, index) => `#${"ğ".repeat(20)}${index}`);
  for (const room of rooms) it.type(`/join ${room} k`).server(`:Ali!ali@host JOIN ${room}`);
  it.lose().takeSent();
  it.open().server(":s CAP * LS :", ":s 001 Ali :Hi");
  const joins = it.takeSent().filter((line) => line.startsWith("JOIN")).slice(1);
  assertEquals(joins.flatMap((line) => line.split(" ")[1]!.split(",")), rooms);
  for (const line of joins) {
    const [, names = "", keys = ""] = line.split(" ");
    assertEquals(keys.split(",").length, names.split(",").length);
  }
});

Deno.test("Session: text that was typed for a room waits until the room is entered", () => {
  const it = inTwo().lose();
  it.type("bir", "#music").type("iki", "#lobby").type("üç", "Furkan");
  assertEquals(
    it.session.unsentItems.map(({ target, text, state }) => `${target} ${text} ${state}`),
    [
      "#music bir waiting",
      "#lobby iki waiting",
      "Furkan üç waiting",
    ],
  );
  it.open().server(":s CAP * LS :", ":s 001 Ali :Hi", ":Ali!ali@host JOIN #lobby");
  const said = () => it.takeSent().filter((line) => line.startsWith("PRIVMSG"));
  assertEquals(said(), ["PRIVMSG #lobby :iki", "PRIVMSG Furkan :üç"]);
  assertEquals(it.session.unsentItems[0]?.state, "sent");
  it.server(":Ali!ali@host JOIN #music");
  assertEquals(said(), ["PRIVMSG #music :bir"]);
});

Deno.test("Session: if a further room can't be entered, it says why, and the rest goes on", () => {
  const cases: [line: string, words: string][] = [
    ["471 Ali #music :Full", "it is full. Try again when someone has left."],
    [
      "473 Ali #music :No",
      "only people with an invitation can enter. Ask someone who is in it for an invitation.",
    ],
    ["474 Ali #music :No", "you are banned from it. Only its operators can lift the ban."],
    ["475 Ali #music :No", "it requires a key. If you know it, type /join #music KEY"],
    [
      "477 Ali #music :No",
      "the server requires you to register your username first. On many servers, " +
      "/msg NickServ HELP explains how to register, and /msg NickServ IDENTIFY PASSWORD logs you in.",
    ],
    ["437 Ali #music :No", "the server does not let you in now. Try again later."],
    [
      "437 Ali #music :Too many rooms have been opened from your address",
      "too many rooms have been opened from your address. Try again later.",
    ],
    ["405 Ali #music :No", "you are in too many rooms. Leave one with /part first."],
    ["403 Ali #music :No", "there is no room called #music."],
  ];
  for (const [line, words] of cases) {
    const it = new Drive().enter().type("/join #music").type("selam", "#music");
    it.takeSent();
    it.server(`:s ${line}`);
    assertEquals(it.takeEvents(), [
      `error: Cannot enter the room #music: ${words}`,
      "notSent: You are not in #music, so this was not sent: selam",
    ]);
    assertEquals([it.ends, it.session.unsentItems.length, it.session.room("#music")], [
      [],
      0,
      undefined,
    ]);
    assertEquals(it.type("burada", "#lobby").takeSent(), ["PRIVMSG #lobby :burada"]);
  }
});

Deno.test("Session: a room that never answers is given up", () => {
  const it = new Drive().enter().type("/join #music").type("selam", "#music");
  it.wait(30_000);
  assertEquals(it.takeEvents(), [
    "error: The server did not say whether you can enter #music.",
    "notSent: You are not in #music, so this was not sent: selam",
  ]);
  assertEquals(it.ends, []);
});

Deno.test("Session: a user who was put out of a further room re-enters it by speaking", () => {
  const it = inTwo().server(":Furkan!f@h KICK #music Ali :yeter");
  assertEquals([it.takeEvents(), it.session.room("#music")?.state], [
    ["removed by Furkan (yeter)"],
    "outside",
  ]);
  assertEquals(it.type("özür", "#music").takeSent(), ["JOIN #music"]);
  assertEquals(it.type("burada", "#lobby").takeSent(), ["PRIVMSG #lobby :burada"]);
  it.server(":Ali!ali@host JOIN #music");
  assertEquals(it.takeSent(), ["PRIVMSG #music :özür"]);
  it.server(":Furkan!f@h KICK #music Ali").lose().open().server(":s CAP * LS :", ":s 001 Ali :Hi");
  assertEquals(it.takeSent().filter((line) => line.startsWith("JOIN")), ["JOIN #lobby"]);
});

Deno.test("Session: the first room can be left, and another one then takes its place", () => {
  const it = inTwo().type("/part", "#lobby").server(":Ali!ali@host PART #lobby");
  assertEquals([it.session.home, it.session.phase], ["#music", "inside"]);
  it.lose().open().server(":s CAP * LS :", ":s 001 Ali :Hi");
  assertEquals(it.takeSent().filter((line) => line.startsWith("JOIN")), ["JOIN #music"]);
  it.server(":s 474 Ali #music :No");
  assertEquals(it.ends, ["refused: Cannot enter the room #music: you are banned from it."]);
});

Deno.test("Session: a user who has left the only room re-enters it by speaking", () => {
  const it = new Drive().enter().type("/part").server(":Ali!ali@host PART #lobby");
  assertEquals([it.session.rooms, it.session.phase], [[], "outside"]);
  it.takeSent();
  assertEquals(it.type("yine ben").takeSent(), ["JOIN #lobby"]);
  it.server(":Ali!ali@host JOIN #lobby");
  assertEquals(it.takeSent(), ["PRIVMSG #lobby :yine ben"]);
});

Deno.test("Session: a user who is shut out of the first room stays in the others", () => {
  const it = inTwo().lose().open().server(":s CAP * LS :", ":s 001 Ali :Hi");
  it.server(":Ali!ali@host JOIN #music").takeEvents();
  it.server(":s 474 Ali #lobby :No");
  assertEquals([it.takeEvents(), it.ends], [
    [
      "error: Cannot enter the room #lobby: you are banned from it. " +
      "Only its operators can lift the ban.",
    ],
    [],
  ]);
  assertEquals(it.type("selam", "#music").takeSent().includes("PRIVMSG #music :selam"), true);
});

Deno.test("Session: rooms can be entered and left without a connection, too", () => {
  const it = inTwo().lose();
  it.takeEvents();
  it.type("/join cay anahtar").type("/join #music").type("/part", "#music").type("/part #lobby");
  assertEquals(it.takeEvents(), [
    "info: You enter #cay as soon as you are connected.",
    "info: You enter #music as soon as you are connected.",
    "parted #music",
    "parted #lobby",
  ]);
  it.open().server(":s CAP * LS :", ":s 001 Ali :Hi");
  assertEquals(it.takeSent().filter((line) => line.startsWith("JOIN")), ["JOIN #cay anahtar"]);
  it.server(":Ali!ali@host JOIN #cay").takeEvents();
  assertEquals(it.type("/join cay").takeEvents(), ["info: You are already in #cay."]);
});

Deno.test("Session: leaving a room tells what was not sent to it", () => {
  const it = inTwo().server(":F!f@h KICK #music Ali").type("bir", "#music");
  it.takeEvents();
  it.type("/part", "#music").server(":Ali!ali@host JOIN #music").takeSent();
  it.server(":Ali!ali@host PART #music");
  assertEquals(it.session.room("#music"), undefined);
  const offline = inTwo().lose().type("bir", "#music");
  offline.takeEvents();
  assertEquals(offline.type("/part", "#music").takeEvents(), [
    "notSent: You have left #music, so this was not sent: bir",
    "parted #music",
  ]);
});

Deno.test("Session: /quit leaves when everything is confirmed", () => {
  const it = new Drive().enter().say("bir");
  it.do(it.session.finish("iyi geceler", it.now));
  assertEquals(it.takeSent(), ["PRIVMSG #lobby :bir", "PING :chat-1"]);
  it.server(":s PONG s chat-1");
  assertEquals([it.takeSent(), it.ends], [["QUIT :iyi geceler"], ["left"]]);
});

Deno.test("Session: a person who is not let into the first room can try again with a key", () => {
  const it = new Drive({ name: "Ali", stays: true }).open();
  it.server(":s CAP * LS :", ":s 366 * #lobby :End", ":s 001 Ali :Hi").takeSent();
  it.takeEvents();
  it.server(":s 475 Ali #lobby :Cannot join channel (+k)");
  assertEquals([it.takeEvents(), it.ends, it.session.phase, it.session.wants], [
    ["error: Cannot enter the room #lobby: it requires a key.", "askKey #lobby"],
    [],
    "outside",
    "text",
  ]);
  assertEquals(it.type("/join #lobby kimseler").takeSent(), ["JOIN #lobby kimseler"]);
  it.server(":Ali!ali@host JOIN #lobby");
  assertEquals([it.takeEvents(), it.session.phase], [["entered #lobby as Ali"], "inside"]);
  it.lose().open().server(":s CAP * LS :", ":s 001 Ali :Hi");
  assertEquals(it.takeSent().at(-1), "JOIN #lobby kimseler");
});

Deno.test("Session: a room that leads to another takes us there", () => {
  const it = new Drive().enter().type("/join #linux").server(
    ":s 470 Ali #linux ##linux :Forwarding to another channel",
    ":Ali!ali@host JOIN ##linux",
  );
  assertEquals(it.takeEvents(), [
    "info: #linux is redirected to ##linux.",
    "entered ##linux as Ali",
  ]);
  const home = new Drive({ name: "Ali", room: "#linux" }).open().server(
    ":s CAP * LS :",
    ":s 451 * :No",
    ":s 001 Ali :Hi",
    ":s 470 Ali #linux ##linux :Forwarding",
    ":Ali!ali@host JOIN ##linux",
  );
  assertEquals([home.session.home, home.session.phase], ["##linux", "inside"]);
  assertEquals(home.session.rooms.map(({ name }) => name), ["##linux"]);
});

Deno.test("Session: names of rooms and people compare as the server says", () => {
  const it = new Drive().enter().server(":s 005 Ali CASEMAPPING=rfc1459 CHANTYPES=#! :are");
  it.server(":Ali!ali@host JOIN #[x]", ":a^b!u@h JOIN #{X}");
  assertEquals(it.session.room("#{x}")?.members.map(({ name }) => name), ["Ali", "a^b"]);
  it.server(":A~B!u@h QUIT :x");
  assertEquals(it.session.room("#{x}")?.members.length, 1);
  const late = new Drive().enter().server(":Ali!ali@host JOIN #[y]", ":a^b!u@h JOIN #[y]");
  late.server(":s 005 Ali CASEMAPPING=rfc1459 :are", ":A~B!u@h PART #{Y}");
  assertEquals(late.session.room("#{Y}")?.members.map(({ name }) => name), ["Ali"]);
  assertEquals([it.session.isRoom("!x"), it.session.isRoom("&x")], [true, false]);
});

Deno.test("Session: the rooms and members that a server makes us keep are bounded", () => {
  const it = new Drive().enter();
  for (let index = 0; index < 3 * MOST_ROOMS; index++) it.server(`:Ali!a@h JOIN #room${index}`);
  assertEquals(it.session.rooms.length <= MOST_ROOMS, true);
  for (let index = 0; index < 100; index++) it.server(":x!u@h JOIN #lobby", ":x!u@h NICK y");
  for (let index = 0; index < MOST_MEMBERS; index += 500) {
    const names = Array.from({ length: 500 }, (_, at) => `user${index + at}`).join(" ");
    it.server(`:s 353 Ali = #lobby :${names}`, `:s 353 Ali = #room1 :${names}`);
  }
  const known = it.session.rooms.reduce((sum, room) => sum + room.members.length, 0);
  assertEquals(known, MOST_MEMBERS);
  it.takeEvents();
  it.server(":unknown!u@h PRIVMSG #lobby :selam", ":unknown!u@h QUIT :x");
  assertEquals(it.takeEvents(), [
    "message privmsg unknown -> #lobby: selam",
    "left unknown quit (x)",
  ]);
  it.type("/join one-more");
  assertEquals(it.takeEvents(), [
    "error: You are in too many rooms. Leave one with /part first.",
  ]);
});

Deno.test("Session: a name that the server took from us comes back when it is free", () => {
  const back = () => {
    const it = new Drive().enter().server(":s 005 Ali MONITOR=100 :are").lose();
    it.open().server(":s CAP * LS :", ":s 001 Ali_ :Hi", ":Ali_!a@h JOIN #lobby").wait(1000);
    assertEquals(it.takeSent().slice(-2), ["MONITOR + Ali", "NICK Ali"]);
    it.server(":s 433 Ali_ Ali :Nickname is already in use").takeEvents();
    return it;
  };
  const quits = back().server(":Ali!a@h QUIT :Ping timeout");
  assertEquals(quits.takeSent(), ["NICK Ali"]);
  quits.server(":Ali_!a@h NICK Ali").takeEvents();
  assertEquals([quits.session.nick, quits.wait(50_000).takeSent()], ["Ali", []]);
  assertEquals(back().server(":s 731 Ali_ :Ali").takeSent(), ["NICK Ali"]);
  assertEquals(back().wait(4000).takeSent(), ["NICK Ali"]);
  const another = back();
  assertEquals(another.claim("Veli").wait(50_000).takeSent(), ["NICK Veli"]);
  const lost = back().lose().open().server(":s CAP * LS :");
  assertEquals(lost.takeSent().includes("NICK Ali"), true);
});

Deno.test("Session: a room keeps its members, and what waits to be said there, under a new name", () => {
  const it = inTwo().server(":F!f@h JOIN #music");
  for (let index = 0; index < 9; index++) it.type(`${index}`, "#music");
  it.takeSent();
  it.takeEvents();
  it.server(":F!f@h RENAME #music #caz :louder");
  assertEquals(it.takeEvents(), ["roomRenamed #music -> #caz by F"]);
  assertEquals(it.session.room("#music"), undefined);
  const members = it.session.room("#caz")?.members.map(({ name }) => name);
  assertEquals(members, ["Ali", "Furkan", "Gamze", "F"]);
  it.server(":Ali!ali@host PRIVMSG #music :0");
  assertEquals(it.takeSent(), ["PRIVMSG #caz :8"]);
  // A rename to a name in use would merge two rooms.
  it.server(":F!f@h RENAME #caz #lobby :-", ":F!f@h RENAME #nowhere #x :-", ":F!f@h RENAME #caz x");
  assertEquals(it.session.rooms.map(({ name }) => name), ["#lobby", "#caz"]);
});

Deno.test("Session: a room that was renamed while we were away is entered under its new name", () => {
  const it = inTwo().lose().open().server(":s CAP * LS :", ":s 001 Ali :Hi");
  it.takeSent();
  it.server("FAIL JOIN CHANNEL_RENAMED #music #caz :The channel has been renamed");
  assertEquals(it.takeSent(), ["JOIN #caz"]);
  it.server("FAIL JOIN CHANNEL_RENAMED #lobby #hall :The channel has been renamed");
  assertEquals([it.takeSent(), it.session.home], [["JOIN #hall"], "#hall"]);
  it.server(":Ali!ali@host JOIN #hall", ":Ali!ali@host JOIN #caz");
  assertEquals(it.session.phase, "inside");
});

Deno.test("Session: a room that is left and entered again in one go is entered", () => {
  const it = inTwo().type("/part", "#music").type("/join #music");
  assertEquals(it.takeSent(), ["PART #music", "JOIN #music"]);
  it.takeEvents();
  it.type("bir", "#music").server(":Ali!ali@host PART #music", ":Ali!ali@host JOIN #music");
  assertEquals(it.takeEvents(), ["parted #music", "entered #music as Ali again"]);
  assertEquals(it.takeSent(), ["PRIVMSG #music :bir"]);
});

Deno.test("Session: what waits for somebody goes along when their name changes", () => {
  const it = new Drive().enter().server(":Ada!a@h JOIN #lobby");
  for (let index = 0; index < 9; index++) it.type(`/msg Ada ${index}`);
  it.takeSent();
  it.server(":Ada!a@h NICK Ada2", ":x!x@h NICK Ada", ":Ali!ali@host PRIVMSG Ada :0");
  assertEquals(it.takeSent(), ["PRIVMSG Ada2 :8"]);
});

Deno.test("Session: what is for some ranks in a room waits for the room, as all that is said there", () => {
  const back = () => {
    const it = inTwo().lose().type("bir", "@#music").open();
    it.takeSent();
    return it;
  };
  const it = back().server(":s CAP * LS :", ":s 001 Ali :Hi", ":Ali!ali@host JOIN #lobby");
  const said = () => it.takeSent().filter((line) => line.startsWith("PRIVMSG"));
  assertEquals(said(), []);
  it.server(":Ali!ali@host JOIN #music");
  assertEquals(said(), ["PRIVMSG @#music :bir"]);
  // After a kick the client enters again first, and follows the room if it is renamed.
  it.server(":F!f@h KICK #music Ali");
  assertEquals(it.type("iki", "@#music").takeSent(), ["JOIN #music"]);
  it.server(":F!f@h RENAME #music #caz :-", ":Ali!ali@host JOIN #caz");
  assertEquals(said(), ["PRIVMSG @#caz :iki"]);
  // A message for a room that refuses entry is not sent.
  const out = back().server(":s CAP * LS :", ":s 001 Ali :Hi", ":Ali!ali@host JOIN #lobby");
  out.takeEvents();
  out.server(":s 474 Ali #music :No");
  assertEquals(
    out.takeEvents().at(-1),
    "notSent: You are not in #music, so this was not sent: bir",
  );
});
