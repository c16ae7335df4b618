/**
 * Changes of accounts that all servers of a cluster make: they are collected, and the running server
 * publishes them.
 * @module
 */
import type { Change } from "../../cluster/account_changes.ts";
import {
  type AskedChange,
  CHANGE_MS,
  type ChangesAnswer,
  changesSubject,
} from "../../cluster/program_desk.ts";
import type { AccountStore } from "../../store/accounts.ts";
import { decodeText } from "../../text/bytes.ts";
import { ADMIN } from "../../wording/command_line.ts";
import type { RunningCluster } from "../serve/running_file.ts";
import { AdminError } from "./admin_error.ts";
import { withNats } from "./with_nats.ts";

/** Accounts as they are, and the changes that were made to them. */
export interface CollectedChanges {
  readonly accounts: AccountStore;
  readonly changes: readonly AskedChange[];
}

/** Collects the changes of accounts instead of making them. */
export function collectChanges(accounts: AccountStore): CollectedChanges {
  const changes: AskedChange[] = [];
  const note = (method: Change, ...args: readonly unknown[]) => changes.push({ method, args }) > 0;
  const exists = (name: string) => accounts.find(name) !== undefined;
  const changing: Pick<AccountStore, Change> = {
    add: (...args) => note("add", ...args),
    remove: (name) => accounts.mayExist(name) && note("remove", name),
    setVerifier: (name, verifier) => exists(name) && note("setVerifier", name, verifier),
    setOper: (name, oper) => exists(name) && note("setOper", name, oper),
    addInvitation: (invitation) => void note("addInvitation", invitation),
    revokeInvitation: (id) => accounts.invitation(id) !== undefined && note("revokeInvitation", id),
  };
  return {
    changes,
    accounts: new Proxy(accounts, {
      get(target, name) {
        if (name in changing) return changing[name as Change];
        const value = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    }),
  };
}

/**
 * Has the running server make the changes on all servers.
 *
 * @throws {AdminError} if that failed, or is not known.
 */
export async function sendChanges(
  cluster: RunningCluster,
  changes: readonly AskedChange[],
): Promise<void> {
  const request = JSON.stringify({ changes });
  const { payload } = await withNats(
    cluster,
    (client) => client.request(changesSubject(cluster.node), request, { timeoutMs: CHANGE_MS }),
  );
  const { results }: ChangesAnswer = JSON.parse(decodeText(payload) ?? "");
  const isDone = results.length === changes.length && !results.includes(false);
  if (!isDone) throw new AdminError(ADMIN.otherwise);
}
