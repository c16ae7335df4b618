/**
 * What the world takes from outside: the ports to the store, to time, and to randomness.
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

/** What the world takes from outside. */
export interface WorldInit {
  /** The settings. */
  readonly config: Config;
  /** The server's name on the wire. */
  readonly name: string;
  /** The program's name and version. */
  readonly version: string;
  /** When the server was started, in milliseconds since 1970. */
  readonly startedAt: number;
  /** A random text that no earlier run had: what message ids start with. */
  readonly runId: string;
  /** Where what lasts is kept. */
  readonly store: WorldStore;
  /** What others see in the place of an address. */
  readonly cloak: Cloak;
  /** The hash functions, and random bytes. */
  readonly hashes: Hashes;
  /** Writes to the peers. The world sets its `before`. */
  readonly writer: RoundWriter;
  /** Takes what is worth a line in the log. */
  readonly log: (event: LogEvent) => void;
  /** Compares a password of the configuration, which may be a hash, with one that was given. */
  readonly verify: (stored: string, given: string) => Promise<boolean>;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
  /**
   * A time in milliseconds since 1970 as people read it, to the second; with the day if that is not
   * today's.
   */
  readonly clockTime: (time: number, now: number) => string;
  /** Milliseconds of a clock that nobody sets: what something takes. */
  readonly stopwatch: () => number;
  /** Reads the configuration again; rejects with what the operator is told. */
  readonly reload: () => Promise<void>;
}

/** Where what lasts is kept. */
export interface WorldStore {
  /** What was said and what happened. */
  readonly history: HistoryStore;
  /** Who owns a name, and who may come in. */
  readonly accounts: AccountStore;
  /** The state of channels, bans, read markers. */
  readonly serverState: StateStore;
}
