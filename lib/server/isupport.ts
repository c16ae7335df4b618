/**
 * What the server tells its clients of itself (RPL_ISUPPORT), each token from the table or the
 * limit that it speaks of.
 *
 * Source: Modern IRC Client Protocol, "RPL_ISUPPORT Parameters".
 * @module
 */
import { chanModes, prefixToken } from "../irc/modes.ts";
import { CHANNEL_BYTES, NICK_GRAPHEMES, USER_LENGTH } from "../irc/names.ts";
import type { Config } from "./config.ts";

/** The longest topic, in bytes: it fits on a line with any names before it. */
export const TOPIC_BYTES = 390;

/** How many targets one PRIVMSG or NOTICE may name. */
export const MAX_TARGETS = 4;

/** How many tokens stand on one RPL_ISUPPORT line. */
const TOKENS_PER_LINE = 12;

/** The tokens, in the lines in which they are sent. */
export function isupportLines(config: Config): string[][] {
  const tokens = [
    "CASEMAPPING=ascii",
    `CHANLIMIT=#:${config.limits.channelsPerUser || ""}`,
    `CHANMODES=${chanModes()}`,
    `CHANNELLEN=${CHANNEL_BYTES}`,
    "CHANTYPES=#",
    `NETWORK=${config.network.replaceAll(" ", "\\x20")}`,
    `NICKLEN=${NICK_GRAPHEMES}`,
    `PREFIX=${prefixToken()}`,
    `TARGMAX=NOTICE:${MAX_TARGETS},PRIVMSG:${MAX_TARGETS},NAMES:1,WHOIS:1`,
    `TOPICLEN=${TOPIC_BYTES}`,
    `USERLEN=${USER_LENGTH}`,
    "UTF8ONLY",
  ];
  const lines: string[][] = [];
  for (let at = 0; at < tokens.length; at += TOKENS_PER_LINE) {
    lines.push(tokens.slice(at, at + TOKENS_PER_LINE));
  }
  return lines;
}
