import { assert, assertEquals } from "@std/assert";
import {
  detectStyle,
  type Environment,
  NAME_COLORS,
  paint,
  type Style,
} from "../../../lib/ui/terminal/style.ts";
import { nameHash, plainText, type Span } from "../../../lib/ui/spans.ts";

Deno.test("detectStyle: tells what a terminal can do from its environment variables", () => {
  const cases: [env: Environment, can: string][] = [
    [{}, "basic"],
    [{ TERM: "dumb" }, "none"],
    [{ TERM: "linux" }, "basic"],
    [{ TERM: "xterm-256color" }, "256 title"],
    [{ TERM: "xterm-256color", NO_COLOR: "1" }, "none title"],
    [{ TERM: "xterm-256color", NO_COLOR: "" }, "256 title"],
    [{ TERM: "xterm", COLORTERM: "truecolor" }, "256 title"],
    [{ TERM: "xterm-256color", XTERM_VERSION: "XTerm(390)" }, "256 title"],
    [{ TERM: "xterm-256color", VTE_VERSION: "7600" }, "256 links title reflow"],
    [{ TERM: "xterm", VTE_VERSION: "4200" }, "basic title"],
    [{ TERM: "xterm-kitty", KITTY_WINDOW_ID: "1" }, "256 links title osc9 reflow"],
    [{ TERM: "xterm-256color", TERM_PROGRAM: "iTerm.app" }, "256 links title osc9 reflow"],
    [{ TERM: "xterm-256color", TERM_PROGRAM: "WezTerm" }, "256 links title osc9 reflow"],
    [{ TERM: "xterm-256color", TERM_PROGRAM: "vscode" }, "256 links title reflow"],
    [{ TERM: "xterm-256color", TERM_PROGRAM: "Apple_Terminal" }, "256 title reflow"],
    [{ TERM: "foot" }, "256 links title osc777 reflow"],
    [{ TERM: "alacritty" }, "256 links title reflow"],
    [{ TERM: "rxvt-unicode-256color" }, "256 title osc777"],
    [{ TERM: "xterm-256color", KONSOLE_VERSION: "230800" }, "256 title reflow"],
    [{ WT_SESSION: "a-b" }, "256 links title reflow"],
    // A multiplexer inherits the variables of the terminal that it runs in.
    [{ TERM: "tmux-256color", TMUX: "/tmp/x", VTE_VERSION: "7600" }, "256 links title reflow"],
    [{ TERM: "screen-256color", TMUX: "/tmp/x", KITTY_WINDOW_ID: "1" }, "256 links title reflow"],
    [{ TERM: "screen", STY: "1.pts", WT_SESSION: "a-b", KITTY_WINDOW_ID: "1" }, "256"],
  ];
  for (const [env, can] of cases) assertEquals(words(detectStyle(env)), can, JSON.stringify(env));
});

function words({ depth, links, title, notify, reflow }: Style): string {
  return [
    depth,
    links && "links",
    title && "title",
    notify !== "none" && notify,
    reflow && "reflow",
  ]
    .filter((word) => word !== false).join(" ");
}

Deno.test("detectStyle: colours can be asked for, or not", () => {
  const dumb = { TERM: "dumb", NO_COLOR: "1" };
  assertEquals(detectStyle(dumb, "always").depth, "basic");
  assertEquals(detectStyle({ TERM: "xterm-256color" }, "never").depth, "none");
});

/** The luminance of an xterm colour from 16 to 231 (WCAG 2). */
function luminance(color: number): number {
  const levels = [0, 95, 135, 175, 215, 255];
  const [red, green, blue] = [36, 6, 1].map((step) => {
    const part = levels[Math.floor((color - 16) / step) % 6]! / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

Deno.test("NAME_COLORS: every colour is readable on black and on white", () => {
  assertEquals(new Set(NAME_COLORS).size, NAME_COLORS.length);
  for (const color of NAME_COLORS) {
    const light = luminance(color);
    assert((light + 0.05) / 0.05 >= 3.3, `${color} on black`);
    assert(1.05 / (light + 0.05) >= 3.3, `${color} on white`);
  }
});

Deno.test("nameHash: gives a name one colour in any case, and spreads names over all colours", () => {
  assertEquals(nameHash("Gökçe"), nameHash("GÖKÇE"));
  assertEquals(nameHash("ILGIN"), nameHash("ılgın"));
  // The hash is the same on every machine and every day.
  assertEquals(nameHash("Furkan") % NAME_COLORS.length, 15);
  const counts = new Map<number, number>();
  for (let index = 0; index < 1800; index++) {
    const color = nameHash(`user${index}`) % NAME_COLORS.length;
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  assertEquals(counts.size, NAME_COLORS.length);
  for (const count of counts.values()) assert(count > 50 && count < 200, `${count}`);
});

const STYLE: Style = { depth: "256", links: true, title: true, notify: "none", reflow: true };

Deno.test("paint: an old line dims what has no colour, so that names stay readable on black", () => {
  const spans: Span[] = [
    { text: "Furkan", role: "name" },
    { text: "Ali", role: "own" },
    { text: "selam", role: "said" },
  ];
  assertEquals(
    paint(spans, STYLE, true),
    "\x1b[1;38;5;169mFurkan\x1b[0m\x1b[1;38;5;28mAli\x1b[0m\x1b[2mselam\x1b[0m",
  );
});

Deno.test("paint: every piece ends what it begins", () => {
  const spans: Span[] = [
    { text: "Furkan", role: "name" },
    { text: " @ 1 >> ", role: "quiet" },
    { text: "see https://a.example/b.", role: "said" },
    { text: "", role: "error" },
    { text: "!", role: "error" },
  ];
  assertEquals(
    paint(spans, STYLE),
    "\x1b[1;38;5;169mFurkan\x1b[0m\x1b[2m @ 1 >> \x1b[0m" +
      "see \x1b]8;;https://a.example/b\x1b\\https://a.example/b\x1b]8;;\x1b\\." +
      "\x1b[38;5;160m!\x1b[0m",
  );
  assertEquals(
    paint(spans, { ...STYLE, depth: "none", links: false }),
    "\x1b[1mFurkan\x1b[0m\x1b[2m @ 1 >> \x1b[0msee https://a.example/b.!",
  );
  assertEquals(plainText(spans), "Furkan @ 1 >> see https://a.example/b.!");
  assertEquals(
    paint([{ text: "a", role: "said" }, { text: "b", role: "quiet" }], STYLE, true),
    "\x1b[2ma\x1b[0m\x1b[2mb\x1b[0m",
  );
});
