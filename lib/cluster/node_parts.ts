/**
 * What a node of a cluster needs from the server that it is part of.
 * @module
 */
import type { NodeAddress, NodePlace } from "../irc/node_address.ts";
import type { Store } from "../store/store.ts";
import type { World } from "../server/world/world.ts";
import type { JetStream } from "./nats/jet_stream.ts";
import type { AdminChange, Agreement } from "./records.ts";

export interface NodeParts {
  readonly name: string;
  readonly version: string;
  readonly place: NodePlace;
  readonly stream: JetStream;
  readonly world: World;
  readonly agreement: Agreement;
  readonly store: Store;
  /** The time of this machine, in milliseconds since 1970. */
  readonly clock: () => number;
  /** Calls back when everything that came in at once has been handled. */
  readonly soon: (run: () => void) => void;
  readonly say: (text: string) => void;
  /** Something has come in that may lead to more to write. */
  readonly heard: () => void;
  /** It can't go on; a sentence. */
  readonly failed: (why: string) => void;
  /** An error in the server itself, which goes on. */
  readonly fault: (error: unknown) => void;
  readonly agreed: (agreement: Agreement, now: number) => void;
  readonly nodesChanged: (others: readonly NodeAddress[], now: number) => void;
  readonly counted: (host: string, change: 1 | -1) => void;
  /** Another program changes accounts. */
  readonly change: (change: AdminChange, now: number) => void;
}
