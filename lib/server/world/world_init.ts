/**
 * What the world is made of: its configuration, and the ports to the store, time, randomness and
 * I/O. All over lib/server, times are in milliseconds since 1970.
 * @module
 */
import type { Bytes, Hashes } from "../../crypto/scram.ts";
import type { AccountStore } from "../../store/accounts.ts";
import type { HistoryStore } from "../../store/history.ts";
import type { StateStore } from "../../store/server_state.ts";
import type { RoundWriter } from "../delivery/burst.ts";
import type { Cloak } from "../entry/cloak.ts";
import type { Config } from "../settings/config.ts";
import type { LogEvent } from "../log_event.ts";
import type { User } from "./user.ts";

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
  /** SHA-256 of a text, in base64. */
  readonly digest: (text: string) => string;
  /**
   * A random key: verifiers that are made up with it for names without an account can't be told from
   * others. The same on all servers of a cluster.
   */
  readonly loginSecret: Bytes;
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
  /** Passes the results of commands to all servers of a cluster; undefined if this one is alone. */
  readonly share?: Share | undefined;
  /** Whether a user's connection is at this server; always true if it is alone. */
  readonly isHere?: ((user: User) => boolean) | undefined;
}

/**
 * Passes the result of a user's command, which is plain JSON data, to all servers of a cluster. The
 * others run the outcome of this name by `applyOutcome`, this one by `run`, all of them at the same
 * place among all that happens. Resolves after that, or if the user is gone by then.
 *
 * @param run takes the time of the entry, in milliseconds since 1970.
 */
export type Share = (
  user: User,
  outcome: string,
  result: unknown,
  run: (now: number) => void,
) => Promise<void>;

/** What the server keeps: the ports of the store. */
export interface WorldStore {
  readonly history: HistoryStore;
  readonly accounts: AccountStore;
  readonly serverState: StateStore;
}
