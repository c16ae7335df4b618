import { assertEquals } from "@std/assert";
import { CLIENT_LINES, type Line, LineBuffer } from "../../lib/irc/lines.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function cut(input: Uint8Array, sizes: (at: number) => number): Line[] {
  const buffer = new LineBuffer(CLIENT_LINES);
  const lines: Line[] = [];
  for (let at = 0; at < input.length;) {
    const size = sizes(at);
    // The chunk is overwritten after use, so the buffer must not keep a view of it.
    const chunk = input.slice(at, at + size);
    buffer.push(chunk);
    for (let line = buffer.next(); line !== undefined; line = buffer.next()) lines.push(line);
    chunk.fill(0x21);
    at += size;
  }
  return lines;
}

const ok = (text: string): Line => ({ text, fault: undefined });
const LONGEST = "x".repeat(510);
const TAGS = `@${"t".repeat(4094)} `;

const CASES: [name: string, input: Uint8Array, lines: Line[]][] = [
  ["CR LF ends a line", bytes("a\r\nb\r\n"), [ok("a"), ok("b")]],
  ["a lone LF ends a line", bytes("a\nb\n"), [ok("a"), ok("b")]],
  ["a lone CR ends a line", bytes("a\rb\r"), [ok("a"), ok("b")]],
  ["empty lines are passed over", bytes("\r\n\n\r\r\na\r\n\r\n"), [ok("a")]],
  ["an unfinished line is no line", bytes("a\r\nb"), [ok("a")]],
  ["text is UTF-8", bytes("Çağrı 陳 👩‍👩‍👧\n"), [ok("Çağrı 陳 👩‍👩‍👧")]],
  ["a byte order mark stays", bytes("\ufeffa\n"), [ok("\ufeffa")]],
  ["512 bytes with the line end are allowed", bytes(`${LONGEST}\r\n`), [ok(LONGEST)]],
  ["513 are not", bytes(`${LONGEST}x\r\nb\n`), [
    { text: `${LONGEST}x`, fault: "too-long" },
    ok("b"),
  ]],
  ["4096 bytes of tags come on top", bytes(`${TAGS}${LONGEST}\r\n`), [ok(`${TAGS}${LONGEST}`)]],
  ["NUL is a fault", bytes("a\0b\nc\n"), [{ text: "a\0b", fault: "nul" }, ok("c")]],
  [
    "bytes that are not UTF-8 are a fault",
    new Uint8Array([0x61, 0xff, 0x0a, 0x62, 0x0a]),
    [{ text: "a\ufffd", fault: "not-utf8" }, ok("b")],
  ],
];

Deno.test("LineBuffer: bytes are cut into lines, however they were split over reads", async (t) => {
  for (const [name, input, lines] of CASES) {
    await t.step(name, () => {
      assertEquals(cut(input, () => input.length), lines, "whole");
      assertEquals(cut(input, () => 1), lines, "byte by byte");
      for (const size of [2, 3, 7, 511, 1024]) {
        assertEquals(cut(input, () => size), lines, `${size} at a time`);
      }
    });
  }
});

Deno.test("LineBuffer: tags over their limit are too long, even on a short line", () => {
  const [line, next] = cut(bytes(`@t${TAGS.slice(1)}PING a\r\nb\r\n`), () => 1000);
  assertEquals(line!.fault, "too-long");
  assertEquals(next, ok("b"));
});

Deno.test("LineBuffer: an endless line is held only up to the limit, and reported once", () => {
  const buffer = new LineBuffer(CLIENT_LINES);
  const chunk = new Uint8Array(1024).fill(0x78);
  for (let count = 0; count < 100; count++) {
    buffer.push(chunk);
    assertEquals(buffer.next(), undefined);
    assertEquals(buffer.held <= CLIENT_LINES.tags + CLIENT_LINES.line, true);
  }
  buffer.push(bytes("\r\nb\r\n"));
  assertEquals(buffer.next()?.fault, "too-long");
  assertEquals(buffer.next(), ok("b"));
  assertEquals(buffer.next(), undefined);
  assertEquals(buffer.held, 0);
});
