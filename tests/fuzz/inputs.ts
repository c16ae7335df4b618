/**
 * What a peer may send: sessions as they should be, and as they should not.
 * @module
 */
import { COMMANDS } from "../../lib/server/commands/table.ts";
import type { Random } from "./random.ts";

const encoder = new TextEncoder();

const NAMES = [
  "Alperen furkan FURKAN Gamze Çağrı gökçe ılık İLIK ilik coco сосо 陳 a [x] {X} 1up",
  "-bad nick! * 0 @ : & chat.test \u202eevil \u0301 á\u0301\u0301\u0301 a\0b ×",
].join(" ").split(" ").concat("", "n".repeat(31), "ğ".repeat(30));

const ROOMS = [
  "#lobby #LOBBY #music #müzik #MÜZİK # ## #a,b #x,#y,,#z &local lobby 0 #\u200b #\x07",
  "#lobby,#music,#tea",
].join(" ").split(" ").concat("", `#${"r".repeat(63)}`, `#${"r".repeat(70)}`);

const TEXTS = [
  "selam",
  "Aa kimseler yok :(",
  ":",
  "",
  " ",
  "  iki  boşluk ",
  "\x01ACTION el sallar\x01",
  "\x01VERSION\x01",
  "👩‍👩‍👧‍👦 ğüşıöçİ",
  "\x1b[31mred\x07",
  "x".repeat(400),
  "ş".repeat(240),
  "\ufeff",
];

const CAPS = [
  "server-time",
  "message-tags echo-message",
  "-echo-message",
  "-cap-notify",
  "sasl",
  "",
  " ",
  "server-time ".repeat(30),
];

const WORDS = [...NAMES, ...ROOMS, "+b", "+nt-k", "302", "x", "*", "A*", "?", "1 2 3"];

const TAGS = [
  "@+typing=active ",
  "@a ",
  "@a=b;+c=d\\:\\s;;=x ",
  "@ ",
  "@",
  `@+long=${"t".repeat(5000)} `,
];

/** A line of a session that has any sense, with its line end. */
export function saneLine(random: Random): string {
  // Every other time they are ones that are there.
  const name = random.oneIn(2) ? `first${random.below(4)}` : random.pick(NAMES);
  const room = random.oneIn(2) ? random.pick(["#lobby", "#Music"]) : random.pick(ROOMS);
  const text = random.pick(TEXTS);
  const target = random.oneIn(2) ? room : name;
  return random.pick([
    `NICK ${name}`,
    `USER ${name} 0 * :${text}`,
    "CAP LS 302",
    "CAP LS",
    "CAP LIST",
    "CAP END",
    `CAP REQ :${random.pick(CAPS)}`,
    `PASS ${random.pick(["secret", "wrong", ":", ""])}`,
    `JOIN ${room}`,
    "JOIN 0",
    `PART ${room} :${text}`,
    `PRIVMSG ${target} :${text}`,
    `PRIVMSG ${target},${random.pick(NAMES)},${random.pick(ROOMS)} :${text}`,
    `NOTICE ${target} :${text}`,
    `TOPIC ${room}`,
    `TOPIC ${room} :${text}`,
    `NAMES ${room}`,
    "NAMES",
    `LIST ${room}`,
    `WHO ${target}`,
    `WHOIS ${name}`,
    `MODE ${target}`,
    `MODE ${target} ${random.pick(["+b", "b", "+nt", "-x", ":"])}`,
    `PING ${random.pick(["t", ":a b", ":", "::x"])}`,
    "PONG x",
    "LUSERS",
    "MOTD",
    random.oneIn(4) ? `QUIT :${text}` : `PRIVMSG ${room} :${text}`,
  ]) + "\r\n";
}

/** A line from any words: every command with any number of anything. */
function wildLine(random: Random): string {
  const commands = [...COMMANDS.keys(), "privmsg", "FOO", "001", "", "é", ":"];
  let line = random.oneIn(4) ? random.pick(TAGS) : "";
  if (random.oneIn(6)) line += `:${random.pick(WORDS)} `;
  line += random.pick(commands);
  for (let count = random.below(6); count > 0; count--) {
    line += `${random.pick([" ", "  "])}${random.pick(WORDS)}`;
  }
  if (random.oneIn(2)) line += ` :${random.pick(TEXTS)}`;
  return line + random.pick(["\r\n", "\n", "\r", "\r\n\r\n"]);
}

/** Bytes with something wrong with them. */
export function mutate(random: Random, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const at = random.below(bytes.length + 1);
  const to = Math.min(bytes.length, at + random.below(10));
  const noise = Uint8Array.from(random.several(1 + random.below(4), () => random.below(256)));
  const middle = random.pick([
    noise,
    new Uint8Array(0),
    Uint8Array.of(random.pick([0, 10, 13, 32, 58, 64, 0xff, 0xc4, 7])),
    bytes.slice(at, to),
    bytes.slice(0, at),
    encoder.encode("x".repeat(600)),
  ]);
  const rest = bytes.slice(random.pick([at, to]));
  const mutated = new Uint8Array(at + middle.length + rest.length);
  mutated.set(bytes.slice(0, at));
  mutated.set(middle, at);
  mutated.set(rest, at + middle.length);
  return mutated;
}

/** What a peer sends at once: sane lines, wild ones, broken ones, or just bytes. */
export function input(random: Random): Uint8Array<ArrayBuffer> {
  if (random.oneIn(12)) {
    return Uint8Array.from(random.several(random.below(200), () => random.below(256)));
  }
  const lines = random.several(
    1 + random.below(4),
    () => random.oneIn(3) ? wildLine(random) : saneLine(random),
  );
  let bytes = encoder.encode(lines.join(""));
  while (random.oneIn(3)) bytes = mutate(random, bytes);
  return bytes;
}
