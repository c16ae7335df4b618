import { assert, assertEquals } from "@std/assert";
import { Json, jsonLine } from "../../../lib/ui/lines/json.ts";
import { said, TIME as time } from "../events.ts";

Deno.test("Json: an event is one line of JSON, with an ISO time", () => {
  assertEquals(
    jsonLine(said()),
    '{"type":"message","time":"2026-01-02T03:04:05.678Z","kind":"privmsg","from":"Furkan",' +
      '"target":"#lobby","text":"selam","private":false,"server":false,"own":false,' +
      '"place":"#lobby","only":null,"msgid":null,"old":false}',
  );
  // A reply to `place` goes to the same receivers.
  const { place, only } = JSON.parse(jsonLine(said({ place: "@#lobby", only: "@" })));
  assertEquals([place, only], ["@#lobby", "@"]);
});

Deno.test("Json: a line is harmless and says what came", () => {
  const text = 'a"\\\x1b[2J\n\x85\u2028\u202e\x9b\u200d\u{e0041}\ud800 ğ陳👩';
  const line = jsonLine(said({ text }));
  assert(!/[\p{C}\p{Zl}\p{Zp}]/u.test(line));
  assert(line.includes("ğ陳👩"));
  assertEquals(JSON.parse(line).text, text.replace("\ud800", "\ufffd"));
});

Deno.test("Json: standard output has events and nothing else", () => {
  const json = new Json();
  const all = [
    ...json.ask("address"),
    ...json.answered(),
    ...json.show({ type: "askName", time }),
    ...json.ask("name"),
    ...json.show(said()),
    ...json.show({ type: "closed", status: 1, reason: "Gone.", time }),
  ];
  const out = all.filter(({ stream }) => stream === "out").map(({ text }) => text);
  assertEquals(out.map((text) => JSON.parse(text).type), ["askName", "message", "closed"]);
  assert(out.every((text) => text.indexOf("\n") === text.length - 1));
});
