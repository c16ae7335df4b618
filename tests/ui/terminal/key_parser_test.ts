import { assert, assertEquals } from "@std/assert";
import { type Key, KeyReader, LONGEST_PASTE } from "../../../lib/ui/terminal/key_parser.ts";
import { Random, SEED } from "../../fuzz/random.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** A short description of a key: `ctrl+left`, `"text"`, `paste "text"`. */
function shown(key: Key): string {
  switch (key.kind) {
    case "text":
      return JSON.stringify(key.text);
    case "paste":
      return `paste${key.cut ? " (cut)" : ""} ${JSON.stringify(key.text)}`;
    case "focus":
      return key.focused ? "focus" : "blur";
    case "key":
      return `${key.ctrl ? "ctrl+" : ""}${key.alt ? "alt+" : ""}${
        key.shift ? "shift+" : ""
      }${key.name}`;
    default:
      return key satisfies never;
  }
}

/** Joins consecutive texts, which reads may have split. */
function joined(keys: readonly Key[]): Key[] {
  const found: Key[] = [];
  for (const key of keys) {
    const last = found.at(-1);
    if (key.kind === "text" && last?.kind === "text") {
      found.splice(-1, 1, { kind: "text", text: last.text + key.text });
    } else found.push(key);
  }
  return found;
}

/** Parses bytes that are read in pieces of `size`, with a timeout at the end. */
function read(bytes: Uint8Array, size = bytes.length): string {
  const reader = new KeyReader();
  const keys: Key[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    keys.push(...reader.push(bytes.slice(at, at + size)));
  }
  return joined([...keys, ...reader.flush()]).map(shown).join(" ");
}

