/**
 * The accounts of a server on this machine, for the programs that look after them.
 * @module
 */
import { format as formatTime } from "@std/datetime/format";
import { dataDirectory, HERE } from "../cli/data_directory.ts";
import { AUTO_DATA } from "../server/config.ts";
import type { AccountStore } from "../store/accounts.ts";
import { openStore } from "../store/open.ts";
import { AdminError } from "./admin_error.ts";

/**
 * Does something with the accounts in a directory. A server that runs there sees what was changed
 * within seconds.
 *
 * @param data the directory; undefined for the usual one.
 * @param work gets the accounts, and the directory.
 * @throws {AdminError} where they can't be read, or what was changed could not be written
 */
export async function withAccounts<T>(
  data: string | undefined,
  work: (accounts: AccountStore, directory: string) => Promise<T> | T,
): Promise<T> {
  const directory = dataDirectory(data ?? AUTO_DATA, HERE);
  if (typeof directory !== "string") {
    throw new AdminError("This system does not say where data is kept. See: --data DIR");
  }
  let fault: string | undefined;
  const opened = openStore(directory, (event) => fault ??= messageOf(event), { server: false });
  if ("fault" in opened) {
    const hint = data === undefined ? " See: --data DIR" : "";
    throw new AdminError(opened.fault.message + hint);
  }
  try {
    const result = await work(opened.store.accounts, directory);
    if (fault !== undefined) throw new AdminError(fault);
    return result;
  } finally {
    opened.store.close();
  }
}

function messageOf(event: { readonly message?: string }): string {
  return event.message ?? "The data can't be written.";
}

/** A time, in milliseconds since 1970, as people here write it. */
export function timeText(time: number): string {
  return formatTime(new Date(time), "yyyy-MM-dd HH:mm");
}
