/**
 * Channel modes and member prefixes: one row each.
 *
 * Source: Modern IRC Client Protocol, "Modes"; ISUPPORT `CHANMODES`, `PREFIX`.
 * @module
 */

/** What parameter a channel mode takes (ISUPPORT `CHANMODES` A, B, C, D). */
export type ModeKind = "list" | "always" | "set" | "flag";

/** One channel mode. */
export interface ChannelMode {
  /** Its letter. */
  readonly letter: string;
  /** What parameter it takes. */
  readonly kind: ModeKind;
  /** What it does. */
  readonly meaning: string;
}

/** The modes of channels. */
export const CHANNEL_MODES = [
  { letter: "b", kind: "list", meaning: "who matches may not enter or speak" },
  { letter: "n", kind: "flag", meaning: "only members speak" },
  { letter: "t", kind: "flag", meaning: "only operators set the topic" },
] as const satisfies readonly ChannelMode[];

/** One rank that a member of a channel can have. */
export interface Prefix {
  /** The mode that gives it. */
  readonly letter: string;
  /** What stands before the nick. */
  readonly symbol: string;
  /** Its bit in {@linkcode Ranks}: a higher rank has the higher bit. */
  readonly bit: number;
  /** What it is called. */
  readonly meaning: string;
}

/** The ranks, highest first. */
export const PREFIXES = [
  { letter: "o", symbol: "@", bit: 4, meaning: "operator of the channel" },
  { letter: "v", symbol: "+", bit: 1, meaning: "may speak where the others may not" },
] as const satisfies readonly Prefix[];

/** The ranks of one member: the bits of its {@linkcode PREFIXES}, added up. */
export type Ranks = number;

/** The bit of channel operators. */
export const OPERATOR: Ranks = 4;

/** The prefixes that a member with these ranks has, highest first: `@+`. */
export function prefixesOf(ranks: Ranks): string {
  let symbols = "";
  for (const { bit, symbol } of PREFIXES) if (ranks & bit) symbols += symbol;
  return symbols;
}

/** Modes by their parameter, as ISUPPORT `CHANMODES` lists them: `b,k,l,imnst`. */
export function chanModes(): string {
  const kinds: readonly ModeKind[] = ["list", "always", "set", "flag"];
  return kinds.map((kind) =>
    CHANNEL_MODES.filter((mode) => mode.kind === kind).map((mode) => mode.letter).join("")
  ).join(",");
}

/** The ranks as ISUPPORT `PREFIX` lists them: `(ov)@+`. */
export function prefixToken(): string {
  return `(${PREFIXES.map((prefix) => prefix.letter).join("")})${
    PREFIXES.map((prefix) => prefix.symbol).join("")
  }`;
}
