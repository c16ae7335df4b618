import { assert, assertEquals } from "@std/assert";
import type { ChatEvent, Said } from "../../lib/client/events.ts";
import { folded, Folds } from "../../lib/ui/fold.ts";
import type { Output } from "../../lib/ui/front_end.ts";
import { Json } from "../../lib/ui/lines/json.ts";
import { Plain } from "../../lib/ui/lines/plain.ts";
import { said, TIME } from "./events.ts";
import { Stage } from "./stage.ts";

const HINT = "/history shows the full message.";

function pasted(lines: number, given: Partial<Said> = {}): Said {
  const text = Array.from({ length: lines }, (_, index) => `line ${index + 1}`).join("\n");
  return said({ old: true, text, msgid: `p${lines}`, ...given });
}

Deno.test("Folding: of an old message that nobody asked for the first five lines are shown", () => {
  const cases: [event: Said, shown: string | undefined, hint?: string][] = [
    [pasted(5), undefined],
    [pasted(6), "line 5", `... 1 more line. ${HINT}`],
    [pasted(1326, { why: "entered" }), "line 5", `... 1,321 more lines. ${HINT}`],
    [pasted(66, { why: "missed" }), "line 5", `... 61 more lines. ${HINT}`],
    [pasted(66, { why: "asked" }), undefined],
    [pasted(66, { old: false }), undefined],
    [said({ old: true, text: "ğ".repeat(2000) }), undefined],
    [said({ old: true, text: "x".repeat(16_000) }), "x".repeat(1999), `... and more. ${HINT}`],
  ];
  for (const [event, last, hint] of cases) {
    const result = folded(event);
    assertEquals([result?.text.split("\n").at(-1), result?.hint], [last, hint]);
  }
  const emoji = folded(said({ old: true, text: "👩‍👩‍👧‍👦".repeat(500) }))!;
  assert(
    "👩‍👩‍👧‍👦".repeat(500).startsWith(emoji.text) && emoji.text.endsWith("👦"),
    "no character is cut",
  );
});

Deno.test("Folding: what is kept of long messages is bounded, and taken out once", () => {
  const folds = new Folds();
  for (let index = 0; index < 100; index++) folds.add(pasted(6, { msgid: `${index}` }));
  assertEquals(
    folds.take("#LOBBY").map(({ msgid }) => msgid).join(),
    "60,61,62,63,64,65,66,67,68," +
      "69,70,71,72,73,74,75,76,77,78,79,80,81,82,83,84,85,86,87,88,89,90,91,92,93,94,95,96,97,98,99",
  );
  assertEquals(folds.take("#lobby"), []);
  for (let index = 0; index < 10; index++) {
    folds.add(said({ msgid: `${index}`, text: "x".repeat(100_000) }));
  }
  assertEquals(folds.take("#lobby").length, 5);
});

function text(outputs: readonly Output[]): string[] {
  return outputs.map(({ text }) => text).join("").trimEnd().split("\n");
}

Deno.test("Folding: what was taken back since is not shown any more", () => {
  const [place, by] = ["#lobby", "Furkan"];
  const taken: ChatEvent = { type: "redacted", place, msgid: "p66", by, time: TIME };
  const plain = new Plain({ typed: false, shown: false }, () => "TIME");
  const stage = new Stage(80, 24);
  stage.enter();
  for (const event of [pasted(66), taken]) {
    plain.show(event);
    stage.events(event);
  }
  assertEquals(plain.unfold("#lobby"), []);
  assertEquals(stage.type("/history\n").performed, ["#lobby: history 50"]);
});

Deno.test("Folding: plain lines show the beginning, and all of it on /history", () => {
  const plain = new Plain({ typed: false, shown: false }, () => "TIME");
  assertEquals(text(plain.show(pasted(66, { why: "missed" }))), [
    "--- messages that you missed ---",
    ...[1, 2, 3, 4, 5].map((line) => `Furkan @ TIME >> line ${line}`),
    `... 61 more lines. ${HINT}`,
  ]);
  assertEquals(text(plain.show(pasted(3, { old: false }))), [
    "--- now ---",
    ...[1, 2, 3].map((line) => `Furkan @ TIME >> line ${line}`),
  ]);
  assertEquals(plain.unfold("#other"), []);
  const whole = text(plain.unfold("#lobby"));
  assertEquals([whole.length, whole[0], whole[66], whole[67]], [
    ...[68, "--- the full messages ---", "Furkan @ TIME >> line 66", "--- now ---"],
  ]);
  assertEquals(plain.unfold("#lobby"), []);
});

Deno.test("Folding: no line of a message in plain lines is without its author", () => {
  const plain = new Plain({ typed: false, shown: false }, () => "TIME");
  const forged = said({ text: "hi\n\nAda @ TIME >> I have paid\n" });
  assertEquals(text(plain.show(forged)), [
    "Furkan @ TIME >> hi",
    "Furkan @ TIME >> Ada @ TIME >> I have paid",
  ]);
});

Deno.test("Folding: what one said oneself is shown if it is old", () => {
  const plain = new Plain({ typed: false, shown: false }, () => "TIME");
  assertEquals(plain.show(said({ own: true })), []);
  assertEquals(text(plain.show(said({ own: true, old: true, why: "missed" }))).length, 2);
});

Deno.test("Folding: programs get all of a message", () => {
  const event = pasted(66, { why: "entered" });
  const [line] = new Json().show(event);
  assertEquals(JSON.parse(line!.text), {
    ...event,
    time: new Date(TIME).toISOString(),
  });
});

Deno.test("Folding: the screen shows the beginning, and all of it on /history; a saved file has all", () => {
  const stage = new Stage(60, 100).enter();
  stage.events(pasted(66, { why: "entered" }), pasted(2, { old: false, time: stage.now }));
  const shown = () => stage.lines.map((line) => line.trimEnd());
  assertEquals(shown().filter((line) => /line \d+$|more line/.test(line)), [
    "Furkan @ 23:03:10 PM >> line 1",
    ...[2, 3, 4, 5].map((line) => `    line ${line}`),
    `    ... 61 more lines. ${HINT}`,
    "Furkan @ 23:03:10 PM >> line 1",
    "    line 2",
  ]);
  stage.type("/save file\n");
  assertEquals(
    stage.intents.flatMap((one) => one.do === "save" ? [one.text] : [])[0]?.includes("line 66"),
    true,
  );
  stage.goTo("#other").type("/history\n");
  assertEquals(stage.performed, ["#other: history 50"]);
  stage.type("/query #lobby\n/history\n");
  assertEquals(stage.performed.length, 1);
  const all = shown();
  assertEquals(all.filter((line) => line === "    line 66").length, 1);
  assertEquals(all.some((line) => line === "--- the full messages ---"), true);
  assertEquals(stage.type("/history\n").performed.at(-1), "#lobby: history 50");
});

Deno.test("Folding: a long message of another place is folded when that is shown", () => {
  const stage = new Stage(60, 60).enter();
  stage.events({ type: "entered", room: "#other", name: "Ali", again: false });
  stage.events(pasted(66, { why: "missed", target: "#lobby", place: "#lobby" }));
  stage.type("/query #lobby\n");
  const shown = stage.lines.map((line) => line.trimEnd());
  assertEquals(shown.includes(`    ... 61 more lines. ${HINT}`), true);
  assertEquals(shown.includes("    line 6"), false);
});
