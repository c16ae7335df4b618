import { assertEquals } from "@std/assert";
import { Stage } from "../stage.ts";
import { entered, joined, room, saidIn } from "./scene.ts";

Deno.test("Inline: another open room becomes the first when the first is left", () => {
  for (const seen of [room, "#music", "Ada"]) {
    const stage = entered();
    stage.join("#music");
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

Deno.test("Inline: a room that is entered again is named if there are several", () => {
  const stage = entered();
  stage.join("#music");
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

Deno.test("Inline: messages from elsewhere are noted and counted, and shown when the user goes there", () => {
  const stage = entered();
  stage.join("#music").events(
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

Deno.test("Inline: missed messages are kept up to a bound, and the user is told", () => {
  const stage = entered();
  for (let index = 0; index < 520; index++) stage.said({ place: "#music", text: `${index}` });
  stage.press("2", { alt: true });
  const at = stage.lines.indexOf("--- #music ---");
  assertEquals(stage.lines.slice(at + 1, at + 3), [
    "... 20 earlier messages are not shown",
    "Furkan @ 23:03:10 PM >> 20",
  ]);
});

Deno.test("Inline: a message that the user sends elsewhere is shown at once, and only once", () => {
  const stage = entered();
  stage.said({ from: "Ali", own: true, private: true, target: "Ada", place: "Ada" });
  assertEquals(stage.lines.at(-3), "To Ada: Ali @ 23:03:10 PM >> selam");
  stage.goTo("ada");
  assertEquals(stage.draw().lines.slice(-3), ["--- Ada, privately ---", ">", "Ada"]);
});

Deno.test("Inline: a room that the user leaves is closed, unless it is the first one", () => {
  const stage = entered();
  stage.join("#music");
  stage.events({ type: "parted", room: "#music" });
  assertEquals(stage.lines.slice(-4), ["You have left #music.", "--- #lobby ---", ">", "#lobby"]);
  stage.events({ type: "parted", room: "#lobby" });
  stage.type("/part\n");
  assertEquals([stage.inline.place, stage.performed], ["#lobby", ["#lobby: part"]]);
});

Deno.test("Inline: a text that is not sent waits in its place", () => {
  const stage = entered();
  stage.type("yarım");
  stage.goTo("Ada");
  assertEquals(stage.draw().lines.slice(-2), [">", "Ada"]);
  stage.type("gizli").press("1", { alt: true });
  assertEquals(stage.lines.slice(-2), ["> yarım", "#lobby"]);
  stage.press("2", { alt: true });
  assertEquals(stage.lines.slice(-2), ["> gizli", "Ada"]);
});

Deno.test("Inline: the open rooms are listed, and shown by name", () => {
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
  assertEquals(stage.draw().lines.at(-3), "You are not in #x. To list your rooms, type /rooms");
});

Deno.test("Inline: a room that lets us in unasked is told, and nobody is taken there", () => {
  const stage = entered();
  stage.type("yarım").events({ type: "entered", room: "#tea", name: "Ali", again: false });
  assertEquals(stage.lines.slice(-3), [
    "You are in #tea now. To go there, type /query #tea",
    "> yarım",
    "#lobby",
  ]);
  stage.type(" kaldı\n");
  assertEquals(saidIn(stage), ["#lobby: yarım kaldı"]);
});

Deno.test("Inline: what is typed behind /join is for that room, before it lets us in too", () => {
  const stage = entered();
  stage.goTo("#tea");
  stage.type("gizli\n").events({ type: "entered", room: "#tea", name: "Ali", again: false });
  const text = "Cannot enter the room #tea: it is full.";
  stage.events({ type: "error", text, code: "471", place: "#tea" }).type("daha\n");
  assertEquals(saidIn(stage), ["#tea: gizli", "#tea: daha"]);
  assertEquals(stage.lines.slice(3, -2), ["--- #tea ---", "You are in #tea.", text]);
});

Deno.test("Inline: a room that one leaves is not shown any more from that moment on", () => {
  const stage = entered();
  stage.join("#tea").join("#cake");
  stage.type("/part\nbir\n").events({ type: "parted", room: "#cake" }).type("iki\n");
  // The first room stays open behind another one.
  stage.press("1", { alt: true });
  stage.type(`/part ${room}\nüç\n`);
  assertEquals(saidIn(stage), ["#tea: bir", "#tea: iki", "#tea: üç"]);
});

Deno.test("Inline: a line that was begun for one place is never said in another", () => {
  const stage = entered();
  stage.type("gizli par").update({ home: "#overflow" });
  stage.type("ola\n");
  assertEquals(saidIn(stage), []);
  assertEquals(stage.draw().lines.slice(-2), [
    "> gizli par",
    "This was typed before the screen changed, so it was left out",
  ]);
  stage.press("enter");
  assertEquals(saidIn(stage), []);
  assertEquals(stage.lines.at(-1), "Not sent yet. Press Enter to say it in #overflow");
  stage.press("enter");
  assertEquals(saidIn(stage), ["#overflow: gizli par"]);
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
    const stage = entered();
    stage.type(`${line}\ngizli\n`);
    assertEquals(saidIn(stage), doubtful ? [] : [`${room}: gizli`], line);
    if (!doubtful) continue;
    assertEquals(stage.lines.slice(-2), [
      "> gizli",
      "Not sent yet. Press Enter to say it in #lobby",
    ]);
    stage.press("enter");
    assertEquals(saidIn(stage), [`${room}: gizli`]);
    stage.type("açık\n");
    assertEquals(saidIn(stage).length, 2);
  }
  const stage = entered();
  stage.type("/query #tea\ngizli\n");
  assertEquals(saidIn(stage), []);
  stage.goTo("Ada");
  stage.type("gizli\n");
  assertEquals(saidIn(stage), ["Ada: gizli"]);
});

Deno.test("Inline: who has another name is talked to under it, also if that name was open", () => {
  const stage = entered();
  stage.said({ place: "Ada", from: "Ada", private: true, text: "bir" });
  stage.goTo("Can");
  stage.type("yarım").events({ type: "renamed", from: "Can", to: "Ada", own: false, rooms: [] });
  stage.type(" kaldı\n");
  assertEquals(saidIn(stage), ["Ada: yarım kaldı"]);
  assertEquals(stage.lines.slice(-4), [
    "Can is now called Ada @ 23:03:10 PM",
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
  // Only these receivers learn that we are typing.
  assertEquals(stage.intents.flatMap((one) => one.do === "typing" ? [one.place] : []), [
    "#lobby",
    "@#lobby",
  ]);
  stage.type("/part\nyine herkese\n");
  assertEquals(saidIn(stage).at(-1), "#lobby: yine herkese");
});
