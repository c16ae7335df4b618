import { assert, assertEquals } from "@std/assert";
import type { Style } from "../../../lib/ui/terminal/style.ts";
import type { KeyName } from "../../../lib/ui/terminal/key.ts";
import { type Happening, NOON, Stage } from "../stage.ts";

const DAY = 86_400_000;

/** What can be done with all that a terminal can do. */
const COLORFUL: Style = { depth: "256", links: true, title: true, notify: "osc9", reflow: true };

const room = "#lobby";

function joined(name: string, room = "#lobby"): Happening {
  return { type: "joined", name, room };
}

function left(name: string, how: "quit" | "part" | "kick" = "quit"): Happening {
  const by = how === "kick" ? "Furkan" : null;
  return { type: "left", name, how, by, reason: "spam", rooms: [room] };
}

Deno.test("a message stands above the line where one types, at any width", () => {
  const cases: [columns: number, rows: number, drawing: string[]][] = [
    [40, 6, ["|Furkan @ 23:03:10 PM >> selam|", "|> merhaba|", "|#lobby|"]],
    [80, 24, ["|Furkan @ 23:03:10 PM >> selam|", "|> merhaba|", "|#lobby|"]],
    [20, 5, ["|Furkan @ 23:03:10|", "|    PM >> selam|", "|> merhaba|", "|#lobby|"]],
    [20, 2, ["|> merhaba|"]],
  ];
  for (const [columns, rows, drawing] of cases) {
    const stage = new Stage(columns, rows);
    stage.type("merhaba").said({});
    assertEquals(stage.drawing.slice(-drawing.length), drawing);
    assertEquals(stage.terminal.cursor.column, 9);
  }
});

Deno.test("an emoji that the terminal draws wider than it is moves nothing", () => {
  for (const oldEmoji of [false, true]) {
    const stage = new Stage(40, 6, {}, { reflow: true, oldEmoji });
    stage.type("a👩‍👧陳b").said({});
    assertEquals(stage.terminal.cursor.column, "> a".length + 2 + 2 + 1);
    const [, row = ""] = stage.drawing;
    assertEquals(row.replace("👧", ""), "|> a👩‍陳b|");
  }
});

Deno.test("from the first question to the last word", () => {
  const stage = new Stage(70, 20);
  stage.update({ link: "connecting" });
  stage.draw();
  assertEquals(stage.drawing, ["|>|", "|#lobby · connecting...|"]);
  stage.update({ link: "up" });
  stage.events(
    { type: "users", room, users: ["Furkan", "Gökçe"], more: 3, why: "arrived" },
    { type: "askName" },
  );
  stage.type("Furkan\n").events(
    { type: "nameRefused", name: "Furkan", reason: "Furkan is already in use", keeps: null },
    { type: "askName" },
  );
  stage.type("Ali\n").events(
    { type: "entered", room, name: "Ali", again: false },
    { type: "users", room, users: ["Ali", "Furkan", "Gökçe"], more: 0, why: "entered" },
  );
  stage.type("selam\n").said({ from: "Ali", own: true });
  stage.events({ type: "closed", status: 0, reason: null });
  assertEquals(stage.drawing, [
    "|Welcome to the server. Here are the users in the chat room:|",
    "|Furkan|",
    "|Gökçe|",
    "|... and 3 more|",
    "|Please choose a username: Furkan|",
    "|Furkan is already in use.|",
    "|Please choose a username: Ali|",
    "|You have selected your username. You can now chat with the others.|",
    "|Ali @ 23:03:10 PM >> selam|",
    "|Thank you for using the chat application. You will be disconnected...|",
    "|>|",
    "|#lobby|",
  ]);
  stage.terminal.write(stage.inline.close());
  assertEquals(stage.drawing.length, 10);
  assertEquals(stage.terminal.cursor, { row: 10, column: 0 });
  assertEquals(stage.intents.filter((intent) => intent.do !== "typing"), [
    { do: "answer", text: "Furkan" },
    { do: "answer", text: "Ali" },
    { do: "perform", action: { do: "say", text: "selam" }, place: "#lobby" },
  ]);
});

Deno.test("an empty room says so; many users stand side by side", () => {
  const users = (count: number) => Array.from({ length: count }, (_, at) => `u${at}`);
  const stage = new Stage(60, 20);
  stage.events({ type: "users", room, users: [], more: 0, why: "arrived" });
  stage.events({ type: "users", room, users: users(25), more: 9, why: "asked" });
  assertEquals(stage.lines.slice(0, 5), [
    "Welcome to the server. Here are the users in the chat room:",
    "*No user found*",
    "Here are the users in the chat room:",
    users(14).join(", ") + ",",
    `    ${users(25).slice(14).join(", ")}`,
  ]);
  assertEquals(stage.lines[5], "... and 9 more");
});

Deno.test("who asks who is there is told who runs the room, and who is away", () => {
  const users = ["Ada", "Bob", "Can", "Efe"];
  const event = { room, users, operators: ["Ada", "Can"], away: ["Bob", "Can"], more: 0 };
  const named = (why: "entered" | "asked", header: string, ...names: string[]) => {
    const stage = new Stage(60, 20);
    stage.events({ type: "users", ...event, why });
    assertEquals(stage.lines.slice(0, -2), [header, ...names]);
  };
  const header = "Here are the users in the chat room:";
  named("entered", header, ...users);
  named("asked", header, "Ada (operator)", "Bob (away)", "Can (operator, away)", "Efe");
});

