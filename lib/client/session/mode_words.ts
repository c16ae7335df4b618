/**
 * Puts changes of modes into plain words.
 *
 * Source: Modern IRC Client Protocol, "Modes"; the modes of solanum, InspIRCd and UnrealIRCd.
 * @module
 */
import type { Isupport } from "./isupport.ts";
import { word } from "../phrases.ts";
import { FLAG_WORDS, PARAM_WORDS, RANK_WORDS, ROOM_MODES } from "../../wording/room_modes.ts";

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

/**
 * A change as a sentence without its full stop.
 *
 * @param by who made it; empty for the server.
 * @param self our own name, told as "you".
 * @param shown how a mask is told.
 */
export function modeWords(
  isupport: Isupport,
  by: string,
  self: string,
  change: NamedChange,
  shown: (mask: string) => string = word,
): string {
  const who = by === "" ? ROOM_MODES.server : by === self ? ROOM_MODES.self : word(by);
  const { add, letter } = change;
  const param = word(change.param ?? "");
  const isSelf = param !== "" && param === self;
  const whom = isSelf ? (by === self ? ROOM_MODES.yourself : ROOM_MODES.you) : param;
  if (isupport.ranks.includes(letter)) return rankWords(isupport, who, whom, change);
  const quiet = isupport.quiet;
  if (quiet?.letter === letter && param.startsWith(quiet.before)) {
    const mask = shown(change.param!.slice(quiet.before.length));
    return add ? ROOM_MODES.muted(who, mask) : ROOM_MODES.unmuted(who, mask);
  }
  const words = PARAM_WORDS[letter]?.[add ? 0 : 1];
  if (words !== undefined) return words(who, letter === "b" ? shown(change.param ?? "") : param);
  const flag = isupport.kinds.get(letter) === "flag" ? FLAG_WORDS[letter] : undefined;
  if (flag !== undefined) return ROOM_MODES.flag(who, flag[add ? 0 : 1]);
  const mode = `${add ? "+" : "-"}${letter}${param === "" ? "" : ` ${param}`}`;
  return ROOM_MODES.other(who, mode);
}

function rankWords(
  isupport: Isupport,
  who: string,
  whom: string,
  { add, letter }: NamedChange,
): string {
  if (letter === "v") {
    return add ? ROOM_MODES.gaveVoice(who, whom) : ROOM_MODES.tookVoice(who, whom);
  }
  const rank = RANK_WORDS[letter];
  if (rank !== undefined) {
    const [given, taken] = rank;
    return add ? ROOM_MODES.gaveRank(who, whom, given) : ROOM_MODES.tookRank(who, whom, taken);
  }
  const symbol = isupport.symbolOf(letter);
  return add ? ROOM_MODES.gaveSymbol(who, whom, symbol) : ROOM_MODES.tookSymbol(who, whom, symbol);
}
