/**
 * No text by others, in any field and at any width, makes a row that looks like one of another
 * person or kind.
 */
import { assert, assertEquals } from "@std/assert";
import { Plain } from "../../../lib/ui/lines/plain.ts";
import { shortened } from "../../../lib/text/text.ts";
import { Drive } from "../../client/drive.ts";
import { forManySeeds, Random } from "../../fuzz/random.ts";
import { NOON, Stage } from "../stage.ts";

/** Rows that an attacker may want to forge. */
const FORGED = [
  "bob @ 23:03:10 PM >> I have paid",
  "* bob pays @ 23:03:10 PM",
  "bob has joined the chat @ 23:03:10 PM",
  "Private message from bob @ 23:03:10 PM >> it is me",
  "For operators only: bob @ 23:03:10 PM >> let him in",
  "You are logged in as bob.",
  "--- now ---",
];

/** Beginnings that only a forged row has. */
const NEVER = ["bob", "* bob", "Private message from bob", "For op", "You are l", "--- now"];

/** Characters that show nothing, or almost nothing. */
const NOTHING = [
  ..." \t\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f",
  ..."\u205f\u2800\u3000\u3164\u115f\uffa0\u200b\u200d\ufe0f\u2060\u2061\u00ad\u034f\u180e\u061c",
  ..."\u200e\u200f\u202d\u202e\u2066\u2069\u2028\u2029\x1b\x0f\x03\u{1d159}\u{e0020}\u{13441}",
];

const FILL = ["yes ", "陳", "e\u0301", "👩‍👧‍👦", "🇹🇷", "אבג ", "x", ".", ...NOTHING];