Deno.test("a password is not seen, and not kept", () => {
  const stage = new Stage(60, 6);
  stage.inline.ask("password");
  stage.type("geheim");
  assert(!stage.drawing.join().includes("geheim"));
  stage.press("enter");
  assertEquals(stage.intents, [{ do: "answer", text: "geheim" }]);
  assertEquals(stage.drawing, ["|Please enter the password:|", "|>|", "|#lobby|"]);
  assertEquals(stage.press("up").drawing, ["|Please enter the password:|", "|>|", "|#lobby|"]);
});

Deno.test("an answer may stand there already", () => {
  const stage = new Stage(60, 6);
  stage.inline.ask("address", "chat.example");
  assertEquals(stage.draw().drawing, [
    "|Please enter the server's address: chat.example|",
  ]);
  stage.press("enter");
  assertEquals(stage.intents, [{ do: "answer", text: "chat.example" }]);
});

Deno.test("the first thing typed replaces an answer that stands there, unless it is edited", () => {
  const cases: [keys: KeyName[], typed: string, answer: string][] = [
    [[], "陳", "陳"],
    [["backspace"], "x", "Çağrx"],
    [["end"], "2", "Çağrı2"],
    [["left"], "!", "Çağr!ı"],
  ];
  for (const [keys, typed, answer] of cases) {
    const stage = new Stage(60, 6);
    stage.inline.ask("name", "Çağrı");
    for (const key of keys) stage.press(key);
    stage.type(typed);
    stage.press("enter");
    assertEquals(stage.intents, [{ do: "answer", text: answer }]);
  }
});

Deno.test("an empty answer counts where it can be meant", () => {
  const stage = new Stage(60, 6);
  stage.inline.ask("name");
  assertEquals(stage.press("enter").intents, []);
  stage.inline.ask("remember");
  assertEquals(stage.press("enter").intents, [{ do: "answer", text: "" }]);
});

Deno.test("each event has its line in the room", () => {
  const cases: [event: Happening, lines: string[]][] = [
    [
      { type: "topic", room, text: "ders", by: null, setBy: null, setAt: null },
      ["The topic of the chat room is: ders"],
    ],
    [
      { type: "topic", room, text: "ders", by: null, setBy: "Ada", setAt: NOON - DAY },
      ["The topic of the chat room is: ders (Ada @ 2026-01-01)"],
    ],
    [
      { type: "topic", room, text: "", by: "Ada", setBy: null, setAt: null },
      ["Ada took away the topic @ 23:03:10 PM"],
    ],
    [
      { type: "mode", room, by: "Furkan", text: "Furkan made Ada an operator" },
      ["Furkan made Ada an operator @ 23:03:10 PM"],
    ],
    [
      { type: "renamed", from: "a", to: "b", own: false, rooms: [room] },
      ["a is called b now @ 23:03:10 PM"],
    ],
    [
      { type: "renamed", from: "Ali", to: "Veli", own: true, rooms: [room] },
      ["Your username is Veli now."],
    ],
    [left("Ada", "kick"), ["Ada was removed by Furkan (spam) @ 23:03:10 PM"]],
    [
      { type: "removed", room, by: "Furkan", reason: "" },
      [
        "Furkan removed you from the chat room @ 23:03:10 PM. What you say next takes you back.",
      ],
    ],
    [{ type: "away", name: "Ada", rooms: [room], reason: "lunch" }, []],
    [{ type: "info", text: "a\x1b[2Jb" }, ["ab"]],
    [{ type: "info", text: "it is quiet", place: "#music" }, ["#music: it is quiet"]],
    [{ type: "error", text: "No.", code: null }, ["No."]],
    [{ type: "lost", reason: "gone" }, ["The connection to the server was lost: gone."]],
    [{ type: "retrying", after: 8000, reason: null }, []],
    [
      { type: "retrying", after: 8000, reason: "nothing answers" },
      ["It cannot be reached: nothing answers."],
    ],
    [
      {
        type: "found",
        query: "s",
        place: room,
        from: "Ada",
        kind: "privmsg",
        text: "selam",
        only: null,
        msgid: null,
      },
      ["#lobby: Ada @ 2026-01-02 23:03:10 PM >> selam"],
    ],
    [
      {
        type: "found",
        query: "s",
        place: room,
        from: "Ada",
        kind: "action",
        text: "waves",
        only: null,
        msgid: null,
      },
      ["#lobby: * Ada waves @ 2026-01-02 23:03:10 PM"],
    ],
    [{ type: "redacted", place: room, msgid: "x", by: "Ada" }, ["Ada took back a message"]],
  ];
  for (const [event, lines] of cases) {
    const stage = new Stage(100, 20);
    stage.events(event);
    assertEquals(stage.lines.slice(0, -2), lines, event.type);
  }
});

Deno.test("a message that is taken back is told by its author and time", () => {
  const stage = new Stage(100, 20);
  stage.said({ from: "Ada", msgid: "1" }).said({ from: "Bob", msgid: "2" });
  stage.events(
    { type: "redacted", place: room, msgid: "1", by: "Ada" },
    { type: "redacted", place: room, msgid: "2", by: "Furkan" },
  );
  assertEquals(stage.lines.slice(2, 4), [
    "Ada took back the message of 23:03:10 PM",
    "Furkan took back what Bob said @ 23:03:10 PM",
  ]);
});

