import { assert, assertEquals } from "@std/assert";
import { type Area, Screen } from "../../../lib/ui/inline/screen.ts";
import { type Kind, ScreenModel } from "../screen_model.ts";

/** An area with these rows, and with the cursor at the end of one of them. */
function area(rows: readonly string[], row = 0): Area {
  return {
    rows: rows.map((text) => ({ text, plain: text })),
    cursor: { row, column: rows[row]?.length ?? 0 },
  };
}

/** A screen on a modelled terminal. */
class Drawn {
  readonly terminal: ScreenModel;
  readonly screen: Screen;

  constructor(columns: number, rows: number, kind: Kind, reflow = kind.reflow) {
    this.terminal = new ScreenModel(columns, rows, kind);
    this.screen = new Screen(reflow);
  }

  draw(now: Area, ...lines: string[]): string[] {
    for (const text of lines) this.screen.print({ text, plain: text });
    const { columns, rows } = this.terminal;
    this.terminal.write(this.screen.draw(now, { columns, rows }));
    return this.terminal.drawing;
  }
}

Deno.test("Screen: lines scroll away above the area, which stays below them", () => {
  const drawn = new Drawn(20, 5, { reflow: true });
  assertEquals(drawn.draw(area(["> a", "status"])), ["|> a|", "|status|"]);
  assertEquals(drawn.draw(area(["> a", "status"]), "1", "2"), [
    ...["|1|", "|2|", "|> a|", "|status|"],
  ]);
  assertEquals(drawn.draw(area(["> ab", "status"]), "3", "4"), [
    ...["|2|", "|3|", "|4|", "|> ab|", "|status|"],
  ]);
  assertEquals(drawn.draw(area(["> ab"])), ["|2|", "|3|", "|4|", "|> ab|"]);
  assertEquals(drawn.terminal.lines, ["1", "2", "3", "4", "> ab"]);
});

