/**
 * What a peer may send: valid sessions and invalid ones.
 * @module
 */
import { COMMANDS } from "../../lib/server/commands/table.ts";
import { toBase64 } from "../../lib/crypto/base64.ts";
import { CAPABILITIES } from "../../lib/irc/caps.ts";
import type { Random } from "./random.ts";
import {
  ACCOUNT_PASSWORD,
  caps,
  HOME_ROOMS,
  listOf,
  mask,
  modes,
  msgid,
  name,
  OPER_PASSWORD,
  room,
  SERVER_PASSWORD,
  target,
  text,
  USERS,
  WORDS,
} from "./words.ts";

const encoder = new TextEncoder();

/** Makes parameters for a command. */
type Params = (random: Random) => string;

function base64(text: string): string {
  return toBase64(encoder.encode(text));
}

/** A message of SASL PLAIN, mostly with the right password. */
function plainLogin(random: Random, account: string): string {
  const password = random.oneIn(5) ? text(random) : ACCOUNT_PASSWORD;
  return base64(`${random.oneIn(5) ? name(random) : ""}\0${account}\0${password}`);
}

function toService(random: Random): string {
  const [user, password] = [random.pick(USERS), ACCOUNT_PASSWORD];
  return `:${
    random.pick([
      "HELP",
      `REGISTER ${password}`,
      `IDENTIFY ${user} ${password}`,
      `IDENTIFY ${password}`,
      `IDENTIFY ${user} ${text(random)}`,
      "LOGOUT",
      `GHOST ${name(random)}`,
      `REGAIN ${user} ${password}`,
      `INFO ${name(random)}`,
      `SET PASSWORD ${password}`,
      `SET HISTORY ${random.pick(["ON", "OFF"])}`,
      `DROP ${password}`,
      text(random),
    ])
  }`;
}