Deno.test("actions and notices have their own form", () => {
  const stage = new Stage(80, 20);
  stage.said({ kind: "action", text: "el sallar" }).said({ kind: "notice" });
  stage.said({ kind: "notice", server: true, from: "s.x", place: "", private: true });
  stage.enter();
  const notice = { kind: "notice", private: true, place: "NickServ", from: "NickServ" } as const;
  stage.said({ kind: "notice", server: true, from: "s.x", place: "", private: true }).said(notice);
  const [first, second] = stage.lines;
  assertEquals([first, second], [
    "* Furkan el sallar @ 23:03:10 PM",
    "Notice from Furkan @ 23:03:10 PM >> selam",
  ]);
  assertEquals(stage.lines.slice(-4), [
    "Notice from s.x @ 23:03:10 PM >> selam",
    "Private notice from NickServ @ 23:03:10 PM >> selam",
    ">",
    "#lobby",
  ]);
});

Deno.test("who comes and goes is told quietly, and together where it is many", () => {
  const stage = new Stage(60, 20, { style: COLORFUL });
  stage.events(joined("Ada")).pass(300);
  for (let index = 0; index < 500; index++) stage.events(left(`u${index}`));
  stage.pass(2000);
  assertEquals(stage.lines.slice(0, -2), [
    "Ada has joined the chat @ 23:03:10 PM",
    "u0, u1 and 498 others left @ 23:03:10 PM",
  ]);
  assertEquals(stage.terminal.look("Ada has"), { sgr: "2", link: "" });
});

Deno.test("who comes and speaks is seen to come first", () => {
  const stage = new Stage(60, 20);
  stage.events(joined("Ada")).said({ from: "Ada" });
  for (let index = 0; index < 9; index++) stage.events(joined(`u${index}`));
  stage.said({ from: "Ada" }).said({ from: "u5" });
  assertEquals(stage.lines.slice(0, -2), [
    "Ada has joined the chat @ 23:03:10 PM",
    "Ada @ 23:03:10 PM >> selam",
    "Ada @ 23:03:10 PM >> selam",
    "u0, u1 and 7 others joined @ 23:03:10 PM",
    "u5 @ 23:03:10 PM >> selam",
  ]);
});

Deno.test("further lines of a message are indented, whatever they say", () => {
  const stage = new Stage(60, 20);
  stage.said({ text: "a\nFurkan @ 23:03:10 PM >> b\r\n\n  c\u2028d" });
  assertEquals(stage.drawing.slice(0, 4), [
    "|Furkan @ 23:03:10 PM >> a|",
    "|    Furkan @ 23:03:10 PM >> b|",
    "||",
    "|      c d|",
  ]);
  stage.said({ text: "x\n".repeat(300) });
  assertEquals(stage.lines.at(-3), "    ... and 100 more lines");
});

Deno.test("Inline: what does not fit into a row goes on in the next one, indented; links stay whole", () => {
  const link = `https://a.example/${"x".repeat(60)}`;
  const stage = new Stage(40, 20, { style: COLORFUL });
  stage.said({ text: `bak ${link} ${"y".repeat(200)}, son` });
  const rows = stage.lines.slice(0, -2);
  assertEquals(rows.slice(0, 3), [
    "Furkan @ 23:03:10 PM >> bak https://a.e",
    `    xample/${"x".repeat(28)}`,
    `    ${"x".repeat(32)} yy`,
  ]);
  assert(rows.every((row) => row.length <= 39));
  const whole = `Furkan @ 23:03:10 PM >> bak ${link} ${"y".repeat(200)}, son`;
  assertEquals(rows.join("").replaceAll(" ", ""), whole.replaceAll(" ", ""));
  for (const part of ["https://a.e", "xample/", "x".repeat(32)]) {
    assertEquals(stage.terminal.look(part), { sgr: "", link }, part);
  }
  assertEquals(stage.terminal.look("yy"), { sgr: "", link: "" });
});

Deno.test("names have colours, our own lines and those that name us stand apart", () => {
  const stage = new Stage(60, 20, { style: COLORFUL });
  stage.enter().said({ text: "bir" }).said({ from: "Ali", own: true, text: "iki" });
  stage.said({ from: "Ada", text: "üç, ali" });
  stage.said({ from: "Bob", text: "dört", old: true, time: NOON - 1 });
  const looks = ["Furkan @", "bir", "Ali @", "iki", "Ada @", "üç", "Bob @", "dört"].map((text) =>
    stage.terminal.look(text)?.sgr
  );
  assertEquals(looks, [
    "1;38;5;169",
    "",
    "1;38;5;28",
    "",
    "1;7;38;5;133",
    "1",
    "2;1;38;5;133",
    "2",
  ]);
  assertEquals(stage.terminal.bells, 1);
});

Deno.test("the title tells the room and what is unread, also where nobody looks", () => {
  const stage = new Stage(60, 20, { style: COLORFUL });
  stage.enter();
  assertEquals(stage.terminal.title, "#lobby - chat");
  stage.inline.key({ kind: "focus", focused: false }, stage.now);
  stage.said({}).said({ text: "Ali?" });
  assertEquals(stage.terminal.title, "(2) #lobby - chat");
  assertEquals(stage.terminal.notifications, ["Furkan @ 23:03:10 PM >> Ali?"]);
  stage.inline.key({ kind: "focus", focused: true }, stage.now);
  stage.draw();
  assertEquals(stage.terminal.title, "#lobby - chat");
  stage.said({ place: "Ada", from: "Ada", private: true });
  assertEquals(stage.terminal.title, "(1) #lobby - chat");
});

