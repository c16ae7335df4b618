import { assert, assertEquals } from "@std/assert";
import { byteLength } from "../../../lib/text/bytes.ts";
import { roomFor, split } from "../../../lib/client/session/split.ts";

const ALPHABET = [
  ..."aZ  .,",
  "ğ",
  "İ",
  "ı",
  "陳",
  "é",
  "e\u0301",
  "👩‍👧‍👦",
  "🇹🇷",
  "👍🏽",
  "नि",
  "\u0e33",
  "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
];

/** A small seeded generator, so that failures can be repeated. */
function random(seed: number): () => number {
  return () => {
    seed = (seed * 1664525 + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

Deno.test("split: the pieces fit, join to the text, and cut no grapheme", () => {
  const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
  const next = random(7);
  for (let round = 0; round < 300; round++) {
    const length = Math.floor(next() * 200);
    const text = Array.from({ length }, () => ALPHABET[Math.floor(next() * ALPHABET.length)]).join(
      "",
    );
    const bytes = 40 + Math.floor(next() * 100);
    const pieces = split(text, bytes);
    assertEquals(pieces.join(""), text);
    const boundaries = new Set(Array.from(segmenter.segment(text), ({ index }) => index));
    let at = 0;
    for (const piece of pieces) {
      assert(byteLength(piece) <= bytes, `${byteLength(piece)} > ${bytes}`);
      assert(text === "" || piece !== "");
      assert(at === 0 || boundaries.has(at), `cut inside a grapheme: round ${round}, ${at}`);
      at += piece.length;
    }
  }
});

Deno.test("split: there are no more pieces than needed, and words stay whole if that costs little", () => {
  const cases: [text: string, bytes: number, pieces: string[]][] = [
    ["", 10, [""]],
    ["abc", 10, ["abc"]],
    ["abcdefghij", 10, ["abcdefghij"]],
    ["abcdefghijk", 10, ["abcdefghij", "k"]],
    ["abcdefgh ijk", 10, ["abcdefgh ", "ijk"]],
    ["ab cdefghijkl", 10, ["ab cdefghi", "jkl"]],
    ["ğğğğğğ", 10, ["ğğğğğ", "ğ"]],
  ];
  for (const [text, bytes, pieces] of cases) assertEquals(split(text, bytes), pieces, text);
});

Deno.test("split: a grapheme that is too long by itself is cut between code points", () => {
  const text = `a${"\u0301".repeat(100)}`;
  const pieces = split(text, 20);
  assertEquals(pieces.join(""), text);
  for (const piece of pieces) assert(byteLength(piece) <= 20);
});

Deno.test("roomFor: leaves room for the source, the target and the line end", () => {
  const room = roomFor("Ali!ali@host", "PRIVMSG", "#lobby");
  assertEquals(`:Ali!ali@host PRIVMSG #lobby :${"x".repeat(room)}\r\n`.length, 512);
});