/** Plausible parameters for each command. */
export const PARAMS: Readonly<Record<string, readonly Params[]>> = {
  ADMIN: [() => "", (random) => name(random)],
  AUTHENTICATE: [
    (random) => random.pick(["PLAIN", "plain", "SCRAM-SHA-256", "SCRAM-SHA-256", "EXTERNAL"]),
    (random) => plainLogin(random, random.pick(USERS)),
    (random) => base64(random.pick(["n,,n=first0,r=abc", "y,,n=ada,r=,", "n,a=x,n=first0,r=abc"])),
    (random) => base64(random.pick(["c=biws,r=abc,p=AAAA", text(random)])),
    (random) => random.pick(["*", "+", "=", "A", "A".repeat(400), "A".repeat(401), ":"]),
  ],
  AWAY: [() => "", () => ":", (random) => `:${text(random)}`],
  BATCH: [
    (random) => `+${random.below(3)} draft/multiline ${target(random)}`,
    (random) => `-${random.below(3)}`,
    (random) => `${random.pick(["+", "-", "x", "+1 chathistory #lobby", "+2 draft/multiline"])}`,
  ],
  CAP: [
    () => "LS 302",
    () => "LS",
    () => "LIST",
    () => "END",
    (random) => `REQ :${caps(random)}`,
    (random) => `REQ :${caps(random)}`,
    () => "FOO",
  ],
  CHATHISTORY: [
    (random) => `LATEST ${target(random)} ${random.pick(["*", place(random)])} ${count(random)}`,
    (random) =>
      `${random.pick(["BEFORE", "AFTER", "AROUND"])} ${target(random)} ${place(random)} ${
        count(random)
      }`,
    (random) => `BETWEEN ${target(random)} ${place(random)} ${place(random)} ${count(random)}`,
    (random) => `TARGETS ${place(random)} ${place(random)} ${count(random)}`,
    (random) => `${random.pick(["LATEST", "FIRST", "*", "targets"])} ${target(random)}`,
  ],
  CHGHOST: [
    (random) =>
      `${name(random)} ${random.pick(["example.org", "x y", ":", "a!b", "h".repeat(63)])}`,
  ],
  DLINE: [
    (random) => `${random.pick(["", "1 ", "1h ", "0 "])}${mask(random)} :${text(random)}`,
  ],
  ERROR: [(random) => `:${text(random)}`],
  HELP: [() => "", (random) => random.pick([...COMMANDS.keys()]), (random) => name(random)],
  INFO: [() => ""],
  INVITE: [() => "", (random) => `${name(random)} ${room(random)}`],
  ISON: [(random) => `${name(random)} ${name(random)} :${text(random)}`],
  JOIN: [
    (random) => room(random),
    (random) => listOf(random, room),
    (random) => `${listOf(random, room)} ${random.pick(["key", "key,key", ",key", ":"])}`,
    () => "0",
  ],
  KICK: [
    (random) => `${room(random)} ${name(random)} :${text(random)}`,
    (random) => `${listOf(random, room)} ${listOf(random, name)}`,
  ],
  KILL: [(random) => `${name(random)} :${text(random)}`],
  KLINE: [
    (random) => `${random.pick(["", "1 ", "1h ", "0 "])}${mask(random)} :${text(random)}`,
  ],
  LINKS: [() => ""],
  LIST: [
    () => "",
    (random) => listOf(random, room),
    (random) =>
      listOf(
        random,
        (random) =>
          random.pick([mask(random), `!${mask(random)}`]) ||
          random.pick([">0", "<3", "C>1", "C<5", "T>0", "T<9", "T", "<", ">x"]),
      ),
    (random) => random.pick([">0", "<3", "C>1", "C<5,T>0", "T<9", "T", "<", ">x", "!#music,>1"]),
  ],
  LUSERS: [() => ""],
  MARKREAD: [
    (random) => target(random),
    (random) =>
      `${target(random)} ${
        random.pick([
          "timestamp=2026-01-02T03:04:05.000Z",
          "timestamp=2099-01-02T03:04:05.000Z",
          "timestamp=2026-13-02T03:04:05.000Z",
          "*",
          ":",
        ])
      }`,
  ],
  MODE: [
    (random) => target(random),
    (random) => `${room(random)} ${modes(random)}`,
    (random) => `${room(random)} ${modes(random)}`,
    (random) => `${name(random)} ${modes(random)}`,
    (random) => `${room(random)} ${random.pick(["b", "e", "I", "+b", "+beI", "-b"])}`,
    (random) => `${random.pick(USERS)} ${random.pick(["-o", "+o", "+iwBNR", "-iwBNR", "+w-o"])}`,
    // Enough to fill the list.
    (random) => {
      const letter = random.pick(["b", "e", "I"]);
      const masks = random.several(5, () => `${random.below(9)}!*@*`).join(" ");
      return `${random.pick(HOME_ROOMS)} +${letter.repeat(5)} ${masks}`;
    },
  ],
  MONITOR: [
    (random) => `+ ${listOf(random, name)}`,
    (random) => `- ${listOf(random, name)}`,
    (random) => random.pick(["C", "L", "S", "x", ":"]),
    // Enough to fill the list.
    (random) => `+ ${Array.from({ length: 60 }, (_, at) => `m${random.below(3)}${at}`).join(",")}`,
  ],
  MOTD: [() => "", (random) => name(random), () => "chat*"],
  NAMES: [() => "", (random) => room(random), (random) => listOf(random, room)],
  NICK: [(random) => name(random), (random) => name(random), () => ""],
  NICKSERV: [(random) => toService(random)],
  NS: [(random) => toService(random)],
  NOTICE: [(random) => `${target(random)} :${text(random)}`],
  OPER: [
    (random) => `root ${random.oneIn(3) ? "wrong" : OPER_PASSWORD}`,
    () => `nobody ${OPER_PASSWORD}`,
  ],
  PART: [
    (random) => `${room(random)} :${text(random)}`,
    (random) => listOf(random, room),
  ],
  PASS: [(random) => random.pick([SERVER_PASSWORD, "wrong", ":", ""])],
  PING: [(random) => random.pick(["t", ":a b", ":", "::x", `:${text(random)}`])],
  PONG: [() => "x", () => ""],
  PRIVMSG: [
    (random) => `${target(random)} :${text(random)}`,
    (random) => `${target(random)} :${text(random)}`,
    (random) => `${listOf(random, target)} :${text(random)}`,
    (random) => `NickServ ${toService(random)}`,
  ],
  QUIT: [(random) => `:${text(random)}`, () => ""],
  REDACT: [
    (random) => `${target(random)} ${msgid(random)}`,
    (random) => `${target(random)} ${msgid(random)} :${text(random)}`,
  ],
  REGISTER: [
    () => `* * ${ACCOUNT_PASSWORD}`,
    (random) => `${name(random)} * ${ACCOUNT_PASSWORD}`,
    (random) => `* ${random.pick(["*", "a@b.example"])} :${text(random)}`,
  ],
  REHASH: [() => ""],
  RENAME: [
    (random) => `${room(random)} ${room(random)}`,
    (random) => `${room(random)} ${room(random)} :${text(random)}`,
  ],
  SEARCH: [
    (random) => `text=${text(random)}`,
    (random) => `:in=${target(random)};text=${text(random)}`,
    (random) => `from=${name(random)};limit=${count(random)}`,
    (random) => `after=${time(random)};before=${time(random)}`,
    (random) => random.pick(["x=y", "after=never", ":", "text=", "in="]),
  ],
  SETNAME: [(random) => `:${text(random)}`],
  STATS: [(random) => random.pick(["u", "m", "o", "k", "x", ":", "k chat.test", "k nowhere"])],
  TAGMSG: [(random) => target(random), (random) => listOf(random, target)],
  TIME: [() => ""],
  TOPIC: [(random) => room(random), (random) => `${room(random)} :${text(random)}`],
  UNDLINE: [(random) => mask(random)],
  UNKLINE: [(random) => mask(random)],
  USER: [(random) => `${name(random)} 0 * :${text(random)}`, () => ": 0 * :x"],
  USERHOST: [(random) => random.several(random.below(8), () => name(random)).join(" ")],
  VERIFY: [(random) => `${name(random)} 1234`],
  VERSION: [() => "", () => "*.test"],
  WALLOPS: [(random) => `:${text(random)}`],
  WHO: [
    (random) => target(random),
    (random) => mask(random),
    (random) =>
      `${target(random)} ${random.pick(["o", "%tcuihsnfdlaor,42", "%", "%n", "o%na,1234"])}`,
    () => "",
  ],
  WHOIS: [(random) => name(random), (random) => `${name(random)} ${name(random)}`],
  WHOWAS: [
    (random) => name(random),
    (random) => `${name(random)} ${random.pick(["1", "-1", "x"])}`,
  ],
};