Deno.test("a new day has a line", () => {
  const stage = new Stage(60, 20);
  stage.said({}).said({ time: NOON + DAY }).said({ time: NOON + DAY + 1 });
  assertEquals(stage.lines.slice(0, 4), [
    "Furkan @ 23:03:10 PM >> selam",
    "--- Saturday, 3 January 2026 ---",
    "Furkan @ 23:03:10 PM >> selam",
    "Furkan @ 23:03:10 PM >> selam",
  ]);
});

Deno.test("old messages are marked, those from before and those that were missed", () => {
  const stage = new Stage(80, 30);
  stage.enter();
  const old = { old: true, time: NOON - DAY } as const;
  stage.said({ ...old, text: "1" }).said({ ...old, text: "2", from: "Ali", own: true });
  stage.pass(1000).said({ text: "3" }).pass(1000);
  stage.events({ type: "entered", room, name: "Ali", again: true });
  stage.said({ old: true, time: NOON + 1500, text: "4" }).said({ text: "5" });
  assertEquals(stage.lines.slice(3, -2), [
    "--- messages from before you came ---",
    "--- Thursday, 1 January 2026 ---",
    "Furkan @ 23:03:10 PM >> 1",
    "Ali @ 23:03:10 PM >> 2",
    "--- now ---",
    "--- Friday, 2 January 2026 ---",
    "Furkan @ 23:03:10 PM >> 3",
    "You are in the chat room again.",
    "--- messages that you missed ---",
    "Furkan @ 23:03:10 PM >> 4",
    "--- now ---",
    "Furkan @ 23:03:10 PM >> 5",
  ]);
});

Deno.test("where the first room is left, another one that is open is the first", () => {
  for (const seen of [room, "#music", "Ada"]) {
    const stage = new Stage(80, 30);
    stage.enter().join("#music");
    stage.goTo("Ada");
    stage.type(`/query ${seen}\n`);
    const music = { name: "#music", state: "inside", topic: "", members: [] } as const;
    stage.events({ type: "parted", room }).update({ home: "#music", rooms: [music] });
    stage.type("/rooms\n");
    const [first, second] = seen === "Ada" ? ["", ", shown now"] : [", shown now", ""];
    assertEquals(stage.draw().lines.slice(-4, -2), [
      `1 #music (0)${first}`,
      `2 Ada, privately${second}`,
    ]);
    stage.join(room).type("/rooms\n");
    assertEquals(stage.draw().lines.at(-3), "3 #lobby, you are not in it now, shown now");
    assertEquals([stage.inline.place, stage.lines.includes("--- #lobby ---")], [room, true]);
  }
});

Deno.test("where there are several rooms, it is told which one was entered again", () => {
  const stage = new Stage(80, 30);
  stage.enter().join("#music");
  const before = stage.lines.length - 2;
  stage.events(
    { type: "entered", room, name: "Ali", again: true },
    { type: "entered", room: "#music", name: "Ali", again: true },
  );
  assertEquals(stage.lines.slice(before, -2), [
    "You are in #lobby again.",
    "You are in #music again.",
  ]);
});

Deno.test("what comes from elsewhere is noted, counted, and there when one goes there", () => {
  const stage = new Stage(80, 30);
  stage.enter().join("#music").events(
    { type: "topic", room: "#music", text: "caz", by: null, setBy: null, setAt: null },
  );
  stage.press("1", { alt: true });
  const music = { place: "#music", target: "#music" };
  stage.said({ ...music, text: "bir" }).said({ ...music, text: "iki" });
  stage.said({ ...music, text: "Ali! ".repeat(20) });
  stage.events(joined("Ada", "#music"));
  stage.said({ place: "Gamze", from: "Gamze", private: true });
  assertEquals(stage.lines.slice(-6), [
    "--- #lobby ---",
    "#music: Furkan @ 23:03:10 PM >> bir",
    "#music: Furkan @ 23:03:10 PM >> Ali! Ali! Ali! Ali! Ali! Ali! Ali! Ali! Ali! A…",
    "Private message from Gamze @ 23:03:10 PM >> selam",
    ">",
    "#lobby · Alt-2 #music: 1 for you · Alt-3 Gamze: 1 for you",
  ]);
  stage.press("right", { alt: true });
  assertEquals(stage.lines.slice(-8), [
    "--- #music: caz ---",
    "Furkan @ 23:03:10 PM >> bir",
    "Furkan @ 23:03:10 PM >> iki",
    `Furkan @ 23:03:10 PM >> ${"Ali! ".repeat(11).trim()}`,
    `    ${"Ali! ".repeat(9).trim()}`,
    "Ada has joined the chat @ 23:03:10 PM",
    ">",
    "#music · Alt-3 Gamze: 1 for you",
  ]);
  stage.press("down", { alt: true });
  assertEquals(stage.lines.slice(-4), [
    "--- Gamze, privately ---",
    "Gamze @ 23:03:10 PM >> selam",
    ">",
    "Gamze",
  ]);
});

