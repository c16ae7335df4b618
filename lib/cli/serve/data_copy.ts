/**
 * Copies of the data for other servers of a cluster.
 * @module
 */
import type { ClusterNode } from "../../cluster/cluster_node.ts";
import type { NatsClient } from "../../cluster/nats/nats_client.ts";
import { NatsError } from "../../cluster/nats/nats_fault.ts";
import { fetchTransfer, type TransferSource } from "../../cluster/nats/transfer.ts";
import type { ReplicaState } from "../../cluster/replica_state.ts";
import { DATABASE } from "../../store/open.ts";
import { copyDatabase } from "../../store/sqlite/copy.ts";
import { NAMES } from "../../store/sqlite/names_file.ts";
import type { Store } from "../../store/store.ts";
import { writeAll } from "../../text/write_all.ts";
import { CLUSTER } from "../../wording/cluster.ts";
import { pause } from "../os/pause.ts";
import type { OpenData } from "./data.ts";

/** The subject on which a server asks for the data of another. */
export const COPIES = "chat.copy";

/** How long another server may take to begin to answer, in milliseconds. */
const ANSWER_MS = 10_000;

/** How often a server may go away while it sends its data. */
const MOST_BROKEN = 5;

/** The file that a copy is until it is whole. */
const DRAFT = "chat.db.copy";

/** Opens a copy of everything that a server has. */
export async function copyOf(
  { directory, kept, store }: OpenData,
  node: ClusterNode,
): Promise<TransferSource> {
  if (directory === null || !kept) return memorySource(store, node);
  const path = `${directory}/${DRAFT}-${crypto.randomUUID()}`;
  store.history.commit();
  await copyDatabase(`${directory}/${DATABASE}`, path);
  const file = await Deno.open(path);
  // It is there as long as it is open, except on Windows.
  const gone = Deno.remove(path).then(() => true, () => false);
  return {
    read: (buffer) => file.read(buffer),
    close() {
      file.close();
      void gone.then((isGone) => isGone ? undefined : Deno.remove(path));
    },
  };
}

function memorySource(store: Store, { replica }: ClusterNode): TransferSource {
  const whole = store.replica.whole();
  const all = { sequence: replica.sequence, state: replica.capture(), whole };
  const reader = new Blob([JSON.stringify(all)]).stream().getReader({ mode: "byob" });
  return {
    async read(buffer) {
      const { value } = await reader.read(new Uint8Array(buffer.length));
      if (value === undefined || value.length === 0) return null;
      buffer.set(value);
      return value.length;
    },
    close: () => void reader.cancel(),
  };
}

/**
 * Replaces the data in a directory by a copy, once it is whole, and closes the store.
 *
 * @param take passes the copy to `write`, and returns its size in bytes.
 */
async function replaceData(
  directory: string,
  store: Store,
  take: (write: (chunk: Uint8Array) => Promise<void>) => Promise<number>,
): Promise<number> {
  const draft = `${directory}/${DRAFT}`;
  const options = { write: true, create: true, truncate: true, mode: 0o600 };
  let size: number;
  {
    using file = await Deno.open(draft, options);
    size = await take((chunk) => writeAll(file, chunk));
    await file.sync();
  }
  store.close();
  for (const name of [NAMES, `${DATABASE}-wal`, `${DATABASE}-shm`]) {
    await Deno.remove(`${directory}/${name}`).catch(() => {});
  }
  await Deno.rename(draft, `${directory}/${DATABASE}`);
  return size;
}

/**
 * Takes the data of another server: the file, whose size is returned, or all of a store in memory.
 * Undefined if nobody answers.
 *
 * @param isPatient whether to wait for somebody who does.
 */
export async function takeCopy(
  client: NatsClient,
  { directory, store }: OpenData,
  isPatient: boolean,
): Promise<number | { readonly sequence: number; readonly state: ReplicaState } | undefined> {
  let [until, broken] = [Date.now() + ANSWER_MS, 0];
  for (;;) {
    try {
      if (directory !== null) {
        return await replaceData(
          directory,
          store,
          (write) => fetchTransfer(client, COPIES, "", write),
        );
      }
      const chunks: Uint8Array<ArrayBuffer>[] = [];
      await fetchTransfer(client, COPIES, "", (chunk) => void chunks.push(chunk.slice()));
      const { whole, ...base } = await new Response(new Blob(chunks)).json();
      store.replica.become(whole);
      return base;
    } catch (error) {
      if (!(error instanceof NatsError)) throw error;
      if (error.fault.kind !== "noResponders") {
        // Another one may have it too.
        if (++broken > MOST_BROKEN) throw error;
        until = Date.now() + ANSWER_MS;
      } else if (!isPatient || Date.now() >= until) return undefined;
      await pause(ANSWER_MS / 20);
    }
  }
}

/** Why a server with such data can't be one of several; undefined if it can. */
export function whyUnusable({ directory, kept, store, warnings }: OpenData): string | undefined {
  const isWhole = store.accounts.trouble === undefined && (directory === null || kept);
  return isWhole ? undefined : CLUSTER.unusable(warnings.join(" "));
}
