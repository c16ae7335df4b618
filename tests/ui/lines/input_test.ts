import { assert, assertEquals } from "@std/assert";
import { InputLines } from "../../../lib/ui/lines/input.ts";
import { LineReader } from "../../../lib/ui/lines/line_reader.ts";

function read(bytes: Uint8Array, size: number): string[] {
  const lines = new InputLines();
  const found: string[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    found.push(...lines.push(bytes.slice(at, at + size)).map(({ text }) => text));
  }
  return [...found, ...lines.end().map(({ text }) => text)];
}

Deno.test("InputLines: the lines are the same however input is split over reads", () => {
  const text = "\ufeffAğaç 👩‍👧\r\n\nİıIi\t.\r\nlast 陳";
  const expected = ["Ağaç 👩‍👧", "", "İıIi .", "last 陳"];
  const bytes = new TextEncoder().encode(text);
  for (const size of [1, 2, 3, 5, 1000]) assertEquals(read(bytes, size), expected);
});

Deno.test("InputLines: the end of input completes a last line, and adds no empty one", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  assertEquals(read(bytes(""), 10), []);
  assertEquals(read(bytes("a\n"), 10), ["a"]);
  assertEquals(read(bytes("a\n\n"), 10), ["a", ""]);
  assertEquals(read(Uint8Array.of(0x61, 0xc4), 10), ["a\ufffd"]);
});

Deno.test("InputLines: an endless line comes in pieces, cut between graphemes, that are no commands", () => {
  const text = "👩‍👧".repeat(60_000);
  const lines = new InputLines();
  const found = lines.push(new TextEncoder().encode(`${text}\n/quit\n`));
  assertEquals(found.slice(0, -1).map((line) => line.text).join(""), text);
  assert(found.every((line) => line.text.length <= 64 * 1024));
  assertEquals(found.map((line) => line.continued).slice(0, 2), [false, true]);
  assertEquals(found.at(-1), { text: "/quit", continued: false });
  for (const { text } of found.slice(0, -1)) assert(text.startsWith("👩") && text.endsWith("👧"));
});

Deno.test("LineReader: gives line after line, then the end, and a stream that fails has ended", async () => {
  const chunks = ["a\nb", "c\nd"].map((text) => new TextEncoder().encode(text));
  const reader = new LineReader({
    read(buffer) {
      const chunk = chunks.shift();
      if (chunk === undefined) return Promise.reject(new Error("gone"));
      buffer.set(chunk);
      return Promise.resolve(chunk.length);
    },
  });
  const found: (string | undefined)[] = [];
  for (let index = 0; index < 5; index++) found.push((await reader.next())?.text);
  assertEquals(found, ["a", "bc", "d", undefined, undefined]);
  assertEquals(reader.fault, "Standard input cannot be read to its end: gone.");
});
