import { assert, assertEquals } from "@std/assert";
import { Editor, type EditorOptions, LONGEST_TEXT } from "../../../lib/ui/editor/editor.ts";
import { keysOf, pasted, Typist } from "../typist.ts";

/** Asserts the row that each sequence of keys leads to. */
function rows(cases: Readonly<Record<string, string>>, options?: EditorOptions): void {
  for (const [keys, row] of Object.entries(cases)) {
    assertEquals(new Typist(options).types(keys).drawn(), [row], keys);
  }
}

Deno.test("Editor: the cursor moves by characters, words and lines", () => {
  rows({
    "": "|> ‸|",
    "selam": "|> selam‸|",
    "selam<Left><Left>": "|> sel‸am|",
    "selam<C-b><C-b><C-f>": "|> sela‸m|",
    "selam<Home>": "|> ‸selam|",
    "selam<C-a><Right>": "|> s‸elam|",
    "selam<Home><End>": "|> selam‸|",
    "selam<Home><C-e>x": "|> selamx‸|",
    "<Left><Right><Home><End>a<Right>": "|> a‸|",
    "a ğşç, iki<C-Left>": "|> a ğşç, ‸iki|",
    "a ğşç, iki<A-b><A-b>": "|> a ‸ğşç, iki|",
    "a ğşç, iki<A-b><A-b><A-b><A-b>": "|> ‸a ğşç, iki|",
    "bir iki. üç<Home><C-Right><C-Right>": "|> bir iki‸. üç|",
    "bir iki. üç<Home><A-f><A-f><A-f><A-f>": "|> bir iki. üç‸|",
    "aé 陳👩‍👧🇹🇷x<Left><Left>": "|> aé 陳👩‍👧‸🇹🇷x|",
    "aé 陳👩‍👧🇹🇷x<Left><Left><Left>": "|> aé 陳‸👩‍👧🇹🇷x|",
    "aé陳<Left><Left>": "|> a‸é陳|",
    "👍🏽❤️1️⃣x<Left>": "|> 👍🏽❤️1️⃣‸x|",
  });
});

Deno.test("Editor: characters are deleted whole", () => {
  rows({
    "selam<Backspace>": "|> sela‸|",
    "selam<C-h>": "|> sela‸|",
    "selam<Home><Delete><C-d>": "|> ‸lam|",
    "<Backspace><Delete>": "|> ‸|",
    "👩‍👧<Backspace>": "|> ‸|",
    "🇹🇷🇩🇪<Backspace>": "|> 🇹🇷‸|",
    "aé<Backspace>": "|> a‸|",
    "👩‍👧a<Home><Delete>": "|> ‸a|",
    "한국<Backspace>": "|> 한‸|",
  });
});

Deno.test("Editor: text that was cut out can be put back", () => {
  rows({
    "bir iki<Home><C-k>": "|> ‸|",
    "bir iki<Home><C-k><C-y><C-y>": "|> bir ikibir iki‸|",
    "bir iki<C-u>": "|> ‸|",
    "bir iki<Left><C-u><C-e><C-y>": "|> ibir ik‸|",
    "bir iki-üç<C-w>": "|> bir ‸|",
    "bir iki-üç<A-Backspace>": "|> bir iki-‸|",
    "bir iki-üç<C-Backspace>": "|> bir iki-‸|",
    "bir iki  <C-w><C-w>x<C-y>": "|> xbir iki  ‸|",
    "bir iki<Home><A-d>": "|> ‸ iki|",
    "bir iki<Home><C-Delete><C-e><C-y>": "|> ikibir‸|".replace("iki", " iki"),
    "bir iki<Home><A-d><A-d><C-y>": "|> bir iki‸|",
    "bir<C-u>iki<C-u><C-y>": "|> iki‸|",
    "bir<C-u>iki<C-u><C-y><A-y>": "|> bir‸|",
    "bir<C-u>iki<C-u><C-y><A-y><A-y>": "|> iki‸|",
    "bir<C-u>x<A-y>": "|> x‸|",
    "<C-y>": "|> ‸|",
  });
});

Deno.test("Editor: Ctrl-T swaps neighbouring characters", () => {
  rows({
    "ab<C-t>": "|> ba‸|",
    "abc<Left><C-t>": "|> acb‸|",
    "abc<Left><Left><C-t>": "|> ba‸c|",
    "abc<Home><C-t>": "|> ‸abc|",
    "a<C-t>": "|> a‸|",
    "a👩‍👧<C-t>": "|> 👩‍👧a‸|",
  });
});

