/**
 * Changes of a room's modes and ranks: sentences without a full stop.
 *
 * `who` is a name, {@linkcode ROOM_MODES.server} or {@linkcode ROOM_MODES.self}.
 * @module
 */

type Words = (who: string, param: string) => string;

/** A rank with its article, and without. */
type Rank = readonly [given: string, taken: string];

/** Ranks by their letter. */
export const RANK_WORDS: Readonly<Record<string, Rank>> = {
  q: ["the owner", "owner"],
  a: ["an administrator", "administrator"],
  o: ["an operator", "operator"],
  h: ["a half-operator", "half-operator"],
};

/** What setting and unsetting a mode with a parameter does, by its letter. */
export const PARAM_WORDS: Readonly<Record<string, readonly [set: Words, unset: Words]>> = {
  b: [(who, mask) => `${who} banned ${mask}`, (who, mask) => `${who} lifted the ban on ${mask}`],
  k: [
    (who) => `${who} set a key, which people need to enter`,
    (who) => `${who} removed the key`,
  ],
  l: [
    (who, most) => `${who} limited the room to ${most} people`,
    (who) => `${who} removed the limit on people`,
  ],
};

/** What setting and unsetting a mode without a parameter does, by its letter; follows `who`. */
export const FLAG_WORDS: Readonly<Record<string, readonly [set: string, unset: string]>> = {
  C: ["blocked version requests", "allowed version requests again"],
  M: ["allowed only registered users to speak", "allowed everyone to speak again"],
  R: ["allowed only registered users to enter", "allowed everyone to enter again"],
  c: ["blocked colours", "allowed colours again"],
  i: ["allowed only invited people to enter", "allowed entering without an invitation again"],
  m: [
    "moderated the room: only people with the right to speak can speak",
    "allowed everyone to speak again",
  ],
  n: ["blocked messages from outside the room", "allowed messages from outside the room again"],
  p: ["made the room private", "made the room public again"],
  r: ["registered the room", "removed the registration of the room"],
  s: ["hid the room from lists", "showed the room in lists again"],
  t: ["allowed only operators to change the topic", "allowed everyone to change the topic"],
  z: ["let operators see blocked messages", "hid blocked messages from operators again"],
};

export const ROOM_MODES = {
  server: "The server",
  self: "You",
  /** We, as the object of a change by somebody else or by ourselves. */
  you: "you",
  yourself: "yourself",
  gaveVoice: (who: string, whom: string): string => `${who} gave ${whom} the right to speak`,
  tookVoice: (who: string, whom: string): string => `${who} took the right to speak from ${whom}`,
  gaveRank: (who: string, whom: string, rank: string): string => `${who} made ${whom} ${rank}`,
  tookRank: (who: string, whom: string, rank: string): string =>
    `${who} took the rank of ${rank} from ${whom}`,
  /** A rank that is known only by its symbol. */
  gaveSymbol: (who: string, whom: string, symbol: string): string =>
    `${who} gave ${whom} the rank ${symbol}`,
  tookSymbol: (who: string, whom: string, symbol: string): string =>
    `${who} took the rank ${symbol} from ${whom}`,
  /** The name of someone who is banned or muted, and the mask for them. */
  masked: (name: string, mask: string): string => `${name} (${mask})`,
  /** @param others at least one name; `more` are not named. */
  hits: (whom: string, others: readonly string[], more: number, also: boolean): string => {
    const all = more === 0 ? others : [...others, `${more} more`];
    const last = all.at(-1)!;
    const list = all.length === 1 ? last : `${all.slice(0, -1).join(", ")} and ${last}`;
    return `${whom}, which ${also ? "also hits" : "hits"} ${list}`;
  },
  muted: (who: string, mask: string): string => `${who} muted ${mask}`,
  unmuted: (who: string, mask: string): string => `${who} let ${mask} speak again`,
  flag: (who: string, words: string): string => `${who} ${words}`,
  /** A mode without words. */
  other: (who: string, mode: string): string => `${who} set the mode ${mode}`,
} as const;
