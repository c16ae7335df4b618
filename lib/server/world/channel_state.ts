/**
 * Converts a channel to the state that the store keeps, and back.
 * @module
 */
import { ownChannel } from "./owned.ts";
import { OPERATOR, PREFIXES, type Ranks } from "../../irc/modes.ts";
import { fold } from "../../irc/names.ts";
import type { ChannelState } from "../../store/server_state.ts";
import { Channel, LIST_LETTERS, type ListLetter, NEW_CHANNEL_FLAGS } from "./channel.ts";
import { type Cloak, cloakSource } from "../entry/cloak.ts";
import { parseMask } from "./user_mask.ts";

/** Whether a channel differs from a new one. */
export function isWorthKeeping(channel: Channel): boolean {
  const { flags, key, limit, topic, lists, accounts } = channel;
  return key !== undefined || limit !== undefined || topic !== undefined || accounts.size > 0 ||
    flags.size !== NEW_CHANNEL_FLAGS.length || NEW_CHANNEL_FLAGS.some((flag) => !flags.has(flag)) ||
    LIST_LETTERS.some((letter) => lists[letter].size > 0);
}

/** Whether an account has the rank of operator in a channel. */
export function hasOwner(
  channel: Channel,
  exists: (account: string) => boolean = () => true,
): boolean {
  for (const { account, ranks } of channel.accounts.values()) {
    if (ranks & OPERATOR && exists(account)) return true;
  }
  return false;
}

/** The state of a channel for the store. */
export function stateOf(channel: Channel): ChannelState {
  const { name, createdAt, flags, key, limit, topic, lists, accounts, usedAt, origin, opener } =
    channel;
  return {
    name,
    createdAt,
    flags: [...flags].sort().join(""),
    key: key ?? null,
    limit: limit ?? null,
    topic: topic ?? null,
    lists: LIST_LETTERS.flatMap((letter) =>
      [...lists[letter].values()].map(({ mask, by, at }) => ({ letter, mask: mask.text, by, at }))
    ),
    ranks: [...accounts.values()].map(({ account, ranks }) => ({
      account,
      letters: rankLetters(ranks),
    })),
    usedAt,
    origin: origin ?? null,
    opener: opener ?? null,
    cloaked: true,
  };
}

/** Restores the state of a new channel. Addresses that an earlier version kept become cloaks. */
export function restore(channel: Channel, state: ChannelState, cloak: Cloak): void {
  const own = ownChannel(channel);
  own.flags.clear();
  for (const flag of state.flags) own.flags.add(flag);
  own.key = state.key ?? undefined;
  own.limit = state.limit ?? undefined;
  const { topic } = state;
  if (topic !== null) own.topic = { ...topic, by: cloakSource(topic.by, cloak) };
  own.topicChangedAt = topic?.at;
  own.usedAt = state.usedAt;
  own.opener = state.opener ?? undefined;
  own.saved = true;
  for (const { letter, mask, by, at } of state.lists) {
    if (LIST_LETTERS.some((known) => known === letter)) {
      const read = parseMask(state.cloaked ? mask : cloakSource(parseMask(mask).text, cloak));
      channel.list(letter as ListLetter, read, cloakSource(by, cloak), at);
    }
  }
  for (const { account, letters } of state.ranks) {
    own.accounts.set(fold(account), { account, ranks: ranksOf(letters) });
  }
}

/** The mode letters of ranks, highest first: `ov`. */
export function rankLetters(ranks: Ranks): string {
  return PREFIXES.filter(({ bit }) => ranks & bit).map(({ letter }) => letter).join("");
}

function ranksOf(letters: string): Ranks {
  return PREFIXES.reduce((all, { bit, letter }) => letters.includes(letter) ? all | bit : all, 0);
}