Deno.test("Editor: changes are undone a word at a time", () => {
  rows({
    "bir iki<C-_>": "|> bir ‸|",
    "bir iki<C-_><C-_>": "|> ‸|",
    "bir iki<C-_><C-_><C-_>": "|> ‸|",
    "bir iki<C-u><C-/>": "|> bir iki‸|",
    "bir iki<Home><C-k><C-y><C-_><C-_>": "|> ‸bir iki|",
    "abc<Backspace><Backspace><C-_>": "|> abc‸|",
    "abc<Left>d<C-_>": "|> ab‸c|",
    "ab<C-t><C-_>": "|> ab‸|",
  });
});

Deno.test("Editor: a text that is cleared can be restored", () => {
  const typist = new Typist().types("bir iki");
  typist.editor.clear();
  assertEquals(typist.drawn(), ["|> ‸|"]);
  assertEquals(typist.types("<C-_>").drawn(), ["|> bir iki‸|"]);
});

Deno.test("Editor: a text that is set replaces everything", () => {
  const typist = new Typist().types("bir");
  typist.editor.set("iki\tüç");
  assertEquals(typist.drawn(), ["|> iki    üç‸|"]);
  assertEquals(typist.types("<C-_>").drawn(), ["|> iki    üç‸|"]);
});

Deno.test("Editor: Enter sends the text and empties the editor", () => {
  const typist = new Typist().types("bir<Enter>iki<Left><Enter><Enter>");
  assertEquals(typist.sent, ["bir", "iki", ""]);
  assertEquals(typist.drawn(), ["|> ‸|"]);
  assertEquals(typist.types("<C-_>").drawn(), ["|> ‸|"]);
});

Deno.test("Editor: keys that it does not use are left to others", () => {
  const cases = ["<C-c>", "<C-z>", "<C-l>", "<C-d>", "<A-1>", "<A-Left>", "<PageUp>", "<Esc>"];
  for (const keys of cases) assertEquals(new Typist().types(keys).result, "unhandled", keys);
  const none = ["<Left>", "<Tab>", "<C-k>", "<Up>", "<C-y>", "<C-_>", "a<C-d>"];
  for (const keys of none) assertEquals(new Typist().types(keys).result, "none", keys);
});

Deno.test("Editor: Up and Down recall what was sent, and the unfinished text", () => {
  const typist = new Typist().types("bir<Enter>iki<Enter>iki<Enter><Enter>üç");
  const drawn = (keys: string) => typist.types(keys).drawn()[0];
  assertEquals(drawn("<Up>"), "|> iki‸|");
  assertEquals(drawn("<C-p>"), "|> bir‸|");
  assertEquals(drawn("<Up>"), "|> bir‸|");
  assertEquals(drawn("x<Down>"), "|> iki‸|");
  assertEquals(drawn("<C-n>"), "|> üç‸|");
  assertEquals(drawn("<Down>"), "|> üç‸|");
  assertEquals(drawn("<A-<>"), "|> birx‸|");
  assertEquals(drawn("<A->>"), "|> üç‸|");
  assertEquals(drawn("<Up><Up><Enter>"), "|> ‸|");
  assertEquals(typist.sent.at(-1), "birx");
  assertEquals(drawn("<Up><Up><Up>"), "|> bir‸|");
});

Deno.test("Editor: the oldest of the sent and cut texts is forgotten", () => {
  const typist = new Typist();
  for (let index = 0; index < 600; index++) typist.types(`${index}<Enter>`);
  assertEquals(typist.types("<A-<>").drawn(), ["|> 100‸|"]);
  typist.types("<C-u>");
  for (let index = 0; index < 20; index++) typist.types(`${index}<C-u>`);
  assertEquals(typist.types("<C-y><A-y>").drawn(), ["|> 18‸|"]);
  for (let index = 0; index < 14; index++) typist.types("<A-y>");
  assertEquals(typist.drawn(), ["|> 4‸|"]);
  assertEquals(typist.types("<A-y>").drawn(), ["|> 19‸|"]);
});

