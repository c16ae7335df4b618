import { assert, assertEquals } from "@std/assert";
import { type Happening, NOON, Stage } from "../stage.ts";
import { COLORFUL, DAY, entered, joined, left, room } from "./scene.ts";

Deno.test("Inline: an empty room says so, and many users are listed side by side", () => {
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

Deno.test("Inline: lists of users mark operators and who may speak, except for the one before the username", () => {
  const users = ["Ada", "Bob", "Can", "Efe"];
  const marks = { operators: ["Ada", "Can"], voiced: ["Bob"], away: ["Bob", "Can"] };
  const event = { room, users, ...marks, more: 0 };
  const named = (why: "arrived" | "entered" | "asked", header: string, ...names: string[]) => {
    const stage = new Stage(60, 20);
    stage.events({ type: "users", ...event, why });
    assertEquals(stage.lines.slice(0, -2), [header, ...names]);
  };
  const header = "Here are the users in the chat room:";
  named("arrived", `Welcome to the server. ${header}`, ...users);
  named("entered", header, "@Ada", "+Bob", "@Can", "Efe");
  named("asked", header, "@Ada", "+Bob (away)", "@Can (away)", "Efe");
});

Deno.test("Inline: each event has its line in the room", () => {
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
      ["Ada removed the topic @ 23:03:10 PM"],
    ],
    [
      { type: "mode", room, by: "Furkan", text: "Furkan made Ada an operator" },
      ["Furkan made Ada an operator @ 23:03:10 PM"],
    ],
    [
      { type: "renamed", from: "a", to: "b", own: false, rooms: [room] },
      ["a is now called b @ 23:03:10 PM"],
    ],
    [
      { type: "renamed", from: "Ali", to: "Veli", own: true, rooms: [room] },
      ["Your username is now Veli."],
    ],
    [left("Ada", "kick"), ["Ada was removed by Furkan (spam) @ 23:03:10 PM"]],
    [
      { type: "removed", room, by: "Furkan", reason: "" },
      [
        "Furkan removed you from the chat room @ 23:03:10 PM. To go back, just say something.",
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
      ["The server cannot be reached: nothing answers."],
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
    [{ type: "redacted", place: room, msgid: "x", by: "Ada" }, ["Ada deleted a message"]],
  ];
  for (const [event, lines] of cases) {
    const stage = new Stage(100, 20);
    stage.events(event);
    assertEquals(stage.lines.slice(0, -2), lines, event.type);
  }
});

Deno.test("Inline: a message that is taken back is told by its author and time", () => {
  const stage = new Stage(100, 20);
  stage.said({ from: "Ada", msgid: "1" }).said({ from: "Bob", msgid: "2" });
  stage.events(
    { type: "redacted", place: room, msgid: "1", by: "Ada" },
    { type: "redacted", place: room, msgid: "2", by: "Furkan" },
  );
  assertEquals(stage.lines.slice(2, 4), [
    "Ada deleted their message from 23:03:10 PM",
    "Furkan deleted what Bob said @ 23:03:10 PM",
  ]);
});

Deno.test("Inline: a reaction is told with the author of the message, if that is known", () => {
  const stage = new Stage(100, 20);
  stage.said({ from: "Bob", msgid: "1" });
  const reaction = { type: "reacted", place: room, from: "Ada", own: false, text: "👍" } as const;
  stage.events(
    { ...reaction, msgid: "1", given: true },
    { ...reaction, msgid: "2", given: true },
    { ...reaction, msgid: "1", given: false },
  );
  assertEquals(stage.lines.slice(1, -2), [
    "Ada reacts with 👍 to what Bob said @ 23:03:10 PM",
    "Ada reacts with 👍 @ 23:03:10 PM",
  ]);
});

Deno.test("Inline: actions and notices have their own form", () => {
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

Deno.test("Inline: arrivals and departures are told quietly, and together if there are many", () => {
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

Deno.test("Inline: a user who joins and speaks is seen to join first", () => {
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

Deno.test("Inline: further lines of a message are indented, whatever they say", () => {
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

Deno.test("Inline: names have colours, and our own lines and those that name us stand out", () => {
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
    "1;38;5;133",
    "2",
  ]);
  assertEquals(stage.terminal.bells, 1);
});

Deno.test("Inline: our own name has one colour everywhere", () => {
  const stage = new Stage(60, 20, { style: COLORFUL });
  stage.enter().events({
    type: "topic",
    room: "#lobby",
    text: "x",
    by: "Ali",
    setBy: null,
    setAt: null,
  });
  stage.events({ type: "users", room: "#lobby", users: ["ali", "Ada"], more: 0, why: "asked" });
  stage.said({ from: "ALİ", text: "bir", old: true, time: NOON - 1 });
  const looks = ["Ali changed", "ali", "ALİ", "Ada"].map((text) => stage.terminal.look(text)?.sgr);
  assertEquals(looks, ["1;38;5;28", "1;38;5;28", "1;38;5;28", "1;38;5;133"]);
});

Deno.test("Inline: a new day has a line", () => {
  const stage = new Stage(60, 20);
  stage.said({}).said({ time: NOON + DAY }).said({ time: NOON + DAY + 1 });
  assertEquals(stage.lines.slice(0, 4), [
    "Furkan @ 23:03:10 PM >> selam",
    "--- Saturday, 3 January 2026 ---",
    "Furkan @ 23:03:10 PM >> selam",
    "Furkan @ 23:03:10 PM >> selam",
  ]);
});

Deno.test("Inline: old messages are marked, both earlier and missed ones", () => {
  const stage = entered();
  const old = { old: true, time: NOON - DAY } as const;
  stage.said({ ...old, text: "1" }).said({ ...old, text: "2", from: "Ali", own: true });
  stage.pass(1000).said({ text: "3" }).pass(1000);
  stage.events({ type: "entered", room, name: "Ali", again: true });
  stage.said({ old: true, time: NOON + 1500, text: "4" }).said({ text: "5" });
  assertEquals(stage.lines.slice(3, -2), [
    "--- messages from before you joined ---",
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

Deno.test("Inline: an ignored user is neither heard nor seen, even under another name", () => {
  const stage = new Stage(80, 20, { ignored: ["Troll"] });
  stage.enter();
  const before = stage.lines.length;
  stage.said({ from: "TROLL" }).said({ from: "troll", private: true, place: "troll" });
  stage.events(
    joined("Troll"),
    { type: "typing", name: "Troll", place: room, active: true },
    { type: "renamed", from: "Troll", to: "Elf", own: false, rooms: [room] },
    left("Elf"),
    { type: "info", text: "Elf invites you to #x. To enter it, type /join #x", by: "Elf" },
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
    "> /unignore elf",
    "Messages from elf are shown again.",
    "Elf @ 23:03:10 PM >> selam",
    "> /ignore",
    "You have hidden: Troll",
  ]);
});

Deno.test("Inline: lines that are too many to show are left out, and the user is told", () => {
  const stage = new Stage(80, 6);
  for (let index = 0; index < 3000; index++) {
    stage.inline.inform([`${index}`], stage.now);
  }
  const [first = "", second] = stage.draw().lines;
  const left = Number(/^\.\.\. (\d+) lines/.exec(first)?.[1]);
  assert(left > 0 && left < 1100);
  assertEquals([second, stage.lines.at(-3)], [`${left}`, "2999"]);
});

Deno.test("Inline: no text from others acts on the terminal, whatever field it comes in", () => {
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
  stage.update({
    unsent: [{ target: evil, kind: "action", text: evil, state: "sent", rest: false }],
  });
  stage.pass(3000);
  stage.goTo(evil);
  stage.type("/rooms\n");
  stage.pass(3000);
  // The model throws on sequences that the program does not use; these characters could still hide
  // text.
  assert(!/[\p{Cc}\u202e]/u.test(stage.lines.join("")));
  assert(!/[\p{Cc}\u202e]/u.test(stage.terminal.title));
});
