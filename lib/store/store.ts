/**
 * All that a server keeps, behind its three ports.
 * @module
 */
import type { AccountStore } from "./accounts.ts";
import type { HistoryStore } from "./history.ts";
import type { StateStore } from "./server_state.ts";

/** What a server keeps, and where. */
export interface Store {
  /** What was said and what happened. */
  readonly history: HistoryStore;
  /** Who owns a name, and who may come in. */
  readonly accounts: AccountStore;
  /** The state of channels, bans, read markers. */
  readonly serverState: StateStore;
  /** Writes what is still to be written and lets go of the files. Nothing is used after it. */
  close(): void;
}
