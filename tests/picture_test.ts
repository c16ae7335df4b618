import { assert, assertEquals } from "@std/assert";
import { paletteColour, piecesOf } from "../tools/picture/styled.ts";
import { svgOf } from "../tools/picture/svg.ts";

/** Short descriptions of pieces: `column text look`. */
function pieces(...rows: string[]): string[][] {
  return piecesOf(rows.map((row) => row.replaceAll("^[", "\x1b"))).map((row) =>
    row.map(({ column, text, look }) => {
      const { colour, behind, ...flags } = look;
      const set = Object.entries(flags).filter(([, value]) => value).map(([name]) => name);
      return [column, text, ...colour ? [colour] : [], ...behind ? [`on ${behind}`] : [], ...set]
        .join(" ");
    })
  );
}

Deno.test("Picture: rows are split at each change of style", () => {
  const cases: readonly (readonly [row: string, pieces: readonly string[]])[] = [
    ["", []],
    ["plain", ["0 plain"]],
    ["^[[1mbold^[[0m not", ["0 bold bold", "4  not"]],
    ["a^[[2mb^[[22mc", ["0 a", "1 b dim", "2 c"]],
    ["^[[3;4;7mx^[[23;24;27my", ["0 x italic underlined reversed", "1 y"]],
    ["^[[31mr^[[39md^[[91mR", ["0 r #ff7b72", "1 d", "2 R #ffa198"]],
    ["^[[44mx^[[49my^[[104mz", ["0 x on #79c0ff", "1 y", "2 z on #a5d6ff"]],
    ["^[[38;5;28mgreen^[[48;5;255mx", ["0 green #008700", "5 x #008700 on #eeeeee"]],
    ["^[[38;2;1;2;255mx^[[1;38:5:9my", ["0 x #0102ff", "1 y #ffa198 bold"]],
    ["^[[0;2m^[[39m^[[49m@", ["0 @ dim"]],
    ["^[[mx", ["0 x"]],
    ["^[]8;;http://x^[\\link^[]8;;\x07!", ["0 link", "4 !"]],
  ];
  for (const [row, expected] of cases) assertEquals(pieces(row), [expected], row);
});

Deno.test("Picture: a style lasts over the ends of rows", () => {
  assertEquals(pieces("^[[1ma", "b^[[0m", "c"), [["0 a bold"], ["0 b bold"], ["0 c"]]);
});

Deno.test("Picture: a wide character is a piece by itself, and takes two columns", () => {
  assertEquals(pieces("a陳さb👍🏽é!"), [["0 a", "1 陳", "3 さ", "5 b", "6 👍🏽", "8 é!"]]);
});

Deno.test("Picture: the 256 colours are those of terminals", () => {
  assertEquals([16, 21, 196, 231, 232, 255].map(paletteColour), [
    "#000000",
    "#0000ff",
    "#ff0000",
    "#ffffff",
    "#080808",
    "#eeeeee",
  ]);
});

Deno.test("Picture: every character is in its column, and the description says what it shows", () => {
  const picture = svgOf({
    rows: ["\x1b[1;31mA <b>&\x1b[0m 陳!", "", "> "],
    columns: 20,
    cursor: { row: 2, column: 2 },
    title: "a & b",
    description: "what is seen",
  });
  const lines = picture.split("\n");
  const drawn = lines.filter((line) => line.startsWith("<text") && !line.includes("text-anchor"));
  assertEquals(drawn, [
    '<text x="16" y="67" textLength="50.4" class="b" style="fill: #ff7b72">A&#160;&lt;b&gt;&amp;</text>',
    '<text x="74.8" y="67" textLength="16.8">陳</text>',
    '<text x="91.6" y="67" textLength="8.4">!</text>',
    '<text x="16" y="107" textLength="8.4">&gt;</text>',
  ]);
  assert(lines.includes('<title id="title">a &amp; b</title>'));
  assert(lines.includes('<desc id="description">what is seen</desc>'));
  assert(lines.includes('<rect x="32.8" y="92" width="8.4" height="20" fill="#58a6ff"/>'));
});