Deno.test("what was missed is bounded, and says so", () => {
  const stage = new Stage(80, 30);
  stage.enter();
  for (let index = 0; index < 520; index++) stage.said({ place: "#music", text: `${index}` });
  stage.press("2", { alt: true });
  const at = stage.lines.indexOf("--- #music ---");
  assertEquals(stage.lines.slice(at + 1, at + 3), [
    "... 20 messages before these are left out",
    "Furkan @ 23:03:10 PM >> 20",
  ]);
});

Deno.test("what one says elsewhere is seen at once, and only once", () => {
  const stage = new Stage(80, 30);
  stage.enter().said({ from: "Ali", own: true, private: true, target: "Ada", place: "Ada" });
  assertEquals(stage.lines.at(-3), "To Ada: Ali @ 23:03:10 PM >> selam");
  stage.goTo("ada");
  assertEquals(stage.draw().lines.slice(-3), ["--- Ada, privately ---", ">", "Ada"]);
});

Deno.test("a room that one leaves is closed, the first one is not", () => {
  const stage = new Stage(80, 30);
  stage.enter().join("#music");
  stage.events({ type: "parted", room: "#music" });
  assertEquals(stage.lines.slice(-4), ["You have left #music.", "--- #lobby ---", ">", "#lobby"]);
  stage.events({ type: "parted", room: "#lobby" });
  stage.type("/part\n");
  assertEquals([stage.inline.place, stage.performed], ["#lobby", ["#lobby: part"]]);
});

Deno.test("a text that is not sent waits in its place", () => {
  const stage = new Stage(80, 30);
  stage.enter().type("yarım");
  stage.goTo("Ada");
  assertEquals(stage.draw().lines.slice(-2), [">", "Ada"]);
  stage.type("gizli").press("1", { alt: true });
  assertEquals(stage.lines.slice(-2), ["> yarım", "#lobby"]);
  stage.press("2", { alt: true });
  assertEquals(stage.lines.slice(-2), ["> gizli", "Ada"]);
});

Deno.test("what is not sent yet stands below until it is, if it takes a while", () => {
  const unsent = ["bir", "iki\x1b[m", "üç", "dört", "beş"].map((text) => ({
    target: "#lobby",
    kind: "privmsg" as const,
    text,
    state: "waiting" as const,
  }));
  const stage = new Stage(40, 12);
  stage.update({ unsent: unsent.slice(0, 2) });
  assertEquals(stage.draw().drawing, ["|>|", "|#lobby|"]);
  const waiting = ["|not sent yet >> bir|", "|not sent yet >> iki|", "|>|", "|#lobby|"];
  assertEquals(stage.pass(500).drawing, waiting);
  stage.update({ unsent: [] });
  assertEquals(stage.said({ from: "Ali", own: true, text: "bir" }).drawing, [
    "|Ali @ 23:03:10 PM >> bir|",
    "|>|",
    "|#lobby|",
  ]);
  stage.update({ unsent, link: "waiting", retryAt: stage.now + 8000 });
  assertEquals(stage.draw().drawing.slice(1), [
    "|not sent yet >> bir|",
    "|not sent yet >> iki|",
    "|... and 3 more|",
    "|>|",
    "|#lobby · no connection, trying again i…|",
  ]);
});

Deno.test("the seconds until it tries again go by", () => {
  const stage = new Stage(60, 6);
  stage.update({ link: "waiting", retryAt: NOON + 2500 });
  const status = () => stage.draw().drawing.at(-1);
  assertEquals(status(), "|#lobby · no connection, trying again in 3 seconds|");
  assertEquals(
    stage.pass(1500).drawing.at(-1),
    "|#lobby · no connection, trying again in 1 second|",
  );
});

Deno.test("who types is told, until they have stopped or spoken", () => {
  const stage = new Stage(60, 12);
  const types = (name: string, active = true, place = room) =>
    stage.events({ type: "typing", name, place, active }).drawing.at(-1);
  stage.enter();
  assertEquals(types("Ada"), "|#lobby · Ada is typing|");
  assertEquals(types("Bob"), "|#lobby · Ada and Bob are typing|");
  assertEquals(types("Cem", true, "#music"), "|#lobby · Ada and Bob are typing|");
  assertEquals(stage.said({ from: "Ada" }).drawing.at(-1), "|#lobby · Bob is typing|");
  assertEquals(
    stage.update({ link: "connecting" }).draw().drawing.at(-1),
    "|#lobby · connecting...|",
  );
  stage.update({ link: "up" });
  assertEquals(types("Bob", false), "|#lobby|");
  for (const name of ["a", "b", "c", "d"]) types(name);
  assertEquals(stage.drawing.at(-1), "|#lobby · several people are typing|");
  assertEquals(stage.pass(7000).drawing.at(-1), "|#lobby|");
});

Deno.test("whether we type is told, but not what is a command", () => {
  const stage = new Stage(60, 12);
  stage.enter().type("a");
  stage.pass(6000).press("backspace").type("/me").type("\n").type("b\n");
  const typing = (state: "active" | "paused" | "done") => ({ do: "typing", place: room, state });
  assertEquals(
    stage.intents,
    [
      typing("active"),
      typing("paused"),
      typing("done"),

      typing("active"),
      { do: "perform", action: { do: "say", text: "b" }, place: room },
    ] as typeof stage.intents,
  );
});