Deno.test("Editor: Ctrl-R ignores case, accents and normal forms", () => {
  const cases: [sent: string, query: string, at: number][] = [
    ["gel İstanbul", "istanbul", 4],
    ["ne ILIK bir gün", "ılık", 3],
    ["o cafe\u0301 mi", "CAFÉ", 2],
    ["Ａ１ tamam", "a1 ta", 0],
    ["한국어 좋다", "좋다", 4],
  ];
  for (const [sent, query, at] of cases) {
    const { searching } = new Typist().types(`${sent}<Enter><C-r>${query}`).editor;
    assertEquals([searching?.match, searching?.at], [sent, at], query);
  }
});

Deno.test("Editor: Ctrl-R finds what was sent", () => {
  const find = (keys: string) => {
    const typist = new Typist().types("bir elma<Enter>iki ELMA<Enter>üç armut<Enter>x");
    return [...typist.types(keys).drawn(), ...typist.sent.slice(3)];
  };
  const cases: Readonly<Record<string, readonly string[]>> = {
    "<C-r>": ["|search: ‸|"],
    "<C-r>elma": ['|search "elma": iki ‸ELMA|'],
    "<C-r>elma<C-r>": ['|search "elma": bir ‸elma|'],
    "<C-r>elma<C-r><C-r>": ['|search "elma": bir ‸elma|'],
    "<C-r>elma<C-r><C-s>": ['|search "elma": iki ‸ELMA|'],
    "<C-r>a": ['|search "a": üç ‸armut|'],
    "<C-r>ax<Backspace>": ['|search "a": üç ‸armut|'],
    "<C-r>zz": ['|not found "zz" ‸|'],
    "<C-r>elma<Esc>": ["|> x‸|"],
    "<C-r>elma<C-g>": ["|> x‸|"],
    "<C-r>elma<C-c>": ["|> x‸|"],
    "<C-r>zz<Left>": ["|> ‸x|"],
    "<C-r>elma<Left>": ["|> iki‸ ELMA|"],
    "<C-r>elma<Tab>": ["|> iki ‸ELMA|"],
    "<C-r>elma<C-e>!": ["|> iki ELMA!‸|"],
    "<C-r>elma<Tab><Up>": ["|> bir elma‸|"],
    "<C-r>elma<Tab><Down><Down>": ["|> x‸|"],
    "<C-r>elma<Enter>": ["|> ‸|", "iki ELMA"],
    "<C-r>zz<Enter>": ['|not found "zz" ‸|'],
  };
  for (const [keys, expected] of Object.entries(cases)) assertEquals(find(keys), expected, keys);
  assertEquals(new Typist().types("a<Enter><C-r>a").editor.searching?.match, "a");
});

const complete = (text: string, cursor: number) => {
  const from = text.slice(0, cursor).search(/\S*$/);
  const word = text.slice(from, cursor);
  const names = ["Furkan", "Fatma", "Gökçe"].filter((name) => name.startsWith(word));
  return {
    from,
    to: cursor,
    candidates: names.map((name) => from === 0 ? `${name}: ` : `${name} `),
  };
};

Deno.test("Editor: Tab completes, Tab again takes the next candidate, any other key goes on", () => {
  rows({
    "F<Tab>": "|> Furkan: ‸|",
    "F<Tab><Tab>": "|> Fatma: ‸|",
    "F<Tab><Tab><Tab>": "|> Furkan: ‸|",
    "F<Tab><S-Tab>": "|> Fatma: ‸|",
    "F<Tab>x<Tab>": "|> Furkan: x‸|",
    "F<Tab><Esc>": "|> F‸|",
    "F<Tab><Esc><Tab>": "|> Furkan: ‸|",
    "F<Tab><C-_>": "|> F‸|",
    "a F<Tab>": "|> a Furkan ‸|",
    "G<Tab><Tab>": "|> Gökçe: Furkan ‸|",
    "x<Tab>": "|> x‸|",
    "<S-Tab>": "|> ‸|",
  }, { complete });
});

