/**
 * Opening what a server keeps, and saying where it is.
 * @module
 */
import { dataDirectory, HERE, type Platform } from "../os/data_directory.ts";
import type { Config } from "../../server/settings/config.ts";
import type { KnownNames } from "../../store/accounts.ts";
import { consequence, LostAccounts } from "../../store/lost_accounts.ts";
import { memoryStore } from "../../store/memory/store.ts";
import { openStore, type StoreEvent } from "../../store/open.ts";
import { guardData } from "./private_data.ts";
import type { Store } from "../../store/store.ts";

/** What came of opening the data. */
export type Data =
  /** It is open. */
  | {
    /** The store. */
    readonly store: Store;
    /** The directory of the server's files; null for none. */
    readonly directory: string | null;
    /** Whether what comes is kept in that directory, not only in memory. */
    readonly kept: boolean;
    /** What the operator is to be warned of. */
    readonly warnings: readonly string[];
  }
  /** The server is not to start: with the reason, a sentence for people. */
  | { readonly refusal: string };

/**
 * Opens the data that a configuration names. What can't be used doesn't keep a server from running:
 * it then runs in memory, with a warning, and gives nobody a name that may be owned. But it doesn't
 * start, and says so, if another server has the directory, if a later version has written there, or
 * if the files are somebody else's.
 *
 * @param onFault is told when the data can't be written any more, and when it can again.
 */
export function openData(
  { data }: Config,
  onFault: (event: StoreEvent) => void,
  here: Platform = HERE,
): Data {
  const directory = dataDirectory(data, here);
  if (directory === null) return { store: memoryStore(), directory, kept: false, warnings: [] };
  if (directory === undefined) {
    const why = "This system does not say where to keep data: HOME is not set.";
    return inMemory(null, why, NOBODY);
  }
  const guarded = guardData(directory);
  if ("fault" in guarded) return { refusal: guarded.fault };
  const opened = openStore(directory, onFault);
  if ("store" in opened) {
    const { store, notices, readOnly = false } = opened;
    const { trouble } = store.accounts;
    const warnings = [...guarded.notices, ...notices];
    if (trouble !== undefined) warnings.push(trouble.text);
    return { store, directory, kept: !readOnly, warnings };
  }
  const { kind, message, names } = opened.fault;
  if (kind === "locked" || kind === "newer") {
    return { refusal: `${message} See: --data DIR, --ephemeral` };
  }
  return inMemory(kind === "directory" ? null : directory, message, names, guarded.notices);
}

/** Nobody owned a name. */
const NOBODY: KnownNames = { accounts: [], lost: [], complete: true };

function inMemory(
  directory: string | null,
  why: string,
  names: KnownNames | undefined,
  notices: readonly string[] = [],
): Data {
  const text = `${why} What is said is kept in memory only, and is gone when the server ends. ` +
    `${consequence(names)} See: --data DIR`;
  const accounts = new LostAccounts(text, names);
  const store = { ...memoryStore(), accounts };
  return { store, directory, kept: false, warnings: [...notices, accounts.trouble.text] };
}

/** Tells, in a line, where and for how long messages are kept, and how to switch that off. */
export function whereKept(directory: string, { history }: Config): string {
  const { days } = history;
  const time = days === 0 ? "for good" : days === 1 ? "for a day" : `for ${days} days`;
  return `Messages are kept ${time} in ${directory}; with --ephemeral only in memory`;
}