function time(random: Random): string {
  const at = Date.UTC(2026, 0, 2, 3, 4, random.below(60));
  return random.oneIn(9) ? random.pick(WORDS) : new Date(at).toISOString();
}

/** A position in a history. */
function place(random: Random): string {
  return random.oneIn(2) ? `msgid=${msgid(random)}` : `timestamp=${time(random)}`;
}

function count(random: Random): string {
  return random.pick(["0", "1", "2", "9", "100", "100000000", "-1", "x"]);
}

/** The commands; those that speak or change something occur more often. */
const SANE = [
  ...COMMANDS.keys(),
  ..."PRIVMSG PRIVMSG MODE MODE MODE JOIN JOIN KICK INVITE".split(" "),
];

const TAGS = [
  "@+typing=active ",
  "@+draft/reply=run-1;+draft/react=👍 ",
  "@+reply=run-2;+draft/unreact=👍 ",
  "@+draft/persist ",
  "@label=1 ",
  "@label=2;+a=b ",
  "@label=a\\sb\\: ",
  "@label= ",
  `@label=${"l".repeat(65)} `,
  "@a ",
  "@a=b;+c=d\\:\\s;;=x ",
  "@batch=1 ",
  "@batch=1;draft/multiline-concat;label=3 ",
  "@ ",
  "@",
  `@+long=${"t".repeat(4000)} `,
  `@+long=${"t".repeat(5000)} `,
];

