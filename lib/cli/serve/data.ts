/**
 * Opens the server's data.
 * @module
 */
import { dataDirectory, HERE, type Platform } from "../os/data_directory.ts";
import type { Config } from "../../server/settings/config.ts";
import type { KnownNames } from "../../store/accounts.ts";
import { consequence, LostAccounts } from "../../store/lost_accounts.ts";
import { memoryStore } from "../../store/memory/store.ts";
import { DATABASE, openStore, type StoreEvent } from "../../store/open.ts";
import { filesIn, guardData } from "./private_data.ts";
import type { Store } from "../../store/store.ts";
import { DATA } from "../../wording/log.ts";

/** Data that was opened. */
export interface OpenData {
  readonly store: Store;
  /** The directory of the server's files; null for none. */
  readonly directory: string | null;
  /** Whether the store writes there, and not only to memory. */
  readonly kept: boolean;
  /** Whether a server ran with this directory before. */
  readonly ranBefore: boolean;
  readonly warnings: readonly string[];
}

/** The outcome of {@linkcode openData}. */
export type Data =
  | OpenData
  /** Why the server must not start, a sentence for the user. */
  | { readonly refusal: string };

/**
 * Opens the data that a configuration names. If it can't be used, the server runs in memory with a
 * warning, and gives nobody a name that may be owned. It refuses to start if another server uses
 * the directory, a later version has written there, or the files are somebody else's.
 */
export function openData(
  { data }: Config,
  onFault: (event: StoreEvent) => void,
  here: Platform = HERE,
): Data {
  const directory = dataDirectory(data, here);
  if (directory === null) return { store: memoryStore(), directory, ...NEW, warnings: [] };
  if (directory === undefined) {
    return inMemory(null, DATA.noPlace, NOBODY);
  }
  const guarded = guardData(directory);
  if ("fault" in guarded) return { refusal: guarded.fault };
  const ranBefore = filesIn(directory).includes(DATABASE);
  const opened = openStore(directory, onFault);
  if ("store" in opened) {
    const { store, notices, readOnly = false } = opened;
    const { trouble } = store.accounts;
    const warnings = [...guarded.notices, ...notices];
    if (trouble !== undefined) warnings.push(trouble.text);
    return { store, directory, kept: !readOnly, ranBefore, warnings };
  }
  const { kind, message, names } = opened.fault;
  if (kind === "locked" || kind === "newer") return { refusal: DATA.refused(message) };
  return inMemory(kind === "directory" ? null : directory, message, names, guarded.notices);
}

const NEW = { kept: false, ranBefore: false } as const;

const NOBODY: KnownNames = { accounts: [], lost: [], complete: true };

function inMemory(
  directory: string | null,
  why: string,
  names: KnownNames | undefined,
  notices: readonly string[] = [],
): Data {
  const accounts = new LostAccounts(DATA.inMemory(why, consequence(names)), names);
  const store = { ...memoryStore(), accounts };
  return { store, directory, ...NEW, warnings: [...notices, accounts.trouble.text] };
}
