/**
 * A store in memory of a server that is one of several. It lasts as long as the server, so it keeps
 * no snapshot; a new server gets all of it from another one.
 * @module
 */
import type { ReplicaStore } from "../replica.ts";
import type { KeptAccounts, MemoryAccounts } from "./accounts.ts";
import type { KeptHistory, MemoryHistory } from "./history.ts";
import type { KeptState, MemoryState } from "./server_state.ts";

interface Parts {
  readonly accounts: MemoryAccounts;
  readonly serverState: MemoryState;
  readonly history: MemoryHistory;
}

interface Whole {
  readonly accounts: KeptAccounts;
  readonly serverState: KeptState;
  readonly history: KeptHistory;
}

export class MemoryReplica implements ReplicaStore {
  readonly #parts: Parts;
  applied = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  share(): void {
    this.#parts.history.share();
  }

  advance(sequence: number): void {
    this.applied = sequence;
  }

  keep(): false {
    return false;
  }

  readonly snapshot = undefined;

  rewind(): undefined {}

  leave(): void {
    this.applied = 0;
  }

  tables(): string {
    const { accounts, serverState } = this.#parts;
    return JSON.stringify({ accounts: accounts.capture(), serverState: serverState.capture() });
  }

  whole(): string {
    const { accounts, serverState, history } = this.#parts;
    const all: Whole = {
      accounts: accounts.capture(),
      serverState: serverState.capture(),
      history: history.capture(),
    };
    return JSON.stringify(all);
  }

  become(whole: string): void {
    const all: Whole = JSON.parse(whole);
    this.#parts.accounts.restore(all.accounts);
    this.#parts.serverState.restore(all.serverState);
    this.#parts.history.restore(all.history);
  }
}