Deno.test("Editor: rows end when they are full, whatever is in them", () => {
  const draw = (keys: string, width: number, prompt = "> ") =>
    new Typist().types(keys).drawn(width, prompt);
  assertEquals(draw("abcdefgh", 8), ["|> abcdef|", "|  gh‸|"]);
  assertEquals(draw("abcdef", 8), ["|> abcdef|", "|  ‸|"]);
  assertEquals(draw("abcdef<Left>", 8), ["|> abcde‸f|"]);
  assertEquals(draw("abcdefg<Left>", 8), ["|> abcdef|", "|  ‸g|"]);
  assertEquals(draw("陳陳陳", 7), ["|> 陳陳|", "|陳‸|"]);
  assertEquals(draw("陳陳陳<Left>", 8, "> "), ["|> 陳陳‸陳|"]);
  assertEquals(draw("a陳陳陳", 8), ["|> a陳陳|", "|  陳‸|"]);
  assertEquals(draw("abc", 4, "long prompt "), ["|long|", "| pro|", "|mpt |", "|abc‸|"]);
  assertEquals(draw("abc", 1, ""), ["|a|", "|b|", "|c|", "|‸|"]);
  assertEquals(draw("陳", 1, ""), ["|?|", "|‸|"]);
  assertEquals(draw("ab<A-Enter>c", 8), ["|> ab|", "|  c‸|"]);
  assertEquals(draw("ab<S-Enter><C-j>", 8), ["|> ab|", "|  |", "|  ‸|"]);
  assertEquals(draw("abcdef<A-Enter>g<Home><Left>", 8), ["|> abcdef|", "|  ‸|", "|  g|"]);
  assertEquals(draw("abcdef<A-Enter>g", 8), ["|> abcdef|", "|  g‸|"]);
});

Deno.test("Editor: a word that does not fit into a row begins the next one", () => {
  const draw = (keys: string, width: number, prompt = "> ") =>
    new Typist().types(keys).drawn(width, prompt);
  assertEquals(draw("bir iki üç", 9), ["|> bir |", "|  iki üç‸|"]);
  assertEquals(draw("bir iki üç<Home>", 9), ["|> ‸bir |", "|  iki üç|"]);
  assertEquals(draw("bir iki üç<C-Left><C-Left>", 9), ["|> bir |", "|  ‸iki üç|"]);
  assertEquals(draw("abcdef g", 8), ["|> abcdef|", "|   g‸|"]);
  assertEquals(draw("a bcdefghij", 8), ["|> a bcde|", "|  fghij‸|"]);
  assertEquals(draw("a 陳陳陳", 8), ["|> a 陳陳|", "|  陳‸|"]);
  assertEquals(draw("陳陳abc", 8), ["|> 陳陳|", "|  abc‸|"]);
});

Deno.test("Editor: a row leaves room for what some terminals draw wider", () => {
  // A family of three takes two columns here, and six on other terminals.
  assertEquals(new Typist().types("abc👩‍👧‍👦").drawn(9, ""), ["|abc👩‍👧‍👦‸|"]);
  assertEquals(new Typist().types("abcd👩‍👧‍👦").drawn(9, ""), ["|abcd|", "|👩‍👧‍👦‸|"]);
});

Deno.test("Editor: characters that are invisible or act on a terminal are replaced or dropped", () => {
  const shown = (text: string) => {
    const typist = new Typist();
    typist.editor.set(text);
    return typist.drawn(40, "")[0];
  };
  assertEquals(shown("a\u202eb\u200bc"), "|a\ufffdb\ufffdc‸|");
  assertEquals(shown("\u0301a"), "|\u25cc\u0301a‸|");
  assertEquals(shown("a\x1b[31mb\x07\x9b1mc"), "|abc‸|");
  assertEquals(shown("a\tb\u2028c\rd"), "|a    b c d‸|");
  assertEquals(new Typist().drawn(40, "a\x1b[31m\u202e> "), ["|a> ‸|"]);
});

Deno.test("Editor: Up and Down first move from row to row, and keep the column", () => {
  const typist = new Typist().types("eski<Enter>").types("abcdefghijkl");
  const drawn = (keys: string) => typist.types(keys).drawn(8);
  assertEquals(drawn(""), ["|> abcdef|", "|  ghijkl|", "|  ‸|"]);
  assertEquals(drawn("<Left><Left>"), ["|> abcdef|", "|  ghij‸kl|"]);
  assertEquals(drawn("<Up>"), ["|> abcd‸ef|", "|  ghijkl|"]);
  assertEquals(drawn("<Up>"), ["|> eski‸|"]);
  assertEquals(drawn("<Down>"), ["|> abcdef|", "|  ghijkl|", "|  ‸|"]);
  typist.editor.set("uzun satır\n\nson satır");
  assertEquals(typist.drawn(20), ["|> uzun satır|", "|  |", "|  son satır‸|"]);
  assertEquals(typist.types("<Up>").drawn(20), ["|> uzun satır|", "|  ‸|", "|  son satır|"]);
  assertEquals(typist.types("<Up>").drawn(20), ["|> uzun satı‸r|", "|  |", "|  son satır|"]);
  assertEquals(typist.types("<Down><Down>").drawn(20), [
    "|> uzun satır|",
    "|  |",
    "|  son satır‸|",
  ]);
});