/** Bytes and their keys. `^[` stands for Esc. */
const CASES: readonly (readonly [bytes: string, keys: string])[] = [
  ["selam", '"selam"'],
  ["ağ 👩‍👧 陳", '"ağ 👩‍👧 陳"'],
  ["a\r", '"a" enter'],
  ["\n\t\x7f\x08", "ctrl+j tab backspace ctrl+h"],
  [
    "\x01\x05\x1a\x1c\x1d\x1e\x1f\x00",
    "ctrl+a ctrl+e ctrl+z ctrl+\\ ctrl+] ctrl+^ ctrl+_ ctrl+space",
  ],
  ["^[", "escape"],
  ["^[^[", "escape escape"],
  ["^[b^[F^[1^[.^[ ", "alt+b alt+shift+f alt+1 alt+. alt+space"],
  ["^[ğ", "alt+ğ"],
  ["^[\r^[\n^[\x7f^[\x08^[\x19", "alt+enter ctrl+alt+j alt+backspace ctrl+alt+h ctrl+alt+y"],
  ["a\u2028b", '"a b"'],
  // xterm, VTE, Konsole, Windows Terminal, iTerm2
  ["^[[A^[[B^[[C^[[D", "up down right left"],
  ["^[OA^[OB^[OC^[OD^[OH^[OF", "up down right left home end"],
  ["^[[H^[[F^[[1~^[[4~^[[2~^[[3~^[[5~^[[6~", "home end home end insert delete pageup pagedown"],
  [
    "^[[1;5C^[[1;3D^[[1;2A^[[1;6B^[[1;7H",
    "ctrl+right alt+left shift+up ctrl+shift+down ctrl+alt+home",
  ],
  ["^[[3;5~^[[5;3~", "ctrl+delete alt+pageup"],
  ["^[OP^[OQ^[OR^[OS^[[15~^[[17~^[[24~", "f1 f2 f3 f4 f5 f6 f12"],
  ["^[[1;2P^[[15;5~^[O5P^[O1;3Q", "shift+f1 ctrl+f5 ctrl+f1 alt+f2"],
  ["^[[Z", "shift+tab"],
  ["^[[I^[[O", "focus blur"],
  // Alt as Esc in front
  ["^[^[[A^[^[OD^[^[[3~", "alt+up alt+left alt+delete"],
  ["^[^[^[[A", "escape alt+up"],
  ["^[^[[I^[^[[200~a^[[201~^[^[[99~", 'escape focus escape paste "a"'],
  ["^[^[x", "escape alt+x"],
  // rxvt
  ["^[[7~^[[8~^[[a^[[d^[Oa^[Oc", "home end shift+up shift+left ctrl+up ctrl+right"],
  ["^[[3$^[[3^^[[3@^[[7$", "shift+delete ctrl+delete ctrl+shift+delete shift+home"],
  ["^[[11~^[[12~^[[13~^[[14~", "f1 f2 f3 f4"],
  // The Linux console
  ["^[[[A^[[[E^[[17~", "f1 f5 f6"],
  // The number pad in its application mode
  ["^[OM^[Oj^[Ok^[Op^[Oy^[OX", 'enter "*+09="'],
  // modifyOtherKeys
  ["^[[27;2;13~^[[27;5;13~^[[27;5;9~", "shift+enter ctrl+enter ctrl+tab"],
  ["^[[27;5;97~^[[27;3;98~^[[27;6;65~^[[27;2;65~", 'ctrl+a alt+b ctrl+shift+a "A"'],
  // kitty
  ["^[[97u^[[97;2u^[[97:65;2u^[[287u", '"aAAğ"'],
  ["^[[97;5u^[[98;3u^[[97;6u^[[1089::99;5u", "ctrl+a alt+b ctrl+shift+a ctrl+c"],
  [
    "^[[13;2u^[[13;3u^[[27u^[[127;5u^[[9;2u",
    "shift+enter alt+enter escape ctrl+backspace shift+tab",
  ],
  ["^[[1;5:1C^[[1;5:2C^[[1;5:3C", "ctrl+right ctrl+right"],
  ["^[[97;1:3u^[[57441;2u^[[57358u", ""],
  ["^[[50;1;64u^[[57400u^[[57414u^[[57419;5u", '"@1" enter ctrl+up'],
  ["^[[1;129A^[[97;65u", 'up "a"'],
  ["^[[97;9u^[[1;9C", ""],
  ["^[[1;33C", "alt+right"],
  // Unknown sequences
  ["a^[[99~b^[[?2026;1$yc^[[>0;276;0cd^[[12;40Re^[[1;2;3;4xf", '"abcdef"'],
  ["a^[[<0;10;5Mb^[[<0;10;5mc^[[M !!d", '"abcd"'],
  [`a^[[${"1;".repeat(500)}Ab`, '"ab"'],
  ["a^[O*b^[[E^[[Gc", '"abc"'],
  ["^[]11;rgb:0000/0000/0000^[\\a^[]0;x\x07b^[P1$r0m^[\\c^[_x^[\\d^[^y\x07e^[Xz^[\\f", '"abcdef"'],
  // Sequences that another character cuts off
  ["^[[1;5\rx", 'enter "x"'],
  ["^[[1;5^[[A", "up"],
  ["^[[12ğ", '"ğ"'],
  ["^[]0;title^[[A", "up"],
  ["^[]0;title\ra", 'enter "a"'],
  ["^[]0;title", ""],
  ["^[[1;5", ""],
  // Beginnings of sequences that do not continue
  ["^[[", "alt+["],
  ["^[O", "alt+shift+o"],
  ["^[]", "alt+]"],
  ["^[^[[", "escape alt+["],
  // Pastes
  ["^[[200~selam^[[201~", 'paste "selam"'],
  ["^[[200~a\rb\r\nc\nd\r\r^[[201~x", 'paste "a\\nb\\nc\\nd\\n\\n" "x"'],
  ["^[[200~^[[A\x03\x1b[20^[^[[201~", 'paste "\\u001b[A\\u0003\\u001b[20\\u001b"'],
  ["^[[200~^[[201~", ""],
  ["^[[200~unended", ""],
  // 8-bit controls as characters
  ["\x9bA\x8fP\x9d0;x\x9ca\x85\x80b\x9c", 'up f1 "ab"'],
];

Deno.test("KeyReader: the bytes of many terminals mean the keys that were pressed", () => {
  for (const [bytes, keys] of CASES) {
    assertEquals(read(encode(bytes.replaceAll("^[", "\x1b"))), keys, bytes);
  }
});

Deno.test("KeyReader: the keys are the same however the bytes were split over reads", () => {
  for (const [bytes, keys] of CASES) {
    for (const size of [1, 2, 3, 5]) {
      assertEquals(read(encode(bytes.replaceAll("^[", "\x1b")), size), keys, `${bytes} by ${size}`);
    }
  }
});