Deno.test("Ctrl-C clears what is typed, then asks, then leaves", () => {
  const stage = new Stage(60, 12);
  const interrupt = () => stage.press("c", { ctrl: true }).drawing;
  stage.enter().type("abc");
  assertEquals(interrupt().slice(-2), ["|>|", "|#lobby|"]);
  assertEquals(interrupt().slice(-2), ["|>|", "|Press Ctrl-C again to leave|"]);
  assertEquals(stage.pass(5000).drawing.slice(-2), ["|>|", "|#lobby|"]);
  interrupt();
  stage.type("x").press("backspace");
  interrupt();
  assertEquals(stage.intents.filter((intent) => intent.do === "leave"), []);
  interrupt();
  assertEquals(stage.intents.at(-1), { do: "leave", reason: "" });
});

Deno.test("who looks for help in the words of other programs is told where it is", () => {
  const cases: [text: string, tells: boolean][] = [
    ["help", true],
    ["Help ", true],
    ["?", true],
    ["??", false],
    [":q!", true],
    ["help me", false],
    ["/help", false],
    ["selam", false],
  ];
  for (const [text, tells] of cases) {
    const stage = new Stage(60, 12);
    stage.enter().type(`${text}\n`);
    assertEquals(stage.performed, text === "/help" ? [] : [`${room}: say ${text}`]);
    const tip = "|Type /help to see what you can do here, exit to leave|";
    assertEquals(stage.drawing.at(-1), tells ? tip : "|#lobby|");
    assertEquals(stage.pass(5000).drawing.at(-1), "|#lobby|");
  }
});

Deno.test("other keys that are not for the text", () => {
  const cases: [name: string, intents: string[]][] = [
    ["d", ["leave"]],
    ["z", ["suspend"]],
    ["l", []],
    ["o", []],
  ];
  for (const [name, intents] of cases) {
    const stage = new Stage(60, 12);
    stage.enter().press(name, { ctrl: true });
    assertEquals(stage.intents.map((intent) => intent.do as string), intents);
  }
  const asked = new Stage(60, 12);
  asked.events({ type: "askName" }).press("c", { ctrl: true });
  assertEquals(asked.intents, [{ do: "leave", reason: "" }]);
});

Deno.test("the screen can be cleared, and drawn again after something garbled it", () => {
  const stage = new Stage(60, 8);
  for (const text of ["1", "2", "3"]) stage.said({ text });
  const before = stage.drawing;
  stage.terminal.write("garbage\r\n\n\ngarbage");
  assertEquals(stage.press("l", { ctrl: true }).drawing, before);
  stage.type("/clear\n");
  assertEquals(stage.draw().drawing, ["|>|", "|#lobby|"]);
  assertEquals(stage.lines.slice(0, 3), before.slice(0, 3).map((row) => row.slice(1, -1)));
  assertEquals(stage.said({ text: "4" }).drawing.length, 3);
});

Deno.test("who is ignored is neither heard nor seen, under another name either", () => {
  const stage = new Stage(80, 20, { ignored: ["Troll"] });
  stage.enter();
  const before = stage.lines.length;
  stage.said({ from: "TROLL" }).said({ from: "troll", private: true, place: "troll" });
  stage.events(
    joined("Troll"),
    { type: "typing", name: "Troll", place: room, active: true },
    { type: "renamed", from: "Troll", to: "Elf", own: false, rooms: [room] },
    left("Elf"),
    { type: "info", text: "Elf invites you. /join #x takes you there.", by: "Elf" },
    {
      ...{ type: "found", query: "s", place: room, from: "Elf" },
      ...{ kind: "privmsg", text: "selam", only: null, msgid: null },
    },
  );
  stage.said({ from: "Elf", text: "Ali!" }).pass(5000);
  assertEquals([stage.lines.length, stage.terminal.bells], [before, 0]);
  stage.type("/unignore elf\n");
  assertEquals(stage.intents, [{ do: "remember", ignore: ["Troll"] }]);
  stage.said({ from: "Elf" }).type("/ignore\n");
  assertEquals(stage.draw().lines.slice(before - 2, -2), [
    "What elf says is shown again.",
    "Elf @ 23:03:10 PM >> selam",
    "These are hidden: Troll",
  ]);
});

Deno.test("the places are listed, and shown by name", () => {
  const stage = new Stage(60, 20);
  stage.update({
    rooms: [{ name: room, state: "inside", topic: "", members: [] }],
  });
  stage.enter().said({ place: "Ada", from: "Ada", private: true });
  stage.type("/rooms\n");
  assertEquals(stage.draw().lines.slice(-4, -2), [
    "1 #lobby (0), shown now",
    "2 Ada, privately, 1 new",
  ]);
  for (const [place, shown] of [["Ada", "Ada"], ["#LOBBY", "#lobby"], ["#x", "#lobby"]] as const) {
    stage.type(`/query ${place}\n`);
    assertEquals(stage.inline.place, shown);
  }
  assertEquals(stage.draw().lines.at(-3), "You are not in #x. /rooms lists where you are.");
});

