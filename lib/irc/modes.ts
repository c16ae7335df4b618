/**
 * The modes of channels, members and users; parses and formats mode changes.
 *
 * Source: Modern IRC Client Protocol, "MODE message", "Modes"; ISUPPORT `CHANMODES`, `PREFIX`.
 * @module
 */
import { byteLength } from "../text/bytes.ts";

/** The ranks of a member of a channel, as bits of {@linkcode PREFIXES}. */
export type Ranks = number;

export const VOICE: Ranks = 1;

export const HALF_OPERATOR: Ranks = 2;

export const OPERATOR: Ranks = 4;

export interface Prefix {
  /** The letter of its mode. */
  readonly letter: string;
  /** The symbol before the nick. */
  readonly symbol: string;
  /** Its bit; a higher rank has a higher bit. */
  readonly bit: Ranks;
  /** The lowest rank that may give and take it. */
  readonly by: Ranks;
  readonly meaning: string;
}

/** The ranks, highest first. */
export const PREFIXES: readonly Prefix[] = [
  { letter: "o", symbol: "@", bit: OPERATOR, by: OPERATOR, meaning: "operator: runs the channel" },
  {
    letter: "h",
    symbol: "%",
    bit: HALF_OPERATOR,
    by: OPERATOR,
    meaning: "half-operator: kicks, bans, invites, sets the topic",
  },
  {
    letter: "v",
    symbol: "+",
    bit: VOICE,
    by: HALF_OPERATOR,
    meaning: "voice: can speak when +m or a ban silences others",
  },
];

/**
 * The kind of parameter that a mode takes, as ISUPPORT `CHANMODES` groups them: a list entry (A);
 * always one (B); one when it is set (C); none (D).
 */
export type ModeKind = "list" | "always" | "set" | "flag";

export interface ChannelMode {
  readonly letter: string;
  readonly kind: ModeKind;
  /** The lowest rank that may change it. */
  readonly by: Ranks;
  readonly meaning: string;
}

export const CHANNEL_MODES: readonly ChannelMode[] = [
  {
    letter: "b",
    kind: "list",
    by: HALF_OPERATOR,
    meaning: "bans: users who match cannot enter or speak",
  },
  {
    letter: "e",
    kind: "list",
    by: HALF_OPERATOR,
    meaning: "exceptions: users who match are not banned",
  },
  {
    letter: "I",
    kind: "list",
    by: HALF_OPERATOR,
    meaning: "invitation exceptions: users who match can enter uninvited",
  },
  { letter: "k", kind: "always", by: OPERATOR, meaning: "entering requires this key" },
  {
    letter: "l",
    kind: "set",
    by: OPERATOR,
    meaning: "the room can have at most this many members",
  },
  { letter: "C", kind: "flag", by: OPERATOR, meaning: "no CTCP messages except /me" },
  {
    letter: "M",
    kind: "flag",
    by: OPERATOR,
    meaning: "only users who are logged in to an account can speak",
  },
  {
    letter: "R",
    kind: "flag",
    by: OPERATOR,
    meaning: "only users who are logged in to an account can enter",
  },
  { letter: "i", kind: "flag", by: OPERATOR, meaning: "only invited users can enter" },
  { letter: "m", kind: "flag", by: HALF_OPERATOR, meaning: "only members with a rank can speak" },
  { letter: "n", kind: "flag", by: OPERATOR, meaning: "only members can speak" },
  {
    letter: "s",
    kind: "flag",
    by: OPERATOR,
    meaning: "secret: hidden from users who are not in it",
  },
  {
    letter: "t",
    kind: "flag",
    by: OPERATOR,
    meaning: "only operators and half-operators can set the topic",
  },
];

export interface UserMode {
  readonly letter: string;
  /** Who may set it on themselves. Everyone may unset their own modes. */
  readonly by: "anyone" | "server";
  readonly meaning: string;
}

