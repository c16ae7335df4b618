import { assert, assertEquals } from "@std/assert";
import { displayWidth } from "../../../lib/text/width.ts";
import { fit, placed, rowOf, rowsOf, wrap } from "../../../lib/ui/inline/wrap.ts";

Deno.test("Wrap: a text is cut to its columns between graphemes", () => {
  const cases: [text: string, columns: number, cut: string][] = [
    ["selam", 5, "selam"],
    ["selam", 4, "sel…"],
    ["selam", 1, "…"],
    ["selam", 0, ""],
    ["陳陳陳", 6, "陳陳陳"],
    ["陳陳陳", 5, "陳陳…"],
    ["陳陳陳", 4, "陳…"],
    ["e\u0301e\u0301e\u0301", 2, "e\u0301…"],
    ["a👩‍👧b", 3, "a…"],
    ["", 3, ""],
  ];
  for (const [text, columns, cut] of cases) {
    assertEquals(fit(text, columns), cut);
    assert(displayWidth(fit(text, columns)) <= columns);
  }
});

Deno.test("Wrap: rows are counted as terminals wrap", () => {
  const cases: [text: string, columns: number, rows: number][] = [
    ["", 10, 1],
    ["selam", 5, 1],
    ["selamx", 5, 2],
    ["陳陳陳", 6, 1],
    ["陳陳陳", 5, 2],
    ["陳陳陳", 3, 3],
    ["陳陳", 1, 2],
    ["a陳b", 2, 3],
  ];
  for (const [text, columns, rows] of cases) assertEquals(rowsOf(text, columns), rows, text);
});

Deno.test("Wrap: the cursor is in the row of the character at its position, or in the last row", () => {
  const cases: [text: string, columns: number, at: number, row: number][] = [
    ["selam selam", 5, 4, 0],
    ["selam selam", 5, 5, 1],
    ["selam selam", 5, 10, 2],
    ["selam", 5, 5, 0],
    ["", 5, 0, 0],
    ["a陳b", 2, 1, 1],
    ["a陳b", 2, 3, 2],
    ["a陳b", 2, 9, 2],
  ];
  for (const [text, columns, at, row] of cases) assertEquals(rowOf(text, columns, at), row, text);
});

Deno.test("Wrap: the column is set again after a character of uncertain width", () => {
  assertEquals(placed("selam"), "selam");
  assertEquals(placed("ağ陳x"), "ağ陳x");
  assertEquals(placed("a👩‍👧b"), "a👩‍👧\x1b[4Gb");
  assertEquals(placed("🇹🇷", 4), "🇹🇷\x1b[7G");
});

Deno.test("Wrap: a line is broken between words, and its further rows are indented", () => {
  const cases: [line: string, columns: number, rows: string[]][] = [
    ["selam", 6, ["selam"]],
    ["selam", 5, ["sela", " m"]],
    ["bir iki üç dört beş", 13, ["bir iki üç", "   dört beş"]],
    ["bir iki", 8, ["bir iki"]],
    ["bir iki", 7, ["bir", "  iki"]],
    ["bir     iki", 9, ["bir", "  iki"]],
    ["bir\u3000\u2800\xa0iki", 9, ["bir", "  iki"]],
    // A word that is too long for a row begins in the current row.
    ["ab cdefghijklmnop", 9, ["ab cdefg", "  hijklm", "  nop"]],
    ["陳陳陳陳陳陳", 9, ["陳陳陳陳", "  陳陳"]],
    ["陳陳陳hello陳", 12, ["陳陳陳hello", "   陳"]],
    ["陳陳陳陳hello", 12, ["陳陳陳陳", "   hello"]],
    ["陳陳、「陳陳」。陳", 10, ["陳陳、", "   「陳", "   陳」。", "   陳"]],
    ["コーヒーをちょっと", 10, ["コーヒー", "   を", "   ちょっ", "   と"]],
    ["안녕하세요 여러분", 12, ["안녕하세요", "   여러분"]],
    ["a👩‍👧b👩‍👧c", 6, ["a👩‍👧", "  b", "  👩‍👧", "  c"]],
    // Indented text stays indented, however many blanks it begins with.
    [`    ${" ".repeat(90)}x`, 9, ["  x"]],
    [`    ${"x".repeat(9)}`, 9, ["    xxxx", "  xxxxx"]],
    ["e\u0301e\u0301e\u0301", 3, ["e\u0301e\u0301e\u0301"]],
    ["abc", 2, ["ab", " c"]],
    ["abc", 1, ["a", "b", "c"]],
    ["", 9, [""]],
  ];
  for (const [line, columns, rows] of cases) {
    assertEquals(wrap(line, line, columns), rows, `${JSON.stringify(line)} in ${columns}`);
  }
});

Deno.test("Wrap: colours and links go on in the next row, and end with each", () => {
  const link = "\x1b]8;;https://a.b/c\x1b\\";
  const text = `\x1b[1mbob\x1b[0m says \x1b[2m${link}https://a.b/c\x1b]8;;\x1b\\ ok\x1b[0m.`;
  assertEquals(wrap(text, "bob says https://a.b/c ok.", 12), [
    `\x1b[1mbob\x1b[0m says ${link}\x1b[2mht\x1b]8;;\x1b\\\x1b[0m`,
    `   ${link}\x1b[2mtps://a.\x1b]8;;\x1b\\\x1b[0m`,
    `   ${link}\x1b[2mb/c\x1b]8;;\x1b\\ ok\x1b[0m.`,
  ]);
});
