import { assert, assertEquals } from "@std/assert";
import { Editor, type EditorLayout, LONGEST_TEXT } from "../../../lib/ui/editor/editor.ts";
import { type Key, KeyReader } from "../../../lib/ui/terminal/key_parser.ts";
import { graphemes } from "../../../lib/text/graphemes.ts";
import { visible } from "../../../lib/text/text.ts";
import { displayWidth } from "../../../lib/text/width.ts";
import { forManySeeds, Random } from "../../fuzz/random.ts";
import { bytesFor, keysOf, pasted, splitAt } from "../typist.ts";

/** A model of the line editor, as simple as can be. */
class Model {
  text = "";
  cursor = 0;

  /** All places between graphemes. */
  get places(): number[] {
    const found = [0];
    for (const grapheme of graphemes(this.text)) found.push(found.at(-1)! + grapheme.length);
    return found;
  }

  get left(): number {
    return this.places.findLast((place) => place < this.cursor) ?? 0;
  }

  get right(): number {
    return this.places.find((place) => place > this.cursor) ?? this.text.length;
  }

  get start(): number {
    return this.text.slice(0, this.cursor).search(/[^\n]*$/);
  }

  get end(): number {
    return this.cursor + this.text.slice(this.cursor).search(/\n|$/);
  }

  /** The start of the word that ends at the cursor, with the spaces behind it. */
  get word(): number {
    let at = this.cursor;
    while (at > 0 && /\s/.test(this.text[at - 1]!)) at--;
    while (at > 0 && !/\s/.test(this.text[at - 1]!)) at--;
    return this.near(at);
  }

  near(at: number): number {
    return this.places.find((place) => place >= at) ?? this.text.length;
  }

  put(from: number, to: number, text: string): void {
    this.text = this.text.slice(0, from) + text + this.text.slice(to);
    this.cursor = this.near(from + text.length);
  }
}

/** The effect of keys on the model. */
const MODELLED: Readonly<Record<string, (model: Model) => void>> = {
  Left: (model) => model.cursor = model.left,
  Right: (model) => model.cursor = model.right,
  "C-b": (model) => model.cursor = model.left,
  "C-f": (model) => model.cursor = model.right,
  Home: (model) => model.cursor = model.start,
  "C-a": (model) => model.cursor = model.start,
  End: (model) => model.cursor = model.end,
  "C-e": (model) => model.cursor = model.end,
  "C-Home": (model) => model.cursor = 0,
  "C-End": (model) => model.cursor = model.text.length,
  Backspace: (model) => model.put(model.left, model.cursor, ""),
  "C-h": (model) => model.put(model.left, model.cursor, ""),
  Delete: (model) => model.put(model.cursor, model.right, ""),
  "C-d": (model) => model.put(model.cursor, model.right, ""),
  "C-w": (model) => model.put(model.word, model.cursor, ""),
  "C-k": (model) => model.put(model.cursor, model.end > model.cursor ? model.end : model.right, ""),
  "C-u": (model) =>
    model.put(model.start < model.cursor ? model.start : model.left, model.cursor, ""),
  "A-Enter": (model) => model.put(model.cursor, model.cursor, "\n"),
  "C-j": (model) => model.put(model.cursor, model.cursor, "\n"),
  Enter: (model) => model.put(0, model.text.length, ""),
};

/** Keys that are not modelled, after which only the invariants are checked. */
const OTHERS = [
  ..."C-Left C-Right A-b A-f A-d A-Backspace C-y A-y C-t C-_ Up Down C-p C-n".split(" "),
  ..."Tab S-Tab Esc A-< A-> PageUp C-l".split(" "),
];

const PIECES = [
  ..."abcABC 012.,:!/#",
  ..."ğİı陳한ก็",
  ..."é 👩‍👧 👍🏽 🇹🇷 ❤️ 1️⃣ नि क्‍ष سلام".split(" "),
  ..."\u0301\u200d\u{1f3fd}\u202e\u200b\ufffd",
  "selam",
  "iki kelime",
];

