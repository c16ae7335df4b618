/**
 * The conditions of LIST.
 *
 * Source: Modern IRC Client Protocol, ISUPPORT `ELIST`: C (creation), M (mask), N (not mask), T
 * (topic), U (users).
 * @module
 */
import { fitsMask } from "../../irc/masks.ts";
import { fold, isChannelName } from "../../irc/names.ts";
import { MINUTE_MS } from "../../text/duration.ts";
import type { Channel } from "../world/channel.ts";

/** Parses the parameters of LIST: the channels that are named, if any, and the conditions. */
export function listFilter(params: readonly string[], now: number) {
  const items = params.flatMap((param) => param.split(",")).filter((item) => item !== "");
  const named = items.filter((item) => isChannelName(item) && !/[*?]/.test(item));
  const conditions = items.filter((item) => !named.includes(item)).map((item) =>
    condition(item, now)
  );
  return {
    named: named.length > 0 ? named : undefined,
    fits: (channel: Channel) => conditions.every((fits) => fits(channel)),
  };
}

function condition(item: string, now: number): (channel: Channel) => boolean {
  const [, what, compare, digits] = /^([CT]?)([<>])(\d+)$/i.exec(item) ?? [];
  if (compare === undefined) {
    const not = item.startsWith("!");
    const mask = fold(not ? item.slice(1) : item);
    return (channel) => fitsMask(mask, channel.folded) !== not;
  }
  const limit = Number(digits);
  const minutes = (at: number) => (now - at) / MINUTE_MS;
  return (channel) => {
    switch (what!.toUpperCase()) {
      case "C":
        return exceeds(minutes(channel.createdAt), compare, limit);
      case "T":
        return channel.topicChangedAt !== undefined &&
          exceeds(minutes(channel.topicChangedAt), compare, limit);
      default:
        return exceeds(channel.members.size, compare, limit);
    }
  };
}

function exceeds(value: number, compare: string, limit: number): boolean {
  return compare === ">" ? value > limit : value < limit;
}
