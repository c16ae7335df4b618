/**
 * The words of the fuzz tests: names, texts, masks, modes, capabilities.
 * @module
 */
import { CAPABILITIES } from "../../lib/irc/caps.ts";
import { CHANNEL_MODES, PREFIXES, USER_MODES } from "../../lib/irc/modes.ts";
import type { Random } from "./random.ts";

/** The password of the server operator. */
export const OPER_PASSWORD = "hunter2";

/** The password of a server that requires one. */
export const SERVER_PASSWORD = "secret";

/** The password of every account. */
export const ACCOUNT_PASSWORD = "sesame";

/** The names of the users who are there from the start. Two are as long as a name can be. */
export const USERS: readonly string[] = ["first0", "陳".repeat(30), "first2", "ğ".repeat(30)];

/** The rooms in which they are. */
export const HOME_ROOMS: readonly string[] = ["#lobby", "#Music", `#${"r".repeat(63)}`];

/** Names that are free, look like another one, or are not allowed. */
export const NAMES: readonly string[] = [
  "Alperen furkan FURKAN Gamze Çağrı gökçe ılık İLIK ilik coco сосо 陳 a [x] {X} 1up FIRST2",
  "A1peren AIperen alperén ɑlperen f1rst0 Νικ nik Şule Sule server ѕуѕtem root Guest1 ɴickserv",
  "-bad nick! * 0 @ : & chat.test \u202eevil \u0301 á\u0301\u0301\u0301 a\0b ×",
].join(" ").split(" ").concat("", "n".repeat(31), "陳".repeat(31));

/** Names of rooms, valid and invalid. */
export const ROOMS: readonly string[] = [
  "#tea #LOBBY #music #müzik #MÜZİK # ## #a,b #x,#y,,#z &local lobby 0 #\u200b #\x07 @#lobby",
  "#lobby,#music,#tea +#music %#lobby @@#lobby #4 #5 #6 #7",
].join(" ").split(" ").concat("", `#${"ş".repeat(31)}`, `#${"r".repeat(70)}`);

/** Texts, good and bad. */
export const TEXTS: readonly string[] = [
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
  "w ".repeat(200),
  "\ufeff",
];

/** Masks for bans, for the server's bans, and for WHO and LIST. */
export const MASKS: readonly string[] = [
  "* ? a *!*@* *@* first* *!~u@* *@192.0.2.* 192.0.2.1 *.example first2!*@* ! @ !@ ~a:ada ~a:",
  "~q:first* ~q:*!*@* ~q: ~x:y ~a:* ~q:~a:ada ~ a!b!c@d@e ÇAĞRI!*@* 192.0.2.0/24 2001:db8::/32",
  "203.0.113.0/24 *!*@203.0.113.* ~q:203.0.113.0/29 2001:db8:77::/48 *!*@2001:DB8:77:0::/64",
  "10.0.0.0/33 *!*@::/129 $a:bob ~q:~q:x *!*@*.ip n*!*@203.0.113.0/28 *@203.0.112.0/23",
  "0.0.0.0/0 300.1.1.1 ::1 192.0.2.9/33 ~u@192.0.2.1 *@*.0.2.7 : *:",
].join(" ").split(" ").concat("", "m".repeat(200), `*!*@${"h".repeat(195)}`, "ş".repeat(150));

/** Words that stand where other words are expected. */
export const WORDS: readonly string[] = [
  ...NAMES,
  ...ROOMS,
  ...MASKS,
  ...USERS,
  "+nt-k",
  "302",
  "x",
  "1 2 3",
  "C",
  "S",
  "L",
  "+",
  "-",
  "ş".repeat(200),
];

export const CAPS: readonly string[] = CAPABILITIES.map(({ name }) => name);

const LETTERS = [...CHANNEL_MODES, ...PREFIXES, ...USER_MODES].map(({ letter }) => letter);

/** A name, mostly of a user who is there. */
export function name(random: Random): string {
  return random.pick(random.oneIn(3) ? NAMES : USERS);
}

/** A room, mostly one that exists. */
export function room(random: Random): string {
  return random.pick(random.oneIn(3) ? ROOMS : HOME_ROOMS);
}

export function target(random: Random): string {
  return random.oneIn(2) ? room(random) : name(random);
}

export function text(random: Random): string {
  return random.pick(TEXTS);
}

export function mask(random: Random): string {
  return random.oneIn(8) ? name(random) : random.pick(MASKS);
}

/** The id of an earlier message, in about every other case. */
export function msgid(random: Random): string {
  return random.oneIn(9) ? random.pick(WORDS) : `run-${random.below(600).toString(36)}`;
}

/** A comma-separated list. */
export function listOf(random: Random, make: (random: Random) => string): string {
  return random.several(1 + random.below(random.oneIn(9) ? 60 : 4), () => make(random)).join(",");
}

/** Mode letters with signs, and parameters that may not fit them. */
export function modes(random: Random): string {
  const letters = random.several(
    1 + random.below(6),
    () =>
      random.pick(["", "", "+", "-"]) +
      (random.oneIn(12) ? random.pick(["x", "+", "é", ":", "1"]) : random.pick(LETTERS)),
  ).join("");
  const params = random.several(random.below(7), () =>
    random.pick<() => string>([
      () => name(random),
      () => random.pick(USERS),
      () => mask(random),
      () => mask(random),
      () => random.pick(["key", "0", "1", "2", "99", "-1", "1e3", "a,b", "k".repeat(33), ":", "*"]),
    ])());
  return [letters, ...params].join(" ");
}

/** Capabilities to switch on or off, some of them unknown. */
export function caps(random: Random): string {
  return random.several(
    random.below(random.oneIn(5) ? 40 : 4),
    () => (random.oneIn(3) ? "-" : "") + (random.oneIn(15) ? "nonsense" : random.pick(CAPS)),
  ).join(" ");
}
