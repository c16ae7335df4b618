import { assertEquals } from "@std/assert";
import { NOON, Stage } from "../stage.ts";
import { COLORFUL, DAY, entered, room } from "./scene.ts";

Deno.test("Inline: a message appears above the input line, at any width", () => {
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

Deno.test("Inline: an emoji that the terminal draws too wide moves nothing", () => {
  for (const oldEmoji of [false, true]) {
    const stage = new Stage(40, 6, {}, { reflow: true, oldEmoji });
    stage.type("a👩‍👧陳b").said({});
    assertEquals(stage.terminal.cursor.column, "> a".length + 2 + 2 + 1);
    const [, row = ""] = stage.drawing;
    assertEquals(row.replace("👧", ""), "|> a👩‍陳b|");
  }
});

Deno.test("Inline: a session is shown from the first question to the last word", () => {
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

Deno.test("Inline: the title shows the room and what is unread, with the focus or without", () => {
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

Deno.test("Inline: a message that takes a while to send is shown below until it is sent", () => {
  const unsent = ["bir", "iki\x1b[m", "üç", "dört", "beş"].map((text) => ({
    target: "#lobby",
    kind: "privmsg" as const,
    text,
    state: "waiting" as const,
    rest: false,
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

Deno.test("Inline: the seconds until the next attempt count down", () => {
  const stage = new Stage(60, 6);
  stage.update({ link: "waiting", retryAt: NOON + 2500 });
  const status = () => stage.draw().drawing.at(-1);
  assertEquals(status(), "|#lobby · no connection, trying again in 3 seconds|");
  assertEquals(
    stage.pass(1500).drawing.at(-1),
    "|#lobby · no connection, trying again in 1 second|",
  );
});

Deno.test("Inline: users who are typing are shown until they stop or speak", () => {
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

Deno.test("Inline: the user's typing is announced, but not that of a command", () => {
  const stage = entered(60, 12);
  stage.type("a");
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

Deno.test("Inline: Ctrl-C clears what is typed, then asks, then leaves", () => {
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

Deno.test("Inline: another program's word for help or quit brings a hint", () => {
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
    const stage = entered(60, 12);
    stage.type(`${text}\n`);
    assertEquals(stage.performed, text === "/help" ? [] : [`${room}: say ${text}`]);
    const tip = "|Type /help to see what you can do here, exit to leave|";
    assertEquals(stage.drawing.at(-1), tells ? tip : "|#lobby|");
    assertEquals(stage.pass(5000).drawing.at(-1), "|#lobby|");
  }
});

Deno.test("Inline: Ctrl-D leaves, Ctrl-Z suspends and Ctrl-L redraws", () => {
  const cases: [name: string, intents: string[]][] = [
    ["d", ["leave"]],
    ["z", ["suspend"]],
    ["l", []],
    ["o", []],
  ];
  for (const [name, intents] of cases) {
    const stage = entered(60, 12);
    stage.press(name, { ctrl: true });
    assertEquals(stage.intents.map((intent) => intent.do as string), intents);
  }
  const asked = new Stage(60, 12);
  asked.events({ type: "askName" }).press("c", { ctrl: true });
  assertEquals(asked.intents, [{ do: "leave", reason: "" }]);
});

Deno.test("Inline: the screen can be cleared, and redrawn after something garbled it", () => {
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

Deno.test("Inline: what was shown can be saved", () => {
  const stage = new Stage(60, 20);
  stage.said({ text: "a\nb" }).said({ time: NOON + DAY, text: "c" }).said({ place: "#music" });
  const text = "--- Friday, 2 January 2026 ---\nFurkan @ 23:03:10 PM >> a\n    b\n" +
    "--- Saturday, 3 January 2026 ---\nFurkan @ 23:03:10 PM >> c\n";
  assertEquals(stage.type("/save a.txt\n").intents, [{ do: "save", file: "a.txt", text }]);
  assertEquals(new Stage(60, 20).type("/save b\n").intents, [{ do: "save", file: "b", text: "" }]);
});

Deno.test("Inline: Tab knows the users who speak here, the latest first", () => {
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
