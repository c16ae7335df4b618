import { assertEquals } from "@std/assert";
import { byteLength } from "../../lib/text/bytes.ts";

const TEXTS = [
  "",
  "selam",
  "Çağrı",
  "陳",
  "👍🏽",
  "a\ud83d",
  "\udc4d\ud83d",
  "\ud83d\ud83d\udc4d",
  "\u07ff\u0800\uffff",
];

for (const text of TEXTS) {
  Deno.test(`byteLength: ${JSON.stringify(text)} takes as many bytes as its encoding has`, () => {
    assertEquals(byteLength(text), new TextEncoder().encode(text).length);
  });
}
