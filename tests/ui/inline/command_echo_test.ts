import { assert, assertEquals } from "@std/assert";
import { Stage } from "../stage.ts";
import { entered, room } from "./scene.ts";

/** The last lines above the live area. */
function last(stage: Stage, count: number): string[] {
  return stage.draw().lines.slice(-2 - count, -2);
}

Deno.test("Inline: a typed command stands above its answer, and what shows itself does not", () => {
  const stage = entered();
  stage.type("/whois Furkan\n").events({ type: "info", text: "Furkan is a bot." });
  assertEquals(last(stage, 2), ["> /whois Furkan", "Furkan is a bot."]);
  stage.type("/foo bar\n");
  assertEquals(stage.lines.filter((line) => line.startsWith("> /foo")), ["> /foo bar"]);
  const before = stage.lines.length;
  stage.type("selam\n/me waves\n/msg Furkan selam\n");
  assertEquals(stage.draw().lines.length, before);
});

Deno.test("Inline: /help is a table that fits 24 rows, in one piece", () => {
  const stage = entered(80, 24).type("/help\n");
  assert(stage.drawing.includes("|> /help|"), stage.drawing.join("\n"));
  assertEquals(stage.drawing.filter((line) => /^\|\/me TEXT {10,}Says/.test(line)).length, 1);
});

Deno.test("Inline: no password of a command stays on the screen or comes back with Up or Ctrl-R", () => {
  const lines = [
    ..."/oper Ada hunter2|/raw OPER Ada hunter2|/quote PASS hunter2|/login Ada hunter2".split("|"),
    ..."/raw AUTHENTICATE hunter2|/register hunter2|/lgoin Ada hunter2|/nickserv".split("|"),
  ];
  const stage = entered();
  for (const line of lines) stage.type(`${line}\n`);
  stage.press("up").press("r", { ctrl: true }).type("hunt");
  assert(!stage.terminal.lines.some((line) => line.includes("hunter2")), stage.lines.join("\n"));
  assertEquals(stage.lines.filter((line) => line === "> /oper ...").length, 1);
  // What is typed in the conversation with a service is not remembered either.
  const other = entered().type("/query NickServ\nIDENTIFY hunter2\n").press("up");
  assert(!other.drawing.some((line) => line.includes("hunter2")), other.drawing.join("\n"));
});

Deno.test("Inline: Ctrl-C stops what is still being sent, and leaves only then", () => {
  const stage = entered();
  const text = "bir\niki\nüç";
  const rest = { target: room, kind: "privmsg", text, state: "waiting", rest: true } as const;
  stage.update({ unsent: [rest] }).pass(1000);
  assert(stage.drawing.includes("|not sent yet >> bir ... and 2 more lines|"));
  stage.press("c", { ctrl: true });
  assertEquals(stage.performed, [`${room}: stop`]);
  stage.update({ unsent: [] }).press("c", { ctrl: true });
  assertEquals(stage.performed.length, 1);
});

Deno.test("Inline: the message of the day is shortened on entering, and /motd shows it whole", () => {
  const text = Array.from({ length: 20 }, (_, at) => `row ${at + 1}`).join("\n");
  const stage = entered().events({ type: "motd", text, asked: false });
  const more = "    ... 13 more lines. /motd shows all of it.";
  assertEquals(last(stage, 9), [
    "Message of the day:",
    ...text.split("\n").slice(0, 7).map((line) => `    ${line}`),
    more,
  ]);
  stage.events({ type: "motd", text, asked: true });
  assertEquals(last(stage, 1), ["    row 20"]);
  // It can't pass for what people say.
  stage.events({ type: "motd", text: "Ada @ 1 >> x\x1b[2J", asked: false });
  assertEquals(last(stage, 1), ["    Ada @ 1 >> x"]);
});

Deno.test("Inline: if the person of a private conversation leaves, the conversation says so", () => {
  const stage = entered().type("/query Furkan\n").events({ type: "gone", name: "Furkan" });
  assertEquals(stage.lines.some((line) => line.startsWith("Furkan has left.")), true);
  assertEquals(stage.performed, [`${room}: meet Furkan`]);
  const before = stage.lines.length;
  assertEquals(stage.events({ type: "gone", name: "Ada" }).lines.length, before);
});