const JOINER = "\u200d";

const complete = (text: string, cursor: number) => ({
  from: text.lastIndexOf(" ", cursor - 1) + 1,
  to: cursor,
  candidates: ["Furkan: ", "陳 ", "👩‍👧 "],
});

/** A name, the bytes to send, and their effect on the model. */
interface Deed {
  readonly name: string;
  readonly bytes: string;
  readonly model?: (model: Model) => void;
}

function deed(random: Random): Deed {
  const chance = random.below(20);
  if (chance < 9) {
    const text = random.pick(PIECES);
    const name = JSON.stringify(text);
    // These may combine with the character before them.
    if (/^[\p{M}\u200d\p{Emoji_Modifier}]/u.test(text)) return { name, bytes: text };
    const model = (model: Model) =>
      graphemes(text).forEach((each) => model.put(model.cursor, model.cursor, each));
    return { name, bytes: text, model };
  }
  if (chance < 15) {
    const name = random.pick(Object.keys(MODELLED));
    return { name: `<${name}>`, bytes: bytesFor(name), model: MODELLED[name]! };
  }
  if (chance < 19) {
    const name = random.pick(OTHERS);
    return { name: `<${name}>`, bytes: bytesFor(name) };
  }
  if (random.oneIn(2)) {
    const name = random.pick(["C-r", "C-s"]);
    const query = random.pick(PIECES);
    return { name: `<${name}>${JSON.stringify(query)}`, bytes: bytesFor(name) + query };
  }
  const text = random.several(random.below(4), () => random.pick(PIECES)).join("\n");
  return { name: `paste ${JSON.stringify(text)}`, bytes: pasted(text) };
}

/** A piece of the text as rows show it, without line ends. */
function shown(text: string, last: string | undefined): string {
  return graphemes(text).map((grapheme) => {
    const code = grapheme.codePointAt(0)!;
    if (grapheme === "\n") return "";
    if (grapheme === last) return "[# lines: Enter sends, Esc drops]";
    if (code >= 0xe0f00 && code <= 0xe0fff) return "[# lines]";
    const harmless = visible(grapheme);
    if (/^[\p{M}\p{Emoji_Modifier}\u200d]/u.test(harmless)) return `\u25cc${harmless}`;
    return displayWidth(harmless) > 0 ? harmless : "\ufffd";
  }).join("");
}

/** Checks the invariants. */
function check(editor: Editor, width: number, prompt: string, most: number): void {
  const { text, cursor } = editor;
  assert(text.length <= LONGEST_TEXT);
  assert(!/[^\P{Cc}\n]/u.test(text), "a control character in the text");
  const places = new Set([0]);
  let at = 0;
  for (const grapheme of graphemes(text)) places.add(at += grapheme.length);
  assert(places.has(cursor), `the cursor is within a character, at ${cursor}`);

  const full = editor.layout(width, prompt, Infinity);
  const some = editor.layout(width, prompt, most);
  for (const { rows, cursor } of [full, some]) {
    for (const row of rows) {
      assert(displayWidth(row) <= width, `|${row}| is wider than ${width}`);
      assert(!/\p{Cc}/u.test(row));
    }
    assert(cursor.column < width && cursor.row < rows.length && cursor.row >= 0);
  }
  assertEquals(editor.layout(width, prompt, most), some, "drawn again it looks different");
  assertEquals(some.rows.length, Math.min(most, full.rows.length));
  const top = full.cursor.row - some.cursor.row;
  assertEquals(full.rows.slice(top, top + most), some.rows);
  assertEquals(full.cursor.column, some.cursor.column);
  if (editor.searching === undefined) checkRows(editor, full, width, prompt);
}

