/**
 * SEARCH: finds messages in the history.
 *
 * Source: soju's `soju.im/search`. The store decides how words match; see `SearchQuery`.
 * @module
 */
import { type Message, parseTags } from "../../irc/message.ts";
import { fold } from "../../irc/names.ts";
import type { HistoryItem, HistoryStore, SearchQuery } from "../../store/history.ts";
import type { Context } from "../command.ts";
import { allReadable, type Readable, readable } from "./access.ts";
import { replay } from "./replay.ts";
import { parseTimestamp } from "./timestamp.ts";

/** The attributes of a request. */
type Wanted = Partial<Omit<SearchQuery, "conversations" | "limit">> & {
  readonly in?: string;
  readonly limit?: number;
};

/** Parses the value of an attribute; undefined if it is invalid. */
type Attribute = (value: string) => Wanted | undefined;

const ATTRIBUTES: Readonly<Record<string, Attribute>> = {
  in: (value) => ({ in: value }),
  from: (value) => ({ from: fold(value) }),
  // Both times are inclusive here, and exclusive in the store.
  after: (value) => withTime(value, (time) => ({ after: time - 1 })),
  before: (value) => withTime(value, (time) => ({ before: time + 1 })),
  text: (value) => ({ text: value }),
  limit: (value) => /^\d{1,9}$/.test(value) ? { limit: Number(value) } : undefined,
};

function withTime(value: string, make: (time: number) => Wanted): Wanted | undefined {
  const time = parseTimestamp(value.replace(/^timestamp=/, ""));
  return time === undefined ? undefined : make(time);
}

export function search(ctx: Context, msg: Message): void {
  const { world } = ctx;
  let wanted: Wanted = {};
  for (const [key, value] of parseTags(msg.params.join(" "))) {
    const read = Object.hasOwn(ATTRIBUTES, key) ? ATTRIBUTES[key]!(value) : undefined;
    if (read === undefined) return ctx.fail("SEARCH", "INVALID_PARAMS", key, "Invalid parameters");
    wanted = { ...wanted, ...read };
  }
  const known = places(ctx, wanted.in);
  if (known === undefined) {
    return ctx.fail("SEARCH", "INVALID_PARAMS", "in", wanted.in!, "Messages could not be searched");
  }
  const { in: _, text = "", limit = 0, ...rest } = wanted;
  const most = world.config.history.limit;
  const found = find(world.store.history, {
    ...rest,
    text,
    conversations: [...known.keys()],
    limit: Math.min(limit || most, most),
  });
  replay(ctx, {
    type: "soju.im/search",
    params: [],
    items: found.filter(({ time, conversation }) => time >= known.get(conversation)!.since),
    from: rest.after === undefined ? "last" : "first",
    readable: known,
  });
}

/**
 * The messages that match. Those at the time of `before` itself come on top of the limit: otherwise
 * a client that goes on from the time of the oldest one would get no older ones if many have the
 * same time.
 */
function find(history: HistoryStore, query: SearchQuery): readonly HistoryItem[] {
  if (query.before === undefined) return history.search(query);
  const time = query.before - 1;
  const older = history.search({ ...query, before: time });
  const after = Math.max(query.after ?? -Infinity, time - 1);
  return [...older, ...history.search({ ...query, after })];
}

/** The conversations to search: the one that the user names, or all that it may read. */
function places(
  { world, user }: Context,
  name: string | undefined,
): Map<string, Readable> | undefined {
  if (name === undefined) return allReadable(world, user);
  const found = readable(world, user, name);
  return found && new Map([[found.conversation, found]]);
}