Deno.test("Editor: rows that do not all fit scroll with the cursor", () => {
  const typist = new Typist().types("1<C-j>2<C-j>3<C-j>4<C-j>5");
  const drawn = (keys: string, rows: number) => typist.types(keys).drawn(10, "", rows);
  assertEquals(drawn("", 3), ["|3|", "|4|", "|5‸|"]);
  assertEquals(drawn("<Up>", 3), ["|3|", "|4‸|", "|5|"]);
  assertEquals(drawn("<Up><Up>", 3), ["|2‸|", "|3|", "|4|"]);
  assertEquals(drawn("<C-Home>", 3), ["|‸1|", "|2|", "|3|"]);
  assertEquals(drawn("", 5), ["|‸1|", "|2|", "|3|", "|4|", "|5|"]);
  assertEquals(drawn("<C-End>", 1), ["|5‸|"]);
  assertEquals(drawn("<Enter>", 3), ["|‸|"]);
  assertEquals(typist.sent, ["1\n2\n3\n4\n5"]);
});

Deno.test("Editor: lines within a text have their own start and end", () => {
  const typist = new Typist().types("bir<C-j>iki<Home>");
  const drawn = (keys: string) => typist.types(keys).drawn(20, "");
  assertEquals(drawn(""), ["|bir|", "|‸iki|"]);
  assertEquals(drawn("<C-k>"), ["|bir|", "|‸|"]);
  assertEquals(drawn("<C-u>"), ["|bir‸|"]);
  assertEquals(drawn("<C-y>"), ["|bir|", "|iki‸|"]);
  assertEquals(drawn("<Up><C-k>"), ["|bir‸iki|"]);
});

Deno.test("Editor: a pasted line is inserted at the cursor", () => {
  const cases: readonly (readonly [pasted: string, row: string])[] = [
    ["iki", "|> bir iki‸!|"],
    ["iki\n", "|> bir iki‸!|"],
    ["\n\niki\n \n", "|> bir iki‸!|"],
    ["iki ", "|> bir iki ‸!|"],
    ["a\tb", "|> bir a    b‸!|"],
    ["\x1b[31mred\x1b[0m\x07", "|> bir red‸!|"],
    ["a\u{e0f00}b", "|> bir a\ufffdb‸!|"],
  ];
  for (const [text, row] of cases) {
    const typist = new Typist().types("bir !<Left>").sends(pasted(text));
    assertEquals(typist.drawn(), [row], text);
    assertEquals(typist.editor.block, undefined);
    assertEquals(typist.types("<C-_>").drawn(), ["|> bir ‸!|"]);
  }
});

const FORTY = Array.from({ length: 40 }, (_, index) => `line ${index + 1}`).join("\n");

Deno.test("Editor: a paste of nothing but empty lines is ignored", () => {
  const typist = new Typist().types("bir").sends(pasted("\n \n"));
  assertEquals([typist.result, ...typist.drawn()], ["none", "|> bir‸|"]);
});

