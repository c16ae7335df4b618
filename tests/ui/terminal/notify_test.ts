import { assertEquals } from "@std/assert";
import { Attention, type BellMode } from "../../../lib/ui/terminal/notify.ts";
import { PLAIN } from "../stage.ts";

Deno.test("Attention: the bell rings for what it is asked to, at most once a second", () => {
  const cases: [mode: BellMode, forUs: boolean, rings: boolean][] = [
    ["mention", true, true],
    ["mention", false, false],
    ["all", true, true],
    ["all", false, true],
    ["never", true, false],
    ["never", false, false],
  ];
  for (const [mode, forUs, rings] of cases) {
    const attention = new Attention({ ...PLAIN, title: false }, mode);
    for (const [now, expected] of [[5000, rings], [5999, false], [6000, rings]] as const) {
      attention.message(forUs, "Furkan @ 1 >> selam", false, now);
      attention.message(forUs, "Furkan @ 1 >> selam", false, now);
      assertEquals(attention.take(""), expected ? "\x07" : "");
    }
    assertEquals(attention.take(""), "");
  }
});

Deno.test("Attention: a notification is shown if nobody looks, and cannot become anything else", () => {
  const cases: [notify: "none" | "osc9" | "osc777", line: string, written: string][] = [
    ["none", "a", "\x07"],
    ["osc9", "Furkan >> selam", "\x1b]9;Furkan >> selam\x07"],
    ["osc9", "4;1;50", "\x1b]9;- 4;1;50\x07"],
    ["osc9", "a\x07b\x1b\\c", "\x1b]9;abc\x07"],
    ["osc777", "a;b", "\x1b]777;notify;chat;a,b\x07"],
    ["osc777", "x".repeat(200), `\x1b]777;notify;chat;${"x".repeat(119)}…\x07`],
  ];
  for (const [notify, line, written] of cases) {
    const attention = new Attention({ ...PLAIN, title: false, notify }, "all");
    attention.message(false, line, true, 5000);
    assertEquals(attention.take(""), written);
    attention.message(false, line, false, 9000);
    assertEquals(attention.take(""), "\x07");
  }
});

Deno.test("Attention: the title is written when it changes, harmless and short", () => {
  const attention = new Attention(PLAIN, "never");
  assertEquals(attention.take("#lobby - chat"), "\x1b]2;#lobby - chat\x07");
  assertEquals(attention.take("#lobby - chat"), "");
  assertEquals(attention.take("a\x07\x1b]2;b"), "\x1b]2;a]2;b\x07");
  assertEquals(attention.take("x".repeat(100)), `\x1b]2;${"x".repeat(79)}…\x07`);
  attention.forget();
  assertEquals(attention.take("x".repeat(100)), `\x1b]2;${"x".repeat(79)}…\x07`);
  assertEquals(new Attention({ ...PLAIN, title: false }, "never").take("a"), "");
});
