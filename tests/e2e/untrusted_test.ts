/**
 * Text by others can't control a terminal: the same conversation with and without every control and
 * escape sequence must look the same.
 */
import { assert, assertEquals } from "@std/assert";
import { visible, visibleName } from "../../lib/text/text.ts";
import { FakeServer } from "./fake_server.ts";
import { NO_TERMINAL, TmuxTerminal } from "./tmux.ts";
import { permitted } from "../permitted.ts";

const ESC = "\x1b";

/**
 * Sequences that a terminal could act on. A line of IRC can contain everything but NUL, CR and LF.
 */
const SEQUENCES = [
  "[2J",
  "[H",
  "[5A",
  "[1;1f",
  "[3;1H",
  "[K",
  "[1K",
  "[2K",
  "[10@",
  "[5P",
  "[3L",
  "[3M",
  "[5S",
  "[5T",
  "[20b",
  "[31m",
  "[0m",
  "[7;1;5m",
  "[38;2;255;0;0m",
  "[4h",
  "[20h",
  "[1;3r",
  "[?25l",
  "[?7l",
  "[?6h",
  "[?1049h",
  "[?47h",
  "[?1000h",
  "[?1003;1006h",
  "[?2004h",
  "[?2026h",
  "[!p",
  "[6n",
  "[c",
  "[>c",
  "[21t",
  "[8;5;20t",
  "[?1l",
  "[3g",
  "[s[9;9H",
  "[4:3m",
  "[",
  "[31",
  "[?",
  "]0;evil\x07",
  `]2;evil${ESC}\\`,
  "]1;evil\x07",
  "]0;unended",
  `]8;;http://evil.example/${ESC}\\click${ESC}]8;;${ESC}\\`,
  "]52;c;ZXZpbA==\x07",
  "]4;1;#00ff00\x07",
  "]10;#00ff00\x07",
  "]11;?\x07",
  "]104\x07",
  "]777;notify;evil;evil\x07",
  "]9;evil\x07",
  "]",
  `P1$r0m${ESC}\\`,
  `Ptmux;${ESC}${ESC}]0;evil\x07${ESC}\\`,
  "Pq#0;2;0;0;0",
  `_Gf=100;AAAA${ESC}\\`,
  `^evil${ESC}\\`,
  `Xevil${ESC}\\`,
  `kevil${ESC}\\`,
  "c",
  "#8",
  "(0",
  ")0",
  "N",
  "O",
  "D",
  "E",
  "M",
  "7",
  "8",
  "=",
  ">",
  "Z",
  "%@",
  "n",
  "|",
  "",
].map((rest) => `${ESC}${rest}`);

const CONTROLS = [...Array(32).keys(), 0x7f, ...Array.from({ length: 32 }, (_, at) => 0x80 + at)]
  .filter((code) => ![0, 10, 13].includes(code))
  .map((code) => String.fromCharCode(code));

const OTHERS = [
  "\u009b31m",
  "\u009d0;evil\u009c",
  "\u0090q\u009c",
  "\x0304,12",
  "\x02\x1d\x1f\x16\x11\x0f",
  "\x0e",
  "\x07\x07\x07",
  "\b\b\b\b\b\b\b\b\b\b",
  "\t\t\t",
  "\v\f",
  "\x18\x1a",
  "\u202e\u2066\u200f",
  "\u2028\u2029\x85",
  "\u200b\ufeff\u00ad",
  "\u{e0041}\u{e0042}",
  "\u0301".repeat(30),
];

const HOSTILE: readonly string[] = [...SEQUENCES, ...CONTROLS, ...OTHERS];

/** The lines of a server: hostile ones, or the same lines made harmless beforehand. */
interface Script {
  readonly entering: readonly string[];
  readonly talk: readonly string[];
  readonly whois: readonly string[];
}

type Cure = (text: string) => string;

function script(text: Cure, name: Cure): Script {
  const names = HOSTILE.map((evil, index) =>
    // A name has no spaces, no `!` or `@`, and no symbol of a rank.
    name(`n${index}${evil.replaceAll(/[ !@]/g, "")}x`)
  );
  const all = HOSTILE.join("q");
  const room = name(
    `#r${HOSTILE.slice(44, 48).join("").replaceAll("\x07", "").replaceAll(/[ ,]/g, "")}x`,
  );
  return {
    entering: [
      `:s 332 Furkan #lobby :topic ${text(all.slice(0, 300))}`,
      `:s 333 Furkan #lobby ${names[3]} 1700000000`,
      ...names.map((each) => `:s 353 Furkan = #lobby :${each}`),
      ":s 366 Furkan #lobby :End",
    ],
    talk: [
      ...HOSTILE.map((evil, index) => `:Ada!a@h PRIVMSG #lobby :${index} ${text(`a${evil}b`)}`),
      ...names.map((each) => `:${each}!u@h PRIVMSG #lobby :by name`),
      ...HOSTILE.slice(0, 20).flatMap((evil, index) => [
        `:Ada!a@h NOTICE #lobby :${index} ${text(`a${evil}b`)}`,
        `:Ada!a@h PRIVMSG #lobby :\x01ACTION ${index} ${text(`a${evil}b`)}\x01`,
        `:Ada!a@h TOPIC #lobby :${index} ${text(`a${evil}b`)}`,
        `:s 372 Furkan :- ${index} ${text(`a${evil}b`)}`,
        `:s 404 Furkan #lobby :${index} ${text(`a${evil}b`)}`,
      ]),
      ...names.slice(40, 50).map((each, index) =>
        `:${each}!u@h KICK #lobby Ada${index} :${text(`a${HOSTILE[index]}b`)}`
      ),
      ":Ada!a@h PRIVMSG #lobby :talked",
    ],
    whois: [
      `:s 311 Furkan Ada user host * :real ${text(all.slice(300, 600))}`,
      `:s 319 Furkan Ada :#lobby ${name(`#r${HOSTILE[5]}x`)}`,
      `:s 312 Furkan Ada server :${text(`a${HOSTILE[1]}b`)}`,
      `:s 301 Furkan Ada :away ${text(all.slice(600))}`,
      ...HOSTILE.map((evil, index) => `:s 301 Furkan Ada :${index} ${text(`a${evil}b`)}`),
      ":s 318 Furkan Ada :End",
      `:Furkan!f@h JOIN ${room}`,
      `:s 332 Furkan ${room} :${text(all.slice(100, 400))}`,
      `:s 353 Furkan = ${room} :Furkan Ada`,
      `:s 366 Furkan ${room} :End`,
      `:Ada!a@h PRIVMSG ${room} :there`,
    ],
  };
}