Deno.test("Editor: many pasted lines are one block to send or to drop", () => {
  const paste = (before: string, behind = "") =>
    new Typist().types(before).sends(pasted(`${FORTY}\n`)).types(behind);
  const typist = paste("");
  assertEquals(typist.editor.block, { lines: 40 });
  assertEquals(typist.drawn(), ["|> [40 lines: Enter sends, Esc drops]‸|"]);
  assertEquals(typist.types("<Enter>").sent, [FORTY]);
  assertEquals([typist.editor.text, typist.editor.block], ["", undefined]);
  assertEquals(typist.types("<Up>").drawn(20, "> ", 2), ["|  line 39|", "|  line 40‸|"]);

  const drawn = (behind: string) => paste("bak: ", behind).drawn(60);
  assertEquals(drawn(""), ["|> bak: [40 lines: Enter sends, Esc drops]‸|"]);
  assertEquals(drawn("<Esc>"), ["|> bak: ‸|"]);
  assertEquals(drawn("<Backspace>"), ["|> bak: ‸|"]);
  assertEquals(drawn("<Left>"), ["|> bak: ‸[40 lines: Enter sends, Esc drops]|"]);
  assertEquals(drawn(" tamam"), ["|> bak: [40 lines: Enter sends, Esc drops] tamam‸|"]);
  assertEquals(drawn(" tamam<Home><Esc>"), ["|> ‸bak:  tamam|"]);
  assertEquals(drawn("<Esc><C-_>"), ["|> bak: [40 lines: Enter sends, Esc drops]‸|"]);
  assertEquals(drawn("<C-u>x<C-y>"), ["|> xbak: [40 lines: Enter sends, Esc drops]‸|"]);
  assertEquals(paste("bak: ", " son<Enter>").sent, [`bak: ${FORTY} son`]);
  assertEquals(paste("").drawn(20), ["|> [40 lines: Enter |", "|  sends, Esc drops]‸|"]);
});

Deno.test("Editor: several blocks are sent in their places, even after they were cut out", () => {
  const typist = new Typist().sends(`${pasted("a\nb")}, ${pasted("c\nd")}`);
  assertEquals(typist.drawn(60), ["|> [2 lines], [2 lines: Enter sends, Esc drops]‸|"]);
  assertEquals(typist.types("<C-u><Enter>").sent, [""]);
  typist.sends(pasted("e\nf"));
  assertEquals(typist.types("<C-y><Enter>").sent.at(-1), "e\nfa\nb, c\nd");
});

Deno.test("Editor: a text has a maximum length, and the user is told so", () => {
  const editor = new Editor();
  const long = "x".repeat(LONGEST_TEXT - 2);
  assertEquals(editor.key({ kind: "text", text: long }), { kind: "changed" });
  assertEquals(editor.key({ kind: "text", text: "👩‍👧" }).kind, "changed");
  assertEquals(editor.text.length, LONGEST_TEXT - 2);
  assertEquals(editor.key({ kind: "paste", text: "ab\ncd", cut: false }), {
    kind: "changed",
    notice: `A message can have ${LONGEST_TEXT} characters at most; the rest was left out`,
  });
  assertEquals(editor.text.length, LONGEST_TEXT);
  const other = new Editor();
  const cut = other.key({ kind: "paste", text: "ab\ncd", cut: true });
  assert(cut.kind === "changed" && cut.notice !== undefined);
  other.key({ kind: "paste", text: `${"y".repeat(LONGEST_TEXT)}\n`, cut: false });
  const sent = other.key(keysOf("\r")[0]!);
  assert(sent.kind === "submit" && sent.text.length === LONGEST_TEXT);
});

Deno.test("Editor: a secret cannot be seen or recalled afterwards", () => {
  const secret = new Typist({ secret: true, complete });
  assertEquals(secret.types("şifre👩‍👧").drawn(40, "Password: "), ["|Password: ******‸|"]);
  assertEquals(secret.types("<Home><C-k><C-y>").drawn(), ["|> ‸|"]);
  assertEquals(secret.types("<C-_>").drawn(), ["|> ‸|"]);
  assertEquals(secret.types("F<Tab><C-r>").drawn(), ["|> *‸|"]);
  assertEquals(secret.sends(pasted("a\nb\n")).drawn(), ["|> ****‸|"]);
  assertEquals(secret.types("<Enter><Up><C-_><C-y>").drawn(), ["|> ‸|"]);
  assertEquals(secret.sent, ["Fa b"]);
});

Deno.test("Editor: an answer has one line", () => {
  const typist = new Typist({ single: true }).types("bir").sends(pasted("a\nb"));
  assertEquals(typist.drawn(), ["|> bira b‸|"]);
  assertEquals(typist.types("<A-Enter>").sent, ["bira b"]);
});

Deno.test("Editor: ten thousand characters are laid out and edited", () => {
  const typist = new Typist().types("ğüşiöç 陳 ".repeat(1_000)).types("<Home>x<End>y<Up><Up>");
  const { rows, cursor } = typist.editor.layout(80, "> ", 6);
  assertEquals(rows.length, 6);
  assert(cursor.row < 6 && cursor.column < 80);
  assertEquals(typist.types("<Enter>").sent[0]?.length, 9_002);
});
