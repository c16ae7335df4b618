/**
 * Everything that a server keeps, behind three ports.
 * @module
 */
import type { AccountStore } from "./accounts.ts";
import type { HistoryStore } from "./history.ts";
import type { StateStore } from "./server_state.ts";

export interface Store {
  readonly history: HistoryStore;
  readonly accounts: AccountStore;
  readonly serverState: StateStore;
  /** Writes what is pending and closes the files. The store must not be used after it. */
  close(): void;
}
