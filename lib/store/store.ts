/**
 * Everything that a server keeps, behind three ports.
 * @module
 */
import type { Histogram } from "../collections/histogram.ts";
import type { AccountStore } from "./accounts.ts";
import type { HistoryStore } from "./history.ts";
import type { ReplicaStore } from "./replica.ts";
import type { StateStore } from "./server_state.ts";

/** How a store does, for those who watch the server. */
interface StoreHealth {
  /** Why it can't be written, in sentences; undefined if it can, as far as is known. */
  readonly fault: string | undefined;
  /** How long it took to write to the disk, in seconds, by what was done. */
  readonly seconds: Readonly<Record<string, Histogram>>;
}

export interface Store {
  readonly history: HistoryStore;
  readonly accounts: AccountStore;
  readonly serverState: StateStore;
  readonly replica: ReplicaStore;
  health(): StoreHealth;
  /** Writes what is pending and closes the files. The store must not be used after it. */
  close(): void;
}
