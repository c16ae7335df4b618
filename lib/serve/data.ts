/**
 * Opening what a server keeps, and saying where it is.
 * @module
 */
import { dataDirectory, HERE, type Surroundings } from "../cli/data_directory.ts";
import type { Config } from "../server/config.ts";
import { memoryStore } from "../store/memory.ts";
import { openStore, type StoreEvent } from "../store/open.ts";
import type { Store } from "../store/store.ts";

/** What came of opening the data. */
export type Data =
  /** It is open. */
  | {
    /** The store. */
    readonly store: Store;
    /** The directory that it is in; null for none. */
    readonly directory: string | null;
    /** What the operator is to be warned of. */
    readonly warnings: readonly string[];
  }
  /** The server is not to start: with the reason, a sentence for people. */
  | { readonly refusal: string };

/**
 * Opens the data that a configuration names. What can't be used doesn't keep a server from running:
 * it then runs in memory, with a warning. But two servers can't share one directory, and one that
 * went on without its accounts because a later version has changed them would let anyone take any
 * name; there it says so and doesn't start.
 *
 * @param onFault is told when the data can't be written any more, and when it can again.
 */
export function openData(
  { data }: Config,
  onFault: (event: StoreEvent) => void,
  here: Surroundings = HERE,
): Data {
  const directory = dataDirectory(data, here);
  if (directory === null) return { store: memoryStore(), directory, warnings: [] };
  if (directory === undefined) {
    const why = "This system does not say where to keep data: HOME is not set.";
    return inMemory(why);
  }
  const opened = openStore(directory, onFault);
  if ("store" in opened) {
    return { store: opened.store, directory, warnings: opened.notices };
  }
  const { kind, message } = opened.fault;
  if (kind === "locked" || kind === "newer") {
    return { refusal: `${message} See: --data DIR, --ephemeral` };
  }
  return inMemory(message);
}

function inMemory(why: string): Data {
  const text = `${why} What is said is kept in memory only, and is gone when the server ends. ` +
    "See: --data DIR";
  return { store: memoryStore(), directory: null, warnings: [text] };
}

/** Tells, in a line, where and for how long messages are kept, and how to switch that off. */
export function whereKept(directory: string, { history }: Config): string {
  const { days } = history;
  const time = days === 0 ? "for good" : days === 1 ? "for a day" : `for ${days} days`;
  return `Messages are kept ${time} in ${directory}; with --ephemeral only in memory`;
}