Deno.test("what was shown can be saved", () => {
  const stage = new Stage(60, 20);
  stage.said({ text: "a\nb" }).said({ time: NOON + DAY, text: "c" }).said({ place: "#music" });
  const text = "--- Friday, 2 January 2026 ---\nFurkan @ 23:03:10 PM >> a\n    b\n" +
    "--- Saturday, 3 January 2026 ---\nFurkan @ 23:03:10 PM >> c\n";
  assertEquals(stage.type("/save a.txt\n").intents, [{ do: "save", file: "a.txt", text }]);
  assertEquals(new Stage(60, 20).type("/save b\n").intents, [{ do: "save", file: "b", text: "" }]);
});

Deno.test("Tab knows who speaks here, the latest first", () => {
  const stage = new Stage(60, 20);
  const members = ["Ali", "Ada", "Bob", "Cem"].map((name) => ({ name }));
  stage.update({ rooms: [{ name: room, state: "inside", topic: "", members }] });
  stage.enter().said({ from: "Cem" }).said({ from: "Bob" }).said({ from: "Zoe", place: "#x" });
  const completions = (text: string, count: number) => {
    stage.press("c", { ctrl: true }).type(text);
    return Array.from({ length: count }, () => stage.press("tab").lines.at(-2));
  };
  assertEquals(completions("", 4), ["> Bob:", "> Cem:", "> Ada:", "> Bob:"]);
  assertEquals(completions("/join ", 3), [
    "> /join #lobby",
    "> /join #x",
    "> /join #lobby",
  ]);
});

Deno.test("more than can be shown is left out, and it says so", () => {
  const stage = new Stage(80, 6);
  for (let index = 0; index < 3000; index++) {
    stage.inline.inform([`${index}`], stage.now);
  }
  const [first = "", second] = stage.draw().lines;
  const left = Number(/^\.\.\. (\d+) lines/.exec(first)?.[1]);
  assert(left > 0 && left < 1100);
  assertEquals([second, stage.lines.at(-3)], [`${left}`, "2999"]);
});

Deno.test("no text of others acts on the terminal, whatever field it comes in", () => {
  const evil = "\x1b[2J\x1b]2;x\x07\x07\n\u202e\x9b1m\x1bP\x1b\\e";
  const events: Happening[] = [
    joined(evil),
    left(evil, "kick"),
    { type: "topic", room, text: evil, by: evil, setBy: evil, setAt: 0 },
    { type: "mode", room, by: evil, text: evil },
    { type: "renamed", from: evil, to: `${evil}2`, own: false, rooms: [room] },
    { type: "away", name: evil, rooms: [room], reason: evil },
    { type: "removed", room, by: evil, reason: evil },
    { type: "info", text: evil, place: `#${evil}` },
    { type: "error", text: evil, code: evil },
    { type: "typing", name: evil, place: room, active: true },
    { type: "users", room, users: [evil], more: 0, why: "asked" },
    { type: "entered", room: `#${evil}`, name: "Ali", again: false },
    { type: "closed", status: 1, reason: evil },
  ];
  const stage = new Stage(60, 20, { style: COLORFUL });
  stage.enter().events(...events);
  for (const place of [room, evil, `#x${evil}`]) {
    stage.said({ from: evil, text: `Ali ${evil}`, place, private: !place.includes("#") });
  }
  stage.update({ unsent: [{ target: evil, kind: "action", text: evil, state: "sent" }] });
  stage.pass(3000);
  stage.goTo(evil);
  stage.type("/rooms\n");
  stage.pass(3000);
  // The model throws at all that we don't write; what is left could still hide.
  assert(!/[\p{Cc}\u202e]/u.test(stage.lines.join("")));
  assert(!/[\p{Cc}\u202e]/u.test(stage.terminal.title));
});

/** What was to be said, and where. */
function saidIn(stage: Stage): string[] {
  return stage.performed.filter((one) => one.includes(": say ")).map((one) =>
    one.replace(" say", "")
  );
}

Deno.test("Inline: a room that lets us in unasked is told, and nobody is taken there", () => {
  const stage = new Stage(80, 30);
  stage.enter().type("yarım").events({ type: "entered", room: "#tea", name: "Ali", again: false });
  assertEquals(stage.lines.slice(-3), [
    "You are in #tea now. /query #tea shows it.",
    "> yarım",
    "#lobby",
  ]);
  stage.type(" kaldı\n");
  assertEquals(saidIn(stage), ["#lobby: yarım kaldı"]);
});

Deno.test("Inline: what is typed behind /join is for that room, before it lets us in too", () => {
  const stage = new Stage(80, 30);
  stage.enter().goTo("#tea");
  stage.type("gizli\n").events({ type: "entered", room: "#tea", name: "Ali", again: false });
  const text = "Cannot enter the room #tea: it is full.";
  stage.events({ type: "error", text, code: "471", place: "#tea" }).type("daha\n");
  assertEquals(saidIn(stage), ["#tea: gizli", "#tea: daha"]);
  assertEquals(stage.lines.slice(3, -2), ["--- #tea ---", "You are in #tea.", text]);
});

Deno.test("Inline: a room that one leaves is not shown any more from that moment on", () => {
  const stage = new Stage(80, 30);
  stage.enter().join("#tea").join("#cake");
  stage.type("/part\nbir\n").events({ type: "parted", room: "#cake" }).type("iki\n");
  // The first room stays open, behind another one.
  stage.press("1", { alt: true });
  stage.type(`/part ${room}\nüç\n`);
  assertEquals(saidIn(stage), ["#tea: bir", "#tea: iki", "#tea: üç"]);
});