Deno.test("KeyReader: random bytes give the same keys, however they are split", () => {
  const random = new Random(SEED);
  const pieces = CASES.map(([bytes]) => encode(bytes.replaceAll("^[", "\x1b")));
  for (let round = 0; round < 300; round++) {
    const bytes = random.several(
      random.below(8) + 1,
      () =>
        random.oneIn(3)
          ? Uint8Array.from(random.several(random.below(6), () => random.below(256)))
          : random.pick(pieces).slice(0, random.below(30)),
    );
    // A tab means something else when text follows it in the same read.
    const all = Uint8Array.from(bytes.flatMap((each) => [...each])).filter((byte) => byte !== 9);
    const whole = new KeyReader();
    const split = new KeyReader();
    const keys: Key[] = [];
    for (let at = 0; at < all.length;) {
      const size = random.below(4) + 1;
      keys.push(...split.push(all.slice(at, at + size)));
      at += size;
    }
    const expected = joined(whole.push(all));
    assertEquals(joined(keys), expected, `CHAT_FUZZ_SEED=${SEED}, round ${round}: ${all}`);
    assertEquals(split.pending, whole.pending);
    for (const key of expected) {
      if (key.kind === "text") assert(/^[^\p{Cc}\u2028\u2029]+$/u.test(key.text), shown(key));
    }
  }
});

Deno.test("KeyReader: a tab with text behind it in the same read is text", () => {
  const cases: [bytes: string, keys: string][] = [
    ["\tselam", '"\\tselam"'],
    ["a\t\tb", '"a\\t\\tb"'],
    ["\tğ\t", '"\\tğ" tab'],
    ["fu\t", '"fu" tab'],
    ["\t\r", "tab enter"],
    ["\t\x1b[D", "tab left"],
    ["\x1b\ta", 'alt+tab "a"'],
  ];
  for (const [bytes, keys] of cases) assertEquals(read(encode(bytes)), keys, bytes);
});

Deno.test("KeyReader: only silence makes a lone Esc a key", () => {
  const reader = new KeyReader();
  assertEquals(reader.push(encode("\x1b")), []);
  assert(reader.pending);
  assertEquals(reader.flush().map(shown), ["escape"]);
  assert(!reader.pending);
  assertEquals(reader.push(encode("[A")).map(shown), ['"[A"']);
  reader.push(encode("\x1b"));
  assertEquals(reader.push(encode("[A")).map(shown), ["up"]);
});

Deno.test("KeyReader: silence within a sequence or a character loses nothing", () => {
  const reader = new KeyReader();
  assertEquals(reader.push(encode("\x1b[1;")), []);
  assertEquals(reader.flush(), []);
  assertEquals(reader.push(encode("5C")).map(shown), ["ctrl+right"]);
  assertEquals(reader.push(Uint8Array.of(0xc4)), []);
  assertEquals(reader.flush(), []);
  assertEquals(reader.push(Uint8Array.of(0x9f)).map(shown), ['"ğ"']);
});

Deno.test("KeyReader: invalid UTF-8 becomes a replacement character", () => {
  assertEquals(read(Uint8Array.of(0x61, 0xff, 0x62, 0xe2, 0x82, 0x63)), '"a\ufffdb\ufffdc"');
});

Deno.test("KeyReader: a paste has a maximum length, and is marked if it was cut", () => {
  const reader = new KeyReader();
  reader.push(encode("\x1b[200~"));
  for (let count = 0; count < 100; count++) reader.push(encode("x".repeat(10_000)));
  const [key, next] = reader.push(encode("\x1b[201~y"));
  assert(key?.kind === "paste" && key.cut && key.text.length === LONGEST_PASTE);
  assertEquals(next && shown(next), '"y"');
});

Deno.test("KeyReader: a paste without an end is over after a long silence", () => {
  const reader = new KeyReader();
  reader.push(encode("\x1b[200~a"));
  assertEquals(reader.flush(), []);
  assertEquals(reader.push(encode("b")), []);
  const keys: Key[] = [];
  for (let count = 0; reader.pending && count < 1000; count++) keys.push(...reader.flush());
  assertEquals(keys.map(shown), ['paste "ab"']);
  assertEquals(reader.push(encode("c")).map(shown), ['"c"']);
});
