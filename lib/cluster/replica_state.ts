/**
 * A replica of the world as data.
 * @module
 */
import type { NodePlace } from "../irc/node_address.ts";
import type { WorldState } from "../server/world/snapshot.ts";
import type { Agreement } from "./records.ts";

/** What is known of a node. */
export interface KnownNode {
  readonly epoch: number;
  /** The sequence of its last entry. */
  readonly last: number;
  /** The number of that entry in its epoch. */
  readonly number: number;
  /** The time of that entry. */
  readonly heardAt: number;
  readonly version: string;
  readonly place: NodePlace;
  /** Whether it takes part: it has started, and has neither left nor been given up. */
  readonly alive: boolean;
}

/** A replica as data: what it needs to go on from a sequence. */
export interface ReplicaState {
  readonly world: WorldState;
  readonly agreement: Agreement;
  readonly nodes: readonly (readonly [name: string, node: KnownNode])[];
  /** The connections, and the keys of their users; null if it is no one's any more. */
  readonly links: readonly {
    readonly key: string;
    readonly host: string;
    readonly user: string | null;
  }[];
  /** Of all entries until then. */
  readonly digest: string;
  readonly now: number;
  readonly sweptAt: number;
  readonly tidiedAt: number;
  readonly comparedAt: number;
  /** How many records there were since. */
  readonly records: number;
}