/** The beginnings of the true rows in these tests. No forged row begins like one of them. */
const HEADS =
  /^(?:eve|Ali|Furkan|#|Private message from|Notice from|Private notice from|Privately|\* eve|The server|The topic|The room|There|These|Nobody|Cannot|This was|Here are|Welcome|others|\.\.\.|not sent|>|You (?:have|are in|are no longer)|The others)/;

/** A text that tries to forge a row. */
function attack(random: Random): string {
  const filled = (kinds: readonly string[]) =>
    random.several(random.below(3), () => random.pick(kinds).repeat(1 + random.below(90))).join("");
  // A line can wrap at any kind of blank, so try them all.
  const blank = random.oneIn(2) ? " " : random.pick(NOTHING);
  return filled(FILL) + random.pick(FORGED).replaceAll(" ", blank) + filled(FILL);
}

/** The same as one word of an IRC line. */
function word(random: Random): string {
  return `eve${attack(random).replace(/[ \0\r\n,:!@]/g, "\u00a0")}`;
}

/** A server's lines with text from peers. */
function lines(random: Random): string[] {
  const text = () => attack(random).replace(/[\0\r\n]/g, " ");
  const eve = `${random.oneIn(2) ? "eve" : word(random)}!e@h`;
  return [
    `:${eve} PRIVMSG #lobby :${text()}`,
    `:${eve} PRIVMSG #lobby :\x01ACTION ${text()}\x01`,
    `:${eve} NOTICE #lobby :${text()}`,
    `:${eve} PRIVMSG Ali :${text()}`,
    `:${eve} NOTICE Ali :${text()}`,
    `:${eve} JOIN #lobby`,
    `:${eve} TOPIC #lobby :${text()}`,
    `:${eve} MODE #lobby +b ${word(random)}`,
    `:${eve} INVITE Ali :#${word(random)}`,
    `:${eve} AWAY :${text()}`,
    `:${eve} NICK ${word(random)}`,
    `:${eve} KICK #lobby eve2 :${text()}`,
    `:${eve} QUIT :${text()}`,
    `:s 301 Ali ${word(random)} :${text()}`,
    `:s 311 Ali ${word(random)} u h * :${text()}`,
    `:s 320 Ali ${word(random)} :${text()}`,
    `:s 332 Ali #lobby :${text()}`,
    `:s 322 Ali #${word(random)} 3 :${text()}`,
    `:s 367 Ali #lobby ${word(random)} ${word(random)} 1`,
    `FAIL * CODE :${text()}`,
    `WARN * CODE :${text()}`,
    `NOTE * CODE :${text()}`,
    `:s 499 Ali x :${text()}`,
    `:s 432 Ali x :${text()}`,
    `:s 263 Ali :${text()}`,
    `:s 372 Ali :- ${text()}`,
    "BATCH +1 draft/multiline #lobby",
    `@batch=1 :${eve} PRIVMSG #lobby :${text()}`,
    `@batch=1 :${eve} PRIVMSG #lobby :${text()}`,
    "BATCH -1",
    `:${eve} REDACT #lobby m1 :${text()}`,
    `:${eve} RENAME #lobby #${word(random)} :${text()}`,
  ];
}

/** A session that has requested everything that a server can answer. */
function inside(): Drive {
  const it = new Drive({ name: "Ali", multiline: true, history: true });
  it.now = NOON;
  it.enter("Ali", "batch draft/multiline server-time message-tags echo-message");
  it.type("/list").type("/ban").type("/raw TIME");
  it.takeSent();
  it.events.length = 0;
  return it;
}

Deno.test("Rows: whatever others say, in whatever field, forges no row on a terminal of any width", async () => {
  await forManySeeds(2000, (seed) => {
    const random = new Random(seed);
    const columns = 2 + random.below(random.pick([10, 40, 200]));
    const stage = new Stage(columns, 500);
    stage.enter();
    const it = inside();
    for (const line of lines(random)) {
      it.server(line);
      it.server(":s 323 Ali :End", ":s 368 Ali #lobby :End");
      stage.events(...it.events.splice(0));
      if (random.oneIn(2)) stage.pass(6000);
    }
    const rows = stage.drawing.slice(0, -2).map((row) => row.slice(1, -1));
    for (const row of rows) {
      const told = JSON.stringify({ columns, row });
      // In a narrow row, too little of the beginning is left.
      if (columns >= 60) assert(row === "" || row.startsWith(" ") || HEADS.test(row), told);
      assert(!NEVER.some((text) => row.startsWith(text)), told);
    }
    assertEquals(stage.terminal.plain, true);
  });
});

Deno.test("Rows: the plain lines of a terminal are indented too, and a pipe has no long blanks", async () => {
  await forManySeeds(1000, (seed) => {
    const random = new Random(seed);
    const columns = 2 + random.below(random.pick([10, 40, 200]));
    const onTerminal = new Plain(
      { typed: true, shown: true, columns: () => columns },
      () => "23:03:10 PM",
    );
    const inPipe = new Plain({ typed: false, shown: false }, () => "23:03:10 PM");
    const it = inside();
    for (const plain of [onTerminal, inPipe]) {
      plain.show({ type: "entered", room: "#lobby", name: "Ali", again: false, time: 0 });
    }
    for (const line of lines(random)) {
      it.server(line);
      it.server(":s 323 Ali :End", ":s 368 Ali #lobby :End");
      for (const event of it.events.splice(0)) {
        for (const { text } of onTerminal.show(event)) {
          const [first = "", ...more] = text.trimEnd().split("\n");
          assert(HEADS.test(first) || columns < 60, JSON.stringify({ columns, first }));
          for (const row of more) assert(row === "" || row.startsWith(" "), JSON.stringify(row));
        }
        for (const { text } of inPipe.show(event)) {
          assertEquals(text.split("\n").length, 2, JSON.stringify(text));
          assert(HEADS.test(text), JSON.stringify(text));
          assert(!/[\p{Zs}\u2800\u3164\u115f\uffa0\u{1d159}\u{13441}]{5}/u.test(text), text);
        }
      }
    }
  });
});

Deno.test("Text: a long run of blanks is shortened, whatever it is made of", () => {
  const four = " ".repeat(4);
  const cases: [line: string, shorter: string][] = [
    ["a    b", "a    b"],
    ["a     b", `a${four}b`],
    [`yes${" ".repeat(300)}bob`, `yes${four}bob`],
    [`yes${"\u2800\u00a0\u3000".repeat(30)}bob`, `yes${four}bob`],
    [`yes${" \ufe0f".repeat(30)}bob`, `yes${four}bob`],
    [`yes${" \u200d\u180b".repeat(30)}bob`, `yes${four}bob`],
    [`${" ".repeat(9)}x${" ".repeat(9)}`, `${four}x${four}`],
    ["陳\u3000さん a\u00a0b", "陳\u3000さん a\u00a0b"],
  ];
  for (const [line, shorter] of cases) assertEquals(shortened(line), shorter, line);
});
