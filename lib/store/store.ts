/**
 * All that a server keeps, behind its three ports.
 * @module
 */
import type { AccountStore } from "./accounts.ts";
import type { HistoryStore } from "./history.ts";
import type { SettingsStore } from "./settings.ts";

/** What a server keeps, and where. */
export interface Store {
  /** What was said and what happened. */
  readonly history: HistoryStore;
  /** Who owns a name, and who may come in. */
  readonly accounts: AccountStore;
  /** The state of channels, bans, read markers. */
  readonly settings: SettingsStore;
  /** Writes what is still to be written and lets go of the files. Nothing is used after it. */
  close(): void;
}
