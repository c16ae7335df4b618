import { assert, assertEquals } from "@std/assert";
import { graphemes } from "../../lib/text/graphemes.ts";
import { sendable, visible, visibleName } from "../../lib/text/text.ts";
import { displayWidth, widestWidth, widthDiffers } from "../../lib/text/width.ts";

Deno.test("visible: letters of all scripts and emoji stay as they are", () => {
  const texts = [
    "Aa Alperen selam",
    "İ i I ı ğüşöç ÇĞ",
    "陳さん こんにちは 안녕하세요",
    "سلام می‌خواهم",
    "नमस्ते क्‍ष",
    "e\u0301 ẹ̀",
    "👩‍👧‍👦 👍🏽 ❤️ 🇹🇷 1️⃣",
    "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "葛\u{e0100}",
    "a\u00a0b",
    "~!@#$%^&*()[]{}\\",
  ];
  for (const text of texts) assertEquals(visible(text), text);
});

Deno.test("visible: no control character survives, whatever is around it", () => {
  for (let code = 0; code < 0x100; code++) {
    if (code >= 0x20 && code < 0x7f || code >= 0xa0 && code !== 0xad) continue;
    const char = String.fromCharCode(code);
    for (
      const text of [char, `a${char}b`, `${char}${char}`, `ğ${char}[31m`, `\x1b${char}]0;x\x07`]
    ) {
      assert(!/[\p{Cc}\xad]/u.test(visible(text)), JSON.stringify(text));
      assert(!/[\p{Cc}\xad]/u.test(visibleName(text)), JSON.stringify(text));
    }
  }
});

Deno.test("visible: what acts on a terminal is dropped or made plain", () => {
  const cases: [text: string, shown: string][] = [
    ["\x1b[31mred\x1b[0m", "red"],
    ["\x9b31mred", "red"],
    ["\x1b[2J\x1b[1;1Hhome", "home"],
    ["\x1b]0;title\x07text", "text"],
    ["\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"],
    ["\x9d0;title\x9ctext", "text"],
    ["\x1bP1$r\x1b\\text", "text"],
    ["\x1bcreset", "reset"],
    ["\x1b(0line", "line"],
    ["\x1b]0;unended", "]0;unended"],
    ["\x9d".repeat(300_000), ""],
    ["\x9d0;unended\x9d0;title\x9ctext", "0;unendedtext"],
    ["\x1b[31", "[31"],
    ["\x1b", ""],
    ["\x1b\x02[31mx", "[31mx"],
    ["bell\x07\x07", "bell"],
    ["back\x08\x08", "back"],
    ["a\tb\nc\r\nd\x0be\x0cf\x85g\u2028h\u2029i", "a b c d e f g h i"],
    ["\x02bold\x02 \x1ditalic\x0f \x0304,12colour\x03 \x0412ab34hex", "bold italic colour hex"],
    ["\x035five \x03,5", "five ,5"],
    ["\u202eevil\u202c", "evil"],
    ["\u2066a\u2069\u200e\u200f\u061c\u202a\u202b\u202d\u2067\u2068", "a"],
    ["\ufeffa\u200bb\u2060c\u00add", "abcd"],
    ["\ufff9a\ufffab\ufffb", "ab"],
    ["\u{e0041}\u{e0042}hidden", "hidden"],
    ["\u3164\u115f\uffa0x", "x"],
    ["\ud800x\udc00", "\ufffdx\ufffd"],
    ["\uffff\ufdd0x", "x"],
    [`a${"\u0301".repeat(50)}b`, `a${"\u0301".repeat(8)}b`],
    [`a${"\u200d".repeat(50)}b`, `a${"\u200d".repeat(8)}b`],
  ];
  for (const [text, shown] of cases) assertEquals(visible(text), shown, JSON.stringify(text));
});

Deno.test("visible: a text that was made harmless stays the same when it is processed again", () => {
  for (
    const text of [
      "\x1b\x1b[m[31mx",
      "\x1b\u202e[31m",
      "\x03\x034,5",
      "\u{1f3f4}\u{e0041}\u{e007f}",
    ]
  ) {
    assertEquals(visible(visible(text)), visible(text));
  }
});

Deno.test("visibleName: a name cannot look like the line around it", () => {
  const cases: [name: string, shown: string][] = [
    ["Gökçe", "Gökçe"],
    ["Furkan @ 23:03:10 PM >> hi", "Furkan_@_23:03:10_PM_>>_hi"],
    ["a\u00a0b\u3000c\u2800d", "a_b_c_d"],
    ["\x1b[31m\u202e", "?"],
    ["", "?"],
    ["👩‍👧".repeat(50), `${"👩‍👧".repeat(40)}…`],
    ["x".repeat(40), "x".repeat(40)],
  ];
  for (const [name, shown] of cases) assertEquals(visibleName(name), shown);
});

Deno.test("sendable: a line of input loses only what no message can hold", () => {
  const cases: [line: string, sent: string][] = [
    ["selam 👩‍👧 \u202eabc", "selam 👩‍👧 \u202eabc"],
    ["a\tb", "a b"],
    ["a\0b\x01c\x7fd\x9fe", "abcde"],
    ["\x1b[01;31merror:\x1b[0m no", "error: no"],
    ["50%\r100%", "50% 100%"],
    ["\ud800", "\ufffd"],
  ];
  for (const [line, sent] of cases) assertEquals(sendable(line), sent);
});

Deno.test("graphemes: counts characters as people do, and displayWidth counts columns as terminals do", () => {
  assertEquals(graphemes("ağ👩‍👧e\u0301"), ["a", "ğ", "👩‍👧", "e\u0301"]);
  assertEquals(["abc", "陳", "e\u0301", ""].map(displayWidth), [3, 2, 1, 0]);
});

Deno.test("displayWidth: an emoji takes two columns, however many characters it is made of", () => {
  const cases: [grapheme: string, width: number, widest: number][] = [
    ["👍", 2, 2],
    ["👍🏽", 2, 4],
    ["👩‍👧‍👦", 2, 6],
    ["👨🏽‍⚕️", 2, 5],
    ["🏳️‍🌈", 2, 3],
    ["🏴󠁧󠁢󠁳󠁣󠁴󠁿", 2, 2],
    ["🇹🇷", 2, 2],
    ["❤️", 2, 2],
    ["❤", 1, 1],
    ["☺︎", 1, 1],
    ["1️⃣", 2, 2],
    ["🫩", 2, 2],
    ["1🏽", 3, 3],
  ];
  for (const [grapheme, width, widest] of cases) {
    assertEquals([displayWidth(grapheme), widestWidth(grapheme)], [width, widest], grapheme);
    assert(widthDiffers(grapheme), grapheme);
  }
});

Deno.test("displayWidth: letters take the columns that all terminals give them", () => {
  const cases: [text: string, width: number][] = [
    ["ağİı", 4],
    ["陳さん", 6],
    ["한한", 4],
    ["ｱＡ", 3],
    ["e\u0301\u030a", 1],
    ["ก็", 1],
    ["سلام", 4],
    ["·…•✓", 4],
    ["\u0301\u200b\u202e", 0],
  ];
  for (const [text, width] of cases) assertEquals(displayWidth(text), width, text);
  assert(!graphemes("ağİı陳さん한e\u0301กسلام·…").some(widthDiffers));
});
