/**
 * What the world is made of: its configuration, and the ports to the store, time, randomness and
 * I/O. All over lib/server, times are in milliseconds since 1970.
 * @module
 */
import type { Hashes } from "../../crypto/scram.ts";
import type { AccountStore } from "../../store/accounts.ts";
import type { HistoryStore } from "../../store/history.ts";
import type { StateStore } from "../../store/server_state.ts";
import type { RoundWriter } from "../delivery/burst.ts";
import type { Cloak } from "../entry/cloak.ts";
import type { Config } from "../settings/config.ts";
import type { LogEvent } from "../log_event.ts";

export interface WorldInit {
  readonly config: Config;
  readonly name: string;
  readonly version: string;
  readonly startedAt: number;
  /** A random prefix for message ids that no earlier run had. */
  readonly runId: string;
  readonly store: WorldStore;
  /** Makes the cloak that others see instead of an address. */
  readonly cloak: Cloak;
  readonly hashes: Hashes;
  /** Writes to the peers. The world sets its `before`. */
  readonly writer: RoundWriter;
  readonly log: (event: LogEvent) => void;
  /** Compares a password with a stored one, which may be a hash. */
  readonly verify: (stored: string, given: string) => Promise<boolean>;
  readonly wait: (ms: number) => Promise<void>;
  /**
   * Formats a time in milliseconds since 1970 for people, to the second; with the day if it is not
   * today.
   */
  readonly clockTime: (time: number, now: number) => string;
  /** A monotonic clock, in milliseconds. */
  readonly stopwatch: () => number;
  /** Reads the configuration again; rejects with a message for the operator. */
  readonly reload: () => Promise<void>;
}

/** What the server keeps: the ports of the store. */
export interface WorldStore {
  readonly history: HistoryStore;
  readonly accounts: AccountStore;
  readonly serverState: StateStore;
}
