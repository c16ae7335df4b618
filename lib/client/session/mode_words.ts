/**
 * Puts changes of modes into plain words.
 *
 * Source: Modern IRC Client Protocol, "Modes"; the modes of solanum, InspIRCd and UnrealIRCd.
 * @module
 */
import type { Isupport } from "./isupport.ts";
import { word } from "../phrases.ts";

/** A change, as it is on the wire. */
export interface NamedChange {
  /** Whether the mode is set; else it is unset. */
  readonly add: boolean;
  readonly letter: string;
  readonly param: string | undefined;
}

/** The most changes of one line that are told. */
const MOST = 40;

/** Parses the parameters of MODE after the room. */
export function changesOf(isupport: Isupport, params: readonly string[]): NamedChange[] {
  const changes: NamedChange[] = [];
  let add = true;
  let at = 1;
  for (const letter of params[0] ?? "") {
    if (letter === "+" || letter === "-") add = letter === "+";
    else if (changes.length < MOST) {
      const kind = isupport.kinds.get(letter);
      const takes = isupport.ranks.includes(letter) || kind === "list" || kind === "always" ||
        kind === "set" && add;
      changes.push({ add, letter, param: takes ? params[at++] : undefined });
    }
  }
  return changes;
}

const RANKS: Readonly<Record<string, string>> = {
  q: "the owner",
  a: "an administrator",
  o: "an operator",
  h: "a half-operator",
};

/** What setting and unsetting a mode with a parameter means, after "has" or "have". */
const WORDS: Readonly<Record<string, readonly ((param: string) => string)[]>> = {
  b: [(mask) => `banned ${mask}`, (mask) => `lifted the ban on ${mask}`],
  k: [() => "set a key: one needs it to enter", () => "taken away the key"],
  l: [(most) => `limited the room to ${most} people`, () => "taken away the limit of people"],
};

/** What setting and unsetting a mode without a parameter means. */
const FLAGS: Readonly<Record<string, readonly [set: string, unset: string]>> = {
  C: ["lets nobody ask for versions here", "lets everybody ask for versions here again"],
  M: ["lets only registered users speak", "lets everyone speak again"],
  R: ["lets only registered users in", "lets everyone in again"],
  c: ["allows no colours", "allows colours again"],
  i: ["lets only people in who are invited", "lets people in without an invitation again"],
  m: ["lets only people speak who have the right", "lets everyone speak again"],
  n: ["lets nobody speak from outside", "lets people speak from outside again"],
  p: ["has made the room private", "has made the room public again"],
  r: ["has registered the room", "has taken back the registration of the room"],
  s: ["has hidden the room from lists", "shows the room in lists again"],
  t: ["lets only operators change the topic", "lets everyone change the topic"],
  z: ["lets operators see what others may not say", "hides what others may not say"],
};

/**
 * A change as a sentence without its full stop.
 *
 * @param by who made it; empty for the server.
 * @param self our own name, told as "you".
 */
export function modeWords(
  isupport: Isupport,
  by: string,
  self: string,
  change: NamedChange,
): string {
  const who = by === "" ? "The server" : by === self ? "You" : word(by);
  const { add, letter } = change;
  const param = word(change.param ?? "");
  const whom = param !== "" && param === self ? (by === self ? "yourself" : "you") : param;
  const have = who === "You" ? "have" : "has";
  if (isupport.ranks.includes(letter)) {
    if (letter === "v") {
      return `${who} ${have} ${add ? "given" : "taken from"} ${whom} the right to speak`;
    }
    const rank = RANKS[letter] ?? `someone with the rank ${isupport.symbolOf(letter)}`;
    return add
      ? `${who} made ${whom} ${rank}`
      : `${who} took from ${whom} the rank of ${rank.replace(/^\w+ /, "")}`;
  }
  const quiet = isupport.quiet;
  if (quiet?.letter === letter && param.startsWith(quiet.before)) {
    const mask = param.slice(quiet.before.length);
    return `${who} ${have} ${add ? `silenced ${mask}` : `let ${mask} speak again`}`;
  }
  const words = WORDS[letter]?.[add ? 0 : 1];
  if (words !== undefined) return `${who} ${have} ${words(param)}`;
  const flag = isupport.kinds.get(letter) === "flag" ? FLAGS[letter] : undefined;
  if (flag !== undefined) return `${who} ${plural(flag[add ? 0 : 1], who)}`;
  return `${who} ${have} set the mode ${add ? "+" : "-"}${letter}${
    param === "" ? "" : ` ${param}`
  }`;
}

/** The predicate, made to fit "You". */
function plural(words: string, who: string): string {
  if (who !== "You") return words;
  return words.replace(/^has\b/, "have").replace(/^(let|allow|show|hide)s\b/, "$1");
}