/** A plausible line without its line end. */
export function saneLine(random: Random): string {
  let command = random.pick(SANE);
  // Sessions that end at once are dull.
  if (/QUIT|KILL|[KD]LINE/.test(command) && !random.oneIn(4)) command = "PRIVMSG";
  const tags = random.oneIn(3) ? random.pick(TAGS) : "";
  return `${tags}${command} ${random.pick(PARAMS[command] ?? [() => ""])(random)}`.trimEnd();
}

/** A line of random words: any command, any number of parameters, any line end. */
export function wildLine(random: Random): string {
  const commands = [...COMMANDS.keys(), "privmsg", "FOO", "001", "", "é", ":"];
  let line = random.oneIn(4) ? random.pick(TAGS) : "";
  if (random.oneIn(6)) line += `:${random.pick(WORDS)} `;
  line += random.pick(commands);
  for (let count = random.below(6); count > 0; count--) {
    line += `${random.pick([" ", "  "])}${random.pick(WORDS)}`;
  }
  if (random.oneIn(2)) line += ` :${text(random)}`;
  return line;
}

/** A multiline message, valid or broken in some way. */
export function multiline(random: Random): string[] {
  const to = random.oneIn(2) ? random.pick(["#lobby", "#Music", ...USERS]) : target(random);
  const label = random.oneIn(2) ? `@label=${random.below(5)} ` : "";
  const count = random.oneIn(8) ? 101 : random.oneIn(8) ? 45 : random.below(4);
  const long = count === 45 ? "y".repeat(400) : undefined;
  const lines = random.several(count, () => {
    const concat = random.oneIn(5) ? ";draft/multiline-concat" : "";
    const where = random.oneIn(60) ? target(random) : to;
    return `@batch=7${concat} PRIVMSG ${where} :${long ?? text(random)}`;
  });
  const all = [`${label}BATCH +7 draft/multiline ${to}`, ...lines, "BATCH -7"];
  // Leave something out, or put something in between.
  if (random.oneIn(4)) all.splice(random.below(all.length), 1);
  if (random.oneIn(4)) all.splice(random.below(all.length), 0, saneLine(random));
  if (random.oneIn(9)) all.splice(random.below(all.length), 0, `CAP REQ :${caps(random)}`);
  return all;
}

/** Makes a mistake in the bytes. */
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

/** What a peer sends at once: plausible lines, random ones, broken ones, or random bytes. */
export function input(random: Random): Uint8Array<ArrayBuffer> {
  if (random.oneIn(20)) {
    return Uint8Array.from(random.several(random.below(200), () => random.below(256)));
  }
  const lines = random.oneIn(8) ? multiline(random) : random.several(
    1 + random.below(5),
    () => random.oneIn(6) ? wildLine(random) : saneLine(random),
  );
  const ends = random.oneIn(5) ? ["\r\n", "\n", "\r", "\r\n\r\n"] : ["\r\n"];
  let bytes = encoder.encode(lines.map((line) => line + random.pick(ends)).join(""));
  while (random.oneIn(6)) bytes = mutate(random, bytes);
  return bytes;
}

/** The first lines of a newcomer, with some of the capabilities, all, or none. */
export function arrival(random: Random, nick: string, password: string | null): string[] {
  const wanted = random.pick([
    [],
    CAPABILITIES.map((cap) => cap.name),
    CAPABILITIES.map((cap) => cap.name).filter((cap) => cap !== "no-implicit-names"),
    CAPABILITIES.map((cap) => cap.name).filter(() => random.oneIn(2)),
  ]);
  const words = wanted.map((cap) => `CAP REQ ${cap}`);
  return [
    ...words,
    ...random.oneIn(3) ? ["CAP LS 302"] : [],
    ...password === null ? [] : [`PASS ${password}`],
    `NICK ${nick}`,
    ...random.oneIn(2) ? ["AUTHENTICATE PLAIN", `AUTHENTICATE ${plainLogin(random, nick)}`] : [],
    "CAP END",
    `USER ${random.pick(["u", "u".repeat(30)])} 0 * :${text(random)}`,
    `JOIN ${HOME_ROOMS.filter((_, index) => index < 2 || random.oneIn(2)).join(",")}`,
    ...random.oneIn(2) ? [`OPER root ${OPER_PASSWORD}`] : [],
  ];
}
