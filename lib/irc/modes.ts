/**
 * Modes of channels, of their members and of users: one row each; and reading and writing changes.
 *
 * Source: Modern IRC Client Protocol, "MODE message", "Modes"; ISUPPORT `CHANMODES`, `PREFIX`.
 * @module
 */
import { byteLength } from "../text/bytes.ts";

/** The ranks of a member of a channel: the bits of {@linkcode PREFIXES}, added up. */
export type Ranks = number;

/** The bit of those who may speak where others may not. */
export const VOICE: Ranks = 1;

/** The bit of half-operators. */
export const HALF_OPERATOR: Ranks = 2;

/** The bit of operators. */
export const OPERATOR: Ranks = 4;

/** One rank that a member of a channel can have. */
export interface Prefix {
  /** The mode that gives it. */
  readonly letter: string;
  /** What stands before the nick. */
  readonly symbol: string;
  /** Its bit: a higher rank has the higher bit. */
  readonly bit: Ranks;
  /** The least rank that may give and take it. */
  readonly by: Ranks;
  /** What it is. */
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
    meaning: "voice: may speak where others may not",
  },
];

/**
 * What parameter a mode takes, as ISUPPORT `CHANMODES` groups them: a list's entry (A); one always
 * (B); one when it is set (C); none (D).
 */
export type ModeKind = "list" | "always" | "set" | "flag";

/** One mode of channels. */
export interface ChannelMode {
  /** Its letter. */
  readonly letter: string;
  /** What parameter it takes. */
  readonly kind: ModeKind;
  /** The least rank that may change it. */
  readonly by: Ranks;
  /** What it does. */
  readonly meaning: string;
}

/** The modes of channels. */
export const CHANNEL_MODES: readonly ChannelMode[] = [
  {
    letter: "b",
    kind: "list",
    by: HALF_OPERATOR,
    meaning: "bans: who fits may not enter or speak",
  },
  { letter: "e", kind: "list", by: HALF_OPERATOR, meaning: "exceptions: who fits is not banned" },
  { letter: "I", kind: "list", by: HALF_OPERATOR, meaning: "who fits may enter uninvited" },
  { letter: "k", kind: "always", by: OPERATOR, meaning: "only who knows this key enters" },
  { letter: "l", kind: "set", by: OPERATOR, meaning: "only so many members" },
  { letter: "C", kind: "flag", by: OPERATOR, meaning: "no CTCP, but for /me" },
  {
    letter: "M",
    kind: "flag",
    by: OPERATOR,
    meaning: "only who is logged in to an account speaks",
  },
  {
    letter: "R",
    kind: "flag",
    by: OPERATOR,
    meaning: "only who is logged in to an account enters",
  },
  { letter: "i", kind: "flag", by: OPERATOR, meaning: "only who is invited enters" },
  { letter: "m", kind: "flag", by: HALF_OPERATOR, meaning: "only members with a rank speak" },
  { letter: "n", kind: "flag", by: OPERATOR, meaning: "only members speak" },
  { letter: "s", kind: "flag", by: OPERATOR, meaning: "secret: hidden from who is not in it" },
  {
    letter: "t",
    kind: "flag",
    by: OPERATOR,
    meaning: "only operators and half-operators set the topic",
  },
];

/** One mode of users. */
export interface UserMode {
  /** Its letter. */
  readonly letter: string;
  /** Who may set it on themselves; everyone may take theirs off. */
  readonly by: "anyone" | "server";
  /** What it does. */
  readonly meaning: string;
}

/** The modes of users. */
export const USER_MODES: readonly UserMode[] = [
  { letter: "B", by: "anyone", meaning: "is a bot" },
  { letter: "N", by: "anyone", meaning: "is not shown the last messages of a room on entering it" },
  { letter: "R", by: "anyone", meaning: "gets private messages only from who is logged in" },
  { letter: "i", by: "anyone", meaning: "invisible: found only by who shares a channel" },
  { letter: "o", by: "server", meaning: "operator of the server" },
  { letter: "w", by: "anyone", meaning: "gets WALLOPS" },
];

/** The most modes with a parameter that one MODE line changes (ISUPPORT `MODES`). */
export const MODES_PER_LINE = 12;

/** The most bytes of parameters that one MODE line holds, so that it fits with any names before. */
const PARAM_BYTES = 300;

/** One change of a mode. */
export interface ModeChange {
  /** Set or unset. */
  readonly add: boolean;
  /** The mode. */
  readonly letter: string;
  /** Its parameter, where it takes one and was given one. */
  readonly param: string | undefined;
}

/** The prefixes that a member with these ranks has, highest first: `@+`. */
export function prefixesOf(ranks: Ranks): string {
  let symbols = "";
  for (const { bit, symbol } of PREFIXES) if (ranks & bit) symbols += symbol;
  return symbols;
}

/** Whether these ranks hold this one or a higher one. */
export function atLeast(ranks: Ranks, rank: Ranks): boolean {
  return ranks >= rank;
}

/**
 * Reads `+ov-k nick nick key` as single changes. A mode of a channel takes its parameter from the
 * ones that are left; letters that nobody knows take none.
 */
export function parseChannelModes(letters: string, params: readonly string[]): ModeChange[] {
  const rest = [...params];
  return parseLetters(letters, (letter, add) => {
    const kind = CHANNEL_MODES.find((mode) => mode.letter === letter)?.kind;
    const takes = kind === "list" || kind === "always" || (kind === "set" && add) ||
      PREFIXES.some((prefix) => prefix.letter === letter);
    return takes ? rest.shift() : undefined;
  });
}

/** Reads `+iw-B` as single changes. */
export function parseUserModes(letters: string): ModeChange[] {
  return parseLetters(letters, () => undefined);
}

/** The most changes that are read from one command: no client comes near, but abusers do. */
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

/** Writes changes as the parameters of as few MODE lines as they need. */
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

/** Modes by their parameter, as ISUPPORT `CHANMODES` lists them: `bI,k,l,imnst`. */
export function chanModes(): string {
  const kinds: readonly ModeKind[] = ["list", "always", "set", "flag"];
  return kinds.map((kind) =>
    CHANNEL_MODES.filter((mode) => mode.kind === kind).map((mode) => mode.letter).join("")
  ).join(",");
}

/** The ranks as ISUPPORT `PREFIX` lists them: `(ohv)@%+`. */
export function prefixToken(): string {
  return `(${PREFIXES.map((prefix) => prefix.letter).join("")})${
    PREFIXES.map((prefix) => prefix.symbol).join("")
  }`;
}
