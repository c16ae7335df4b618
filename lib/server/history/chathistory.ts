/**
 * CHATHISTORY: pages of history.
 *
 * Source: IRCv3 `draft/chathistory`.
 * @module
 */
import type { Message } from "../../irc/message.ts";
import type { Activity, HistoryItem, HistoryStore, Page, Position } from "../../store/history.ts";
import type { Context } from "../command.ts";
import { allReadable, type Readable, readable } from "./access.ts";
import { keptId } from "./record.ts";
import { gather, replay, wantsEvents } from "./replay.ts";
import { timeOf } from "./timestamp.ts";

interface Subcommand {
  /** How many places the request names. */
  readonly places: 1 | 2;
  /** Which end to keep if there are too many messages for one answer. */
  readonly from: "first" | "last";
  /** Whether it has messages around a place, so that a short page does not mean an end. */
  readonly isMiddle?: boolean;
  /** Reads the messages; a place is undefined for `*`. */
  readonly get: (
    history: HistoryStore,
    conversation: string,
    page: Page,
    first: Position | undefined,
    second: Position | undefined,
  ) => HistoryItem[];
}

const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  LATEST: {
    places: 1,
    from: "last",
    get: (store, key, page, after) => store.latest(key, after, page),
  },
  BEFORE: { places: 1, from: "last", get: (store, key, page, at) => store.before(key, at!, page) },
  AFTER: { places: 1, from: "first", get: (store, key, page, at) => store.after(key, at!, page) },
  AROUND: {
    places: 1,
    from: "first",
    isMiddle: true,
    get: (store, key, page, at) => store.around(key, at!, page),
  },
  BETWEEN: {
    places: 2,
    from: "first",
    get: (store, key, page, from, to) => store.between(key, from!, to!, page),
  },
};

export function chatHistory(ctx: Context, msg: Message): void {
  const [word = "", ...params] = msg.params;
  const name = word.toUpperCase();
  const row = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
  if (row === undefined && name !== "TARGETS") {
    return ctx.fail("CHATHISTORY", "INVALID_PARAMS", word, "Unknown command");
  }
  const count = row === undefined ? 3 : row.places + 2;
  if (params.length !== count) {
    const why = params.length < count ? "Insufficient parameters" : "Too many parameters";
    return ctx.fail("CHATHISTORY", "INVALID_PARAMS", name, why);
  }
  const limit = limitOf(ctx, name, params.at(-1)!);
  if (limit === undefined) return;
  if (row === undefined) return targets(ctx, params, limit);
  const target = params[0]!;
  const words = params.slice(1, -1);
  if (!words.every((word) => isPlace(ctx, name, target, word))) return;
  const found = readable(ctx.world, ctx.user, target);
  if (found === undefined) {
    const why = "Messages could not be retrieved";
    return ctx.fail("CHATHISTORY", "INVALID_TARGET", name, target, why);
  }
  page(ctx, name, row, found, words, limit);
}

function page(
  ctx: Context,
  name: string,
  row: Subcommand,
  found: Readable,
  words: readonly string[],
  limit: number,
): void {
  const { user, world } = ctx;
  const { history } = world.store;
  const { conversation } = found;
  const places = words.map((word) => placeOf(history, conversation, word));
  const unknown = words.find((word, index) => word !== "*" && places[index] === undefined);
  if (unknown !== undefined) {
    // An empty page would mean that nothing was said since.
    const why = "This message does not exist or was deleted";
    return ctx.fail("CHATHISTORY", "MESSAGE_ERROR", name, found.name, unknown, why);
  }
  const events = wantsEvents(user);
  const items = gather(
    user,
    limit,
    row.isMiddle ? undefined : row.from,
    (limit) => row.get(history, conversation, { limit, events }, places[0], places[1]),
  );
  replay(ctx, {
    type: "chathistory",
    params: [found.name],
    items: items.filter(({ time }) => time >= found.since),
    from: row.from,
    readable: new Map([[conversation, found]]),
  });
}

/** Parses the number of messages; 0 means the most that is allowed. */
function limitOf(ctx: Context, name: string, word: string): number | undefined {
  const most = ctx.world.config.history.limit;
  if (/^\d{1,9}$/.test(word)) return Math.min(Number(word) || most, most);
  ctx.fail("CHATHISTORY", "INVALID_PARAMS", name, word, "Invalid limit");
  return undefined;
}

/** Whether a word has the form of a place; if not, replies with FAIL. */
function isPlace(ctx: Context, name: string, target: string, word: string): boolean {
  if (word === "*" && name === "LATEST") return true;
  if (word.startsWith("msgid=") && word.length > "msgid=".length) return true;
  if (timeOf(word) !== undefined) return true;
  if (word.includes("=") && !/^(?:msgid|timestamp)=/.test(word)) {
    const why = "A message reference must be a msgid or a timestamp";
    ctx.fail("CHATHISTORY", "INVALID_MSGREFTYPE", name, target, word, why);
  } else {
    const what = word.startsWith("timestamp=") ? "timestamp" : "message reference";
    ctx.fail("CHATHISTORY", "INVALID_PARAMS", name, word, `Invalid ${what}`);
  }
  return false;
}

/** The place of a word; undefined if it does not exist. */
function placeOf(history: HistoryStore, conversation: string, word: string): Position | undefined {
  const time = timeOf(word);
  if (time !== undefined) return { time };
  const msgid = keptId(history, conversation, word.slice("msgid=".length));
  return msgid === undefined ? undefined : { msgid };
}

/** CHATHISTORY TARGETS: the conversations with new messages. */
function targets(ctx: Context, params: readonly string[], limit: number): void {
  const { user, world, now } = ctx;
  const [from, to] = [timeOf(params[0]!), timeOf(params[1]!)];
  if (from === undefined || to === undefined) {
    const wrong = from === undefined ? params[0]! : params[1]!;
    return ctx.fail("CHATHISTORY", "INVALID_PARAMS", "TARGETS", wrong, "Invalid timestamp");
  }
  const known = allReadable(world, user);
  const mayRead = ({ conversation, time }: Activity) => time >= known.get(conversation)!.since;
  const active = world.store.history.targets([...known.keys()], from, to, limit, mayRead);
  const batch = user.caps.has("batch") ? world.nextReference() : undefined;
  const send = (command: string, params: readonly string[], inside = false) =>
    user.deliver(world.fromServer(command, params, now, inside ? batch : undefined));
  if (batch !== undefined) send("BATCH", [`+${batch}`, "draft/chathistory-targets"]);
  for (const { conversation, time } of active) {
    const { name } = known.get(conversation)!;
    send("CHATHISTORY", ["TARGETS", name, new Date(time).toISOString()], true);
  }
  if (batch !== undefined) send("BATCH", [`-${batch}`]);
  ctx.charged += known.size * TARGET_COST;
}

/** What each conversation that TARGETS looks at costs. */
const TARGET_COST = 0.01;