export const USER_MODES: readonly UserMode[] = [
  { letter: "B", by: "anyone", meaning: "is a bot" },
  {
    letter: "N",
    by: "anyone",
    meaning: "does not see the last messages of a room when entering it",
  },
  { letter: "R", by: "anyone", meaning: "gets private messages only from users who are logged in" },
  { letter: "i", by: "anyone", meaning: "invisible: found only by users who share a room" },
  { letter: "o", by: "server", meaning: "operator of the server" },
  { letter: "w", by: "anyone", meaning: "gets WALLOPS" },
];

/** The most modes with a parameter in one MODE line (ISUPPORT `MODES`). */
export const MODES_PER_LINE = 12;

/** The most bytes of parameters in one MODE line, so that it fits with any names before them. */
const PARAM_BYTES = 300;

export interface ModeChange {
  /** Whether it is set or unset. */
  readonly add: boolean;
  readonly letter: string;
  /** Its parameter, if it takes one and has one. */
  readonly param: string | undefined;
}

/** The prefixes of a member with these ranks, highest first: `@+`. */
export function prefixesOf(ranks: Ranks): string {
  let symbols = "";
  for (const { bit, symbol } of PREFIXES) if (ranks & bit) symbols += symbol;
  return symbols;
}

/** Whether these ranks include this one or a higher one. */
export function atLeast(ranks: Ranks, rank: Ranks): boolean {
  return ranks >= rank;
}

/** Parses `+ov-k nick nick key`. Modes take parameters in order; unknown modes take none. */
export function parseChannelModes(letters: string, params: readonly string[]): ModeChange[] {
  const rest = [...params];
  return parseLetters(letters, (letter, add) => {
    const kind = CHANNEL_MODES.find((mode) => mode.letter === letter)?.kind;
    const takes = kind === "list" || kind === "always" || (kind === "set" && add) ||
      PREFIXES.some((prefix) => prefix.letter === letter);
    return takes ? rest.shift() : undefined;
  });
}

/** Parses `+iw-B`. */
export function parseUserModes(letters: string): ModeChange[] {
  return parseLetters(letters, () => undefined);
}

/** The most changes that are read from one command. No client comes near it, but abusers do. */
const MOST_CHANGES = 64;

function parseLetters(
  letters: string,
  takeParam: (letter: string, add: boolean) => string | undefined,
): ModeChange[] {
  const changes: ModeChange[] = [];
  let add = true;
  for (const letter of letters) {
    if (changes.length === MOST_CHANGES) break;
    if (letter === "+" || letter === "-") add = letter === "+";
    else changes.push({ add, letter, param: takeParam(letter, add) });
  }
  return changes;
}

/** Formats changes as the parameters of as few MODE lines as possible. */
export function formatModes(changes: readonly ModeChange[]): string[][] {
  const lines: string[][] = [];
  let letters = "";
  let params: string[] = [];
  let bytes = 0;
  let sign: boolean | undefined;
  for (const { add, letter, param } of changes) {
    const size = param === undefined ? 0 : byteLength(param);
    if (params.length === MODES_PER_LINE || params.length > 0 && bytes + size > PARAM_BYTES) {
      lines.push([letters, ...params]);
      [letters, params, bytes, sign] = ["", [], 0, undefined];
    }
    if (sign !== add) letters += add ? "+" : "-";
    sign = add;
    letters += letter;
    bytes += size;
    if (param !== undefined) params.push(param);
  }
  if (letters !== "") lines.push([letters, ...params]);
  return lines;
}

/** The value of ISUPPORT `CHANMODES`: `bI,k,l,imnst`. */
export function chanModes(): string {
  const kinds: readonly ModeKind[] = ["list", "always", "set", "flag"];
  return kinds.map((kind) =>
    CHANNEL_MODES.filter((mode) => mode.kind === kind).map((mode) => mode.letter).join("")
  ).join(",");
}

/** The value of ISUPPORT `PREFIX`: `(ohv)@%+`. */
export function prefixToken(): string {
  return `(${PREFIXES.map((prefix) => prefix.letter).join("")})${
    PREFIXES.map((prefix) => prefix.symbol).join("")
  }`;
}