/** Checks that the rows show the text, with the cursor in its place. */
function checkRows(editor: Editor, { rows, cursor }: EditorLayout, width: number, prompt: string) {
  const indent = prompt.length <= width / 4 ? prompt.length : 0;
  // A grapheme that is wider than the row is shown as "?".
  if (graphemes(editor.text).some((each) => displayWidth(shown(each, "")) > width - 8)) return;
  const bare = rows.map((row, index) => index === 0 ? row : row.slice(indent));
  const counted = (text: string) => text.replace(/\[\d+ lines/g, "[# lines");
  const last = /.*([\u{e0f00}-\u{e0fff}])/su.exec(editor.text)?.[1];
  assertEquals(counted(bare.join("")), prompt + shown(editor.text, last));
  const [before] = splitAt(rows[cursor.row]!, cursor.column);
  const until = [...bare.slice(0, cursor.row), cursor.row === 0 ? before : before.slice(indent)];
  assertEquals(
    counted(until.join("")),
    prompt + shown(editor.text.slice(0, editor.cursor), last),
    "the cursor is drawn elsewhere than it is",
  );
}

/** Feeds keys, and remembers what is sent. */
function feed(editor: Editor, keys: readonly Key[], sent: string[]): void {
  for (const key of keys) {
    const result = editor.key(key);
    if (result.kind !== "submit") continue;
    sent.push(result.text);
    editor.remember(result.text);
  }
}

Deno.test("Editor: text, cursor and rows agree with each other and a model, whatever is typed", async () => {
  await forManySeeds(1500, (seed) => {
    const random = new Random(seed);
    const editor = new Editor({ complete });
    const model = new Model();
    const done: string[] = [];
    let joins = false;
    for (let count = random.below(80); count > 0; count--) {
      const { name, bytes, model: step } = deed(random);
      // After a joiner, the other half of an emoji may follow, which the model can't handle.
      const known = step !== undefined && editor.searching === undefined && !joins;
      joins = bytes === JOINER || joins && name.startsWith("<");
      done.push(name);
      try {
        feed(editor, keysOf(bytes), []);
        if (known) step(model);
        else [model.text, model.cursor] = [editor.text, editor.cursor];
        assertEquals([editor.text, editor.cursor], [model.text, model.cursor]);
        const prompt = random.pick(["", "> ", "Furkan> "]);
        check(editor, random.below(40) + 3, prompt, random.below(6) + 1);
      } catch (error) {
        throw new Error(`after ${done.join(" ")}`, { cause: error });
      }
    }
  });
});

Deno.test("Editor: every change to a text can be undone, step by step", async () => {
  await forManySeeds(500, (seed) => {
    const random = new Random(seed);
    const editor = new Editor({ complete });
    const seen = new Set([""]);
    for (let count = random.below(60); count > 0; count--) {
      const { name, bytes } = deed(random);
      if (name === "<Enter>") continue;
      feed(editor, keysOf(bytes), []);
      if (editor.searching === undefined) seen.add(editor.text);
    }
    feed(editor, keysOf(`${bytesFor("C-g")}${bytesFor("Left")}`), []);
    for (let steps = 0; editor.key(keysOf("\x1f")[0]!).kind === "changed"; steps++) {
      assert(steps < 1000, "it never ends");
      check(editor, 30, "> ", 5);
    }
    assertEquals(editor.text, "");
  });
});

Deno.test("Editor: the result is the same however the bytes were split over reads", async () => {
  await forManySeeds(500, (seed) => {
    const random = new Random(seed);
    // A tab means something else when text follows it in the same read.
    const deeds = random.several(random.below(60), () => deed(random))
      .filter(({ bytes }) => bytes !== "\t");
    const bytes = new TextEncoder().encode(deeds.map((each) => each.bytes).join(""));
    const results = [false, true].map((split) => {
      const editor = new Editor({ complete });
      const reader = new KeyReader();
      const sent: string[] = [];
      for (let at = 0; at < bytes.length;) {
        const size = split ? random.below(5) + 1 : bytes.length;
        feed(editor, reader.push(bytes.slice(at, at + size)), sent);
        at += size;
      }
      feed(editor, reader.flush(), sent);
      return { sent, text: editor.text, cursor: editor.cursor, rows: editor.layout(30, "> ", 9) };
    });
    assertEquals(results[1], results[0], deeds.map(({ name }) => name).join(" "));
  });
});
