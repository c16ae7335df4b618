import { format as formatTime } from "@std/datetime/format";
import { dataDirectory, HERE, type Platform } from "../os/data_directory.ts";
import { AUTO_DATA } from "../../server/settings/config.ts";
import type { AccountStore } from "../../store/accounts.ts";
import { isServed, openStore } from "../../store/open.ts";
import type { Store } from "../../store/store.ts";
import { readRunning, type RunningCluster } from "../serve/running_file.ts";
import { AdminError } from "./admin_error.ts";
import { ADMIN } from "../../wording/command_line.ts";

type Work<T> = (accounts: AccountStore, directory: string) => Promise<T> | T;

/**
 * Opens the accounts in a directory for some work. A running server sees changes within seconds;
 * all servers of a cluster make them.
 *
 * @param data the directory; undefined for the usual one.
 * @param changes whether the work may change something.
 * @throws {AdminError} if they can't be read, or a change could not be written
 */
export async function withAccounts<T>(
  data: string | undefined,
  changes: boolean,
  work: Work<T>,
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
    const { accounts } = opened.store;
    const cluster = changes ? clusterOf(directory, opened.store) : undefined;
    if (cluster !== undefined) return await onAll(cluster, accounts, directory, work);
    const result = await work(accounts, directory);
    if (failed) throw unwritten();
    return result;
  } catch (error) {
    // A failed write can also make the work fail, as if an account were not there.
    throw failed ? unwritten() : error;
  } finally {
    opened.store.close();
  }
}

/** How the cluster is reached whose data this is; undefined if the server is alone. */
function clusterOf(directory: string, { replica }: Store): RunningCluster | undefined {
  const served = isServed(directory);
  const cluster = served ? readRunning(directory)?.cluster : undefined;
  if (cluster !== undefined || replica.snapshot === undefined) return cluster;
  throw new AdminError(served ? ADMIN.starting : ADMIN.stopped(directory));
}

/** Does the work so that all servers of a cluster make its changes. */
async function onAll<T>(
  cluster: RunningCluster,
  accounts: AccountStore,
  directory: string,
  work: Work<T>,
): Promise<T> {
  const { collectChanges, sendChanges } = await import("./shared_accounts.ts");
  const collected = collectChanges(accounts);
  const result = await work(collected.accounts, directory);
  if (collected.changes.length > 0) await sendChanges(cluster, collected.changes);
  return result;
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
