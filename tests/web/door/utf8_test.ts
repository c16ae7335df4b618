import { assertEquals } from "@std/assert";
import { afterByte, BAD, BETWEEN } from "../../../lib/web/door/utf8.ts";

function isText(bytes: readonly number[]): boolean {
  let state = BETWEEN;
  for (const byte of bytes) {
    state = afterByte(state, byte);
    if (state === BAD) return false;
  }
  return state === BETWEEN;
}

Deno.test("afterByte: what is UTF-8 is told as a decoder tells it", () => {
  const decoder = new TextDecoder();
  const firsts = [
    ...[0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef],
    ...[0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff],
  ];
  const edges = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc2, 0xe1, 0xff];
  const ends = [[], ...edges.map((edge) => [edge]), ...edges.map((edge) => [0x80, edge])];
  const different: number[][] = [];
  for (const first of firsts) {
    for (let second = 0; second < 256; second++) {
      for (const end of ends) {
        const bytes = [first, second, ...end];
        const expected = !decoder.decode(Uint8Array.from(bytes)).includes("\ufffd");
        if (isText(bytes) !== expected) different.push(bytes);
      }
    }
  }
  assertEquals(different, []);
});
