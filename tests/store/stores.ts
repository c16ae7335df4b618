/** Stores for tests, and data for them. */
import type { HistoryItem, HistoryStore } from "../../lib/store/history.ts";
import { memoryStore } from "../../lib/store/memory/store.ts";
import { openStore, type StoreEvent } from "../../lib/store/open.ts";
import type { Store } from "../../lib/store/store.ts";
import { needing } from "../permitted.ts";

/** A kind of store, to run the same tests against. */
export interface Kind {
  readonly name: string;
  /** Runs a test with an empty store. */
  with(test: (store: Store, reopen: () => Store) => void | Promise<void>): Promise<void>;
}

/** Runs a test in a temporary directory. */
export async function inDirectory(test: (directory: string) => void | Promise<void>) {
  const directory = await Deno.makeTempDir({ prefix: "chat-store-" });
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Opens a store, or throws. */
export function opened(
  directory: string,
  options: { clock?: () => number; server?: boolean; events?: StoreEvent[] } = {},
): Store {
  const { events = [], ...rest } = options;
  const result = openStore(directory, (event) => events.push(event), rest);
  if ("fault" in result) throw new Error(result.fault.message);
  return result.store;
}

/** All kinds of stores. */
export const KINDS: readonly Kind[] = [
  {
    name: "memory",
    async with(test) {
      const store = memoryStore();
      await test(store, () => store);
    },
  },
  {
    name: "SQLite",
    async with(test) {
      await inDirectory(async (directory) => {
        const events: StoreEvent[] = [];
        let store = opened(directory, { events });
        try {
          await test(store, () => {
            store.close();
            return store = opened(directory, { events });
          });
        } finally {
          store.close();
        }
        if (events.length > 0) throw new Error(events.map(({ message }) => message).join("\n"));
      });
    },
  },
];

/** Defines a test that stores something on disk. */
export const onDisk = needing("read", "write");

/** Runs a test against every kind of store. */
export function everyStore(
  name: string,
  test: (store: Store, reopen: () => Store) => void | Promise<void>,
) {
  for (const kind of KINDS) {
    const [title, fn] = [`${name} (${kind.name})`, () => kind.with(test)] as const;
    Deno.test(kind.name === "memory" ? { name: title, fn } : onDisk(title, fn));
  }
}

let serial = 0;

/** A history item. By default, a message from Ada to #lobby. */
export function item(given: Partial<HistoryItem> = {}): HistoryItem {
  const { conversation = "#lobby", msgid = `m${++serial}` } = given;
  return {
    msgid,
    time: 1_800_000_000_000 + serial,
    conversation,
    command: "PRIVMSG",
    source: "Ada!ada@host",
    account: null,
    bot: false,
    params: [conversation, `text ${msgid}`],
    tags: "",
    concat: null,
    ...given,
  };
}

/** Appends messages with these ids, a millisecond apart from time 1000 on, and commits. */
export function fill(history: HistoryStore, ids: string, given: Partial<HistoryItem> = {}) {
  let time = 1000;
  for (const msgid of ids.split(" ")) history.append(item({ msgid, time: time++, ...given }));
  history.commit();
}

/** The ids of items, in order. */
export function ids(items: readonly HistoryItem[]): string {
  return items.map(({ msgid }) => msgid).join(" ");
}
