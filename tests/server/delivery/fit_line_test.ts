import { assertEquals } from "@std/assert";
import { clip } from "../../../lib/text/bytes.ts";
import { packWords } from "../../../lib/server/delivery/fit_line.ts";

Deno.test("clip: cuts a text between graphemes", () => {
  for (
    const [text, bytes, clipped] of [
      ["abc", 3, "abc"],
      ["abc", 2, "ab"],
      ["ça", 2, "ç"],
      ["ça", 1, ""],
      ["a👩‍👩‍👧b", 18, "a"],
      ["a👩‍👩‍👧b", 19, "a👩‍👩‍👧"],
      ["e\u0301x", 2, ""],
      ["", 0, ""],
    ] as const
  ) {
    assertEquals(clip(text, bytes), clipped, text);
  }
});

Deno.test("packWords: packs words into lines", () => {
  assertEquals(packWords([]), []);
  assertEquals(packWords(["a", "b"]), ["a b"]);
  const words = Array.from({ length: 100 }, (_, index) => `wörd${index}`);
  const lines = packWords(words);
  assertEquals(lines.join(" "), words.join(" "));
  for (const line of lines) assertEquals(new TextEncoder().encode(line).length <= 300, true);
  assertEquals(packWords(["x".repeat(400), "y"]), ["x".repeat(400), "y"]);
});
