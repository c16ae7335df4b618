import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { closeFrame, framed } from "../../../lib/web/door/framing.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** The messages of frames that a server sends, with their opcodes. */
function messages(frames: Uint8Array): [opcode: number, text: string][] {
  const found: [number, string][] = [];
  const view = new DataView(frames.buffer, frames.byteOffset, frames.length);
  for (let at = 0; at < frames.length;) {
    const first = view.getUint8(at);
    assertEquals(first & 0xf0, 0x80);
    let length = view.getUint8(at + 1);
    at += 2;
    if (length === 126) {
      length = view.getUint16(at);
      assertEquals(length > 125, true);
      at += 2;
    }
    found.push([first & 0x0f, new TextDecoder().decode(frames.subarray(at, at + length))]);
    at += length;
  }
  return found;
}

Deno.test("framed: each line is a message without its line end", () => {
  const x = (length: number) => "x".repeat(length);
  const cases: string[][] = [
    [],
    ["a"],
    [""],
    ["", "a", ""],
    ["PRIVMSG #lobby :Aa Alperen selam, nasılsın?", ":x PING a"],
    [x(125)],
    [x(126)],
    [x(124), x(125), x(126), x(127), x(128)],
    [x(8191), x(65535), "b"],
    Array.from({ length: 600 }, (_, index) => x(index)),
    Array.from({ length: 600 }, () => x(126)),
  ];
  for (const lines of cases) {
    for (const [isBinary, opcode] of [[false, 1], [true, 2]] as const) {
      const frames = framed(bytes(lines.map((line) => `${line}\r\n`).join("")), isBinary);
      assertEquals(messages(frames), lines.map((line) => [opcode, line]));
    }
  }
});

Deno.test("framed: a lone LF ends a line too, and what has no end is a line", () => {
  assertEquals(messages(framed(bytes("a\nb\r\nc"), false)), [[1, "a"], [1, "b"], [1, "c"]]);
});

Deno.test("framed: receivers of the same lines share the frames of their kind", () => {
  const lines = bytes("a\r\nb\r\n");
  const frames = framed(lines, false);
  assertStrictEquals(framed(lines, false), frames);
  assertStrictEquals(framed(lines, true), framed(lines, true));
  assertEquals(framed(lines, true) === frames, false);
});

Deno.test("framed: a line that no frame of 16 bits holds is our mistake", () => {
  assertThrows(() => framed(bytes("x".repeat(65536)), false), RangeError);
});

Deno.test("closeFrame: it has a code and a reason, or nothing", () => {
  assertEquals(closeFrame(1001), Uint8Array.of(0x88, 2, 3, 0xe9));
  assertEquals(closeFrame(1002, "é"), Uint8Array.of(0x88, 4, 3, 0xea, 0xc3, 0xa9));
  assertEquals(closeFrame(undefined), Uint8Array.of(0x88, 0));
});