Deno.test("Screen: only what has changed is written", () => {
  const screen = new Screen(true);
  const size = { columns: 20, rows: 5 };
  const write = (now: Area) => screen.draw(now, size).replaceAll(/\p{Cc}\[\?\d+[hl]/gu, "");
  write(area(["> a", "status"]));
  assertEquals(write(area(["> a", "status"])), "");
  assertEquals(write(area(["> ab", "status"])), "\r\x1b[K> ab\r\x1b[4C");
  assertEquals(write(area(["> ab", "typing"])), "\x1b[1B\r\x1b[Ktyping\x1b[1A\r\x1b[4C");
  assertEquals(write({ ...area(["> ab", "typing"]), cursor: { row: 0, column: 2 } }), "\r\x1b[2C");
});

Deno.test("Screen: the area finds its place again when the width changes", () => {
  const long = area(["unsent ".repeat(4), "> ".padEnd(38, "x"), "  yyy", "status"], 2);
  for (const kind of [{ reflow: true }, { reflow: false }]) {
    for (const columns of [10, 13, 20, 39, 40, 60]) {
      const drawn = new Drawn(40, 30, kind);
      drawn.draw(long, "one", "two");
      drawn.terminal.resize(columns, 30);
      assertEquals(drawn.draw(area(["> x", "status"])), [
        ...["|one|", "|two|", "|> x|", "|status|"],
      ], `${kind.reflow} ${columns}`);
    }
  }
});

Deno.test("Screen: an area that was cut by a terminal briefly made smaller is drawn again", () => {
  const drawn = new Drawn(20, 6, { reflow: false });
  const now = area(["> a long line", "status"]);
  drawn.draw(now, "one");
  drawn.terminal.resize(8, 2);
  drawn.terminal.resize(20, 6);
  drawn.screen.invalidate();
  assertEquals(drawn.draw(now).slice(-2), ["|> a long line|", "|status|"]);
});

Deno.test("Screen: no message is erased if the terminal's behaviour is unknown", () => {
  const long = area(["unsent ".repeat(4), "> ".padEnd(38, "x"), "  yyy", "status"], 2);
  for (const columns of [10, 20, 39]) {
    const drawn = new Drawn(40, 30, { reflow: true }, false);
    drawn.draw(long, "one", "two");
    drawn.terminal.resize(columns, 30);
    const drawing = drawn.draw(area(["> x", "status"]));
    assertEquals([drawing.slice(0, 2), drawing.slice(-2)], [
      ["|one|", "|two|"],
      ["|> x|", "|status|"],
    ]);
  }
});

Deno.test("Screen: a terminal of one character works", () => {
  const drawn = new Drawn(1, 1, { reflow: true });
  drawn.draw(area([">"]), "ab", "陳");
  drawn.draw(area(["x"]), "c");
  assert(drawn.terminal.plain);
  assertEquals(drawn.terminal.drawing, ["|x|"]);
});

Deno.test("Screen: a row that the terminal has wrapped does not swallow what is drawn in it", () => {
  const drawn = new Drawn(66, 13, { reflow: true });
  const unsent = "未送信 選択テキスト ".repeat(3).trimEnd();
  drawn.draw(area([unsent, "> a"], 1), "1", "2");
  drawn.terminal.resize(33, 4);
  drawn.draw(area(["one unsent", "> a"], 1), "3", "4");
  drawn.terminal.resize(66, 13);
  drawn.draw(area([unsent, "> a"], 1));
  assertEquals(drawn.terminal.lines, ["1", "2", "3", "4", unsent, "> a"]);
});

Deno.test("Screen: an area that is drawn in a terminal already narrower erases no message", () => {
  const drawn = new Drawn(66, 13, { reflow: true });
  drawn.draw(area(["> a"]), "1", "2");
  drawn.terminal.resize(33, 13);
  // The program does not know it yet.
  const long = area(["未送信 選択テキスト ".repeat(3).trimEnd(), "> ab"], 1);
  drawn.terminal.write(drawn.screen.draw(long, { columns: 66, rows: 13 }));
  drawn.draw(area(["one unsent", "> ab"], 1));
  assertEquals(drawn.terminal.lines, ["1", "2", "one unsent", "> ab"]);
});

Deno.test("Screen: the area is drawn at once with the cursor hidden, and rows of doubtful width don't wrap", () => {
  const text = new Screen(true).draw(area(["a", "b"]), { columns: 9, rows: 9 });
  assert(text.startsWith("\x1b[?2026h\x1b[?25l") && text.endsWith("\x1b[?25h\x1b[?2026l"));
  assert(text.includes("a\r\nb"));
  const emoji = new Screen(true).draw(area(["👩‍👧\x1b[3Ga", "b"]), { columns: 9, rows: 9 });
  assert(emoji.includes("\x1b[?7l👩‍👧\x1b[3Ga\x1b[?7h\r\nb"));
});

Deno.test("Screen: closing removes the area, and the next drawing starts below", () => {
  const drawn = new Drawn(20, 6, { reflow: true });
  drawn.draw(area(["unsent", "> a", "status"], 1), "1");
  const size = { columns: 20, rows: 6 };
  drawn.terminal.write(drawn.screen.close(size));
  assertEquals([drawn.terminal.drawing, drawn.terminal.cursor], [["|1|"], { row: 1, column: 0 }]);
  assertEquals(drawn.screen.close(size), "");
  drawn.terminal.write("$ fg\r\n");
  assertEquals(drawn.draw(area(["> a"])), ["|1|", "|$ fg|", "|> a|"]);
});

Deno.test("Screen: cleared lines go into the scrollback", () => {
  const drawn = new Drawn(20, 4, { reflow: true });
  drawn.draw(area(["> a"]), "1", "2");
  drawn.screen.print({ text: "3", plain: "3" });
  drawn.screen.clear();
  assertEquals(drawn.draw(area(["> a"]), "4"), ["|4|", "|> a|"]);
  assertEquals(drawn.terminal.lines.filter((line) => line !== ""), ["1", "2", "3", "4", "> a"]);
  // A cleared screen stays empty: drawing again brings nothing back.
  drawn.screen.repaint();
  assertEquals(drawn.draw(area(["> a"])), ["|4|", "|> a|"]);
});

Deno.test("Screen: a repaint brings back the last lines, as many as fit", () => {
  const drawn = new Drawn(10, 5, { reflow: true });
  drawn.draw(area(["> a", "s"]), "1", "2", "x".repeat(15));
  drawn.terminal.write("garbage");
  drawn.screen.repaint();
  assertEquals(drawn.draw(area(["> a", "s"])), [
    ...["|2|", "|xxxxxxxxx|", "|   xxxxxx|", "|> a|", "|s|"],
  ]);
});

Deno.test("Screen: what waits is bounded in lines and in length, and a row tells what was dropped", () => {
  const cases: [count: number, length: number, dropped: number][] = [
    [2500, 10, 0],
    [2501, 10, 501],
    [5300, 10, 3006],
    [10, 131_072, 0],
    [11, 131_072, 3],
    [100, 131_072, 90],
  ];
  for (const [count, length, dropped] of cases) {
    const screen = new Screen(true);
    for (let at = 0; at < count; at++) {
      const text = `${at} `.padEnd(length, "x");
      screen.print({ text, plain: text });
    }
    const drawn = screen.draw(area(["> a"]), { columns: 80, rows: 24 });
    const [, told = "0"] = /(\d+) lines? (?:is|are) not shown here/.exec(drawn) ?? [];
    const numbers = [...drawn.matchAll(/(\d+) x/g)].map(([, number]) => Number(number));
    assertEquals(Number(told), dropped, `${count} of ${length}`);
    assertEquals(numbers, Array.from({ length: count - dropped }, (_, at) => at + dropped));
    assert(numbers.length * length <= 1.25 * 2 ** 20);
    // Drawn lines no longer count as waiting.
    screen.print({ text: "last", plain: "last" });
    assert(!screen.draw(area(["> a"]), { columns: 80, rows: 24 }).includes("not shown"));
  }
});
