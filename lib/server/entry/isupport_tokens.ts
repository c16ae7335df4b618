/**
 * RPL_ISUPPORT: the tokens that tell clients about the server, each from the table or limit that it
 * describes.
 *
 * Source: Modern IRC Client Protocol, "RPL_ISUPPORT Parameters"; IRCv3 `account-extban`,
 * `bot-mode`, `chathistory`, `monitor`, `utf8-only`, `whox`.
 * @module
 */
import { chanModes, MODES_PER_LINE, PREFIXES, prefixToken } from "../../irc/modes.ts";
import { CHANNEL_BYTES, NICK_GRAPHEMES, USER_LENGTH } from "../../irc/names.ts";
import { EXTBAN_PREFIX, EXTBAN_TYPES } from "../world/user_mask.ts";
import type { Config } from "../settings/config.ts";
import { networkName } from "./network_name.ts";

/** The longest topic, in bytes: it fits on a line behind any names. */
export const TOPIC_BYTES = 280;

export const AWAY_BYTES = 200;

export const KICK_BYTES = 300;

export const KEY_BYTES = 32;

export const REALNAME_BYTES = 150;

/** The most targets of one PRIVMSG, NOTICE, TAGMSG or KICK. */
export const MAX_TARGETS = 4;

/** The most names that a user can watch. */
export const MAX_MONITORED = 100;

export interface Token {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
}

export function isupport(config: Config): readonly Token[] {
  const { listEntries, channelsPerUser } = config.limits;
  const targets = `KICK:${MAX_TARGETS},NAMES:1,NOTICE:${MAX_TARGETS},PRIVMSG:${MAX_TARGETS},` +
    `TAGMSG:${MAX_TARGETS},WHOIS:1`;
  const rows: readonly (readonly [name: string, value: string | number, meaning: string])[] = [
    ["ACCOUNTEXTBAN", "a", "the extended ban that matches an account"],
    ["AWAYLEN", AWAY_BYTES, "the longest away text, in bytes"],
    ["BOT", "B", "the user mode that marks a bot"],
    ["CASEMAPPING", "ascii", "how clients compare names"],
    ["CHANLIMIT", `#:${channelsPerUser || ""}`, "how many rooms a user can be in"],
    ["CHANMODES", chanModes(), "the channel modes, grouped by the parameter that they take"],
    ["CHANNELLEN", CHANNEL_BYTES, "the longest channel name, in bytes"],
    ["CHANTYPES", "#", "what channel names start with"],
    ["CHATHISTORY", config.history.limit, "how many messages one CHATHISTORY returns"],
    ["ELIST", "CMNTU", "the conditions of LIST"],
    ["EXCEPTS", "e", "the mode of ban exceptions"],
    [
      "EXTBAN",
      `${EXTBAN_PREFIX},${EXTBAN_TYPES}`,
      "what extended bans start with, and their types",
    ],
    ["INVEX", "I", "the mode of invitation exceptions"],
    ["KEYLEN", KEY_BYTES, "the longest channel key, in bytes"],
    ["KICKLEN", KICK_BYTES, "the longest kick reason, in bytes"],
    [
      "MAXLIST",
      ["b", "e", "I"].map((list) => `${list}:${listEntries || ""}`).join(","),
      "how many entries the lists of a channel can hold",
    ],
    ["MODES", MODES_PER_LINE, "how many modes with a parameter one MODE can change"],
    ["MONITOR", MAX_MONITORED, "how many names a user can watch"],
    ["MSGREFTYPES", "msgid,timestamp", "how CHATHISTORY can refer to a message"],
    ["NAMELEN", REALNAME_BYTES, "the longest real name, in bytes"],
    ["NETWORK", networkName(config), "the title of the room, as one word"],
    ["NICKLEN", NICK_GRAPHEMES, "the longest nick, in characters"],
    ["PREFIX", prefixToken(), "the ranks of channel members"],
    ["SAFELIST", "", "LIST never disconnects a client for flooding"],
    [
      "STATUSMSG",
      PREFIXES.map(({ symbol }) => symbol).join(""),
      "the ranks that a message can be sent to",
    ],
    ["TARGMAX", targets, "how many targets a command can have"],
    ["TOPICLEN", TOPIC_BYTES, "the longest topic, in bytes"],
    ["USERLEN", USER_LENGTH, "the longest user name"],
    ["UTF8ONLY", "", "all text is UTF-8"],
    ["WHOX", "", "WHO accepts a list of fields"],
  ];
  return rows.map(([name, value, meaning]) => ({ name, value: `${value}`, meaning }));
}

/** The most tokens of a line (Modern IRC, "RPL_ISUPPORT"). */
const TOKENS_PER_LINE = 13;

/** The lines of a configuration, which is replaced as a whole; every login asks for them. */
const known = new WeakMap<Config, readonly (readonly string[])[]>();

/** The tokens as they are sent, line by line. */
export function isupportLines(config: Config): readonly (readonly string[])[] {
  const before = known.get(config);
  if (before !== undefined) return before;
  const tokens = isupport(config).map(({ name, value }) =>
    value === "" ? name : `${name}=${value}`
  );
  const lines: string[][] = [];
  for (let at = 0; at < tokens.length; at += TOKENS_PER_LINE) {
    lines.push(tokens.slice(at, at + TOKENS_PER_LINE));
  }
  known.set(config, lines);
  return lines;
}
