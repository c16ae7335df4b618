/**
 * From what a node starts: its own data, the stream alone, or the data of another node.
 * @module
 */
import type { Store } from "../store/store.ts";
import { CLUSTER } from "../wording/cluster.ts";
import type { StreamInfo } from "./nats/jet_stream.ts";
import type { Agreement } from "./records.ts";
import type { ReplicaState } from "./replica_state.ts";

/** A node reads at most so many entries if it can copy the data of another instead. */
const MOST_ENTRIES = 20_000;

export type Base =
  /** It is the first: what it has is the chat's. */
  | { readonly kind: "first" }
  /** It applies everything since the stream began. */
  | { readonly kind: "beginning" }
  /** It applies everything after this entry to this state. */
  | { readonly kind: "snapshot"; readonly sequence: number; readonly state: ReplicaState }
  /** The data of another node is needed; or it is only faster. */
  | { readonly kind: "copy"; readonly isNeeded: boolean }
  /** It can't take part; a sentence. */
  | { readonly kind: "refused"; readonly why: string };

/**
 * Decides it, and brings the store to that state.
 *
 * @param isFirst whether the agreement is this node's, made just now.
 * @param isAlone whether no other node is there to copy from.
 * @param directory of the store, for messages.
 */
export function baseOf(
  store: Store,
  { firstSequence, lastSequence, config }: StreamInfo,
  { agreement: { runId, startedEmpty }, isFirst, isAlone, directory }: {
    readonly agreement: Agreement;
    readonly isFirst: boolean;
    readonly isAlone: boolean;
    readonly directory: string;
  },
): Base {
  store.replica.share();
  if (isFirst) {
    // All that it has counts, also what came after the last snapshot of an earlier stream. If it
    // ends before it has taken part, it is the first again.
    store.replica.leave();
    store.replica.keep({ sequence: 0, world: JSON.stringify({ begins: runId }) });
    return { kind: "first" };
  }
  const { snapshot } = store.replica;
  if (snapshot === undefined) {
    if (!isBlank(store)) return { kind: "refused", why: CLUSTER.otherChat(directory) };
    if (config.storage === "memory") return { kind: "copy", isNeeded: true };
    const isWhole = startedEmpty && firstSequence === 1 && lastSequence <= MOST_ENTRIES &&
      store.serverState.channels().length === 0;
    return isWhole ? { kind: "beginning" } : { kind: "copy", isNeeded: true };
  }
  const { sequence, world } = snapshot;
  const state: ReplicaState & { readonly begins?: string } = JSON.parse(world);
  if (state.begins === runId) return { kind: "first" };
  if (state.agreement?.runId !== runId) {
    // NATS has lost everything, or another one is used.
    return { kind: "refused", why: CLUSTER.otherChat(directory) };
  }
  if (sequence > lastSequence) return { kind: "refused", why: CLUSTER.ahead };
  if (sequence + 1 < firstSequence) return { kind: "copy", isNeeded: true };
  if (lastSequence - sequence > MOST_ENTRIES && !isAlone) return { kind: "copy", isNeeded: false };
  if (store.replica.rewind() === undefined) {
    return { kind: "refused", why: CLUSTER.disk(store.health().fault ?? "") };
  }
  return { kind: "snapshot", sequence, state };
}

/** Whether nobody would miss what is in a store. */
export function isBlank({ accounts, history }: Store): boolean {
  return accounts.list().length === 0 && accounts.trouble === undefined &&
    history.conversations("").length === 0;
}
