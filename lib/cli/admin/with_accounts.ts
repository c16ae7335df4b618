import { format as formatTime } from "@std/datetime/format";
import { dataDirectory, HERE, type Platform } from "../os/data_directory.ts";
import { AUTO_DATA } from "../../server/settings/config.ts";
import type { AccountStore } from "../../store/accounts.ts";
import { openStore } from "../../store/open.ts";
import { AdminError } from "./admin_error.ts";
import { ADMIN } from "../../wording/command_line.ts";

/**
 * Opens the accounts in a directory for some work. A running server sees changes within seconds.
 *
 * @param data the directory; undefined for the usual one.
 * @throws {AdminError} if they can't be read, or a change could not be written
 */
export async function withAccounts<T>(
  data: string | undefined,
  work: (accounts: AccountStore, directory: string) => Promise<T> | T,
): Promise<T> {
  const directory = serverDirectory(data);
  let failed = false;
  const opened = openStore(directory, () => failed = true, { server: false });
  if ("fault" in opened) {
    const { kind, message } = opened.fault;
    const isThere = kind !== "absent" && kind !== "newer";
    const why = isThere ? ADMIN.accountsUnavailable(message) : message;
    throw new AdminError(data === undefined ? ADMIN.elsewhere(why) : why);
  }
  try {
    const result = await work(opened.store.accounts, directory);
    if (failed) throw unwritten();
    return result;
  } catch (error) {
    // A failed write can also make the work fail, as if an account were not there.
    throw failed ? unwritten() : error;
  } finally {
    opened.store.close();
  }
}

/**
 * The given directory, or the usual one of a server's data. Throws an `AdminError` if there is
 * none.
 */
export function serverDirectory(data: string | undefined, here: Platform = HERE): string {
  const directory = dataDirectory(data ?? AUTO_DATA, here);
  if (typeof directory === "string") return directory;
  throw new AdminError(ADMIN.noPlace);
}

/** The error for a change that could not be written. */
export function unwritten(): AdminError {
  return new AdminError(ADMIN.unwritten);
}

/** A time in milliseconds since 1970, as `2026-11-22 18:30`. */
export function timeText(time: number): string {
  return formatTime(new Date(time), "yyyy-MM-dd HH:mm");
}