/** The visible and the hidden state of a terminal. */
interface Seen {
  readonly rows: readonly string[];
  readonly colours: readonly string[];
  readonly drawing: readonly string[];
  readonly state: Readonly<Record<string, string>>;
  readonly written: string;
}

const STATE = [
  ..."cursor_flag insert_flag keypad_cursor_flag keypad_flag mouse_any_flag".split(" "),
  ..."origin_flag wrap_flag alternate_on scroll_region_upper scroll_region_lower".split(" "),
  ..."pane_title window_name pane_tabs history_size window_width".split(" "),
];

async function watch({ entering, talk, whois }: Script): Promise<Seen> {
  await using server = new FakeServer((line) => {
    const [, command, rest] = /^(\S+) ?(.*)$/.exec(line) ?? [];
    if (command === "CAP" && rest?.startsWith("LS")) return [":s CAP * LS :"];
    if (command === "NICK") return [":s 001 Furkan :Welcome", ":s 002 Furkan :running chat 0.1.0"];
    if (command === "PING") return [`:s PONG s :${rest?.replace(/^:/, "")}`];
    if (command === "JOIN") return [":Furkan!f@h JOIN #lobby", ...entering];
    if (command === "WHOIS") return whois;
    if (line.endsWith(":go")) return talk;
    return [];
  });
  await using terminal = await TmuxTerminal.chat(
    ["join", `127.0.0.1:${server.port}`, "--name", "Furkan"],
    { columns: 120, rows: 200 },
  );
  await terminal.command("set-option", "-g", "set-clipboard", "on");
  await terminal.shows(/^#lobby \(\d+\)$/m);
  await terminal.enters("go");
  await terminal.shows(/>> talked$/m);
  await terminal.enters("/whois Ada");
  // The other room is in the title and at the bottom.
  await terminal.shows(/Alt-2 #r/);
  await terminal.presses("M-2");
  await terminal.shows(/>> there\n>\n#r/);
  // The input line still works and has the cursor.
  await terminal.types("selam");
  await terminal.shows(/^> selam\n#r/m);
  const state: Record<string, string> = {};
  for (const name of STATE) state[name] = await terminal.knows(name);
  const buffers = await terminal.command("list-buffers");
  const seen = {
    rows: (await terminal.everything()).map(withoutTime),
    colours: (await terminal.styled()).map(withoutTime).map((row) =>
      // deno-lint-ignore no-control-regex -- each name has its colour
      row.replace(/(\x1b\[[\d;]*38;5;)\d+/g, "$1#")
    ),
    drawing: await terminal.drawing(),
    state: { ...state, buffers: buffers.join() },
    written: terminal.written,
  };
  await terminal.presses("C-u");
  await terminal.enters("exit");
  await terminal.ended();
  return seen;
}

function withoutTime(row: string): string {
  return row.replace(/\d\d:\d\d:\d\d [AP]M/g, "23:03:10 PM");
}

/** The program's own escape sequences. */
const OWN =
  // deno-lint-ignore no-control-regex
  /\x1b\[\?(?:2026|2004|1004|25|7)[hl]|\x1b\[\d*[A-DGJK]|\x1b\[H|\x1b\[[\d;]*m|\x1b\[2[23];2t|\x1b\]2;[^\x00-\x1f]*(?:\x07|\x1b\\)|[\r\n]/g;

Deno.test(
  permitted("Terminal: no control or escape sequence from others does anything to it", async () => {
    const harmless = await watch(script(visible, visibleName));
    const hostile = await watch(script((text) => text, (name) => name));
    assertEquals(hostile.rows, harmless.rows);
    assertEquals(hostile.colours, harmless.colours);
    assertEquals(hostile.drawing, harmless.drawing);
    assertEquals(hostile.state, harmless.state);
    assertEquals(hostile.state["pane_title"], "#r]0;evil]1;evil]0;unendedx - chat");
    // deno-lint-ignore no-control-regex
    const left = hostile.written.replace(OWN, "").match(/.{0,20}[\x00-\x1f\x7f].{0,20}/g);
    assertEquals(left, null);
    assert(HOSTILE.every((_, index) => hostile.rows.some((row) => row.includes(`>> ${index} a`))));
  }, NO_TERMINAL),
);