Deno.test("Inline: a line that was begun for one place is never said in another", () => {
  const stage = new Stage(80, 30);
  stage.enter().type("gizli par").update({ home: "#overflow" });
  stage.type("ola\n");
  assertEquals(saidIn(stage), []);
  assertEquals(stage.draw().lines.slice(-2), [
    "> gizli par",
    "This was typed for something else, so it was left out here",
  ]);
  stage.press("enter");
  assertEquals(saidIn(stage), []);
  assertEquals(stage.lines.at(-1), "Not sent yet. Enter says it in #overflow");
  stage.press("enter");
  assertEquals(saidIn(stage), ["#overflow: gizli par"]);
});

Deno.test("Inline: the rest of an answer is for no other question, and said nowhere", () => {
  const stage = new Stage(80, 30);
  stage.enter().inline.ask("accountPassword");
  stage.type("correct-").events({ type: "askName" }).type("horse\n");
  assertEquals(stage.intents, []);
  assertEquals(stage.inline.asking, "name");
  stage.pass(1000).type("Deniz\n");
  assertEquals(stage.intents, [{ do: "answer", text: "Deniz" }]);
  stage.inline.ask("accountPassword");
  stage.type("correct-").events({ type: "closed", status: 1, reason: "Gone." }).type("horse\n");
  assertEquals(saidIn(stage), []);
  // Whoever begins after the question is there has seen it.
  stage.inline.ask("name");
  stage.type("Ada\n");
  assertEquals(stage.intents.at(-1), { do: "answer", text: "Ada" });
});

Deno.test("Inline: behind a command that was not understood, Enter first tells where a line goes", () => {
  const cases: [line: string, doubtful: boolean][] = [
    ["/qurey Ada", true],
    ["/jion tea", true],
    ["/msg Ada", true],
    ["/pm Ada", true],
    ["/q Ada", true],
    ["/tpoic çay", false],
    ["/hepl", false],
    [" ", false],
  ];
  for (const [line, doubtful] of cases) {
    const stage = new Stage(80, 30);
    stage.enter().type(`${line}\ngizli\n`);
    assertEquals(saidIn(stage), doubtful ? [] : [`${room}: gizli`], line);
    if (!doubtful) continue;
    assertEquals(stage.lines.slice(-2), ["> gizli", "Not sent yet. Enter says it in #lobby"]);
    stage.press("enter");
    assertEquals(saidIn(stage), [`${room}: gizli`]);
    stage.type("açık\n");
    assertEquals(saidIn(stage).length, 2);
  }
  const stage = new Stage(80, 30);
  stage.enter().type("/query #tea\ngizli\n");
  assertEquals(saidIn(stage), []);
  stage.goTo("Ada");
  stage.type("gizli\n");
  assertEquals(saidIn(stage), ["Ada: gizli"]);
});

Deno.test("Inline: who has another name is talked to under it, also if that name was open", () => {
  const stage = new Stage(80, 30);
  stage.enter().said({ place: "Ada", from: "Ada", private: true, text: "bir" });
  stage.goTo("Can");
  stage.type("yarım").events({ type: "renamed", from: "Can", to: "Ada", own: false, rooms: [] });
  stage.type(" kaldı\n");
  assertEquals(saidIn(stage), ["Ada: yarım kaldı"]);
  assertEquals(stage.lines.slice(-4), [
    "Can is called Ada now @ 23:03:10 PM",
    "Ada @ 23:03:10 PM >> bir",
    ">",
    "Ada",
  ]);
  stage.type("/rooms\n");
  assertEquals(stage.draw().lines.at(-3), "2 Ada, privately, shown now");
});

Deno.test("Inline: what is for some in a room only stands apart, and an answer goes to them alone", () => {
  const stage = new Stage(80, 30);
  const only = { target: "@#lobby", place: "@#lobby", only: "@" };
  stage.enter().said({ ...only, text: "ban?" }).said({ ...only, kind: "notice", text: "look" });
  assertEquals(stage.lines.slice(-4), [
    "@#lobby: For operators only: Furkan @ 23:03:10 PM >> ban?",
    "@#lobby: For operators only: Notice from Furkan @ 23:03:10 PM >> look",
    ">",
    "#lobby · Alt-2 @#lobby: 2 for you",
  ]);
  stage.type("herkese\n").press("2", { alt: true }).type("evet\n");
  assertEquals(saidIn(stage), ["#lobby: herkese", "@#lobby: evet"]);
  stage.said({ ...only, from: "Ali", own: true, kind: "action", text: "nods" });
  stage.events({ type: "typing", name: "Furkan", place: "@#lobby", active: true });
  assertEquals(stage.lines.slice(-6), [
    "--- @#lobby, for operators only ---",
    "For operators only: Furkan @ 23:03:10 PM >> ban?",
    "For operators only: Notice from Furkan @ 23:03:10 PM >> look",
    "For operators only: * Ali nods @ 23:03:10 PM",
    ">",
    "@#lobby · Furkan is typing",
  ]);
  // Our typing is told to them alone, too.
  assertEquals(stage.intents.flatMap((one) => one.do === "typing" ? [one.place] : []), [
    "#lobby",
    "@#lobby",
  ]);
  stage.type("/part\nyine herkese\n");
  assertEquals(saidIn(stage).at(-1), "#lobby: yine herkese");
});
